"""The figures of a series, read from the record."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from caseseries.definition import CohortCriteria
from caseseries.summary import NewSymptom, Share
from patients.models import Patient
from regimens.salts import Family
from tests.caseseries.people import (
    START,
    a_person,
    a_score,
    a_start,
    a_step,
    a_visit,
    an_ionized_mg,
    answers_of,
    people_of,
    series_of,
    the_article_series,
)
from tests.factories import NOW, TODAY, OutcomeFactory, PatientFactory
from tests.stories import a_clinic, a_clinician

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def people_in(by: Actor, cohort: CohortCriteria | None = None, cut: date = TODAY) -> int:
    return len(people_of(by.clinic, cohort or CohortCriteria(families=(Family.GLYCINATE,)), cut=cut))


def withdrawn(row: object) -> None:
    row.withdraw(row.version, by=row.created_by, at=NOW, reason="Wrong person")  # type: ignore[attr-defined]


def symptom_of(by: Actor, name: str) -> NewSymptom:
    return next(s for s in series_of(by.clinic).summary.new_symptoms if s.symptom == name)


def test_the_article_series_has_the_figures_of_the_article(by: Actor) -> None:
    the_article_series(by)
    summary = series_of(by.clinic).summary
    assert summary.n == 50
    assert summary.less_anxious.less_of_observed == Share(34, 50, 68.0, 54.2, 79.2)
    assert summary.less_anxious.less_of_all == Share(34, 50, 68.0, 54.2, 79.2)
    (twitching,) = [s for s in summary.new_symptoms if s.symptom == "MUSCLE_TWITCHING"]
    assert twitching.new == Share(11, 50, 22.0, 12.8, 35.2)
    change = summary.ionized_mg_mmol_l.change
    assert change is not None
    assert (change.n, change.mean, change.sd, change.median) == (50, 0.08, 0.0, 0.08)
    assert [(sex.sex, sex.share.n) for sex in summary.sexes] == [("FEMALE", 30), ("MALE", 20)]


def test_a_series_of_nobody_and_of_one_can_be_read(by: Actor) -> None:
    nobody = series_of(by.clinic).summary
    assert (nobody.n, nobody.age_years, nobody.new_symptoms) == (0, None, [])
    assert nobody.less_anxious.less_of_observed == Share(0, 0)
    a_person(by, gad7={0: 10, 84: 4}, ionized={0: "0.45", 84: "0.50"})
    one = series_of(by.clinic).summary
    assert (one.n, one.less_anxious.less_of_all.n) == (1, 1)
    assert one.ionized_mg_mmol_l.change is not None
    assert one.ionized_mg_mmol_l.change.sd is None


# --- who is in


def test_each_step_keeps_some_of_those_before_it(by: Actor) -> None:
    a_person(by)
    a_person(by, code="P05")
    a_person(by, start=TODAY - 12 * WEEK + timedelta(days=1))
    a_person(by, birth_date=START.replace(year=START.year - 17))
    a_person(by, start=START - 52 * WEEK)
    a_person(by, research_consent=False)
    PatientFactory.create(clinic=by.clinic, created_by=by.user, research_consent=True)
    cohort = CohortCriteria(
        families=(Family.GLYCINATE,), minimum_age_years=18, started_from=START, started_until=START + 4 * WEEK
    )
    assert series_of(by.clinic, cohort).cohort.remaining == {
        "ALL": 7,
        "FORM": 5,
        "WEEKS": 4,
        "AGE": 3,
        "PERIOD": 2,
        "CONSENT": 1,
    }


@pytest.mark.parametrize(("days", "counts"), [(83, 0), (84, 1), (85, 1)])
def test_12_weeks_since_the_start_are_84_days_whatever_was_observed(
    by: Actor, days: int, counts: int
) -> None:
    a_person(by, start=TODAY - timedelta(days=days))
    assert people_in(by) == counts


@pytest.mark.parametrize(("born", "counts"), [(date(2007, 10, 23), 1), (date(2007, 10, 24), 0)])
def test_age_is_of_the_day_of_the_start(by: Actor, born: date, counts: int) -> None:
    assert date(2025, 10, 23) == START
    a_person(by, birth_date=born)
    assert people_in(by, CohortCriteria(minimum_age_years=18)) == counts
    assert people_in(by, CohortCriteria(maximum_age_years=17)) == 1 - counts


@pytest.mark.parametrize("start", [date(2023, 2, 27), date(2023, 2, 28), date(2023, 3, 1), date(2024, 2, 29)])
def test_the_age_of_who_was_born_on_29_february_is_the_charts(by: Actor, start: date) -> None:
    patient = a_person(by, start=start, birth_date=date(1980, 2, 29))
    (person,) = people_of(by.clinic)
    assert person.age_at_start == patient.age_on(start)


def test_a_person_counts_once_with_the_first_start_of_the_family(by: Actor) -> None:
    patient = a_person(by, start=START - 30 * WEEK, code="P01")
    a_start(patient, START, code="P04")
    assert people_in(by) == 1
    # The later start lies in the period, but it was not the person's first.
    assert people_in(by, CohortCriteria(families=(Family.GLYCINATE,), started_from=START)) == 0


def test_stopping_leaving_or_dying_takes_nobody_out(by: Actor) -> None:
    patient = a_person(by, status="LEFT")
    patient.regimens.update(stopped_on=START + WEEK, stop_reason="HARM")
    assert people_in(by) == 1


def test_withdrawn_patients_and_regimens_never_count(by: Actor) -> None:
    withdrawn(a_person(by))
    withdrawn(a_person(by).regimens.get())
    assert people_in(by) == 0


def test_another_clinics_people_never_count(by: Actor) -> None:
    a_person(a_clinician(a_clinic("southbank")))
    assert series_of(by.clinic).cohort.remaining["ALL"] == 0


def test_the_data_cut_leaves_out_what_came_later(by: Actor) -> None:
    patient = a_person(by, gad7={0: 12, 84: 6})
    cut = START + timedelta(days=83)
    cohort = CohortCriteria(families=(Family.GLYCINATE,), minimum_weeks=4)
    early = series_of(by.clinic, cohort, cut=cut).summary.less_anxious
    assert (early.no_outcome, early.less_of_all.n) == (1, 0)
    late = series_of(by.clinic, cohort, cut=cut + timedelta(days=1)).summary.less_anxious
    assert late.less_of_all.n == 1
    assert people_in(by, cohort, cut=START - WEEK) == 0
    assert patient.outcomes.count() == 2


# --- less anxious


@pytest.mark.parametrize(
    ("start", "later", "cell"),
    [
        (12, 8, "less"),
        (12, 9, "neither"),
        (5, 1, "less"),
        (4, 0, "neither"),
        (8, 12, "worse"),
        (8, 11, "neither"),
        (0, 4, "worse"),
    ],
)
def test_less_anxious_is_4_points_down_from_5_or_more(by: Actor, start: int, later: int, cell: str) -> None:
    a_person(by, gad7={0: start, 84: later})
    less = series_of(by.clinic).summary.less_anxious
    found = {"less": less.less_of_observed.n, "worse": less.worse_of_observed.n, "neither": less.neither}
    assert found == {"less": 0, "worse": 0, "neither": 0, cell: 1}


@pytest.mark.parametrize(("day", "counts"), [(69, 0), (70, 1), (98, 1), (99, 0)])
def test_week_12_is_day_84_and_14_days_on_both_sides(by: Actor, day: int, counts: int) -> None:
    a_person(by, gad7={0: 12, day: 6})
    assert series_of(by.clinic).summary.less_anxious.less_of_observed == (
        Share(1, 1, 100.0, 20.7, 100.0) if counts else Share(0, 0)
    )


def test_the_answer_nearest_to_day_84_counts(by: Actor) -> None:
    a_person(by, gad7={0: 12, 72: 3, 86: 11, 97: 2})
    assert series_of(by.clinic).summary.less_anxious.less_of_all.n == 0


def test_the_last_answer_on_or_before_the_start_is_the_baseline(by: Actor) -> None:
    a_person(by, gad7={-40: 4, 0: 14, 1: 5, 84: 9})
    assert series_of(by.clinic).summary.less_anxious.less_of_all.n == 1


def test_who_was_not_measured_is_counted_and_not_less_anxious(by: Actor) -> None:
    a_person(by, gad7={0: 12, 84: 6})
    a_person(by, gad7={0: 12})
    a_person(by, gad7={84: 6})
    less = series_of(by.clinic).summary.less_anxious
    assert (less.less_of_observed.n, less.less_of_observed.of) == (1, 1)
    assert (less.less_of_all.n, less.less_of_all.of) == (1, 3)
    assert (less.no_baseline, less.no_outcome) == (1, 1)


def test_a_withdrawn_answer_never_counts(by: Actor) -> None:
    patient = a_person(by, gad7={0: 12})
    withdrawn(a_score(patient, START + 12 * WEEK, 2))
    assert series_of(by.clinic).summary.less_anxious.no_outcome == 1


# --- ionized magnesium


def test_the_change_is_of_those_with_both_values(by: Actor) -> None:
    a_person(by, ionized={-20: "0.40", 0: "0.44", 30: "0.70", 84: "0.52"})
    a_person(by, ionized={0: "0.50"})
    mg = series_of(by.clinic).summary.ionized_mg_mmol_l
    assert (mg.measured_at_both.n, mg.measured_at_both.of) == (1, 2)
    assert mg.change is not None and mg.at_start is not None
    assert (mg.at_start.mean, mg.change.mean) == (0.44, 0.08)


@pytest.mark.parametrize("fields", [{"status": "PRELIMINARY"}, {"doubt": "Haemolysed"}, {"comparator": "<"}])
def test_only_sound_and_exact_results_count(by: Actor, fields: dict[str, str]) -> None:
    patient = a_person(by, ionized={0: "0.44"})
    an_ionized_mg(patient, START + 12 * WEEK, "0.52", **fields)
    assert series_of(by.clinic).summary.ionized_mg_mmol_l.measured_at_both.n == 0


def test_withdrawn_results_and_total_magnesium_never_count(by: Actor) -> None:
    patient = a_person(by, ionized={0: "0.44"})
    withdrawn(an_ionized_mg(patient, START + 12 * WEEK, "0.52"))
    an_ionized_mg(patient, START + 12 * WEEK, "0.90", analyte="TOTAL_MG")
    assert series_of(by.clinic).summary.ionized_mg_mmol_l.measured_at_both.n == 0


# --- dose


def test_the_dose_is_elemental_over_all_products_of_the_day(by: Actor) -> None:
    patient = a_person(by, code="P02", units="3")
    a_start(patient, START + WEEK, code="P05", units="1")
    a_step(patient.regimens.get(product__code="P02"), START + 4 * WEEK, "2")
    (person,) = people_of(by.clinic)
    assert float(person.dose_on(0) or 0) == pytest.approx(299.7)
    assert float(person.dose_on(84) or 0) == pytest.approx(2 * 99.9 + 101)


def test_who_stopped_before_week_12_takes_none_and_is_counted(by: Actor) -> None:
    patient = a_person(by)
    patient.regimens.update(stopped_on=START + 12 * WEEK, stop_reason="HARM")
    a_person(by)
    doses = series_of(by.clinic).summary.doses
    assert (doses.taking_at_outcome.n, doses.taking_at_outcome.of) == (1, 2)
    assert doses.at_outcome is not None and doses.at_outcome.n == 1


def test_who_has_not_reached_week_12_has_no_dose_of_it(by: Actor) -> None:
    a_person(by, start=TODAY - 5 * WEEK)
    doses = series_of(by.clinic, CohortCriteria(minimum_weeks=4)).summary.doses
    assert (doses.not_yet_at_outcome, doses.taking_at_outcome.of) == (1, 0)


# --- new symptoms


@pytest.mark.parametrize(
    ("told", "cell"),
    [
        ({40: "PRESENT"}, "new"),
        ({-3: "ABSENT", 40: "PRESENT"}, "new"),
        ({40: "ABSENT"}, "asked"),
        ({-3: "PRESENT", 40: "ABSENT"}, "already"),
        ({-3: "PRESENT", 40: "PRESENT"}, "already"),
        ({0: "PRESENT", 40: "ABSENT"}, "already"),
        ({40: f"PRESENT {START - timedelta(days=1)}"}, "already"),
        ({40: f"PRESENT {START}"}, "new"),
        ({-3: "ABSENT"}, "never"),
        ({-3: "ABSENT", 40: "NOT_ASKED"}, "never"),
        ({40: "ABSENT", 60: "PRESENT"}, "new"),
    ],
)
def test_a_symptom_is_new_in_who_was_free_of_it_and_asked_later(
    by: Actor, told: dict[int, str], cell: str
) -> None:
    a_person(by, told={day: {"TINGLING": answer} for day, answer in told.items()})
    tingling = symptom_of(by, "TINGLING")
    found = {
        "new": tingling.new.n,
        "asked": (tingling.new.of or 0) - (tingling.new.n or 0),
        "already": tingling.already_present,
        "never": tingling.never_asked,
    }
    assert found == {"new": 0, "asked": 0, "already": 0, "never": 0, cell: 1}


def test_a_symptom_that_nobody_was_asked_about_is_not_in_the_table(by: Actor) -> None:
    a_person(by, told={40: {"TINGLING": "NOT_ASKED"}})
    assert series_of(by.clinic).summary.new_symptoms == []


def test_withdrawn_visits_and_answers_never_count(by: Actor) -> None:
    patient = a_person(by, told={40: {"TINGLING": "ABSENT"}})
    withdrawn(a_visit(patient, START + 6 * WEEK, TINGLING="PRESENT"))
    a_visit(patient, START + 7 * WEEK, TINGLING="PRESENT")
    for answer in answers_of(patient).filter(visit__visited_on=START + 7 * WEEK):
        withdrawn(answer)
    assert symptom_of(by, "TINGLING").new == Share(0, 1, 0.0, 0.0, 79.3)


def test_a_later_regimen_of_the_family_does_not_count_answers_twice(by: Actor) -> None:
    patient = a_person(by, told={40: {"TINGLING": "PRESENT"}})
    a_start(patient, START + 3 * WEEK, code="P04")
    assert symptom_of(by, "TINGLING").new.of == 1
    (person,) = people_of(by.clinic)
    assert [course.episode.onset_day for course in person.symptoms.values() if course.episode] == [40]


# --- cost


def test_the_number_of_queries_does_not_grow_with_the_people(by: Actor) -> None:
    the_article_series(by, people=2)
    few = _queries(lambda: series_of(by.clinic))
    the_article_series(by, people=20)
    assert _queries(lambda: series_of(by.clinic)) == few
    # The protocol; everybody, who remains, who started; thirteen kinds of rows.
    assert few == 17


def _queries(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read()
    return len(queries)


def test_the_figures_are_those_of_a_recount_patient_by_patient(by: Actor) -> None:
    for n in range(30):
        a_person(
            by,
            gad7={-n: 3 + n % 12, 70 + n: 2 + n * 7 % 11, 84: n % 9} if n % 4 else {0: 9},
            ionized={-1: f"0.4{n % 10}", 60 + n: f"0.5{n % 7}"},
            told={10 + n: {"FATIGUE": "PRESENT" if n % 3 == 0 else "ABSENT"}},
        )
    summary = series_of(by.clinic).summary
    recounted = [_recount(patient) for patient in Patient.objects.of(by.clinic)]
    assert summary.less_anxious.less_of_observed.n == sum(person["less"] is True for person in recounted)
    assert summary.less_anxious.less_of_observed.of == sum(person["less"] is not None for person in recounted)
    changes = [person["change"] for person in recounted if person["change"] is not None]
    assert summary.ionized_mg_mmol_l.measured_at_both.n == len(changes)
    assert summary.ionized_mg_mmol_l.change is not None
    assert summary.ionized_mg_mmol_l.change.mean == pytest.approx(sum(changes) / len(changes), abs=0.001)
    assert symptom_of(by, "FATIGUE").new.n == sum(person["tired"] for person in recounted)


def _recount(patient: Patient) -> dict[str, Any]:
    """The same figures of one patient, counted the slow way."""

    def pair(rows: list[tuple[date, float]]) -> tuple[float, float] | None:
        before = [value for on, value in sorted(rows) if on <= START]
        window = sorted(
            (abs((on - START).days - 84), on, value) for on, value in rows if 70 <= (on - START).days <= 98
        )
        return (before[-1], window[0][2]) if before and window else None

    scores = pair(
        [(o.answered_on, o.total) for o in OutcomeFactory._meta.model.objects.filter(patient=patient)]
    )
    values = pair([(r.collected_on, float(r.canonical_value)) for r in patient.lab_results.all()])
    return {
        "less": None if scores is None else scores[0] >= 5 and scores[0] - scores[1] >= 4,
        "change": None if values is None else values[1] - values[0],
        "tired": answers_of(patient).filter(symptom="FATIGUE", answer="PRESENT").exists(),
    }
