"""The symptoms of one person: their courses, and the new ones answer by answer."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from caseseries.persons import Course, DoseSpan, SymptomCourse
from caseseries.reading.drafts import Draft
from caseseries.reading.episodes import Around, Moved, changes_of, new_episode
from caseseries.reading.rows import AnswersByPatient, Record
from caseseries.reading.symptoms import Told, course_of, told_of, without_episode
from patients.models import SymptomAnswer
from patients.symptoms import Answer, Symptom
from reviews.episodes import AnswerOn

SEVERE_GRADE = 3
_EMERGENCY = SymptomAnswer.Severity.EMERGENCY.value
_SYMPTOMS = {symptom.value: symptom for symptom in Symptom}
_ANSWERS = {answer.value: answer for answer in Answer}
# The answers of one symptom are told apart by their order alone.
_ANY_ID = UUID(int=0)

Courses = dict[Symptom, SymptomCourse]


class Heard(NamedTuple):
    """One answer; days since the start."""

    day: int
    answer: str
    grade: int | None
    onset_day: int | None
    urgency: str

    @property
    def is_present(self) -> bool:
        return self.answer == Answer.PRESENT


def to_be_heard(draft: Draft) -> Iterator[tuple[str, str]]:
    """The person and each symptom whose answers must be read one by one: those that are new, and those that
    were asked about under another form as well."""
    for name, told, course, _ in draft.told:
        if course is Course.NEW or told.asked_day > draft.last_counted_day:
            yield draft.who, name


def courses_of(
    draft: Draft, spans: tuple[DoseSpan, ...], record: Record, answers: AnswersByPatient
) -> tuple[Courses, bool]:
    """The course of each symptom, and whether one was serious: an emergency, or new and of grade 3 or 4.

    `answers`: of those that are to be heard.
    """
    courses: Courses = {}
    serious = False
    around: Around | None = None
    own = answers.get(draft.who, {})
    for name, told, course, emergency_day in draft.told:
        heard = _heard(draft, own[name]) if name in own else []
        if heard:
            told, emergency_day = _told(heard), _last_emergency(heard)
            course = course_of(told)
        elif told.asked_day > draft.last_counted_day:
            continue  # all of it was told under another form
        serious |= emergency_day is not None and emergency_day > 0
        symptom = _SYMPTOMS[name]
        if course is not Course.NEW:
            courses[symptom] = without_episode(course, told.asked_day)
            continue
        around = around or _around(draft, spans, record)
        episode = new_episode([_answer(symptom, one, draft.zero) for one in heard], around)
        courses[symptom] = SymptomCourse(course, episode, told.asked_day)
        serious |= any((one.grade or 0) >= SEVERE_GRADE for one in heard)
    return courses, serious


def _heard(draft: Draft, answers: Sequence[Sequence[Any]]) -> list[Heard]:
    """The answers that count, in their order."""
    zero, last = draft.zero, draft.zero + draft.last_counted_day
    return [
        Heard(on - zero, answer, grade, None if onset is None else onset - zero, urgency)
        for on, _, answer, grade, onset, urgency in answers
        if on <= last
    ]


def _told(heard: Sequence[Heard]) -> Told:
    return told_of([(one.day, one.is_present, one.onset_day) for one in heard])


def _last_emergency(heard: Sequence[Heard]) -> int | None:
    days = (one.day for one in heard if one.is_present and one.urgency == _EMERGENCY)
    return max(days, default=None)


def _answer(symptom: Symptom, heard: Heard, zero: int) -> AnswerOn:
    onset = None if heard.onset_day is None else date.fromordinal(zero + heard.onset_day)
    on = date.fromordinal(zero + heard.day)
    return AnswerOn(_ANY_ID, _ANY_ID, symptom, on, _ANSWERS[heard.answer], heard.grade, onset)


def _around(draft: Draft, spans: tuple[DoseSpan, ...], record: Record) -> Around:
    """What one person took, and what else began or ended."""
    who, start = draft.who, draft.start.started_on
    # A product that only took over from itself neither began nor ended.
    ended = {(one.product_id, one.stopped_day) for one in draft.taken}
    began = {(one.product_id, one.day) for one in draft.taken}
    entries = (
        *draft.treatments, *record.medications.get(who, ()), *record.other_sources.get(who, ()),
    )  # fmt: skip
    return Around(
        start=start,
        spans=spans,
        changes=changes_of(spans, start),
        moved=_moved(draft),
        began=_dates(draft, (day for _, day in began - ended if day > 0)),
        stopped=_dates(draft, (day for _, day in ended - began if day is not None)),
        beside=[
            date.fromordinal(on) for since, until, *_ in entries for on in (since, until) if on is not None
        ],
    )


def _dates(draft: Draft, days: Iterable[int]) -> list[date]:
    return [date.fromordinal(draft.zero + day) for day in days]


def _moved(draft: Draft) -> list[Moved]:
    """The steps of a regimen that kept its dose, and changed its clock times or portions."""
    found = []
    before: dict[str, tuple[Decimal, tuple[tuple[str, str], ...]]] = {}
    for regimen, step, on, _, per_unit in draft.steps:
        now = draft.dose(step, per_unit), draft.intakes.get(step, ())
        was = before.get(regimen, now)
        if on > draft.zero and was[0] == now[0] and was[1] != now[1]:
            found.append(Moved(date.fromordinal(on)))
        before[regimen] = now
    return found
