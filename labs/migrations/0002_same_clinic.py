"""A row's clinic is its parent's: a second foreign key (parent, clinic) beside each first."""

from django.db import migrations

from accounts.constraints import same_clinic

PAIRS = [
    ("labs_labresult", "patient_id", "patients_patient"),
    ("labs_labresult", "visit_id", "patients_visit"),
    ("labs_expectedresult", "patient_id", "patients_patient"),
]


class Migration(migrations.Migration):
    dependencies = [("labs", "0001_initial")]
    operations = [migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS]
