"""From which days the re-evaluations of a patient are counted: courses, their doses, and interruptions."""

from dataclasses import dataclass
from datetime import date, timedelta

from regimens.models import DoseStep, Interruption, Regimen
from reviews.facts.record import Record
from reviews.windows import Anchor, Modifiers, Window, ended, reevaluation_window


@dataclass(frozen=True)
class CourseOf:
    """A stretch of days on which some regimen ran without a gap; `ended_on` is None while it runs."""

    regimens: list[Regimen]
    ended_on: date | None


def courses(record: Record) -> list[list[Window]]:
    """The windows that the doses of each course owe under the numbers in force."""
    limits = record.now.thresholds
    return [
        ended([reevaluation_window(anchor, limits) for anchor in anchors], course.ended_on)
        for course in courses_of(record)
        if (anchors := anchors_of(record, course))
    ]


def courses_of(record: Record) -> list[CourseOf]:
    """The regimens grouped into courses, oldest first."""
    grouped: list[CourseOf] = []
    for regimen in record.regimens:
        last = grouped[-1] if grouped else None
        if last and (last.ended_on is None or regimen.started_on <= last.ended_on):
            ends = (last.ended_on, regimen.stopped_on)
            ended_on = None if None in ends else max(end for end in ends if end is not None)
            grouped[-1] = CourseOf([*last.regimens, regimen], ended_on)
        else:
            grouped.append(CourseOf([regimen], regimen.stopped_on))
    return grouped


def anchors_of(record: Record, course: CourseOf) -> list[Anchor]:
    """A start, a change of dose or form, and the day after a long interruption, oldest first; one a day.

    Other clock times of the same amount are no change of dose: the window stays.
    """
    ids = {regimen.pk for regimen in course.regimens}
    steps = [step for step in record.steps if step.regimen_id in ids]
    moved = [step for step in steps if _changes_amount(step, steps)]
    anchors = [Anchor(step.pk, step.effective_on, _cause(step, course)) for step in moved]
    days = {anchor.on for anchor in anchors}
    for interruption in record.interruptions:
        resumed_on = _resumed_on(record, interruption)
        before = [s for s in steps if s.regimen_id == interruption.regimen_id and resumed_on]
        before = [s for s in before if resumed_on and s.effective_on < resumed_on]
        if resumed_on and before and resumed_on not in days:
            anchors.append(Anchor(before[-1].pk, resumed_on, "INTERRUPTION"))
            days.add(resumed_on)
    return sorted(anchors, key=lambda anchor: anchor.on)


def modifiers_of(record: Record, until: date) -> Modifiers:
    """What was known while the window was open: the newest eGFR up to `until`, or up to today."""
    egfr, _ = record.newest_egfr(min(record.now.on, until))
    return Modifiers(egfr)


def _changes_amount(step: DoseStep, steps: list[DoseStep]) -> bool:
    """Whether the step takes another amount a day than the one before it; `steps` are oldest first."""
    same = [
        one for one in steps if one.regimen_id == step.regimen_id and one.effective_on < step.effective_on
    ]
    return not same or same[-1].dose() != step.dose()


def _cause(step: DoseStep, course: CourseOf) -> str:
    if step.effective_on > step.regimen.started_on:
        return "DOSE_CHANGE"
    return "START" if step.regimen_id == course.regimens[0].pk else "FORM_CHANGE"


def _resumed_on(record: Record, interruption: Interruption) -> date | None:
    """The first day on which it was taken again after more than a week without, if it was."""
    if interruption.until_on is None:
        return None
    days = (interruption.until_on - interruption.from_on).days + 1
    resumed_on = interruption.until_on + timedelta(days=1)
    regimen = next(r for r in record.regimens if r.pk == interruption.regimen_id)
    runs = regimen.stopped_on is None or regimen.stopped_on > resumed_on
    return resumed_on if days > record.now.thresholds.interruption_days and runs else None
