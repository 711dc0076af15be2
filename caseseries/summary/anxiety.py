"""GAD-7 at the start and around the day of the outcome: less anxious, worse, neither, unknown (pure)."""

from collections import Counter

from caseseries.persons import Anxiety, Person
from caseseries.statistics import Share
from caseseries.summary.change import Pairs, paired
from caseseries.summary.shape import LessAnxious
from caseseries.summary.tables import Tables, all_of

OBSERVED = (Anxiety.LESS, Anxiety.NEITHER, Anxiety.WORSE)
DECIMALS = 1


class Gad7:
    """How often each pair of totals occurs, and what became of the people."""

    def __init__(self) -> None:
        self._cells: Counter[Anxiety] = Counter()
        self._pairs: Pairs = Counter()

    def add(self, person: Person) -> None:
        self._cells[person.anxiety] += 1
        self._pairs[(person.gad7.start, person.gad7.outcome)] += 1

    def fill(self, tables: Tables) -> None:
        tables.put("anxiety", all_of(Anxiety, self._cells))

    def stated(self, tables: Tables) -> LessAnxious:
        """Of those with both totals, and of all who started: not measured counts as not less."""
        cells, n = tables["anxiety"], tables.n
        less, worse, observed = (
            cells.sum_of(Anxiety.LESS),
            cells.sum_of(Anxiety.WORSE),
            cells.sum_of(*OBSERVED),
        )
        start, outcome, change = paired(self._pairs)
        low, high = tables.interval(change, DECIMALS, observed)
        return LessAnxious(
            less_of_observed=Share.counted(less, observed),
            less_of_all=Share.counted(less, n),
            worse_of_observed=Share.counted(worse, observed),
            worse_of_all=Share.counted(worse, n),
            neither=cells.sum_of(Anxiety.NEITHER),
            no_baseline=cells.sum_of(Anxiety.NO_BASELINE),
            no_outcome=cells.sum_of(Anxiety.NO_OUTCOME),
            at_start=tables.spread(start, DECIMALS, observed),
            at_outcome=tables.spread(outcome, DECIMALS, observed),
            change=tables.spread(change, DECIMALS, observed),
            mean_low=low,
            mean_high=high,
        )
