"""What was due and what was done: re-evaluations, the second measurement, adherence, weeks (pure)."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from itertools import combinations

from caseseries.persons import Asked, Person, Reached
from caseseries.statistics import Share
from caseseries.summary.doses import NOT_YET
from caseseries.summary.shape import FollowUp, NamedCount
from caseseries.summary.tables import Tables, all_of

ON_TIME, LATE, MISSED = "ON_TIME", "LATE", "MISSED"
FROM_80, BELOW_80, NOT_RECORDED = "FROM_80", "BELOW_80", "NOT_RECORDED"
ADHERENT_PERCENT = 80
DAYS_OF_A_WEEK = 7


class WeeksFollowed(StrEnum):
    """Completed weeks from the start to the last day that counts; each band ends where the next begins."""

    FROM_0 = "FROM_0"
    FROM_4 = "FROM_4"
    FROM_8 = "FROM_8"
    FROM_12 = "FROM_12"
    FROM_24 = "FROM_24"

    @property
    def first_day(self) -> int:
        """Of the days since the start."""
        return int(self.removeprefix("FROM_")) * DAYS_OF_A_WEEK


Bands = list[WeeksFollowed]


def weeks_band(last_day: int) -> WeeksFollowed:
    """The band of a last day, in days since the start; ours, and coarse so that few bands are small.

    A day before the start counts as one of the first band.
    """
    return next(
        (band for band in reversed(WeeksFollowed) if last_day >= band.first_day), WeeksFollowed.FROM_0
    )


def adherence_band(percent: int | None) -> str:
    """Whether 80 % of the intakes or more were taken, as visits recorded it; None is not recorded."""
    if percent is None:
        return NOT_RECORDED
    return FROM_80 if percent >= ADHERENT_PERCENT else BELOW_80


class Done:
    """Counts of re-evaluations, not of people, and of people for the rest."""

    def __init__(self, outcome_day: int) -> None:
        self._day = outcome_day
        self._on_time = self._late = self._missed = 0
        self._retest: Counter[Asked] = Counter()
        self._adherence: Counter[int | None] = Counter()
        self._last_days: Counter[int] = Counter()

    def add(self, person: Person) -> None:
        due = person.reevaluations
        self._on_time += due.on_time
        self._late += due.late
        self._missed += due.missed
        self._retest[person.retest] += 1
        self._adherence[person.adherence_percent] += 1
        self._last_days[person.last_day] += 1

    def fill(self, tables: Tables) -> None:
        tables.put("reevaluations", {ON_TIME: self._on_time, LATE: self._late, MISSED: self._missed})
        tables.put("retest", all_of(Asked, self._retest))
        counts = dict.fromkeys((FROM_80, BELOW_80, NOT_RECORDED), 0)
        for percent, n in self._adherence.items():
            counts[adherence_band(percent)] += n
        tables.put("adherence", counts)
        weeks = dict.fromkeys(WeeksFollowed, 0)
        for day, n in self._last_days.items():
            weeks[weeks_band(day)] += n
        tables.put("weeks_followed", all_of(WeeksFollowed, weeks))
        self._keep_apart(tables)

    def _keep_apart(self, tables: Tables) -> None:
        """Where somebody stands on the day of the outcome bounds the last day, and so the bands.

        Who is there without an ending may have been heard of last on any day, and is bound to no band.
        """
        for bands, table, cells in self._bounds(tables):
            others = [band for band in WeeksFollowed if band not in bands]
            for size in range(len(others) + 1):
                for more in combinations(others, size):
                    wider = ("weeks_followed", [*bands, *more])
                    tables.keep_apart(wider, (table, cells), close=["weeks_followed"])

    def _bounds(self, tables: Tables) -> Iterator[tuple[Bands, str, list[str]]]:
        """(bands, table, cells): everybody in these cells has a last day in one of these bands."""
        before, until = _up_to(self._day - 1), _up_to(self._day)
        after = [band for band in WeeksFollowed if band not in until or band is weeks_band(self._day + 1)]
        reached = tables["reached"]
        # An empty cell changes no sum; one that is hidden belongs to those that are told together.
        cells = [name for name, n in reached.counts.items() if n or name in reached.hidden]
        there = [name for name in cells if name.split(".")[0] == Reached.REACHED]
        yield before, "reached", [Reached.NOT_YET]
        yield before, "doses_at_outcome", [NOT_YET]
        yield until, "reached", [name for name in cells if name not in there]
        yield after, "reached", [name for name in there if name != Reached.REACHED]

    def stated(self, tables: Tables) -> FollowUp:
        due, retest, recorded_as = tables["reevaluations"], tables["retest"], tables["adherence"]
        weeks = tables["weeks_followed"]
        recorded = recorded_as.sum_of(FROM_80, BELOW_80)
        percents = {percent: n for percent, n in self._adherence.items() if percent is not None}
        return FollowUp(
            reevaluations_on_time=Share.counted(due.sum_of(ON_TIME), due.sum_of()),
            reevaluations_late=Share.counted(due.sum_of(LATE), due.sum_of()),
            reevaluations_missed=Share.counted(due.sum_of(MISSED), due.sum_of()),
            retested=Share.counted(retest.sum_of(Asked.YES), retest.sum_of(Asked.YES, Asked.NO)),
            adherence_percent=tables.spread(percents, 1, recorded),
            adherence_80_or_more=Share.counted(recorded_as.sum_of(FROM_80), recorded),
            adherence_not_recorded=recorded_as.sum_of(NOT_RECORDED),
            weeks=tables.spread({day / DAYS_OF_A_WEEK: n for day, n in self._last_days.items()}, 1, tables.n),
            weeks_followed=[NamedCount(band, weeks.sum_of(band)) for band in weeks.counts],
        )


def _up_to(day: int) -> Bands:
    """The bands that hold this day or an earlier one."""
    return [band for band in WeeksFollowed if band.first_day <= day]
