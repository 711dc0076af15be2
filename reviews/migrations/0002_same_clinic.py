"""A row's clinic is its parent's: a second foreign key (parent, clinic) beside each first."""

from django.db import migrations

from accounts.constraints import same_clinic

PAIRS = [
    ("reviews_reevaluation", "patient_id", "patients_patient"),
    ("reviews_reevaluation", "step_id", "regimens_dosestep"),
    ("reviews_flag", "patient_id", "patients_patient"),
    ("reviews_flag", "lab_result_id", "labs_labresult"),
    ("reviews_flagevent", "flag_id", "reviews_flag"),
]


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]
    operations = [migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS]
