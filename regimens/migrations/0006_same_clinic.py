"""Minutes before a meal belong to an intake before a meal; and what is new is of its parent's clinic."""

from django.db import migrations, models

from accounts.constraints import same_clinic

PAIRS = [
    ("regimens_regimen", "replaces_id", "regimens_regimen"),
    ("regimens_finding", "medication_id", "patients_medication"),
    ("regimens_interruption", "patient_id", "patients_patient"),
    ("regimens_interruption", "regimen_id", "regimens_regimen"),
    ("regimens_othersource", "patient_id", "patients_patient"),
    ("regimens_dietadvice", "patient_id", "patients_patient"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0005_regimens_and_protocol"),
        ("regimens", "0005_what_stored_rows_say"),
    ]
    operations = [
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("minutes_before_meal__isnull", False), ("timing", "BEFORE_MEAL")),
                    models.Q(
                        models.Q(("timing", "BEFORE_MEAL"), _negated=True), ("minutes_before_meal", None)
                    ),
                    _connector="OR",
                ),
                name="intake_minutes_only_before_a_meal",
            ),
        ),
        *(migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS),
    ]
