"""The dose over time: elemental mg per day over all products (pure)."""

from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from caseseries.persons import DoseSpan, Person, Reached
from caseseries.statistics import Share
from caseseries.summary.shape import Doses, WeeksAtDose
from caseseries.summary.tables import Tables

LEVEL_MG = 25
DAYS_OF_A_WEEK = 7
TAKING, NONE, NOT_YET = "TAKING", "NONE", "NOT_YET"
YES, NO = "YES", "NO"
Turns = tuple[bool, bool]


@lru_cache(maxsize=4096)
def level_of(mg: Decimal) -> int:
    """A dose rounded to 25 mg, and at least that."""
    return max(int((mg / LEVEL_MG).to_integral_value(ROUND_HALF_UP)), 1) * LEVEL_MG


class DoseCourse:
    """The doses at the start and on the day of the outcome, the changes, and the days at each level."""

    def __init__(self, outcome_day: int) -> None:
        self._day = outcome_day
        self._at_start: Counter[Decimal | None] = Counter()
        self._at_outcome: Counter[Decimal | None] = Counter()
        self._not_yet = 0
        # (lowered, raised), of everybody and of the people of each level.
        self._turns: Counter[Turns] = Counter()
        self._people: Counter[tuple[int, Turns]] = Counter()
        self._days: Counter[int] = Counter()

    def add(self, person: Person) -> None:
        start, outcome, turns = self._walk(person.doses)
        self._turns[turns] += 1
        self._at_start[start] += 1
        if person.cut_day < self._day:
            self._not_yet += 1
        else:
            self._at_outcome[outcome] += 1
        levels = set()
        for span in person.doses:
            if span.elemental_mg_per_day:
                level = level_of(span.elemental_mg_per_day)
                levels.add(level)
                self._days[level] += span.until_day - max(span.from_day, 0)
        for level in levels:
            self._people[(level, turns)] += 1

    def _walk(self, doses: tuple[DoseSpan, ...]) -> tuple[Decimal | None, Decimal | None, Turns]:
        """The dose of the start and of the day of the outcome, and whether it was lowered and raised.

        One walk, because every person takes it. A pause is no change.
        """
        start = outcome = before = None
        lowered = raised = False
        for span in doses:
            mg = span.elemental_mg_per_day
            if not mg:
                continue
            if span.from_day <= 0 < span.until_day:
                start = mg
            if span.from_day <= self._day < span.until_day:
                outcome = mg
            if before is not None:
                lowered, raised = lowered or mg < before, raised or mg > before
            before = mg
        return start, outcome, (lowered, raised)

    def fill(self, tables: Tables) -> None:
        n = self._turns.total()
        for name, doses in (("doses_at_start", self._at_start), ("doses_at_outcome", self._at_outcome)):
            counts = {TAKING: doses.total() - doses[None], NONE: doses[None]}
            is_later = name == "doses_at_outcome"
            tables.put(name, counts | ({NOT_YET: self._not_yet} if is_later else {}))
        # Who reached the day, or has not yet, is told there too.
        of_reached = [name for name in tables["reached"].counts if name.split(".")[0] == Reached.REACHED]
        for cells, inner in (([NOT_YET], [Reached.NOT_YET]), ([TAKING, NONE], of_reached)):
            tables.keep_apart(("doses_at_outcome", cells), ("reached", inner), close=["doses_at_outcome"])
        for place, name in enumerate(("lowered", "raised")):
            changed = sum(times for turns, times in self._turns.items() if turns[place])
            tables.put(name, {YES: changed, NO: n - changed})
        for level, people in self._levels():
            tables.put(f"weeks_at_dose.{level}", {YES: people, NO: n - people})
            self._keep_apart(level, people, tables)

    def _levels(self) -> Iterator[tuple[int, int]]:
        people = Counter[int]()
        for (level, _), times in self._people.items():
            people[level] += times
        yield from sorted(people.items())

    def _keep_apart(self, level: int, people: int, tables: Tables) -> None:
        """Where all start alike, everybody at a higher level was raised: the rest would be told."""
        name = f"weeks_at_dose.{level}"
        for place, changed in enumerate(("lowered", "raised")):
            both = sum(self._people[(level, turns)] for turns in self._turns if turns[place])
            if both == people:
                tables.keep_apart((changed, [YES]), (name, [YES]), close=[name])
            if both == tables[changed].counts[YES]:
                tables.keep_apart((name, [YES]), (changed, [YES]), close=[name])

    def stated(self, tables: Tables) -> Doses:
        start, outcome = tables["doses_at_start"], tables["doses_at_outcome"]
        taking = outcome.sum_of(TAKING)
        return Doses(
            at_start=tables.spread(_taken(self._at_start), 1, start.sum_of(TAKING)),
            at_outcome=tables.spread(_taken(self._at_outcome), 1, taking),
            taking_at_outcome=Share.counted(taking, outcome.sum_of(TAKING, NONE)),
            not_yet_at_outcome=outcome.sum_of(NOT_YET),
            lowered=Share.counted(tables["lowered"].sum_of(YES), tables.n),
            raised=Share.counted(tables["raised"].sum_of(YES), tables.n),
            weeks_at_dose=[self._weeks(level, tables) for level, _ in self._levels()],
        )

    def _weeks(self, level: int, tables: Tables) -> WeeksAtDose:
        people = tables[f"weeks_at_dose.{level}"].sum_of(YES)
        return WeeksAtDose(
            level, people, None if people is None else round(self._days[level] / DAYS_OF_A_WEEK, 1)
        )


def _taken(doses: Counter[Decimal | None]) -> dict[Decimal, int]:
    return {mg: n for mg, n in doses.items() if mg is not None}
