"""The figures of people made by hand, counted as they are read."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from caseseries.definition import OutcomeDefinition
from caseseries.persons import (
    Anxiety,
    Asked,
    Changed,
    Course,
    DoseSpan,
    Ending,
    Followed,
    Measured,
    Pair,
    Person,
    Reevaluations,
    SymptomCourse,
)
from caseseries.summary import (
    AfterChange,
    NewSymptom,
    Share,
    Summary,
    Tally,
    adherence_band,
    summarise,
    tables_of,
    weeks_band,
)
from patients.symptoms import Symptom
from protocols.thresholds import Thresholds
from regimens.salts import Family
from tests.caseseries.persons_made import a_person_made, new_symptom

OUTCOME = OutcomeDefinition.of(Thresholds())


def tallied(persons: Sequence[Person], **outcome: Any) -> Tally:
    tally = Tally(replace(OUTCOME, **outcome), {"ALL": len(persons) + 30, "FORM": len(persons)})
    tally.add(persons)
    return tally


def stated(persons: Sequence[Person], threshold: int = 1, **outcome: Any) -> Summary:
    tally = tallied(persons, **outcome)
    return summarise(tally, tables_of(tally, threshold))


def twitching(persons: Sequence[Person], threshold: int = 1, **outcome: Any) -> NewSymptom:
    (new,) = stated(persons, threshold, **outcome).new_symptoms
    return new


def after(**episode: Any) -> AfterChange:
    """What one person with such an episode adds."""
    (found,) = twitching([a_person_made(symptoms=new_symptom(**episode))]).after
    return found


def doses(*mg: int) -> tuple[DoseSpan, ...]:
    """Four weeks of each."""
    return tuple(DoseSpan(28 * n, 28 * (n + 1), Decimal(amount)) for n, amount in enumerate(mg))


def the_article(gone: int = 11) -> list[Person]:
    """34 of 50 less anxious, 11 with new twitching, of whom so many later answered absent."""
    resolved = a_person_made(symptoms=new_symptom())
    lasting = a_person_made(symptoms=new_symptom(followed=Followed.STILL_PRESENT, gone_day=None))
    other = a_person_made(anxiety=Anxiety.NEITHER, gad7=Pair(12, 10, 84))
    return [*[resolved] * gone, *[lasting] * (11 - gone), *[a_person_made()] * 23, *[other] * 16]


def test_the_article_series_has_the_figures_of_the_article() -> None:
    summary = stated(the_article())
    assert summary.n == 50
    assert summary.less_anxious.less_of_observed == Share(34, 50, 68.0, 54.2, 79.2)
    (new,) = summary.new_symptoms
    assert new.new == Share(11, 50, 22.0, 12.8, 35.2)
    (lowered,) = new.after
    assert (lowered.changed, lowered.people, lowered.gone.n, lowered.gone_alone.n) == (
        "LOWERED_TO",
        11,
        11,
        11,
    )
    assert lowered.days is not None and lowered.days.median == 14.0
    assert lowered.less_anxious_after == Share(11, 11, 100.0, 74.1, 100.0)


def test_people_may_be_added_chunk_by_chunk() -> None:
    persons = the_article(9)
    tally = Tally(OUTCOME)
    for person in persons:
        tally.add([person])
    whole = Tally(OUTCOME)
    whole.add(persons)
    assert summarise(tally, tables_of(tally, 11)) == summarise(whole, tables_of(whole, 11))


def test_nobody_has_a_summary_too() -> None:
    nobody = stated([])
    assert (nobody.n, nobody.age_years, nobody.new_symptoms, nobody.by_form) == (0, None, [], [])
    assert nobody.safety.died == Share(0, 0)
    assert {group.n for group in nobody.reached} == {0}


def test_a_series_below_the_threshold_shows_nothing() -> None:
    few = stated([a_person_made(symptoms=new_symptom())] * 10, 11)
    assert few.n is None
    assert few.less_anxious.less_of_all == Share(None, None)
    assert few.safety.died.n is None
    assert few.follow_up.weeks is None
    assert few.new_symptoms[0].new.n is None
    assert few.new_symptoms[0].time_to_first is None


def test_the_attrition_tells_what_each_step_took() -> None:
    steps = stated(the_article()).attrition
    assert [(step.step, step.n, step.removed) for step in steps] == [("ALL", 80, 0), ("FORM", 50, 30)]


# --- where all who started stand


@pytest.mark.parametrize(
    ("ending", "day", "cut", "name"),
    [
        (Ending.FOLLOWED, None, 84, "REACHED"),
        (Ending.FOLLOWED, None, 83, "NOT_YET"),
        (Ending.LOST, 84, 140, "LOST"),
        (Ending.DIED, 30, 40, "DIED"),
        (Ending.STOPPED_FOR_HARM, 85, 140, "REACHED"),
        (Ending.SWITCHED, 20, 140, "SWITCHED"),
    ],
)
def test_everybody_stands_somewhere(ending: Ending, day: int | None, cut: int, name: str) -> None:
    reached = stated([a_person_made(ending=ending, ended_day=day, cut_day=cut)]).reached
    assert {group.name: group.n for group in reached if group.n} == {name: 1}


def test_a_stop_for_harm_after_the_outcome_is_one_of_all_and_did_reach_it() -> None:
    late = a_person_made(ending=Ending.STOPPED_FOR_HARM, ended_day=100)
    early = a_person_made(ending=Ending.STOPPED_FOR_HARM, ended_day=10)
    summary = stated([late, early])
    assert summary.safety.stopped_for_harm.n == 2
    assert {group.name: group.n for group in summary.reached if group.n} == {
        "REACHED": 1,
        "STOPPED_FOR_HARM": 1,
    }


def test_a_death_after_a_stop_is_a_death() -> None:
    stopped = {"ending": Ending.STOPPED_OTHERWISE, "ended_day": 20}
    safety = stated([a_person_made(**stopped, died_day=60, death_possibly_related=True)]).safety
    assert (safety.died.n, safety.died_possibly_related.n) == (1, 1)


# --- doses


@pytest.mark.parametrize(
    ("mg", "lowered", "raised"),
    [
        ((200, 200), 0, 0),
        ((300, 250), 1, 0),
        ((200, 300), 0, 1),
        ((200, 300, 250), 1, 1),
        ((200, 0, 200), 0, 0),
    ],
)
def test_a_pause_is_no_change_of_dose(mg: tuple[int, ...], lowered: int, raised: int) -> None:
    said = stated([a_person_made(doses=doses(*mg))]).doses
    assert (said.lowered.n, said.raised.n) == (lowered, raised)


def test_weeks_are_counted_at_each_dose_rounded_to_25() -> None:
    persons = [a_person_made(doses=doses(200, 300, 200)), a_person_made(doses=doses(199))]
    weeks = stated(persons).doses.weeks_at_dose
    assert [(row.elemental_mg_per_day, row.people, row.weeks) for row in weeks] == [
        (200, 2, 12.0),
        (300, 1, 4.0),
    ]


def test_who_has_not_reached_the_day_has_no_dose_of_it() -> None:
    said = stated([a_person_made(cut_day=50), a_person_made(doses=doses(200, 200))]).doses
    assert (said.not_yet_at_outcome, said.taking_at_outcome.n, said.taking_at_outcome.of) == (1, 0, 1)


# --- measures


def test_the_change_of_ionized_magnesium_has_its_interval_and_the_reference_change_value() -> None:
    later = ["0.50", "0.51", "0.55", "0.60"]
    summary = stated([a_person_made(ionized_mg=Pair(Decimal("0.50"), Decimal(value), 84)) for value in later])
    change = summary.ionized_mg_mmol_l
    # Mean 0.04, SD 0.0455, t(3) = 3.182; 11.1 % of 0.50 is 0.0555 (clinical facts 4.2, D).
    assert (change.mean_low, change.mean_high) == (-0.032, 0.112)
    assert change.beyond_reference_change == Share(1, 4, 25.0, 4.6, 69.9)


def test_who_was_not_measured_is_counted() -> None:
    persons = [
        a_person_made(ionized_mg=Pair(None, Decimal("0.5"), 84), ionized_mg_course=()),
        a_person_made(ionized_mg=Pair(Decimal("0.5"), None)),
        a_person_made(ionized_mg=Pair()),
        a_person_made(ionized_mg_method="another"),
        a_person_made(ionized_mg_course=(Measured(0, Decimal("0.44")),)),
    ]
    change = stated(persons).ionized_mg_mmol_l
    assert (change.measured_at_both.n, change.no_baseline, change.no_outcome, change.methods) == (2, 2, 1, 2)


@pytest.mark.parametrize(("few", "methods"), [(10, None), (11, 2), (12, 2)])
def test_a_method_of_few_people_is_not_told(few: int, methods: int | None) -> None:
    persons = [*[a_person_made()] * 30, *[a_person_made(ionized_mg_method="Rareword")] * few]
    summary = stated(persons, 11)
    assert summary.ionized_mg_mmol_l.methods == methods
    assert "Rareword" not in str(summary.to_json())
    assert stated(persons).ionized_mg_mmol_l.methods == 2


def test_methods_of_nobody_and_of_too_few_people() -> None:
    unmeasured = a_person_made(ionized_mg=Pair(), ionized_mg_course=())
    assert stated([unmeasured] * 11, 11).ionized_mg_mmol_l.methods == 0
    assert stated([unmeasured] * 10, 11).ionized_mg_mmol_l.methods is None


# --- symptoms


def test_new_is_of_those_who_were_free_of_it_and_asked_later() -> None:
    courses = [Course.ALREADY_PRESENT, Course.NEVER_ASKED, Course.NOT_NEW, Course.NOT_NEW]
    persons = [a_person_made(symptoms={Symptom.MUSCLE_TWITCHING: SymptomCourse(c)}) for c in courses]
    persons += [a_person_made(symptoms=new_symptom()), a_person_made(symptoms={})]
    new = twitching(persons)
    assert (new.new.n, new.new.of, new.already_present, new.never_asked) == (1, 3, 1, 2)


@pytest.mark.parametrize(
    ("episode", "changed"),
    [
        ({"mg_after_change": Decimal(250)}, "LOWERED_TO"),
        ({"mg_after_change": Decimal("250.1")}, "LOWERED_ABOVE"),
        ({"changed": Changed.STOPPED, "mg_after_change": Decimal(0)}, "STOPPED"),
        ({"changed": Changed.RAISED, "mg_after_change": Decimal(350)}, "RAISED"),
        ({"changed": Changed.INTAKES_MOVED, "mg_after_change": Decimal(300)}, "INTAKES_MOVED"),
        ({"changed": Changed.NOTHING, "changed_day": None, "mg_after_change": None}, "NOTHING"),
    ],
)
def test_what_was_changed_is_told_apart(episode: dict[str, Any], changed: str) -> None:
    assert after(**episode).changed == changed


@pytest.mark.parametrize(
    ("episode", "asked_again", "gone", "alone", "came_back"),
    [
        ({}, 1, 1, 1, 0),
        ({"change_beside": True}, 1, 1, 0, 0),
        ({"followed": Followed.CAME_BACK}, 1, 1, 1, 1),
        ({"followed": Followed.STILL_PRESENT, "gone_day": None}, 1, 0, 0, 0),
        ({"followed": Followed.NOT_ASKED, "gone_day": None}, 0, 0, 0, 0),
    ],
)
def test_what_was_heard_afterwards(
    episode: dict[str, Any], asked_again: int, gone: int, alone: int, came_back: int
) -> None:
    found = after(**episode)
    assert (found.asked_again, found.gone.n, found.gone_alone.n, found.came_back) == (
        asked_again,
        gone,
        alone,
        came_back,
    )
    assert found.not_asked == 1 - asked_again


def test_days_are_counted_from_the_change_or_from_the_onset_where_there_was_none() -> None:
    changed = after(onset_day=40, changed_day=42, gone_day=56).days
    unchanged = after(changed=Changed.NOTHING, changed_day=None, mg_after_change=None, gone_day=56).days
    assert changed is not None and changed.median == 14.0
    assert unchanged is not None and unchanged.median == 16.0


@pytest.mark.parametrize(("changed_day", "n"), [(83, 1), (84, 0)])
def test_a_benefit_was_kept_only_if_it_was_measured_after_the_change(changed_day: int, n: int) -> None:
    assert (after(changed_day=changed_day).less_anxious_after.n, after().less_anxious_after.of) == (n, 1)


def test_the_headline_may_count_up_to_a_grade() -> None:
    persons = [a_person_made(symptoms=new_symptom(grade=grade)) for grade in (1, 2, None)]
    mild = twitching([*persons, a_person_made()], grade_at_most=1)
    assert mild.of_grade is not None
    assert (mild.new.n, mild.of_grade.n, mild.of_grade.of) == (3, 1, 4)
    assert {grade.name: grade.n for grade in mild.grades if grade.n} == {
        "GRADE_1": 1,
        "GRADE_2": 1,
        "NO_GRADE": 1,
    }
    assert twitching(persons).of_grade is None


def test_the_curve_is_weekly_for_the_clinic_and_of_4_weeks_for_others() -> None:
    persons = [*[a_person_made(symptoms=new_symptom(onset_day=40))] * 11, *[a_person_made()] * 30]
    own, theirs = twitching(persons).time_to_first, twitching(persons, 11).time_to_first
    assert own is not None and theirs is not None
    assert [step.by_week for step in own.steps] == [6, 18]
    assert [(step.by_week, step.events, step.censored) for step in theirs.steps] == [(8, 11, 0), (20, 0, 30)]


def test_a_curve_with_a_small_step_is_not_shown() -> None:
    days = [*[40] * 11, *[100] * 3]
    persons = [a_person_made(symptoms=new_symptom(onset_day=day)) for day in days]
    assert twitching([*persons, *[a_person_made()] * 30], 11).time_to_first is None


# --- follow-up and forms


def test_what_was_due_and_done() -> None:
    persons = [
        a_person_made(reevaluations=Reevaluations(2, 1, 0), adherence_percent=80, retest=Asked.NO),
        a_person_made(reevaluations=Reevaluations(0, 0, 1), adherence_percent=79, retest=Asked.NOT_ASKED),
        a_person_made(adherence_percent=None, last_day=70),
    ]
    said = stated(persons).follow_up
    done = (said.reevaluations_on_time, said.reevaluations_late, said.reevaluations_missed)
    assert [(share.n, share.of) for share in done] == [(4, 6), (1, 6), (1, 6)]
    assert (said.retested.n, said.retested.of) == (1, 2)
    assert (said.adherence_80_or_more.n, said.adherence_80_or_more.of) == (1, 2)
    assert said.adherence_not_recorded == 1
    assert said.weeks is not None and said.weeks.median == 20.0
    assert [(band.name, band.n) for band in said.weeks_followed] == [
        ("FROM_0", 0),
        ("FROM_4", 0),
        ("FROM_8", 1),
        ("FROM_12", 2),
        ("FROM_24", 0),
    ]


@pytest.mark.parametrize(
    ("day", "band"),
    [
        (0, "FROM_0"),
        (27, "FROM_0"),
        (28, "FROM_4"),
        (29, "FROM_4"),
        (55, "FROM_4"),
        (56, "FROM_8"),
        (57, "FROM_8"),
        (83, "FROM_8"),
        (84, "FROM_12"),
        (85, "FROM_12"),
        (167, "FROM_12"),
        (168, "FROM_24"),
        (169, "FROM_24"),
    ],
)
def test_weeks_followed_are_completed_weeks_in_bands(day: int, band: str) -> None:
    weeks = stated([a_person_made(last_day=day)]).follow_up.weeks_followed
    assert {group.name for group in weeks if group.n} == {band}
    assert weeks_band(day) == band


@pytest.mark.parametrize(
    ("percent", "band"),
    [(0, "BELOW_80"), (79, "BELOW_80"), (80, "FROM_80"), (81, "FROM_80"), (None, "NOT_RECORDED")],
)
def test_adherence_is_of_80_per_cent_or_more_below_or_not_recorded(percent: int | None, band: str) -> None:
    said = stated([a_person_made(adherence_percent=percent)]).follow_up
    most, recorded = said.adherence_80_or_more.n, said.adherence_80_or_more.of
    expected = {"FROM_80": (1, 1, 0), "BELOW_80": (0, 1, 0), "NOT_RECORDED": (0, 0, 1)}
    assert (most, recorded, said.adherence_not_recorded) == expected[band]
    assert adherence_band(percent) == band


def test_forms_stand_beside_each_other_when_each_is_large_enough() -> None:
    glycinate, citrate = [a_person_made()] * 30, [a_person_made(family=Family.CITRATE)] * 11
    assert [(group.family, group.n) for group in stated([*glycinate, *citrate], 11).by_form] == [
        ("CITRATE", 11),
        ("GLYCINATE", 30),
    ]
    assert stated([*glycinate, *citrate[:10]], 11).by_form == []
    assert stated(glycinate, 11).by_form == []


def test_a_small_count_in_one_form_hides_the_measure_in_all() -> None:
    anxious = a_person_made(family=Family.CITRATE, anxiety=Anxiety.NEITHER)
    persons = [*[a_person_made()] * 30, *[a_person_made(family=Family.CITRATE)] * 20, anxious]
    groups = stated(persons, 11).by_form
    assert [group.n for group in groups] == [21, 30]
    assert {group.less_anxious.n for group in groups} == {None}
    assert {group.new_symptom.of for group in groups} == {21, 30}
