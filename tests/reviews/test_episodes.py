"""Symptom episodes, and the answers that ask for a review."""

from collections.abc import Mapping, Set
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.symptoms import Answer, Symptom
from reviews.episodes import AnswerOn, Around, Episode, ReviewReason, calls_for_review, episodes, new_or_worse

DAY_0 = date(2026, 1, 1)
FIRST_DOSE = DAY_0


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def ident(number: int) -> UUID:
    """The id of the answer, and of the visit, on a day."""
    return UUID(int=number + 1000)


def present(
    number: int, grade: int | None = 1, onset: int | None = None, symptom: Symptom = Symptom.TINGLING
) -> AnswerOn:
    told = None if onset is None else day(onset)
    return AnswerOn(ident(number), ident(number), symptom, day(number), Answer.PRESENT, grade, told)


def absent(number: int, symptom: Symptom = Symptom.TINGLING) -> AnswerOn:
    return AnswerOn(ident(number), ident(number), symptom, day(number), Answer.ABSENT)


def not_asked(number: int, symptom: Symptom = Symptom.TINGLING) -> AnswerOn:
    return AnswerOn(ident(number), ident(number), symptom, day(number), Answer.NOT_ASKED)


def reviews(
    *answers: AnswerOn,
    first_dose_on: date | None = FIRST_DOSE,
    re_evaluations: Set[int] = frozenset(),
    resolved: Mapping[int, int] | None = None,
    act_today: Set[int] = frozenset(),
    emergency: Set[int] = frozenset(),
    old: Set[int] = frozenset(),
) -> dict[int, str]:
    """Day of the answer and reason, for readable tests; all arguments in days."""
    around = Around(
        first_dose_on=first_dose_on,
        live_ids={a.answer_id for a in answers} - {ident(n) for n in old},
        act_today_ids={ident(n) for n in act_today | emergency},
        emergency_ids={ident(n) for n in emergency},
        re_evaluation_visit_ids={ident(n) for n in re_evaluations},
        resolved_on={ident(n): day(at) for n, at in (resolved or {}).items()},
    )
    found = calls_for_review(answers, around)
    return {answer_id.int - 1000: reason.value for answer_id, reason in found.items()}


answers_strategy = st.lists(
    st.builds(
        lambda number, symptom, answer, grade: AnswerOn(
            ident(number),
            ident(number),
            symptom,
            day(number),
            answer,
            grade if answer is Answer.PRESENT else None,
        ),
        st.integers(0, 60),
        st.sampled_from([Symptom.TINGLING, Symptom.FATIGUE, Symptom.DIARRHOEA]),
        st.sampled_from(Answer),
        st.none() | st.integers(1, 3),
    ),
    unique_by=lambda a: a.answer_id,
    max_size=20,
)


def test_an_episode_opens_at_the_first_present_and_closes_at_the_first_absent() -> None:
    told = [present(3, 1), present(10, 2), present(17, 1), absent(24), absent(31)]
    assert episodes(told) == [Episode(Symptom.TINGLING, day(3), ident(3), day(24), 2, False)]


def test_not_asked_neither_opens_nor_closes() -> None:
    assert episodes([not_asked(1), present(3), not_asked(10)]) == [
        Episode(Symptom.TINGLING, day(3), ident(3), None, 1, False)
    ]


def test_absent_alone_is_no_episode() -> None:
    assert episodes([absent(3), not_asked(5)]) == []


def test_a_symptom_that_comes_back_is_a_second_episode() -> None:
    found = episodes([present(3), absent(10), present(20, 3)])
    assert [(e.opened_by, e.resolved_on, e.highest_grade) for e in found] == [
        (ident(3), day(10), 1),
        (ident(20), None, 3),
    ]


def test_the_onset_is_the_one_told_first_else_the_day_of_the_visit() -> None:
    assert episodes([present(10, onset=4), present(20, onset=6)])[0].onset_on == day(4)
    assert episodes([present(10), present(20, onset=6)])[0].onset_on == day(10)


def test_an_episode_without_any_grade_has_none() -> None:
    assert episodes([present(3, None)])[0].highest_grade is None


def test_symptoms_do_not_close_each_other() -> None:
    found = episodes([present(3), present(4, symptom=Symptom.FATIGUE), absent(5, Symptom.FATIGUE)])
    assert [(e.symptom, e.resolved_on) for e in found] == [
        (Symptom.TINGLING, None),
        (Symptom.FATIGUE, day(5)),
    ]


@given(answers_strategy, st.randoms())
def test_episodes_do_not_depend_on_the_order_in_which_answers_arrive(
    answers: list[AnswerOn], random: Random
) -> None:
    shuffled = list(answers)
    random.shuffle(shuffled)
    assert episodes(shuffled) == episodes(answers)


@given(answers_strategy)
def test_answers_that_were_not_asked_change_nothing(answers: list[AnswerOn]) -> None:
    assert episodes(a for a in answers if a.answer is not Answer.NOT_ASKED) == episodes(answers)


@given(answers_strategy)
def test_at_most_one_episode_of_a_symptom_stands_and_it_is_the_last(answers: list[AnswerOn]) -> None:
    for symptom in {a.symptom for a in answers}:
        of_symptom = [e for e in episodes(answers) if e.symptom is symptom]
        assert all(e.resolved_on is not None for e in of_symptom[:-1])


def test_the_first_present_is_new_and_the_next_ones_are_not() -> None:
    assert reviews(present(20), present(27), present(34)) == {20: "NEW"}


@pytest.mark.parametrize("symptom", [Symptom.TINGLING, Symptom.MUSCLE_TWITCHING, Symptom.IRREGULAR_HEARTBEAT])
def test_tingling_twitching_and_irregular_heartbeat_each_ask(symptom: Symptom) -> None:
    assert reviews(present(20, symptom=symptom)) == {20: "NEW"}
    assert reviews(absent(20, symptom)) == {}
    assert reviews(not_asked(20, symptom)) == {}


@pytest.mark.parametrize("symptom", [Symptom.ANXIETY, Symptom.INSOMNIA, Symptom.HEADACHE, Symptom.FLUSHING])
def test_a_symptom_that_is_only_recorded_never_asks(symptom: Symptom) -> None:
    told = [present(3, 1, symptom=symptom), present(10, 4, symptom=symptom)]
    assert reviews(*told, act_today={10}) == {}


@pytest.mark.parametrize("symptom", [Symptom.NAUSEA, Symptom.PRESYNCOPE, Symptom.TREMOR, Symptom.OTHER])
def test_a_symptom_that_the_rule_does_not_name_asks_only_when_triage_says_today(symptom: Symptom) -> None:
    told = [present(3, 1, symptom=symptom), present(10, 1, symptom=symptom), present(17, 1, symptom=symptom)]
    assert reviews(*told) == {}
    assert reviews(*told, act_today={10, 17}) == {10: "NEW"}


def test_a_symptom_asks_again_when_it_has_become_more_urgent() -> None:
    told = [present(3), present(10), present(17), present(24)]
    assert reviews(*told, act_today={10, 17}) == {3: "NEW", 10: "MORE_URGENT"}
    assert reviews(*told, act_today={3, 10}, emergency={17, 24}) == {3: "NEW", 17: "MORE_URGENT"}
    assert reviews(*told, emergency={3}, act_today={10}) == {3: "NEW"}


def test_mild_diarrhoea_asks_when_dizziness_makes_it_urgent() -> None:
    assert reviews(present(3, 1, symptom=Symptom.DIARRHOEA), act_today={3}) == {3: "NEW"}


@pytest.mark.parametrize(
    ("onset", "expected"), [(-1, {}), (0, {20: "NEW"}), (1, {20: "NEW"}), (None, {20: "NEW"})]
)
def test_an_onset_before_the_first_dose_is_baseline_and_an_unknown_one_is_not(
    onset: int | None, expected: dict[int, str]
) -> None:
    assert reviews(present(20, onset=onset)) == expected


def test_without_any_dose_an_onset_that_was_told_is_baseline() -> None:
    assert reviews(present(20, onset=19), first_dose_on=None) == {}
    assert reviews(present(20), first_dose_on=None) == {20: "NEW"}


def test_a_baseline_symptom_asks_once_when_it_is_for_today() -> None:
    told = [present(10, onset=-5), present(20), present(30)]
    assert reviews(*told, act_today={20, 30}) == {20: "BASELINE_ACT_TODAY"}


def test_a_baseline_symptom_that_grew_worse_asks_once_a_dose_was_taken() -> None:
    told = [present(-9, 1, onset=-20), present(-2, 2), present(14, 3)]
    assert reviews(*told) == {14: "WORSE"}


def test_a_higher_grade_than_any_before_asks_again() -> None:
    told = [present(3, 2), present(10, 1), present(17, 2), present(24, 3)]
    assert reviews(*told) == {3: "NEW", 24: "WORSE"}


def test_a_grade_that_was_not_told_counts_as_the_lowest() -> None:
    assert reviews(present(3, None), present(10, 1)) == {3: "NEW"}
    assert reviews(present(3, None), present(10, 2)) == {3: "NEW", 10: "WORSE"}
    assert reviews(present(3, 1), present(10, None)) == {3: "NEW"}


def test_a_symptom_that_came_back_is_new_again() -> None:
    assert reviews(present(3, 2), absent(10), present(20, 1)) == {3: "NEW", 20: "NEW"}


@pytest.mark.parametrize(("resolved", "asks"), [(29, True), (30, False), (31, False)])
def test_still_present_asks_at_a_re_evaluation_after_the_day_of_the_resolve(
    resolved: int, asks: bool
) -> None:
    found = reviews(present(3), present(30), re_evaluations={30}, resolved={3: resolved})
    assert found == ({3: "NEW", 30: "STILL_PRESENT"} if asks else {3: "NEW"})


def test_still_present_does_not_ask_at_an_ordinary_visit_or_while_the_flag_stands() -> None:
    assert reviews(present(3), present(30), resolved={3: 5}) == {3: "NEW"}
    assert reviews(present(3), present(30), re_evaluations={30}) == {3: "NEW"}


def test_still_present_asks_at_the_next_re_evaluation_only_until_it_is_resolved_again() -> None:
    told = [present(3), present(30), present(60)]
    assert reviews(*told, re_evaluations={30, 60}, resolved={3: 5}) == {3: "NEW", 30: "STILL_PRESENT"}
    assert reviews(*told, re_evaluations={30, 60}, resolved={3: 5, 30: 33}) == {
        3: "NEW",
        30: "STILL_PRESENT",
        60: "STILL_PRESENT",
    }


def test_an_earlier_resolve_does_not_count_while_a_worse_answer_waits() -> None:
    told = [present(3, 1), present(10, 2), present(30, 2)]
    assert reviews(*told, re_evaluations={30}, resolved={3: 5}) == {3: "NEW", 10: "WORSE"}


@pytest.mark.parametrize(("grade", "expected"), [(1, {}), (2, {3: "NEW"}), (None, {3: "NEW"})])
def test_diarrhoea_asks_from_grade_2_on(grade: int | None, expected: dict[int, str]) -> None:
    assert reviews(present(3, grade, symptom=Symptom.DIARRHOEA)) == expected


def test_mild_diarrhoea_asks_when_it_grows() -> None:
    told = [present(n, grade, symptom=Symptom.DIARRHOEA) for n, grade in ((3, 1), (10, 2), (17, 1))]
    assert reviews(*told) == {10: "WORSE"}


@given(answers_strategy)
def test_only_present_answers_ask_and_an_episode_is_new_once(answers: list[AnswerOn]) -> None:
    around = Around(
        first_dose_on=FIRST_DOSE,
        live_ids={a.answer_id for a in answers},
        act_today_ids=frozenset(),
        emergency_ids=frozenset(),
        re_evaluation_visit_ids={a.visit_id for a in answers},
        resolved_on={a.answer_id: a.on for a in answers},
    )
    found = calls_for_review(answers, around)
    present_ids = {a.answer_id for a in answers if a.answer is Answer.PRESENT}
    severe_ids = {a.answer_id for a in answers if a.symptom is not Symptom.DIARRHOEA or a.grade != 1}
    assert set(found) <= present_ids & severe_ids
    news = [i for i, reason in found.items() if reason is ReviewReason.NEW]
    assert len(news) <= len(episodes(answers))
    assert {i for i, reason in found.items() if reason is ReviewReason.WORSE} <= new_or_worse(answers)


def test_an_answer_too_old_to_ask_lets_the_next_one_ask() -> None:
    assert reviews(present(3, 2), present(40, 2), present(47, 2), old={3}) == {40: "NEW"}
    assert reviews(present(3, 2), present(40, 3), old={3}) == {40: "WORSE"}
    assert reviews(present(3, 2), present(40, 2), old={3, 40}) == {}


def test_an_answer_too_old_to_ask_still_ends_an_episode() -> None:
    told = [present(3), absent(10), present(40)]
    assert reviews(*told, old={10}) == {3: "NEW", 40: "NEW"}


def test_diarrhoea_of_unknown_grade_asks_after_a_mild_one() -> None:
    told = [present(n, grade, symptom=Symptom.DIARRHOEA) for n, grade in ((3, 1), (10, None), (17, None))]
    assert reviews(*told) == {10: "NEW"}


def test_new_or_worse_names_openings_and_rises() -> None:
    told = [present(3, 1), present(10, 2), present(17, 2), absent(24), present(30, 1)]
    assert new_or_worse(told) == {ident(3), ident(10), ident(30)}
    assert new_or_worse([]) == frozenset()
