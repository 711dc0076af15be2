"""Attempts to reach a patient, and places on a morning's list, are of the patient's clinic."""

from django.db import migrations

from accounts.constraints import same_clinic

PAIRS = [
    ("reviews_contactattempt", "patient_id", "patients_patient"),
    ("reviews_contactattempt", "reevaluation_id", "reviews_reevaluation"),
    ("reviews_morningplace", "patient_id", "patients_patient"),
]


class Migration(migrations.Migration):
    dependencies = [("reviews", "0009_the_queue_at_full_strength")]
    operations = [migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS]
