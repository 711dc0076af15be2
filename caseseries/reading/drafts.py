"""One person's rows in days since the start, as far as they count: until another form, or the data cut."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from caseseries.definition import OutcomeDefinition
from caseseries.persons import Course, DoseSpan, Ending, Measured, Pair
from caseseries.reading.doses import Gap, Step, spans_of
from caseseries.reading.endings import Ended, Fate, Taken, ended, has_left
from caseseries.reading.recall import Window
from caseseries.reading.rows import Record
from caseseries.reading.starts import FAMILY_OF, Start
from caseseries.reading.symptoms import Told, course_of
from labs.analytes import Analyte

PSYCHOTHERAPY = frozenset({"PSYCHOTHERAPY"})
PSYCHOTROPIC = frozenset({"SSRI", "OTHER_PSYCHOTROPIC"})
# Under these nobody could be called for a re-evaluation here.
_OUT_OF_REACH = (Ending.DIED, Ending.TRANSFERRED)
# After these nothing is known to be taken.
_TAKES_NO_MORE = (Ending.DIED, Ending.TRANSFERRED, Ending.LOST)
_IONIZED_MG, _EGFR = Analyte.IONIZED_MG.value, Analyte.EGFR.value
Rows = Sequence[Sequence[Any]]

# A clinic's values are few: the same ones are read again and again.
exact = lru_cache(maxsize=4096)(Decimal)


class Draft:
    """Everything of one person but the new symptoms. Rows hold ordinals; `zero` is that of the start."""

    __slots__ = (
        "cut_day",
        "died_day",
        "ended",
        "heard_day",
        "intakes",
        "labs",
        "last_counted_day",
        "reevaluations",
        "scores",
        "start",
        "steps",
        "taken",
        "told",
        "treatments",
        "visits",
        "who",
        "zero",
    )

    def __init__(self, start: Start, record: Record, cut: int) -> None:
        self.who = who = str(start.patient_id)
        self.start, self.zero = start, start.started_on.toordinal()
        self.cut_day = cut - self.zero
        self.visits: Rows = record.visits.get(who, ())
        self.scores: Rows = record.scores.get(who, ())
        self.labs: Rows = record.lab_values.get(who, ())
        self.told = [self._told(*row) for row in record.told.get(who, ())]
        self.steps: Rows = record.steps.get(who, ())
        self.intakes = _by_step(record.intakes.get(who, ()))
        self.reevaluations: Rows = record.reevaluations.get(who, ())
        self.treatments: Rows = record.co_treatments.get(who, ())
        self.taken = self._taken(record.regimens.get(who, ()))
        self.heard_day = self._heard_day()
        self.ended = self._ended()
        died = (
            self.ended.day if self.ended.ending is Ending.DIED else self._by_cut(_ordinal(start.deceased_on))
        )
        self.died_day = died
        # A change is decided at a visit, after the questions: its day still counts.
        censored = self.ended.censored_day
        self.last_counted_day = self.cut_day if censored is None else min(censored, self.cut_day)

    def _by_cut(self, on: int | None) -> int | None:
        """The day, None when it lies after the data cut: then it had not happened."""
        return None if on is None or on - self.zero > self.cut_day else on - self.zero

    def _taken(self, rows: Rows) -> list[Taken]:
        return [
            Taken(product, FAMILY_OF[form], started - self.zero, self._by_cut(stopped), reason)
            for product, form, started, stopped, reason in rows
        ]

    def _told(self, symptom: str, *days: int | None) -> tuple[str, Told, Course, int | None]:
        """The symptom, what was told of it, its course by that, and the last day of an emergency."""
        asked, present, onset, emergency = [None if on is None else on - self.zero for on in days]
        told = Told(asked or 0, present, onset)
        return symptom, told, course_of(told), emergency

    def _heard_day(self) -> int:
        """The last day by the data cut on which something was told or measured; 0, the start, at least."""
        last = self.zero + self.cut_day
        days = [row[0] for row in self.visits if row[0] <= last]
        days += [row[0] for row in self.scores]
        days += [row[1] for row in self.labs]
        return max(max(days, default=0) - self.zero, 0)

    def _ended(self) -> Ended:
        start = self.start
        heard_later = any(row[0] - self.zero > self.cut_day for row in self.visits)
        fate = Fate(
            has_left=has_left(start.status, heard_after_cut=heard_later),
            is_transferred=bool(start.transferred_to),
            unreachable_day=self._by_cut(_ordinal(start.unreachable_since)),
            died_day=self._by_cut(_ordinal(start.deceased_on)),
        )
        return ended(start.family, self.taken, fate, self.heard_day)

    @property
    def last_day(self) -> int:
        return self.heard_day if self.ended.day is None else self.ended.day

    def spans(self, record: Record) -> tuple[DoseSpan, ...]:
        """The doses from the start until another form, the ending or the data cut."""
        zero, until, end = self.zero, self.cut_day + 1, self.ended
        if end.censored_day is not None:
            until = min(until, end.censored_day)
        if end.ending in _TAKES_NO_MORE and end.day is not None:
            until = min(until, end.day + 1)
        steps = [
            Step(regimen, on - zero, self.dose(step, per_unit), self._by_cut(stopped))
            for regimen, step, on, stopped, per_unit in self.steps
        ]
        gaps = [
            Gap(regimen, first - zero, None if last is None else last - zero + 1)
            for regimen, first, last in record.interruptions.get(self.who, ())
        ]
        return spans_of(steps, gaps, until)

    def dose(self, step: str, per_unit: str) -> Decimal:
        return elemental_mg(tuple(units for _, units in self.intakes.get(step, ())), per_unit)

    def gad7(self) -> list[Measured]:
        zero, last = self.zero, self.zero + self.last_counted_day
        return [Measured(on - zero, total) for on, total in self.scores if on <= last]

    def ionized(self) -> list[Measured]:
        zero, last = self.zero, self.zero + self.last_counted_day
        return [
            Measured(on - zero, exact(value))
            for name, on, value, _ in self.labs
            if name == _IONIZED_MG and on <= last
        ]

    def egfr(self) -> Decimal | None:
        """The last on or before the start."""
        before = [value for name, on, value, _ in self.labs if name == _EGFR and on <= self.zero]
        return exact(before[-1]) if before else None

    def method_of(self, pair: Pair) -> str:
        """How the values of the pair were measured; both ways when there are two."""
        first = last = ""
        for name, on, _, method in self.labs:
            if name != _IONIZED_MG:
                continue
            if on <= self.zero:
                first = method
            elif on - self.zero == pair.day:
                last = method
        if first == last or not last:
            return str(first)
        return f"{min(first, last)} + {max(first, last)}" if first else str(last)

    def adherence(self, outcome: OutcomeDefinition) -> int | None:
        """The mean, in per cent, of what visits after the start recorded until the window of the outcome."""
        last = self.zero + min(outcome.closes_day, self.last_counted_day)
        told = [percent for on, percent in self.visits if percent is not None and self.zero < on <= last]
        return round(sum(told) / len(told)) if told else None

    def windows(self) -> list[Window]:
        """Of re-evaluations that closed while the person could be called for them."""
        zero, until, end = self.zero, self.last_counted_day, self.ended
        if end.ending in _OUT_OF_REACH and end.day is not None:
            until = min(until, end.day)
        found = []
        for anchored, opens, closes, met, superseded, stopped in self.reevaluations:
            if anchored >= zero and closes - zero <= until:
                ends = superseded if stopped is None else min(stopped, superseded or stopped)
                ended_day = None if ends is None else ends - zero
                found.append(Window(opens - zero, closes - zero, self._by_cut(met), ended_day))
        return found

    def changed(self, codes: frozenset[str], outcome: OutcomeDefinition) -> bool:
        """Whether one of these co-treatments began or ended from the start to the day of the outcome."""
        last = self.zero + min(outcome.day, self.last_counted_day)
        return any(
            on is not None and self.zero <= on <= last
            for since, until, code in self.treatments
            if code in codes
            for on in (since, until)
        )


def _ordinal(on: date | None) -> int | None:
    return None if on is None else on.toordinal()


def _by_step(rows: Rows) -> dict[str, tuple[tuple[str, str], ...]]:
    """{step: its (clock time, units)}."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for step, at, units in rows:
        found[step] = (*found.get(step, ()), (at, units))
    return found


@lru_cache(maxsize=4096)
def elemental_mg(units: Iterable[str], per_unit: str) -> Decimal:
    """Elemental mg per day of so many units at each intake."""
    return sum((exact(each) for each in units), Decimal(0)) * exact(per_unit)
