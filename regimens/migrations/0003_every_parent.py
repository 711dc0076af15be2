"""Parents that are causes of flags, or met something, are of the same clinic too."""

from django.db import migrations, models

from accounts.constraints import same_clinic

PAIRS = [
    ("regimens_dosestep", "visit_id", "patients_visit"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("regimens", "0002_same_clinic"),
        ("patients", "0002_same_clinic"),
    ]
    operations = [
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("id", "clinic"), name="finding_id_clinic"),
        ),
        *(migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS),
    ]
