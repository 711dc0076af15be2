"""Parents that are causes of flags, or met something, are of the same clinic too."""

from django.db import migrations, models

from accounts.constraints import same_clinic

PAIRS = [
    ("patients_symptomepisode", "opened_by_id", "patients_symptomanswer"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0002_same_clinic"),
    ]
    operations = [
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.UniqueConstraint(fields=("id", "clinic"), name="outcome_id_clinic"),
        ),
        migrations.AddConstraint(
            model_name="symptomanswer",
            constraint=models.UniqueConstraint(fields=("id", "clinic"), name="symptom_answer_id_clinic"),
        ),
        *(migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS),
    ]
