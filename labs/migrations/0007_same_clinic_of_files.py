"""A row's clinic is its parent's, for files, laboratories and versions of results too."""

from django.db import migrations

from accounts.constraints import same_clinic

PAIRS = [
    ("labs_labresult", "superseded_by_id", "labs_labresult"),
    ("labs_labresult", "cancelled_by_id", "labs_resultcancellation"),
    ("labs_resultcancellation", "patient_id", "patients_patient"),
    ("labs_laboratorytest", "laboratory_id", "labs_laboratory"),
    ("labs_labnotice", "test_id", "labs_laboratorytest"),
    ("labs_import", "laboratory_id", "labs_laboratory"),
    ("labs_importrow", "source_id", "labs_import"),
    ("labs_importrow", "patient_id", "patients_patient"),
    ("labs_importrow", "result_id", "labs_labresult"),
    ("labs_importrow", "cancellation_id", "labs_resultcancellation"),
]


class Migration(migrations.Migration):
    dependencies = [("labs", "0006_files_and_versions")]
    operations = [migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS]
