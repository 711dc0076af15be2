"""A row's clinic is its parent's: a second foreign key (parent, clinic) beside each first."""

from django.db import migrations

from accounts.constraints import same_clinic

PAIRS = [
    ("regimens_regimen", "patient_id", "patients_patient"),
    ("regimens_dosestep", "patient_id", "patients_patient"),
    ("regimens_dosestep", "regimen_id", "regimens_regimen"),
    ("regimens_intake", "step_id", "regimens_dosestep"),
    ("regimens_finding", "patient_id", "patients_patient"),
    ("regimens_finding", "step_id", "regimens_dosestep"),
]


class Migration(migrations.Migration):
    dependencies = [("regimens", "0001_initial")]
    operations = [migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS]
