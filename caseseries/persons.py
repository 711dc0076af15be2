"""One person of a series: what was taken, measured and told, in days since the start (pure).

Day 0 is the day of the start; days before it are negative. Nothing here is a date, and nothing is a text
that somebody typed, but `ionized_mg_method`, which is only ever compared, and leaves in no file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from patients.symptoms import Symptom
from regimens.salts import Family


class Ending(StrEnum):
    """What ended the time under the form, if anything did before the data cut."""

    FOLLOWED = "FOLLOWED"
    STOPPED_FOR_HARM = "STOPPED_FOR_HARM"
    STOPPED_OTHERWISE = "STOPPED_OTHERWISE"
    # Another form: what comes after it is not counted.
    SWITCHED = "SWITCHED"
    LOST = "LOST"
    DIED = "DIED"
    TRANSFERRED = "TRANSFERRED"


class Reached(StrEnum):
    """Where somebody who started stands on the day of the outcome: these divide all who started."""

    REACHED = "REACHED"
    NOT_YET = "NOT_YET"
    STOPPED_FOR_HARM = "STOPPED_FOR_HARM"
    STOPPED_OTHERWISE = "STOPPED_OTHERWISE"
    SWITCHED = "SWITCHED"
    LOST = "LOST"
    DIED = "DIED"
    TRANSFERRED = "TRANSFERRED"


@dataclass(frozen=True, slots=True)
class Measured:
    """One value and the day on which it was measured or answered."""

    day: int
    value: Decimal | int


@dataclass(frozen=True, slots=True)
class Pair:
    """The value at the start and the one nearest to the day of the outcome; `day` is the second's."""

    start: Decimal | int | None = None
    outcome: Decimal | int | None = None
    day: int | None = None

    @property
    def change(self) -> Decimal | int | None:
        """The later minus the earlier value; None unless both were measured."""
        return None if self.start is None or self.outcome is None else self.outcome - self.start


@dataclass(frozen=True, slots=True)
class DoseSpan:
    """From `from_day` until the day before `until_day`: elemental mg per day over all products; 0 is none."""

    from_day: int
    until_day: int
    elemental_mg_per_day: Decimal


class Anxiety(StrEnum):
    """What became of a person's GAD-7 around the day of the outcome."""

    LESS = "LESS"
    NEITHER = "NEITHER"
    WORSE = "WORSE"
    NO_BASELINE = "NO_BASELINE"
    NO_OUTCOME = "NO_OUTCOME"


class Course(StrEnum):
    """What became of one symptom."""

    NEW = "NEW"
    NOT_NEW = "NOT_NEW"
    ALREADY_PRESENT = "ALREADY_PRESENT"
    NEVER_ASKED = "NEVER_ASKED"


class Changed(StrEnum):
    """What was first changed while a new symptom lasted."""

    LOWERED = "LOWERED"
    STOPPED = "STOPPED"
    RAISED = "RAISED"
    # The same dose at other times, or in more portions.
    INTAKES_MOVED = "INTAKES_MOVED"
    NOTHING = "NOTHING"


class Followed(StrEnum):
    """What was heard of the symptom after the change; of an unchanged dose, after the first *present*."""

    GONE = "GONE"
    CAME_BACK = "CAME_BACK"
    STILL_PRESENT = "STILL_PRESENT"
    NOT_ASKED = "NOT_ASKED"


@dataclass(frozen=True, slots=True)
class NewEpisode:
    """The first new episode of a symptom. `grade` is its highest (CTCAE), None when no grade was given.

    `change_beside`: a medicine, a co-treatment or another product began or ended between the change and the
    answer, so that what followed cannot be told of the change alone. `gone_day` is the day of the first
    *absent* that was heard after the change, or after the first *present* where nothing was changed.
    """

    onset_day: int
    grade: int | None
    mg_at_onset: Decimal
    changed: Changed
    changed_day: int | None
    mg_after_change: Decimal | None
    change_beside: bool
    followed: Followed
    gone_day: int | None
    episodes: int = 1


@dataclass(frozen=True, slots=True)
class SymptomCourse:
    """The course; `episode` only of a new symptom. `last_asked_day`: of the last present or absent."""

    course: Course
    episode: NewEpisode | None = None
    last_asked_day: int | None = None


@dataclass(frozen=True, slots=True)
class Reevaluations:
    """Re-evaluations whose window has closed: met in it, met after it, never met."""

    on_time: int = 0
    late: int = 0
    missed: int = 0

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.missed


class Asked(StrEnum):
    """The answer to a question that may not have been asked."""

    YES = "YES"
    NO = "NO"
    NOT_ASKED = "NOT_ASKED"


@dataclass(frozen=True, slots=True)
class Person:
    """One person who started. Everything after `ended_day` of a switch is left out.

    `cut_day`: the day of the data cut. `last_day`: the last on which the person was heard of (at most the
    ending and the cut). `adherence_percent`: the mean of what visits until the outcome's window recorded.
    `retest`: whether ionized Mg was measured within the first re-evaluation's window; NOT_ASKED: not due yet.
    `serious`: an emergency symptom, or any new one of grade 3 or 4. `egfr`: the last before the start,
    mL/min/1.73 m². `ionized_mg_course`: all values from the last before the start on, in order.
    """

    patient_id: UUID
    family: Family
    sex: str
    age_at_start: int
    cut_day: int
    last_day: int
    ending: Ending
    ended_day: int | None
    doses: tuple[DoseSpan, ...]
    ionized_mg: Pair
    ionized_mg_course: tuple[Measured, ...]
    ionized_mg_method: str
    gad7: Pair
    anxiety: Anxiety
    symptoms: Mapping[Symptom, SymptomCourse]
    egfr: Decimal | None
    adherence_percent: int | None
    reevaluations: Reevaluations
    retest: Asked
    prior_magnesium: Asked
    psychotherapy_changed: bool
    psychotropic_changed: bool
    serious: bool
    death_possibly_related: bool
    # The day of death, also of who had stopped before: `ending` tells only what came first.
    died_day: int | None = None

    def course_of(self, symptom: Symptom) -> SymptomCourse:
        return self.symptoms.get(symptom, SymptomCourse(Course.NEVER_ASKED))

    def dose_on(self, day: int) -> Decimal | None:
        """Elemental mg per day on `day`; None when none was taken."""
        span = next((s for s in self.doses if s.from_day <= day < s.until_day), None)
        return span.elemental_mg_per_day if span and span.elemental_mg_per_day else None

    def reached(self, outcome_day: int) -> Reached:
        """Where this person stands on the day of the outcome."""
        if self.ended_day is not None and self.ended_day <= outcome_day:
            return Reached(self.ending)
        return Reached.REACHED if self.cut_day >= outcome_day else Reached.NOT_YET
