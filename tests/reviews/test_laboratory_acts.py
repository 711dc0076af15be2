"""What a clinic says of a laboratory: names, intervals, notices; who was first, and what is refused."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.models import AuditEvent
from labs.models import Laboratory, LaboratoryTest
from reviews.acts.laboratories import laboratory_named, name_test, see_notice, set_interval
from tests.factories import NOW
from tests.factories_labs import LabNoticeFactory, LaboratoryTestFactory
from tests.stories import a_clinic, a_clinician

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def laboratory(by: Actor) -> Laboratory:
    return laboratory_named("Northfield Lab", by=by, at=NOW)


def named(laboratory: Laboratory, by: Actor, local_name: str = "Mg", **told: Any) -> LaboratoryTest:
    return name_test(laboratory=laboratory, local_name=local_name, by=by, at=NOW, **told)


def with_interval(test: LaboratoryTest, by: Actor, low: Any, high: Any, unit: str) -> LaboratoryTest:
    limits = [None if limit is None else Decimal(limit) for limit in (low, high)]
    return set_interval(
        test=test, low=limits[0], high=limits[1], unit=unit, version=test.version, by=by, at=NOW
    )


def refusals(wrong: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    return set(wrong.value.message_dict)


def test_a_laboratory_is_the_same_however_it_is_spelt(by: Actor, laboratory: Laboratory) -> None:
    assert laboratory_named(" NORTHFIELD  lab\x00", by=by, at=NOW) == laboratory
    assert Laboratory.objects.get().name == "Northfield Lab"
    assert AuditEvent.objects.filter(act="ADD_LABORATORY").count() == 1


def test_another_clinic_has_a_laboratory_of_its_own(laboratory: Laboratory) -> None:
    other = a_clinician(a_clinic("meadow"))
    assert laboratory_named("Northfield Lab", by=other, at=NOW) != laboratory


def test_who_makes_it_second_gets_the_one_that_is_there(
    by: Actor, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if it had been made between the look and the insert."""
    monkeypatch.setattr("accounts.records.ClinicRecordQuerySet.first", lambda rows: None)
    assert laboratory_named("Northfield Lab", by=by, at=NOW) == laboratory


@pytest.mark.parametrize("name", ["", "  ", "\x00", "x" * 121])
def test_a_laboratory_needs_a_name_of_a_sane_length(by: Actor, name: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        laboratory_named(name, by=by, at=NOW)
    assert refusals(wrong) == {"laboratory"}


def test_a_test_is_named_by_code_or_by_analyte(by: Actor, laboratory: Laboratory) -> None:
    by_code = named(laboratory, by, "MGI", loinc="2600-5")
    by_word = named(laboratory, by, "Crea", analyte="CREATININE")
    assert (by_code.local_name, by_code.analyte, by_code.loinc) == ("mgi", "IONIZED_MG", "2600-5")
    assert (by_word.analyte, by_word.loinc) == ("CREATININE", "2160-0")
    assert named(laboratory, by, "Hb", ignored=True).is_ignored


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "analyte"),
        ({"analyte": "IONIZED_MG", "ignored": True}, "analyte"),
        ({"analyte": "GOLD"}, "analyte"),
        ({"loinc": "1-8"}, "loinc"),
        ({"loinc": "2601-3", "analyte": "IONIZED_MG"}, "loinc"),
        ({"local_name": " ", "analyte": "IONIZED_MG"}, "local_name"),
        ({"local_name": "2601-3", "analyte": "IONIZED_MG"}, "local_name"),
        ({"local_name": "2601-3", "ignored": True}, "local_name"),
    ],
)
def test_what_says_nothing_or_contradicts_itself_is_refused(
    by: Actor, laboratory: Laboratory, told: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        named(laboratory, by, **told)
    assert refusals(wrong) == {field}
    assert not LaboratoryTest.objects.exists()


def test_an_unknown_code_is_named(by: Actor, laboratory: Laboratory) -> None:
    with pytest.raises(ValidationError, match="2951-2"):
        named(laboratory, by, loinc="2951-2")


def test_to_say_the_same_again_changes_nothing(by: Actor, laboratory: Laboratory) -> None:
    first = named(laboratory, by, analyte="IONIZED_MG")
    assert named(laboratory, by, "MG", analyte="IONIZED_MG").version == first.version
    assert AuditEvent.objects.filter(act="NAME_TEST").count() == 1


def test_what_somebody_said_is_changed_only_by_who_has_seen_it(by: Actor, laboratory: Laboratory) -> None:
    first = named(laboratory, by, analyte="IONIZED_MG")
    for stale in (None, first.version - 1):
        with pytest.raises(StaleVersion):
            named(laboratory, by, analyte="TOTAL_MG", version=stale)
    changed = named(laboratory, by, analyte="TOTAL_MG", version=first.version)
    assert (changed.pk, changed.analyte) == (first.pk, "TOTAL_MG")


def test_another_analyte_forgets_what_came_of_the_first(by: Actor, laboratory: Laboratory) -> None:
    test = with_interval(named(laboratory, by, analyte="IONIZED_MG"), by, "0.46", "0.60", "mmol/L")
    same = named(laboratory, by, loinc="2600-5", version=test.version)
    assert same.interval_low == Decimal("0.46")
    other = named(laboratory, by, analyte="TOTAL_MG", version=same.version)
    assert (other.interval_low, other.interval_high, other.unit) == (None, None, "")


def test_an_interval_is_kept_in_the_canonical_unit(by: Actor, laboratory: Laboratory) -> None:
    test = with_interval(named(laboratory, by, analyte="TOTAL_MG"), by, "1.7", "2.4", "mg/dL")
    assert (test.interval_low, test.interval_high) == (Decimal("0.6994"), Decimal("0.9875"))
    assert with_interval(test, by, "0.7", None, "mmol/L").interval_high is None
    assert with_interval(test, by, None, None, "").interval_low is None


@pytest.mark.parametrize(
    ("low", "high", "unit", "fields"),
    [
        ("0.60", "0.46", "mmol/L", {"low"}),
        ("0.46", "0.46", "mmol/L", {"low"}),
        ("46", "0.60", "mmol/L", {"low"}),
        ("0.46", "60", "mmol/L", {"high"}),
        ("0.46", "0.60", "ng/mL", {"unit"}),
        ("0.46", "0.60", "", {"unit"}),
        ("-1", None, "mmol/L", {"low"}),
        ("NaN", None, "mmol/L", {"low"}),
    ],
)
def test_an_interval_that_cannot_be_is_refused(
    by: Actor, laboratory: Laboratory, low: str, high: str, unit: str, fields: set[str]
) -> None:
    test = named(laboratory, by, analyte="IONIZED_MG")
    with pytest.raises(ValidationError) as wrong:
        with_interval(test, by, low, high, unit)
    assert refusals(wrong) == fields
    assert LaboratoryTest.objects.get().interval_low is None


def test_an_interval_needs_a_test_that_is_known_and_its_version(by: Actor, laboratory: Laboratory) -> None:
    unknown = LaboratoryTestFactory.create(laboratory=laboratory, analyte="", loinc="")
    with pytest.raises(ValidationError, match="Say first what this test is"):
        with_interval(unknown, by, "0.46", "0.60", "mmol/L")
    known = named(laboratory, by, analyte="IONIZED_MG")
    with_interval(known, by, "0.46", "0.60", "mmol/L")
    with pytest.raises(StaleVersion):
        set_interval(test=known, low=None, high=None, unit="", version=known.version - 1, by=by, at=NOW)


def test_a_notice_is_seen_once_and_kept(by: Actor) -> None:
    notice = LabNoticeFactory.create(test__laboratory__clinic=by.clinic)
    with pytest.raises(StaleVersion):
        see_notice(notice=notice, by=by, at=NOW, version=7)
    seen = see_notice(notice=notice, by=by, at=NOW, version=1)
    assert (seen.seen_at, seen.seen_by, seen.version) == (NOW, by.user, 2)
    with pytest.raises(ValidationError, match="seen already"):
        see_notice(notice=notice, by=by, at=NOW + timedelta(hours=1), version=2)
