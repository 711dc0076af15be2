"""Symptom episodes, and which answers ask for a review.

An episode opens at the first *present*, closes at the first *absent*, and ignores *not asked* (rule SYMPTOM
of protocol 1). All functions take the valid answers of one patient in any order; answers of one day keep the
order in which they are given.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate
from uuid import UUID

from patients.symptoms import SYMPTOMS, Answer, Symptom
from reviews.triage import RECORDED_ONLY


@dataclass(frozen=True)
class AnswerOn:
    """One answer with the day of its visit; `onset_on` and `grade` are None when they were not told."""

    answer_id: UUID
    visit_id: UUID
    symptom: Symptom
    on: date
    answer: Answer
    grade: int | None = None
    onset_on: date | None = None


@dataclass(frozen=True)
class Episode:
    """One symptom from its onset (as first told, else the day of the visit) until it was gone."""

    symptom: Symptom
    onset_on: date
    opened_by: UUID
    resolved_on: date | None
    highest_grade: int | None
    onset_was_told: bool


class ReviewReason(StrEnum):
    """Why an answer asks for a review."""

    NEW = "NEW"
    WORSE = "WORSE"
    STILL_PRESENT = "STILL_PRESENT"
    BASELINE_ACT_TODAY = "BASELINE_ACT_TODAY"
    MORE_URGENT = "MORE_URGENT"


@dataclass
class _Run:
    """The *present* answers of one episode, oldest first."""

    present: list[AnswerOn]
    resolved_on: date | None = None


def episodes(answers: Iterable[AnswerOn]) -> list[Episode]:
    """All episodes, by the day on which they were first heard of."""
    return [_episode(run) for run in _runs(answers)]


def new_or_worse(answers: Iterable[AnswerOn]) -> frozenset[UUID]:
    """The answers that open an episode or tell a higher grade than before in it."""
    return frozenset().union(*({run.present[0].answer_id, *_worse(run)} for run in _runs(answers)))


@dataclass(frozen=True)
class Around:
    """What the answers are judged by.

    `first_dose_on`: None when no dose was ever taken. `live_ids`: answers recent enough to ask; the others
    only tell what was before. `act_today_ids`: answers that triage calls urgent today or an emergency;
    `emergency_ids`: those of them that are an emergency. `resolved_on`: the answers whose flag a person
    resolved, with the day.
    """

    first_dose_on: date | None
    live_ids: Set[UUID]
    act_today_ids: Set[UUID]
    emergency_ids: Set[UUID]
    re_evaluation_visit_ids: Set[UUID]
    resolved_on: Mapping[UUID, date]

    def is_before_first_dose(self, day: date) -> bool:
        return self.first_dose_on is None or day < self.first_dose_on

    def level(self, answer: AnswerOn) -> int:
        """0 not urgent, 1 act today, 2 an emergency."""
        return (answer.answer_id in self.act_today_ids) + (answer.answer_id in self.emergency_ids)


def calls_for_review(answers: Iterable[AnswerOn], around: Around) -> dict[UUID, ReviewReason]:
    """The answers that are causes of a SYMPTOM flag, each with its reason."""
    reasons: dict[UUID, ReviewReason] = {}
    for run in _runs(answers):
        if run.present[0].symptom not in RECORDED_ONLY:
            reasons |= _reasons(run, around)
    return reasons


def _reasons(run: _Run, around: Around) -> dict[UUID, ReviewReason]:
    """Walk one episode; `dealt_with_on` is when the last answer that asked was resolved, if it was.

    A baseline symptom asks once for being urgent, and for growing worse once a dose was taken. Any other asks
    at its first answer, when it grows worse, and at the first re-evaluation after a resolve. Each asks again
    when what comes with it makes it more urgent than it was when it asked: palpitations with near-fainting.
    """
    baseline, worse = _is_baseline(run, around), _worse(run)
    found: dict[UUID, ReviewReason] = {}
    dealt_with_on: date | None = None
    asked_level = 0
    for answer in run.present:
        reason: ReviewReason | None = None
        level = around.level(answer)
        if answer.answer_id not in around.live_ids or not (level or _asks_by_itself(answer)):
            continue
        if answer.answer_id in worse and not (baseline and around.is_before_first_dose(answer.on)):
            reason = ReviewReason.WORSE
        elif not found and not baseline:
            reason = ReviewReason.NEW
        elif not found and level:
            reason = ReviewReason.BASELINE_ACT_TODAY
        elif level > asked_level:
            reason = ReviewReason.MORE_URGENT
        elif (
            dealt_with_on and answer.on > dealt_with_on and answer.visit_id in around.re_evaluation_visit_ids
        ):
            reason = ReviewReason.STILL_PRESENT
        if reason:
            found[answer.answer_id] = reason
            asked_level = max(asked_level, level)
            dealt_with_on = around.resolved_on.get(answer.answer_id)
    return found


def _runs(answers: Iterable[AnswerOn]) -> list[_Run]:
    runs: list[_Run] = []
    standing: dict[Symptom, _Run] = {}
    for answer in sorted(answers, key=lambda a: a.on):
        if answer.answer is Answer.PRESENT and answer.symptom in standing:
            standing[answer.symptom].present.append(answer)
        elif answer.answer is Answer.PRESENT:
            standing[answer.symptom] = _Run([answer])
            runs.append(standing[answer.symptom])
        elif answer.answer is Answer.ABSENT and answer.symptom in standing:
            standing.pop(answer.symptom).resolved_on = answer.on
    return runs


def _episode(run: _Run) -> Episode:
    first = run.present[0]
    return Episode(
        symptom=first.symptom,
        onset_on=first.onset_on or first.on,
        opened_by=first.answer_id,
        onset_was_told=first.onset_on is not None,
        resolved_on=run.resolved_on,
        highest_grade=max((a.grade for a in run.present if a.grade is not None), default=None),
    )


def _worse(run: _Run) -> set[UUID]:
    """Those with a higher grade than all before them in the episode; one that was not told counts as 1."""
    grades = [a.grade or 1 for a in run.present]
    highest = list(accumulate(grades, max))
    later = zip(run.present[1:], grades[1:], highest, strict=False)
    return {answer.answer_id for answer, grade, before in later if grade > before}


def _is_baseline(run: _Run, around: Around) -> bool:
    """Whether the symptom is told to have begun before the first dose; an onset not told is not baseline."""
    onset_on = run.present[0].onset_on
    return onset_on is not None and around.is_before_first_dose(onset_on)


def _asks_by_itself(answer: AnswerOn) -> bool:
    """Whether the rule names the symptom; diarrhoea from grade 2 on, or when its grade was not told.

    What the rule does not name (nausea, near-fainting) asks only where triage makes it urgent today.
    """
    if answer.symptom is Symptom.DIARRHOEA:
        return answer.grade is None or answer.grade >= 2
    return SYMPTOMS[answer.symptom].flags
