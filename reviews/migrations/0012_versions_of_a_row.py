"""A past day is read from the versions of each row: the tables of history that no other room indexes."""

from django.db import migrations

HISTORIES = [
    "patients_condition",
    "patients_modifier",
    "patients_cotreatment",
    "regimens_dietadvice",
    "labs_expectedresult",
]


def _index(name: str) -> tuple[str, str]:
    index = f"asof_{name}"
    return f"CREATE INDEX {index} ON {name}event (pgh_obj_id, pgh_created_at)", f"DROP INDEX {index}"


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0011_what_a_night_reads"),
        ("patients", "0007_what_a_night_reads"),
        ("regimens", "0008_what_a_night_reads"),
        ("labs", "0009_awaits_dose"),
    ]
    operations = [migrations.RunSQL(*_index(name)) for name in HISTORIES]
