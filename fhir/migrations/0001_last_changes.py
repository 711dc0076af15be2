"""What `_lastUpdated` reads: when each row last changed, and what changed since.

The newest version of a row is found by the first index of each pair; the second, of a few pages, finds what was
written since a moment: the history grows at its end only.
"""

from collections.abc import Iterator

from django.db import migrations

HISTORIES = [
    "patients_patient",
    "patients_visit",
    "patients_symptomanswer",
    "patients_outcome",
    "patients_medication",
    "regimens_regimen",
    "regimens_dosestep",
    "regimens_intake",
    "regimens_interruption",
    "regimens_othersource",
    "labs_labresult",
    "reviews_reevaluation",
]


def indexes() -> Iterator[tuple[str, str]]:
    """Forward and backward SQL of every index."""
    for name in HISTORIES:
        table = f"{name}event"
        last, since = f"fhir_{name}_last", f"fhir_{name}_since"
        yield _index(last, table, "(pgh_obj_id, pgh_created_at)")
        yield _index(since, table, "USING brin (pgh_created_at)")
    yield _index("fhir_reviews_flag_since", "reviews_flagevent", "USING brin (at)")


def _index(name: str, table: str, over: str) -> tuple[str, str]:
    return f"CREATE INDEX {name} ON {table} {over}", f"DROP INDEX {name}"


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0005_regimens_and_protocol"),
        ("regimens", "0007_stop_told_at_a_visit"),
        ("labs", "0007_same_clinic_of_files"),
        ("reviews", "0007_no_longer_holds"),
    ]
    operations = [migrations.RunSQL(*pair) for pair in indexes()]
