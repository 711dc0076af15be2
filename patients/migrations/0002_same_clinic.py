"""A row's clinic is its parent's: a second foreign key (parent, clinic) beside each first."""

from django.db import migrations

from accounts.constraints import same_clinic

PAIRS = [
    ("patients_visit", "patient_id", "patients_patient"),
    ("patients_symptomanswer", "patient_id", "patients_patient"),
    ("patients_symptomanswer", "visit_id", "patients_visit"),
    ("patients_symptomepisode", "patient_id", "patients_patient"),
    ("patients_outcome", "patient_id", "patients_patient"),
    ("patients_outcome", "visit_id", "patients_visit"),
    ("patients_modifier", "patient_id", "patients_patient"),
    ("patients_condition", "patient_id", "patients_patient"),
    ("patients_medication", "patient_id", "patients_patient"),
    ("patients_cotreatment", "patient_id", "patients_patient"),
]


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_initial")]
    operations = [migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS]
