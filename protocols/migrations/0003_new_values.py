"""Stored versions get the numbers that are new, as protocol 1 has them, and lose one that nothing read.

The smallest count that is published is a setting of the clinic.
"""

import json

from django.db import migrations

NEW = {
    "kidney_forward_days": 14,
    "maintenance_opens_days": 90,
    "maintenance_closes_days": 180,
    "safety_opens_days": 14,
    "safety_closes_days": 28,
    "interruption_days": 7,
    "egfr_valid_months_at_risk": 3,
    "kidney_caution_percent": "50",
    "vitamin_b6_level_us_mg": "100",
    "vitamin_b6_level_eu_mg": "12",
    "vitamin_d_level_ug": "100",
    "calcium_apart_hours": "2",
    "pregnancy_asked_months": 3,
    "pregnancy_age_from_years": 12,
    "pregnancy_age_to_years": 55,
}


def add_values(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            'UPDATE protocols_protocol SET "values" = %s::jsonb || "values" - %s::text',
            [json.dumps(NEW), "small_cell_minimum"],
        )


class Migration(migrations.Migration):
    dependencies = [("protocols", "0002_regimens_and_protocol")]
    operations = [migrations.RunPython(add_values, migrations.RunPython.noop)]
