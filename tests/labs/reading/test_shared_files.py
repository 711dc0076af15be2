"""Every file of ../shared/data/ does what its README says, as far as a reader decides it."""

from decimal import Decimal

import pytest

from labs.loinc import WHAT
from tests.labs.reading.reads import SHARED, ZONE, names, needs_shared, read, refusal_of, samples

pytestmark = needs_shared
BUNDLES = names(sorted((SHARED / "fhir-r4").glob("*.json")))


def file(name: str) -> bytes:
    return (SHARED / name).read_bytes()


def test_the_table_with_commas() -> None:
    found, rows = read(file("labs/iso-comma.csv"))
    assert (found.format, len(rows)) == ("CSV", 13)
    assert {row.place for row in rows if row.problem} == {"line 12"}
    assert "No such date: 2026-10-32T08:00:00-04:00 (column collected_at)." in rows[10].problem
    assert (rows[5].unit, rows[6].unit, rows[9].mrn) == ("mg/dL", "", "")
    assert (rows[7].comparator, rows[7].value) == ("<", Decimal("0.20"))
    assert (rows[4].reference_low, rows[4].reference_high) == (Decimal(60), None)
    assert rows[11].raw == rows[12].raw


def test_the_table_of_another_laboratory() -> None:
    found, rows = read(file("labs/semicolon-decimal-comma-latin1.csv"))
    assert [row.problem for row in rows] == [""] * 4
    assert [row.value for row in rows] == [Decimal(v) for v in ("0.52", "0.58", "71", "1.21")]
    assert {row.local_name for row in rows} == {"Magnesium ionisiert", "Kreatinin", "Calcium ionisiert"}
    assert (rows[2].unit, rows[0].reference_low, rows[0].reference_high) == (
        "µmol/l",
        Decimal("0.53"),
        Decimal("0.67"),
    )
    assert rows[0].collected_at is not None and rows[0].zone_assumed
    assert rows[0].collected_at.astimezone(ZONE).strftime("%d.%m.%Y %H:%M") == "09.11.2026 07:45"
    for words in ("Separator: semicolon", "Encoding: Windows-1252 (Latin-1)", "Abnahme: day.month.year"):
        assert words in found.dialect


def test_the_two_messages() -> None:
    found, rows = read(file("hl7v2/oru-ionized-mg.hl7"))
    assert (found.format, len(rows)) == ("HL7_V2", 5)
    assert [row.problem for row in rows] == [""] * 5
    assert [row.loinc for row in rows] == ["73572-0", "47596-2", "2160-0", "73572-0", "2601-3"]
    assert [row.mrn[:8] for row in rows] == ["f8a42e66"] * 3 + ["27c911c6"] * 2


def test_the_correction_is_of_the_same_result() -> None:
    _, (corrected,) = read(file("hl7v2/oru-corrected.hl7"))
    (first,) = (
        row for row in read(file("hl7v2/oru-ionized-mg.hl7"))[1] if row.source_id == corrected.source_id
    )
    assert (first.status, corrected.status) == ("FINAL", "CORRECTED")
    assert (first.value, corrected.value) == (Decimal("0.66"), Decimal("0.56"))


def test_the_truncated_message_is_refused() -> None:
    assert "Message 1, OBX 3, field 2" in refusal_of(file("hl7v2/oru-truncated.hl7"))


def test_the_published_messages_lack_their_last_line_break_and_give_nothing() -> None:
    _, (glucose,) = read(file("hl7v2/ORU-R01-RMGEAD.hl7"))
    assert (glucose.mrn, glucose.local_name, glucose.value) == ("555-44-4444", "GLUCOSE", Decimal(182))
    assert "it may be cut" in glucose.problem
    found, (told,) = read(file("hl7v2/ORU-R01-01.hl7"))
    assert "it may be cut" in told.problem
    assert found.passed_over == {"8867-4": 2, "ED": 1, "CWE 625-4": 1, "1063-7, not reported yet (O)": 1}


def test_with_a_line_break_the_published_messages_are_read() -> None:
    _, (glucose,) = read(file("hl7v2/ORU-R01-RMGEAD.hl7") + b"\n")
    assert (glucose.problem, glucose.loinc, glucose.unit) == ("", "", "mg/dl")
    found, rows = read(file("hl7v2/ORU-R01-01.hl7") + b"\n")
    assert rows == [] and sum(found.passed_over.values()) == 5


@pytest.mark.parametrize("path", BUNDLES)
def test_the_bundles(path: object) -> None:
    found, rows = read(path.read_bytes())  # type: ignore[attr-defined]
    assert rows and all(row.problem == "" for row in rows)
    assert all(row.mrn and row.family_name and row.birth_date and row.source_id for row in rows)
    assert {row.loinc for row in rows} <= set(WHAT)
    assert "FHIR Bundle (transaction)" in found.dialect


def test_no_file_was_forgotten() -> None:
    tried = {path.name for ending in ("csv", "hl7", "json") for path in samples(ending)}
    assert {path.name for path in SHARED.rglob("*") if path.is_file()} - tried == {"README.md"}
