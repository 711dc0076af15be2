"""Stored versions get the numbers of the doses told, of handing over, booking and contact, as protocol 1 has them."""

import json

from django.db import migrations

NEW = {
    "article_step_down_mg": "250",
    "dose_told_margin_percent": 10,
    "offer_days": 3,
    "unbooked_days": 7,
    "contact_again_days": 7,
    "contact_attempts": 3,
}


def add_values(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute('UPDATE protocols_protocol SET "values" = %s::jsonb || "values"', [json.dumps(NEW)])


class Migration(migrations.Migration):
    dependencies = [("protocols", "0003_new_values")]
    operations = [migrations.RunPython(add_values, migrations.RunPython.noop)]
