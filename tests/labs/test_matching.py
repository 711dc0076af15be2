"""Whose a row is: the MRN with an agreeing name or birth date, never less."""

from datetime import date

import pytest

from labs.matching import Known, contradiction, names_nobody, unknown_mrn
from labs.reading.reported import Reported

BORN = date(1994, 7, 2)
MATT = Known("105077", "Mosciski", "Matt", BORN)


def row(**told: object) -> Reported:
    return Reported(number=1, place="line 2", raw="", mrn="105077", **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "told",
    [
        {"birth_date": BORN},
        {"birth_date": BORN, "family_name": "MOSCISKI", "given_name": "Matt"},
        {"birth_date": BORN, "family_name": "Newname", "given_name": "Matt"},
        {"birth_date": BORN, "family_name": "Mosciski", "given_name": "Matthew"},
        {"family_name": "Mościski", "given_name": "Matt J."},
    ],
)
def test_a_row_that_agrees_is_taken(told: dict[str, object]) -> None:
    assert contradiction(row(**told), MATT) == ""


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "Only the MRN 105077 is given"),
        ({"family_name": "Mosciski"}, "of another name"),
        ({"family_name": "Mosciski", "given_name": "Anna"}, "of another name"),
        ({"given_name": "Matt"}, "of another name"),
        ({"birth_date": date(1994, 2, 7)}, "another birth date."),
        (
            {"birth_date": date(1994, 2, 7), "family_name": "Mosciski", "given_name": "Matt"},
            "another birth date.",
        ),
        (
            {"birth_date": date(1994, 2, 7), "family_name": "Mosciski", "given_name": "Matthew"},
            "another birth date and another name.",
        ),
        (
            {"birth_date": BORN, "family_name": "Other", "given_name": "Person"},
            "another name, born on the same day",
        ),
    ],
)
def test_a_row_that_says_less_or_something_else_is_not(told: dict[str, object], words: str) -> None:
    assert words in contradiction(row(**told), MATT)


@pytest.mark.parametrize("mrn", ["", "  ", "0", "000", "N/A", "n.a.", "unknown", "999999", "-", "Test"])
def test_a_blank_or_a_placeholder_names_nobody(mrn: str) -> None:
    assert names_nobody(mrn)


@pytest.mark.parametrize("mrn", ["105077", "7", "10", "3287b938-4670-47eb-91e5-e0ce3df71405", "NG-001"])
def test_a_number_names_somebody(mrn: str) -> None:
    assert names_nobody(mrn) is (mrn == "7")


def test_who_was_born_the_same_day_is_named_but_never_taken() -> None:
    assert unknown_mrn(row(), []) == "No patient has the MRN 105077."
    assert "MOSCISKI, Matt, MRN 105077. Check the request form" in unknown_mrn(row(birth_date=BORN), [MATT])
