"""What a laboratory's name for a test means: file, then person, then vocabulary, then nobody."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from labs.models import Laboratory
from labs.reading.reported import Reported
from reviews.acts.laboratories import laboratory_named, name_test, set_interval
from reviews.importing.test_names import KnownTest, TestNames, ToldBy
from tests.factories import NOW
from tests.factories_labs import LaboratoryTestFactory
from tests.stories import a_clinic, a_clinician

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def laboratory(by: Actor) -> Laboratory:
    return laboratory_named("Northfield Lab", by=by, at=NOW)


def said(laboratory: Laboratory, by: Actor, local_name: str, **told: Any) -> None:
    name_test(laboratory=laboratory, local_name=local_name, by=by, at=NOW, **told)


def resolved(laboratory: Laboratory | None, by: Actor, loinc: str = "", local_name: str = "") -> KnownTest:
    return TestNames(by.clinic, laboratory).named(loinc=loinc, local_name=local_name)


def test_a_code_of_the_file_wins_over_what_a_person_said_of_the_name(
    by: Actor, laboratory: Laboratory
) -> None:
    said(laboratory, by, "Mg", analyte="TOTAL_MG")
    known = resolved(laboratory, by, " 2600-5 ", "Mg")
    assert (known.told_by, known.analyte, known.loinc) == (ToldBy.FILE, "IONIZED_MG", "2600-5")
    assert (known.name, known.laboratory, known.problem) == ("2600-5", "Northfield Lab", "")


def test_what_a_person_said_wins_over_the_vocabulary(by: Actor, laboratory: Laboratory) -> None:
    said(laboratory, by, "Kreatinin", ignored=True)
    said(laboratory, by, "Mg", loinc="19123-9")
    assert resolved(laboratory, by, local_name="KREATININ").is_ignored
    known = resolved(laboratory, by, local_name="mg")
    assert (known.told_by, known.analyte, known.loinc) == (ToldBy.PERSON, "TOTAL_MG", "19123-9")


def test_a_name_that_means_one_thing_needs_nobody(by: Actor, laboratory: Laboratory) -> None:
    for where in (laboratory, None):
        known = resolved(where, by, local_name="Magnesium ionisiert")
        assert (known.told_by, known.analyte, known.loinc) == (ToldBy.VOCABULARY, "IONIZED_MG", "73572-0")


@pytest.mark.parametrize(
    ("loinc", "local_name", "problem"),
    [
        ("", "Magnesium", "“Magnesium” is not known"),
        ("", " ", "does not say which test"),
        ("", "\x00", "does not say which test"),
        ("2161-8", "Creatinine", "LOINC 2161-8 is not known"),
        ("nonsense", "Ionized magnesium", "LOINC nonsense is not known"),
        ("2601-3", "Ionized magnesium", "LOINC 2601-3 is Total magnesium, but its name “Ionized magnesium”"),
    ],
)
def test_what_is_not_known_says_what_to_do(
    by: Actor, laboratory: Laboratory, loinc: str, local_name: str, problem: str
) -> None:
    known = resolved(laboratory, by, loinc, local_name)
    assert problem in known.problem
    assert not known.is_known
    assert known.told_by is ToldBy.NOBODY


def test_a_person_may_say_what_a_code_is_that_we_do_not_know(by: Actor, laboratory: Laboratory) -> None:
    said(laboratory, by, "MGI-7", analyte="IONIZED_MG")
    assert resolved(laboratory, by, "mgi-7", "Creatinine").analyte == "IONIZED_MG"


def test_who_only_noted_a_name_has_not_said_what_it_is(by: Actor, laboratory: Laboratory) -> None:
    LaboratoryTestFactory.create(laboratory=laboratory, local_name="mg", analyte="", loinc="")
    LaboratoryTestFactory.create(laboratory=laboratory, local_name="kalium", analyte="", loinc="")
    assert not resolved(laboratory, by, local_name="Mg").is_known
    assert resolved(laboratory, by, local_name="Kalium").told_by is ToldBy.VOCABULARY


def test_the_laboratorys_own_interval_comes_with_its_test(by: Actor, laboratory: Laboratory) -> None:
    test = name_test(laboratory=laboratory, local_name="Mg", analyte="TOTAL_MG", by=by, at=NOW)
    set_interval(test=test, low=Decimal("0.7"), high=None, unit="mmol/L", version=test.version, by=by, at=NOW)
    known = resolved(laboratory, by, local_name="MG")
    assert (known.interval, known.test) == ((Decimal("0.7"), None), test)
    assert resolved(laboratory, by, "2601-3").interval is None


def test_neither_another_laboratory_nor_another_clinic_has_a_say(by: Actor, laboratory: Laboratory) -> None:
    other = a_clinician(a_clinic("meadow"))
    said(laboratory_named("Southfield Lab", by=by, at=NOW), by, "Mg", analyte="TOTAL_MG")
    said(laboratory_named("Northfield Lab", by=other, at=NOW), other, "Mg", analyte="TOTAL_MG")
    for where in (laboratory, None):
        assert not resolved(where, by, local_name="Mg").is_known


def test_a_hundred_thousand_rows_ask_once(by: Actor, laboratory: Laboratory) -> None:
    said(laboratory, by, "Mg", analyte="TOTAL_MG")
    rows = [
        Reported(1, "line 2", "", local_name="Mg"),
        Reported(2, "line 3", "", loinc="2160-0"),
        Reported(3, "line 4", "", local_name="Kalium"),
        Reported(4, "line 5", "", local_name="Gold"),
    ]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        names = TestNames(by.clinic, laboratory)
        for _ in range(25_000):
            for row in rows:
                names.of(row)
    assert len(asked) == 1
    assert names.unknown == {"gold": 25_000}
    assert {name: known.analyte for name, known in names.taken.items()} == {"kalium": "POTASSIUM"}


def test_a_file_that_makes_up_names_fills_no_memory(by: Actor, laboratory: Laboratory) -> None:
    names = TestNames(by.clinic, laboratory)
    for number in range(20_000):
        assert names.of(Reported(number, "", "", local_name=f"made up {number}")).problem
    assert (len(names.unknown), len(names._answers)) == (5000, 5000)
