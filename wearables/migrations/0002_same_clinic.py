"""A row's clinic is its parent's; a reading's patient is its device's."""

from django.db import migrations

from accounts.constraints import same_clinic

PAIRS = [
    ("wearables_device", "patient_id", "patients_patient"),
    ("wearables_readingbatch", "patient_id", "patients_patient"),
    ("wearables_sourceorder", "patient_id", "patients_patient"),
    ("wearables_reading", "patient_id", "patients_patient"),
    ("wearables_reading", "device_id", "wearables_device"),
    ("wearables_reading", "batch_id", "wearables_readingbatch"),
]
NAME = "wearables_reading_of_the_wearer"


class Migration(migrations.Migration):
    dependencies = [("wearables", "0001_initial")]
    operations = [
        *(migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS),
        migrations.RunSQL(
            f'ALTER TABLE "wearables_reading" ADD CONSTRAINT "{NAME}" FOREIGN KEY ("device_id", "patient_id")'
            ' REFERENCES "wearables_device" ("id", "patient_id") DEFERRABLE INITIALLY DEFERRED',
            f'ALTER TABLE "wearables_reading" DROP CONSTRAINT "{NAME}"',
        ),
    ]
