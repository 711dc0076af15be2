"""Parents that are causes of flags, or met something, are of the same clinic too."""

from django.db import migrations, models

from accounts.constraints import same_clinic

PAIRS = [
    ("reviews_reevaluation", "result_id", "labs_labresult"),
    ("reviews_reevaluation", "reviewed_result_id", "labs_labresult"),
    ("reviews_reevaluation", "met_by_result_id", "labs_labresult"),
    ("reviews_reevaluation", "met_by_visit_id", "patients_visit"),
    ("reviews_flag", "reevaluation_id", "reviews_reevaluation"),
    ("reviews_flag", "symptom_answer_id", "patients_symptomanswer"),
    ("reviews_flag", "finding_id", "regimens_finding"),
    ("reviews_flag", "expected_result_id", "labs_expectedresult"),
    ("reviews_flag", "outcome_id", "patients_outcome"),
    ("reviews_flag", "previous_id", "reviews_flag"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0002_same_clinic"),
        ("patients", "0003_every_parent"),
        ("regimens", "0003_every_parent"),
        ("labs", "0003_every_parent"),
    ]
    operations = [
        migrations.AddConstraint(
            model_name="reevaluation",
            constraint=models.UniqueConstraint(fields=("id", "clinic"), name="reevaluation_id_clinic"),
        ),
        *(migrations.RunSQL(*same_clinic(*pair)) for pair in PAIRS),
    ]
