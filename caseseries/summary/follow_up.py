"""What was due and what was done: re-evaluations, the second measurement, adherence, weeks (pure)."""

from collections import Counter

from caseseries.persons import Asked, Person
from caseseries.statistics import Share
from caseseries.summary.shape import FollowUp
from caseseries.summary.tables import Tables, all_of

ON_TIME, LATE, MISSED = "ON_TIME", "LATE", "MISSED"
FROM_80, BELOW_80, NOT_RECORDED = "FROM_80", "BELOW_80", "NOT_RECORDED"
ADHERENT_PERCENT = 80
DAYS_OF_A_WEEK = 7


class Done:
    """Counts of re-evaluations, not of people, and of people for the rest."""

    def __init__(self) -> None:
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
            counts[_adherence(percent)] += n
        tables.put("adherence", counts)

    def stated(self, tables: Tables) -> FollowUp:
        due, retest, adherence = tables["reevaluations"], tables["retest"], tables["adherence"]
        recorded = adherence.sum_of(FROM_80, BELOW_80)
        percents = {percent: n for percent, n in self._adherence.items() if percent is not None}
        return FollowUp(
            reevaluations_on_time=Share.counted(due.sum_of(ON_TIME), due.sum_of()),
            reevaluations_late=Share.counted(due.sum_of(LATE), due.sum_of()),
            reevaluations_missed=Share.counted(due.sum_of(MISSED), due.sum_of()),
            retested=Share.counted(retest.sum_of(Asked.YES), retest.sum_of(Asked.YES, Asked.NO)),
            adherence_percent=tables.spread(percents, 1, recorded),
            adherence_80_or_more=Share.counted(adherence.sum_of(FROM_80), recorded),
            weeks=tables.spread({day / DAYS_OF_A_WEEK: n for day, n in self._last_days.items()}, 1, tables.n),
        )


def _adherence(percent: int | None) -> str:
    if percent is None:
        return NOT_RECORDED
    return FROM_80 if percent >= ADHERENT_PERCENT else BELOW_80
