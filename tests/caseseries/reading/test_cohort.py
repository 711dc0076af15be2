"""People as the record tells them: what ended it, and what is not counted any more."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.actors import Actor
from caseseries.definition import CohortCriteria
from caseseries.persons import (
    Asked,
    Changed,
    Course,
    DoseSpan,
    Ending,
    Followed,
    Reached,
    Reevaluations,
)
from patients.models import Patient
from patients.symptoms import Symptom
from regimens.salts import Family
from tests.caseseries.people import (
    GLYCINATE,
    START,
    a_person,
    a_start,
    a_step,
    a_visit,
    an_ionized_mg,
)
from tests.caseseries.reading.someone import of_patient, on, stopped, switched, the_person
from tests.factories import (
    NOW,
    TODAY,
    CoTreatmentFactory,
    IntakeFactory,
    LabResultFactory,
    MedicationFactory,
    ReevaluationFactory,
)

pytestmark = pytest.mark.django_db
CUT_DAY = (TODAY - START).days
MG = Decimal("99.9")


# --- endings


def test_who_goes_on_is_followed_until_last_heard_of(by: Actor) -> None:
    a_person(by, told={40: {"FATIGUE": "ABSENT"}}, gad7={84: 5})
    person = the_person(by)
    assert (person.ending, person.ended_day, person.last_day) == (Ending.FOLLOWED, None, 84)
    assert (person.cut_day, person.family, person.sex) == (CUT_DAY, Family.GLYCINATE, "FEMALE")
    assert person.doses == (DoseSpan(0, CUT_DAY + 1, 2 * MG),)


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("HARM", Ending.STOPPED_FOR_HARM),
        ("PATIENT_CHOICE", Ending.STOPPED_OTHERWISE),
        ("TRANSFERRED", Ending.TRANSFERRED),
        ("DIED", Ending.DIED),
    ],
)
def test_a_stop_ends_it(by: Actor, reason: str, ending: Ending) -> None:
    stopped(a_person(by, gad7={0: 12, 84: 6}), 50, reason)
    person = the_person(by)
    assert (person.ending, person.ended_day, person.last_day) == (ending, 50, 50)
    assert person.died_day == (50 if ending is Ending.DIED else None)
    assert person.dose_on(49) == 2 * MG and person.dose_on(50) is None
    # All who started: what was told later still counts.
    assert person.gad7.outcome == 6


@pytest.mark.parametrize(("cut", "ending"), [(49, Ending.FOLLOWED), (50, Ending.STOPPED_FOR_HARM)])
def test_a_stop_after_the_data_cut_had_not_happened(by: Actor, cut: int, ending: Ending) -> None:
    stopped(a_person(by), 50, "HARM")
    person = the_person(by, CohortCriteria(GLYCINATE.families, minimum_weeks=4), cut=on(cut))
    assert person.ending is ending
    assert person.reached(84) is (Reached.NOT_YET if cut == 49 else Reached.STOPPED_FOR_HARM)


@pytest.mark.parametrize(("day", "reached"), [(83, Reached.DIED), (84, Reached.DIED), (85, Reached.REACHED)])
def test_the_day_of_death_and_its_relation(by: Actor, day: int, reached: Reached) -> None:
    a_person(by, status="DECEASED", deceased_on=on(day), death_relation="POSSIBLY_RELATED")
    person = the_person(by)
    assert (person.ending, person.ended_day, person.died_day) == (Ending.DIED, day, day)
    assert person.reached(84) is reached
    assert person.death_possibly_related


def test_a_death_after_a_stop_is_told_beside_the_ending(by: Actor) -> None:
    stopped(a_person(by, status="DECEASED", deceased_on=on(90), death_relation="UNRELATED"), 50, "HARM")
    person = the_person(by)
    assert (person.ending, person.ended_day, person.died_day) == (Ending.STOPPED_FOR_HARM, 50, 90)
    assert not person.death_possibly_related


def test_a_death_after_the_data_cut_had_not_happened(by: Actor) -> None:
    a_person(by, status="DECEASED", deceased_on=on(100), death_relation="POSSIBLY_RELATED")
    person = the_person(by, cut=on(99))
    assert (person.ending, person.died_day, person.death_possibly_related) == (Ending.FOLLOWED, None, False)


def test_who_left_is_lost_on_the_day_last_heard_of_and_who_was_handed_on_is_transferred(by: Actor) -> None:
    a_person(by, status="LEFT", told={40: {"FATIGUE": "ABSENT"}})
    lost = the_person(by)
    assert (lost.ending, lost.ended_day, lost.last_day) == (Ending.LOST, 40, 40)
    # Nobody knows what was taken afterwards.
    assert lost.doses == (DoseSpan(0, 41, 2 * MG),)
    Patient.objects.update(transferred_to="Dr Ek, Lund")
    assert the_person(by).ending is Ending.TRANSFERRED


def test_who_left_after_the_data_cut_had_not_left(by: Actor) -> None:
    a_person(by, status="LEFT", told={40: {"FATIGUE": "ABSENT"}, 100: {"FATIGUE": "ABSENT"}})
    assert the_person(by, cut=on(99)).ending is Ending.FOLLOWED
    assert the_person(by, cut=on(100)).ended_day == 100


@pytest.mark.parametrize(("day", "ending"), [(CUT_DAY, Ending.LOST), (CUT_DAY + 1, Ending.FOLLOWED)])
def test_who_cannot_be_reached_is_lost(by: Actor, day: int, ending: Ending) -> None:
    a_person(by, gad7={70: 5}, unreachable_since=on(day), unreachable_reason="Moved")
    person = the_person(by)
    assert (person.ending, person.last_day) == (ending, 70)


# --- another form


def test_a_switch_of_form_censors_all_that_comes_after_its_day(by: Actor) -> None:
    patient = a_person(
        by,
        gad7={0: 12, 84: 4},
        ionized={0: "0.44", 60: "0.50", 61: "0.60"},
        told={60: {"TINGLING": "ABSENT"}, 61: {"TINGLING": "PRESENT", "FATIGUE": "PRESENT"}},
    )
    switched(patient, 60, "P05")
    person = the_person(by)
    assert (person.ending, person.ended_day, person.last_day) == (Ending.SWITCHED, 60, 60)
    assert person.gad7.outcome is None
    assert [value.day for value in person.ionized_mg_course] == [0, 60]
    assert person.doses == (DoseSpan(0, 60, 2 * MG),)
    assert person.course_of(Symptom.TINGLING).course is Course.NOT_NEW
    assert Symptom.FATIGUE not in person.symptoms


def test_a_new_symptom_before_a_switch_stays_new(by: Actor) -> None:
    patient = a_person(by, told={40: {"TINGLING": "PRESENT"}, 80: {"TINGLING": "ABSENT"}})
    switched(patient, 60, "P05")
    episode = the_person(by).course_of(Symptom.TINGLING).episode
    assert episode is not None
    assert (episode.onset_day, episode.followed, episode.gone_day) == (40, Followed.NOT_ASKED, None)


def test_another_product_of_the_form_goes_on(by: Actor) -> None:
    switched(a_person(by, gad7={0: 12, 84: 4}), 60, "P04")
    person = the_person(by)
    assert (person.ending, person.gad7.outcome) == (Ending.FOLLOWED, 4)
    assert [int(span.elemental_mg_per_day) for span in person.doses] == [199, 240]


def test_a_series_of_several_forms_is_censored_by_the_other_all_the_same(by: Actor) -> None:
    switched(a_person(by), 60, "P05")
    person = the_person(by, CohortCriteria((Family.CITRATE, Family.GLYCINATE)))
    assert (person.family, person.ending) == (Family.GLYCINATE, Ending.SWITCHED)


def test_a_regimen_entered_in_error_is_no_switch(by: Actor) -> None:
    citrate = switched(a_person(by), 60, "P05")
    citrate.withdraw(citrate.version, by=by.user, at=NOW, reason="Wrong person")
    assert the_person(by).ending is Ending.STOPPED_OTHERWISE


# --- new symptoms


def twitching(by: Actor, told: dict[int, str]) -> Patient:
    return a_person(by, units="3", told={day: {"MUSCLE_TWITCHING": words} for day, words in told.items()})


def episode_of(by: Actor) -> Any:
    course = the_person(by).course_of(Symptom.MUSCLE_TWITCHING)
    assert course.course is Course.NEW
    return course.episode


def test_the_articles_case_lowered_and_gone(by: Actor) -> None:
    patient = twitching(by, {40: "PRESENT", 56: "ABSENT"})
    a_step(patient.regimens.get(), on(42), "2.5")
    episode = episode_of(by)
    assert (episode.mg_at_onset, episode.mg_after_change) == (3 * MG, Decimal("249.75"))
    assert (episode.changed, episode.changed_day) == (Changed.LOWERED, 42)
    assert (episode.followed, episode.gone_day, episode.change_beside) == (Followed.GONE, 56, False)


@pytest.mark.parametrize(("day", "beside"), [(41, False), (42, True), (56, True), (57, False)])
@pytest.mark.parametrize("factory", [MedicationFactory, CoTreatmentFactory])
def test_a_medicine_or_co_treatment_between_change_and_answer_stands_beside(
    by: Actor, factory: Any, day: int, beside: bool
) -> None:
    patient = twitching(by, {40: "PRESENT", 56: "ABSENT"})
    a_step(patient.regimens.get(), on(42), "2.5")
    factory.create(**of_patient(patient, since=on(-300), until=on(day)))
    withdrawn = factory.create(**of_patient(patient, since=on(50)))
    withdrawn.withdraw(withdrawn.version, by=by.user, at=NOW, reason="Wrong person")
    assert episode_of(by).change_beside is beside


def test_another_product_stands_beside_and_a_product_that_ended_is_the_change(by: Actor) -> None:
    patient = twitching(by, {40: "PRESENT", 56: "ABSENT"})
    other = a_start(patient, on(10), code="P05", units="1")
    other.update_from(other.version, stopped_on=on(42), stop_reason="NO_BENEFIT")
    assert (episode_of(by).changed, episode_of(by).change_beside) == (Changed.LOWERED, False)
    a_start(patient, on(42), code="P09", units="1")
    assert (episode_of(by).changed, episode_of(by).change_beside) == (Changed.LOWERED, True)


def test_intakes_that_moved_are_read(by: Actor) -> None:
    patient = twitching(by, {40: "PRESENT", 56: "ABSENT"})
    a_step(patient.regimens.get(), on(42), "1")
    step = patient.dose_steps.get(effective_on=on(42))
    for hour in (14, 20):
        IntakeFactory.create(step=step, at=step.intakes.first().at.replace(hour=hour), created_by=by.user)
    assert (episode_of(by).changed, episode_of(by).mg_after_change) == (Changed.INTAKES_MOVED, 3 * MG)


def test_an_interruption_while_it_lasts_is_a_stop(by: Actor) -> None:
    patient = twitching(by, {40: "PRESENT", 56: "ABSENT"})
    regimen = patient.regimens.get()
    regimen.interruptions.create(
        **of_patient(patient, from_on=on(45), until_on=on(60)), clinic=by.clinic, created_at=NOW
    )
    assert (episode_of(by).changed, episode_of(by).followed) == (Changed.STOPPED, Followed.GONE)
    assert the_person(by).doses == (
        DoseSpan(0, 45, 3 * MG), DoseSpan(45, 61, Decimal(0)), DoseSpan(61, CUT_DAY + 1, 3 * MG),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "grade", "urgency", "serious"),
    [
        (40, 3, "NONE", True),
        (40, 2, "NONE", False),
        (40, 1, "EMERGENCY", True),
        (0, 1, "EMERGENCY", False),
    ],
)
def test_an_emergency_and_a_new_symptom_of_grade_3_are_serious(
    by: Actor, day: int, grade: int, urgency: str, serious: bool
) -> None:
    patient = twitching(by, {day: "PRESENT"})
    patient.symptom_answers.update(grade=grade, urgency=urgency)
    assert the_person(by).serious is serious


def test_an_emergency_of_a_symptom_that_was_present_before_is_serious(by: Actor) -> None:
    patient = twitching(by, {-3: "PRESENT", 40: "PRESENT"})
    patient.symptom_answers.filter(visit__visited_on=on(40)).update(urgency="EMERGENCY")
    person = the_person(by)
    assert person.course_of(Symptom.MUSCLE_TWITCHING).course is Course.ALREADY_PRESENT
    assert person.serious


# --- beside


@pytest.mark.parametrize(
    ("days", "changed"),
    [
        ((-1, None), False),
        ((0, None), True),
        ((84, None), True),
        ((85, None), False),
        ((-100, -1), False),
        ((-100, 0), True),
        ((-100, 84), True),
        ((-100, 85), False),
        ((None, None), False),
    ],
)
@pytest.mark.parametrize(
    ("code", "therapy", "medicine"),
    [
        ("PSYCHOTHERAPY", True, False),
        ("SSRI", False, True),
        ("OTHER_PSYCHOTROPIC", False, True),
        ("CALCIUM", False, False),
    ],
)
def test_what_could_explain_the_change_began_or_ended_before_the_outcome(
    by: Actor, days: tuple[int | None, int | None], changed: bool, code: str, therapy: bool, medicine: bool
) -> None:
    since, until = (None if day is None else on(day) for day in days)
    CoTreatmentFactory.create(**of_patient(a_person(by), code=code, since=since, until=until))
    person = the_person(by)
    assert person.psychotherapy_changed is (changed and therapy)
    assert person.psychotropic_changed is (changed and medicine)


def test_adherence_is_the_mean_of_what_visits_recorded_until_the_window_closed(by: Actor) -> None:
    patient = a_person(by)
    for day, percent in ((0, 10), (1, 100), (50, None), (98, 91), (99, 10)):
        a_visit(patient, on(day))
        patient.visits.filter(visited_on=on(day)).update(adherence_percent=percent)
    assert the_person(by).adherence_percent == 96


def test_the_kidneys_are_those_of_the_start_and_prior_magnesium_was_asked_with_it(by: Actor) -> None:
    patient = a_person(by)
    for day, value, comparator in ((-50, "70", ""), (-9, "62", ""), (-5, "90", ">"), (1, "55", "")):
        LabResultFactory.create(
            **of_patient(patient), analyte="EGFR", value=value, canonical_value=value, comparator=comparator,
            collected_on=on(day), collected_at=NOW + timedelta(days=day),
        )  # fmt: skip
    patient.regimens.update(prior_magnesium="YES")
    assert (the_person(by).egfr, the_person(by).prior_magnesium) == (Decimal(62), Asked.YES)


def test_two_ways_of_measuring_are_told(by: Actor) -> None:
    patient = a_person(by)
    an_ionized_mg(patient, on(0), "0.44", method="ISE Nova")
    assert the_person(by).ionized_mg_method == "ISE Nova"
    an_ionized_mg(patient, on(84), "0.50", method="ISE Stat")
    assert the_person(by).ionized_mg_method == "ISE Nova + ISE Stat"


@pytest.mark.parametrize(
    ("closes", "met", "due"),
    [
        (CUT_DAY - 1, None, Reevaluations(missed=1)),
        # Its last day is the data cut's: it has not closed.
        (CUT_DAY, None, Reevaluations()),
        (42, 42, Reevaluations(on_time=1)),
        (42, 43, Reevaluations(late=1)),
    ],
)
def test_re_evaluations_whose_window_has_closed(
    by: Actor, closes: int, met: int | None, due: Reevaluations
) -> None:
    patient = a_person(by)
    ReevaluationFactory.create(
        **of_patient(patient, step=patient.dose_steps.get()),
        opens_on=on(28), closes_on=on(closes), met_on=None if met is None else on(met),
    )  # fmt: skip
    assert the_person(by).reevaluations == due


def test_the_retest_is_within_the_first_window(by: Actor) -> None:
    patient = a_person(by)
    assert the_person(by).retest is Asked.NOT_ASKED
    ReevaluationFactory.create(**of_patient(patient, step=patient.dose_steps.get()))
    assert the_person(by).retest is Asked.NO
    an_ionized_mg(patient, on(42), "0.50")
    assert the_person(by).retest is Asked.YES


def test_windows_of_who_died_or_was_handed_on_are_not_missed(by: Actor) -> None:
    patient = a_person(by, status="DECEASED", deceased_on=on(41), death_relation="UNRELATED")
    ReevaluationFactory.create(**of_patient(patient, step=patient.dose_steps.get()))
    assert the_person(by).reevaluations == Reevaluations()
