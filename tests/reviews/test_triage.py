"""Urgency of symptoms: alone, by grade, and in the combinations that cannot wait."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.symptoms import SYMPTOMS, Symptom
from protocols.thresholds import Thresholds
from reviews.triage import (
    EMERGENCY_SENTENCE,
    RED_FLAGS,
    AnswerFacts,
    Triage,
    Urgency,
    due_by,
    triage,
    triage_each,
)

T = Thresholds()
S = Symptom
ORDER = list(Urgency)

answers_strategy = st.lists(
    st.builds(AnswerFacts, st.sampled_from(Symptom), st.none() | st.integers(1, 4), st.booleans()),
    unique_by=lambda answer: answer.symptom,
    max_size=6,
)


def told(**grades: int | None) -> list[AnswerFacts]:
    return [AnswerFacts(Symptom(name), grade, new_or_worse=True) for name, grade in grades.items()]


def urgency(**grades: int | None) -> Urgency:
    return triage(told(**grades), T).urgency


def test_a_visit_without_symptoms_is_not_urgent() -> None:
    assert triage([], T) == Triage(Urgency.NONE, ())
    assert triage_each([], T) == {}


@pytest.mark.parametrize(
    ("grades", "rule"),
    [
        ({"IRREGULAR_HEARTBEAT": 1, "SYNCOPE": 3}, "RF1"),
        ({"IRREGULAR_HEARTBEAT": 1, "SYNCOPE": None}, "RF1"),
        ({"IRREGULAR_HEARTBEAT": 1, "PRESYNCOPE": 2}, "RF1"),
        ({"IRREGULAR_HEARTBEAT": 1, "CHEST_PAIN": 1}, "RF1"),
        ({"PALPITATIONS": 1, "SYNCOPE": 3}, "RF1"),
        ({"PALPITATIONS": 1, "DYSPNOEA": 3}, "RF1"),
        ({"PALPITATIONS": 1, "HYPOTENSION": 2}, "RF2"),
        ({"DYSPNOEA": 2}, "RF3"),
        ({"DYSPNOEA": None}, "RF3"),
        ({"WEAKNESS": 3}, "RF3"),
        ({"CONFUSION": 1}, "RF4"),
        ({"DROWSINESS": 2}, "RF4"),
        ({"DROWSINESS": None}, "RF4"),
        ({"SEIZURE": 1}, "RF5"),
        ({"SEIZURE": None}, "RF5"),
        ({"HYPOTENSION": 2, "DIZZINESS": 1}, "RF6"),
        ({"HYPOTENSION": None, "SYNCOPE": 3}, "RF6"),
    ],
)
def test_what_cannot_wait_is_an_emergency_with_its_sentence(grades: dict[str, int | None], rule: str) -> None:
    found = triage(told(**grades), T)
    assert found.urgency is Urgency.EMERGENCY
    assert rule in found.rules
    assert found.sentence == EMERGENCY_SENTENCE
    assert "call your emergency number" in found.sentence


@pytest.mark.parametrize(
    ("grades", "rule"),
    [
        ({"IRREGULAR_HEARTBEAT": 1}, "RF7"),
        ({"IRREGULAR_HEARTBEAT": None}, "RF7"),
        ({"PALPITATIONS": 2}, "RF7"),
        ({"PALPITATIONS": 1, "DYSPNOEA": 1}, "RF7"),
        ({"PALPITATIONS": 1, "HYPOTENSION": 1}, "RF7"),
        ({"DIARRHOEA": 3}, "RF9"),
        ({"DIARRHOEA": 1, "DIZZINESS": 1}, "RF9"),
        ({"SYNCOPE": None}, "GRADE_3_4"),
        ({"TINGLING": 3}, "GRADE_3_4"),
        ({"MUSCLE_TWITCHING": 4}, "GRADE_3_4"),
        ({"VOMITING": 3}, "GRADE_3_4"),
        ({"CHEST_PAIN": 1}, "CHEST_PAIN"),
    ],
)
def test_what_needs_a_look_today(grades: dict[str, int | None], rule: str) -> None:
    found = triage(told(**grades), T)
    assert found.urgency is Urgency.TODAY
    assert rule in found.rules
    assert found.sentence == ""


@pytest.mark.parametrize(
    ("grades", "rule"),
    [
        ({"TINGLING": 2}, "RF12"),
        ({"MUSCLE_TWITCHING": 2}, "RF12"),
        ({"MUSCLE_TWITCHING": None}, "RF12"),
        ({"MUSCLE_TWITCHING": 1, "WEAKNESS": 1}, "RF13"),
        ({"DIARRHOEA": 2}, "RF14"),
        ({"NAUSEA": 1}, "RF14"),
        ({"FATIGUE": 2}, "ROUTINE"),
        ({"DYSPNOEA": 1}, "ROUTINE"),
        ({"DROWSINESS": 1}, "ROUTINE"),
        ({"HYPOTENSION": 1, "DIZZINESS": 1}, "ROUTINE"),
        ({"WEAKNESS": None}, "ROUTINE"),
    ],
)
def test_what_can_wait_for_a_week(grades: dict[str, int | None], rule: str) -> None:
    found = triage(told(**grades), T)
    assert found.urgency is Urgency.THIS_WEEK
    assert rule in found.rules


@pytest.mark.parametrize("symptom", ["ANXIETY", "INSOMNIA", "HEADACHE", "FLUSHING"])
@pytest.mark.parametrize("grade", [None, 1, 2, 3])
def test_what_is_only_recorded_is_never_urgent(symptom: str, grade: int | None) -> None:
    assert urgency(**{symptom: grade}) is Urgency.NONE


def test_weakness_that_has_long_limited_self_care_is_not_an_emergency_again() -> None:
    assert triage([AnswerFacts(S.WEAKNESS, 3, new_or_worse=False)], T).urgency is Urgency.TODAY


def test_tingling_that_goes_on_unchanged_is_routine() -> None:
    assert triage([AnswerFacts(S.TINGLING, 1, new_or_worse=False)], T).rules == ("ROUTINE",)


def test_nausea_is_for_today_while_taking_digoxin() -> None:
    assert triage(told(NAUSEA=1), T, on_digoxin=True) == Triage(Urgency.TODAY, ("RF8",))
    assert urgency(NAUSEA=1) is Urgency.THIS_WEEK


@pytest.mark.parametrize(
    ("egfr", "expected"),
    [("29.9", Urgency.TODAY), ("30", Urgency.THIS_WEEK), (None, Urgency.THIS_WEEK)],
)
def test_any_symptom_is_for_today_below_an_egfr_of_30(egfr: str | None, expected: Urgency) -> None:
    assert triage(told(FATIGUE=1), T, egfr=None if egfr is None else Decimal(egfr)).urgency is expected


def test_an_emergency_marks_those_that_take_part_and_leaves_the_others() -> None:
    each = triage_each(told(PALPITATIONS=1, SYNCOPE=3, TINGLING=1, ANXIETY=2), T)
    assert {symptom: found.urgency for symptom, found in each.items()} == {
        S.PALPITATIONS: Urgency.EMERGENCY,
        S.SYNCOPE: Urgency.EMERGENCY,
        S.TINGLING: Urgency.THIS_WEEK,
        S.ANXIETY: Urgency.NONE,
    }


def test_mild_diarrhoea_and_dizziness_raise_each_other_to_today() -> None:
    each = triage_each(told(DIARRHOEA=1, DIZZINESS=1), T)
    assert {found.urgency for found in each.values()} == {Urgency.TODAY}


def test_only_the_rules_of_the_highest_urgency_are_named() -> None:
    assert triage(told(SEIZURE=3, TINGLING=1), T).rules == ("RF5",)


@given(answers_strategy, answers_strategy, st.booleans())
def test_one_more_symptom_never_lowers_the_urgency(
    some: list[AnswerFacts], more: list[AnswerFacts], on_digoxin: bool
) -> None:
    told_before = {answer.symptom for answer in some}
    both = [*some, *(answer for answer in more if answer.symptom not in told_before)]
    before, after = (triage(told, T, on_digoxin=on_digoxin).urgency for told in (some, both))
    assert ORDER.index(after) <= ORDER.index(before)


@given(answers_strategy)
def test_the_visit_is_as_urgent_as_its_most_urgent_symptom(answers: list[AnswerFacts]) -> None:
    each = triage_each(answers, T)
    most = min((found.urgency for found in each.values()), key=ORDER.index, default=Urgency.NONE)
    assert triage(answers, T).urgency is most
    assert set(each) == {answer.symptom for answer in answers}


@pytest.mark.parametrize("symptom", [s for s in Symptom if SYMPTOMS[s].flags])
def test_every_symptom_that_can_flag_has_an_urgency(symptom: Symptom) -> None:
    assert triage([AnswerFacts(symptom, None, new_or_worse=False)], T).urgency is not Urgency.NONE


def test_every_rule_carries_a_text_a_source_and_a_mark() -> None:
    assert len({flag.id for flag in RED_FLAGS}) == len(RED_FLAGS)
    for flag in RED_FLAGS:
        assert flag.text and flag.source and flag.mark in set("ABDKS"), flag.id


RAISED = datetime(2026, 3, 28, 14, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 29, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "symptom", "due"),
    [
        (Urgency.EMERGENCY, S.TINGLING, RAISED),
        (Urgency.TODAY, S.TINGLING, MIDNIGHT),
        (Urgency.THIS_WEEK, S.TINGLING, RAISED + timedelta(hours=72)),
        (Urgency.THIS_WEEK, S.MUSCLE_TWITCHING, RAISED + timedelta(hours=72)),
        (Urgency.THIS_WEEK, S.NUMBNESS, RAISED + timedelta(days=7)),
        (Urgency.THIS_WEEK, None, RAISED + timedelta(days=7)),
    ],
)
def test_the_clock_of_a_flag_follows_urgency_and_symptom(
    level: Urgency, symptom: Symptom | None, due: datetime
) -> None:
    assert due_by(level, symptom, RAISED, MIDNIGHT, T) == due


def test_what_is_not_urgent_has_no_due_time() -> None:
    with pytest.raises(ValueError, match="not urgent"):
        due_by(Urgency.NONE, S.ANXIETY, RAISED, MIDNIGHT, T)
