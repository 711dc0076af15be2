"""One person of a series: what was taken, measured and told, around the day of the start (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from caseseries.criteria import OutcomeDefinition
from caseseries.deidentify import week_of
from patients.symptoms import Symptom


@dataclass(frozen=True)
class Measured:
    """One value and the day on which it was measured or answered."""

    on: date
    value: Decimal | int


@dataclass(frozen=True)
class Step:
    """A dose from one day on, elemental mg per day; from `stopped_on` on its regimen has none."""

    regimen_id: UUID
    effective_on: date
    stopped_on: date | None
    elemental_mg_per_day: Decimal


@dataclass(frozen=True)
class Pair:
    """A value at the start, one around week 12, and the week of the second since the start."""

    start: Decimal | int | None = None
    week_12: Decimal | int | None = None
    week: int | None = None

    @property
    def change(self) -> Decimal | int | None:
        """The later minus the earlier value; None unless both were measured."""
        return None if self.start is None or self.week_12 is None else self.week_12 - self.start


class Anxiety(StrEnum):
    """What became of a person's GAD-7 around week 12."""

    LESS = "LESS"
    NEITHER = "NEITHER"
    WORSE = "WORSE"
    NO_BASELINE = "NO_BASELINE"
    NO_WEEK_12 = "NO_WEEK_12"


class Course(StrEnum):
    """What became of one symptom."""

    NEW = "NEW"
    NOT_NEW = "NOT_NEW"
    ALREADY_PRESENT = "ALREADY_PRESENT"
    NEVER_ASKED = "NEVER_ASKED"


@dataclass(frozen=True)
class SymptomCourse:
    """The course, and for a new symptom the week of its first onset since the start."""

    course: Course
    week: int | None = None


@dataclass(frozen=True)
class Person:
    """One person. Doses are elemental mg per day over all products; None: none taken that day.

    `at_week_12` is False while the data cut lies before week 12 of this person.
    """

    patient_id: UUID
    sex: str
    age_at_start: int
    dose_start: Decimal | None
    dose_week_12: Decimal | None
    at_week_12: bool
    ionized_mg: Pair
    gad7: Pair
    anxiety: Anxiety
    symptoms: Mapping[Symptom, SymptomCourse]

    def course_of(self, symptom: Symptom) -> SymptomCourse:
        return self.symptoms.get(symptom, SymptomCourse(Course.NEVER_ASKED))


def around(values: Sequence[Measured], started_on: date, outcome: OutcomeDefinition) -> Pair:
    """The last value on or before the start, and the one nearest to week 12 within its margin.

    `values` are in the order in which they were measured. Of two equally near days the earlier counts; of two
    values of one day the later recorded.
    """
    before = [m.value for m in values if m.on <= started_on]
    middle = started_on + timedelta(days=outcome.day)
    window = [
        m for m in reversed(values) if abs((m.on - middle).days) <= outcome.margin_days and m.on > started_on
    ]
    nearest = min(window, key=lambda m: (abs((m.on - middle).days), m.on), default=None)
    return Pair(
        start=before[-1] if before else None,
        week_12=nearest.value if nearest else None,
        week=week_of(nearest.on, started_on) if nearest else None,
    )


def anxiety_of(gad7: Pair, outcome: OutcomeDefinition) -> Anxiety:
    """Less anxious, worse or neither, by points of GAD-7 (clinical facts 7.3, B), or why that is unknown."""
    if gad7.start is None:
        return Anxiety.NO_BASELINE
    if gad7.change is None:
        return Anxiety.NO_WEEK_12
    if gad7.start >= outcome.baseline_minimum and -gad7.change >= outcome.drop:
        return Anxiety.LESS
    return Anxiety.WORSE if gad7.change >= outcome.rise else Anxiety.NEITHER


def dose_on(steps: Iterable[Step], day: date) -> Decimal | None:
    """Elemental mg per day over all regimens that run on `day`; None when none runs.

    `steps` are in the order of their days.
    """
    in_force = {
        step.regimen_id: step.elemental_mg_per_day
        for step in steps
        if step.effective_on <= day and (step.stopped_on is None or step.stopped_on > day)
    }
    return sum(in_force.values(), Decimal(0)) if in_force else None


@dataclass(frozen=True)
class Told:
    """What all visits together told of one symptom of one person.

    `present_before`: present at a visit on or before the day of the start, or with an onset before it.
    `asked_after`: answered at a visit after it. `new_onset_on`: the first onset told after it.
    """

    present_before: bool
    asked_after: bool
    new_onset_on: date | None


def course_of(told: Told, started_on: date) -> SymptomCourse:
    """New only for those who were free of it at the start and were asked afterwards."""
    if told.present_before:
        return SymptomCourse(Course.ALREADY_PRESENT)
    if not told.asked_after:
        return SymptomCourse(Course.NEVER_ASKED)
    if told.new_onset_on is None:
        return SymptomCourse(Course.NOT_NEW)
    return SymptomCourse(Course.NEW, week_of(told.new_onset_on, started_on))
