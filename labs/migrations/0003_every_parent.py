"""Parents that are causes of flags, or met something, are of the same clinic too."""

from django.db import migrations, models

from accounts.constraints import same_clinic

PAIRS = [
    ("labs_labresult", "derived_from_id", "labs_labresult"),
    ("labs_expectedresult", "met_by_id", "labs_labresult"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("labs", "0002_same_clinic"),
        ("patients", "0002_same_clinic"),
    ]
    operations = [
        migrations.AddConstraint(
            model_name="expectedresult",
            constraint=models.UniqueConstraint(fields=("id", "clinic"), name="expected_result_id_clinic"),
        ),
        *(migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS),
    ]
