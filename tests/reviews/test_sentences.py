"""What flags say: the fact with its value and since when, in one or two lines."""

from datetime import timedelta

import pytest

from accounts.actors import Actor
from accounts.wording import NO_BREAK
from reviews.acts.errors import mark_in_error
from reviews.acts.flags import resolve
from reviews.acts.reevaluations import review_reevaluation
from reviews.models import Flag, Reevaluation
from reviews.sentences import READS, closing, interval_words, measured, sentence, short, spec
from tests.factories import NOW, TODAY
from tests.stories import (
    a_clinician,
    a_low_result,
    a_patient,
    a_result,
    a_visit,
    present,
    taking,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician()


def _flag(rule: str) -> Flag:
    return Flag.objects.select_related(*READS).get(rule=rule)


def _plain(words: str) -> str:
    return words.replace(NO_BREAK, " ").replace("‑", "-")


def test_an_overdue_re_evaluation_names_the_form_and_the_day_it_started(by: Actor) -> None:
    taking(a_patient(by), by, since=TODAY - timedelta(days=50))
    flag = _flag("RE_EVALUATION")
    assert _plain(sentence(flag, TODAY)).startswith("No re-evaluation since glycinate started")
    assert _plain(short(flag, TODAY)) == "re-evaluation 8 days over"
    assert (spec(flag).mark, spec(flag).claim) == ("C", "C21")


def test_an_open_window_says_until_when_and_that_nothing_is_booked(by: Actor) -> None:
    taking(a_patient(by), by, since=TODAY - timedelta(days=35))
    words = _plain(sentence(_flag("RE_EVALUATION"), TODAY))
    assert words.startswith("Re-evaluation due by ") and words.endswith("; nothing booked.")


def test_a_result_that_came_back_is_named_until_it_is_reviewed(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by)
    a_result(patient, by, "0.50")
    assert _plain(sentence(_flag("RE_EVALUATION"), TODAY)).startswith("Ionized Mg 0.50 mmol/L of ")
    owed = Reevaluation.objects.get()
    review_reevaluation(reevaluation=owed, by=by, at=NOW, version=owed.version)
    assert _plain(closing(_flag("RE_EVALUATION"))).startswith("Met by ionized Mg 0.50 mmol/L of ")


def test_a_symptom_says_grade_night_and_onset(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by)
    onset = TODAY - timedelta(days=7)
    a_visit(patient, by, present("MUSCLE_TWITCHING", 2, nocturnal=True, onset_on=onset))
    flag = _flag("SYMPTOM")
    assert _plain(sentence(flag, TODAY)).startswith("Twitching, grade 2, at night, since ")
    assert _plain(short(flag, TODAY)) == "twitching grade 2"


def test_a_result_out_of_range_says_its_interval(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by)
    a_low_result(patient, by)
    flag = _flag("LAB_OUT_OF_RANGE")
    assert _plain(sentence(flag, TODAY)) == "Ionized Mg 0.42 mmol/L, below 0.46–0.60."
    assert _plain(short(flag, TODAY)) == "ionized Mg low"


def test_a_failing_kidney_is_named_with_its_unit(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by)
    a_result(patient, by, "27", analyte="EGFR", unit="mL/min/{1.73_m2}")
    flag = Flag.objects.select_related(*READS).get(rule="KIDNEY", lab_result__isnull=False)
    assert _plain(sentence(flag, TODAY)) == "eGFR 27 mL/min/1.73 m² while taking magnesium."


def test_a_resolved_flag_says_who_and_what(by: Actor) -> None:
    patient = a_patient(by)
    a_visit(patient, by, present("TINGLING"))
    flag = resolve(flag=_flag("SYMPTOM"), by=by, at=NOW, version=1, action="ADVISED")
    assert closing(flag) == f"Resolved by {by.user}: advised."


def test_a_withdrawn_cause_closes_by_itself(by: Actor) -> None:
    patient = a_patient(by)
    visit = a_visit(patient, by, present("TINGLING")).visit
    mark_in_error(row=visit, by=by, at=NOW, version=1, reason="Wrong patient")
    assert closing(_flag("SYMPTOM")) == "Closed by itself: its cause was entered in error."


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("0.46", "0.60", "0.46–0.60"),
        ("0.46", None, "from 0.46"),
        (None, "0.6", "up to 0.60"),
        (None, None, ""),
    ],
)
def test_an_interval_may_be_open_on_either_side(low: str | None, high: str | None, words: str) -> None:
    assert _plain(interval_words("IONIZED_MG", low, high)) == words


def test_names_are_short_and_units_stay_with_their_value() -> None:
    assert _plain(measured("VITAMIN_D_25OH", "48")) == "25-OH-D 48 nmol/L"
    assert measured("EGFR", "59.6").endswith(f"59.6{NO_BREAK}mL/min/1.73{NO_BREAK}m²")
