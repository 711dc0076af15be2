"""What the new columns say of rows that were stored before them."""

from django.db import migrations

# An intake that says how long before a meal is taken before a meal.
TIMING = """
    UPDATE regimens_intake SET timing = 'BEFORE_MEAL', version = version + 1
    WHERE minutes_before_meal IS NOT NULL
"""
# The generic products that are overlooked as sources, or hold more than magnesium (clinical facts 8).
KINDS = """
    UPDATE regimens_product SET kind = 'ANTACID' WHERE clinic_id IS NULL AND code = 'X1';
    UPDATE regimens_product SET kind = 'MULTIMINERAL' WHERE clinic_id IS NULL AND code = 'X2';
    UPDATE regimens_product SET vitamin_b6_mg_per_unit = 10 WHERE clinic_id IS NULL AND code = 'X3';
"""


class Migration(migrations.Migration):
    dependencies = [("regimens", "0004_regimens_and_protocol")]
    operations = [
        migrations.RunSQL(TIMING, migrations.RunSQL.noop),
        migrations.RunSQL(KINDS, migrations.RunSQL.noop),
    ]
