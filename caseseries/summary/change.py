"""Ionized magnesium at the start and around the day of the outcome, of those with both (pure)."""

from collections import Counter
from decimal import Decimal

from caseseries.persons import Person
from caseseries.statistics import Share
from caseseries.summary.shape import Change
from caseseries.summary.tables import Tables
from labs.interpretation import reliable_change
from protocols.thresholds import Thresholds

BOTH, NO_BASELINE, NO_OUTCOME = "BOTH", "NO_BASELINE", "NO_OUTCOME"
BEYOND, WITHIN = "BEYOND", "WITHIN"
DECIMALS = 3
Values = Counter[Decimal | int]
# How often each value of the start occurs with each one of the outcome.
Pairs = Counter[tuple[Decimal | int | None, Decimal | int | None]]


class IonizedMg:
    """How often each pair of values occurs, mmol/L, and by which methods."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds
        self._pairs: Pairs = Counter()
        self._methods: Counter[str] = Counter()

    def add(self, person: Person) -> None:
        pair = person.ionized_mg
        self._pairs[(pair.start, pair.outcome)] += 1
        if person.ionized_mg_course:
            self._methods[person.ionized_mg_method] += 1

    def fill(self, tables: Tables) -> None:
        """A change beyond the reference change value, 11.1 % of the first, is more than noise (4.2, D)."""
        counts = dict.fromkeys((BOTH, NO_BASELINE, NO_OUTCOME), 0)
        beyond = dict.fromkeys((BEYOND, WITHIN), 0)
        for (start, outcome), n in self._pairs.items():
            if start is None or outcome is None:
                counts[NO_BASELINE if start is None else NO_OUTCOME] += n
                continue
            counts[BOTH] += n
            is_beyond = reliable_change(Decimal(start), Decimal(outcome), self._thresholds)
            beyond[BEYOND if is_beyond else WITHIN] += n
        tables.put("ionized_mg", counts)
        tables.put("ionized_mg_beyond", beyond, within=("ionized_mg", BOTH))

    def stated(self, tables: Tables) -> Change:
        cells, beyond = tables["ionized_mg"], tables["ionized_mg_beyond"]
        both = cells.sum_of(BOTH)
        start, outcome, change = paired(self._pairs)
        low, high = tables.interval(change, DECIMALS, both)
        return Change(
            measured_at_both=Share.counted(both, tables.n),
            at_start=tables.spread(start, DECIMALS, both),
            at_outcome=tables.spread(outcome, DECIMALS, both),
            change=tables.spread(change, DECIMALS, both),
            mean_low=low,
            mean_high=high,
            beyond_reference_change=Share.counted(beyond.sum_of(BEYOND), beyond.sum_of()),
            no_baseline=cells.sum_of(NO_BASELINE),
            no_outcome=cells.sum_of(NO_OUTCOME),
            methods=self._ways(tables),
        )

    def _ways(self, tables: Tables) -> int | None:
        """How many methods there are; None where one has fewer people than the threshold (10.2, A)."""
        small = any(n < tables.threshold for n in self._methods.values())
        return None if tables.n is None or small else len(self._methods)


def paired(pairs: Pairs) -> tuple[Values, Values, Values]:
    """The first values, the second ones and the differences of those who have both."""
    first, second, change = Values(), Values(), Values()
    for (start, outcome), n in pairs.items():
        if start is not None and outcome is not None:
            first[start] += n
            second[outcome] += n
            change[outcome - start] += n
    return first, second, change
