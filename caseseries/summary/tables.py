"""Every table of a series with its hidden cells: what summary, sentences and rows must all obey (pure).

A table divides one group of people. docs/adr/0020-what-a-series-states.md tells how tables that share people
are kept from telling each other's hidden cells.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import TypeVar

from caseseries.deidentify import HIDES_NOTHING, Cells, suppress
from caseseries.statistics import Spread, mean_interval, spread_of
from caseseries.statistics.spreads import Number
from patients.symptoms import Symptom

Name = TypeVar("Name", bound=str)
NO_MORE: Mapping[str, frozenset[str]] = MappingProxyType({})


class Tables:
    """The tables by their names, which stay the same from one export to the next.

    `also_hidden`: {table: cells} that an earlier release would tell, whatever their size. A threshold of 1
    hides nothing.
    """

    def __init__(self, threshold: int, also_hidden: Mapping[str, frozenset[str]] = NO_MORE) -> None:
        self.threshold = threshold
        self._also_hidden = also_hidden
        self._cells: dict[str, Cells] = {}

    def put(
        self,
        name: str,
        counts: Mapping[str, int],
        *,
        within: tuple[str, str] | None = None,
        shown: Collection[str] = (),
    ) -> None:
        """Suppress a table. One that divides a cell of another shows nothing where that cell is hidden."""
        cells = suppress(counts, self.threshold, shown, self._also_hidden.get(name, ()))
        if within is not None and within[1] in self[within[0]].hidden:
            cells = cells.closed()
        self._cells[name] = cells

    def keep_apart(
        self, outer: tuple[str, Collection[str]], *inner: tuple[str, Collection[str]], close: Collection[str]
    ) -> None:
        """Close tables where people who are all among `outer` would tell how many others there are.

        `inner` are cells of tables without a person in common. What remains of the sum of `outer` without any
        shown sums of theirs is 0, or the threshold or more.
        """
        whole = self[outer[0]].sum_of(*outer[1])
        if whole is None:
            return
        rests = {whole}
        for name, cells in inner:
            rests |= {rest - part for rest in rests for part in self._shown_sums(name, cells)}
        if any(0 < rest < self.threshold for rest in rests):
            self.close(*close)

    def _shown_sums(self, name: str, cells: Collection[str]) -> Iterator[int]:
        sets = (some for size in range(1, len(cells) + 1) for some in combinations(sorted(cells), size))
        yield from (n for n in (self[name].sum_of(*some) for some in sets) if n)

    def close(self, *names: str) -> None:
        """Nothing of these tables is shown."""
        for name in names:
            self._cells[name] = self._cells[name].closed()

    def __getitem__(self, name: str) -> Cells:
        return self._cells[name]

    def named(self) -> Mapping[str, Cells]:
        """All of them, for who must compare them with those of another release."""
        return MappingProxyType(self._cells)

    def within(self, prefix: str) -> dict[str, Cells]:
        """{rest of the name: table} of those whose name begins with `prefix.`."""
        start = f"{prefix}."
        return {
            name.removeprefix(start): cells for name, cells in self._cells.items() if name.startswith(start)
        }

    @property
    def hidden(self) -> int:
        """How many cells are suppressed."""
        return sum(len(cells.hidden) for cells in self._cells.values())

    @property
    def hides_nothing(self) -> bool:
        """Whether this is the clinic's own view."""
        return self.threshold == HIDES_NOTHING

    @property
    def n(self) -> int | None:
        """All who started; None when they are fewer than the threshold."""
        return self["everybody"].sum_of()

    @property
    def sexes(self) -> Cells:
        return self["sexes"]

    @property
    def age_bands(self) -> dict[str, Cells]:
        """By sex."""
        return self.within("age_bands")

    @property
    def symptoms(self) -> dict[Symptom, Cells]:
        """The courses of each symptom that somebody was asked about, in the order of the vocabulary."""
        found = self.within("symptom")
        return {symptom: found[symptom] for symptom in Symptom if symptom in found}

    def spread(self, counts: Mapping[Number, int], decimals: int, n: int | None) -> Spread | None:
        """The spread of `n` values; None for a suppressed `n` and below the threshold (10.2, A)."""
        return None if n is None or n < self.threshold else spread_of(counts, decimals)

    def interval(
        self, counts: Mapping[Number, int], decimals: int, n: int | None
    ) -> tuple[float | None, float | None]:
        """The t interval of the mean of such values; None where there is no spread to show."""
        found = None if n is None or n < self.threshold else mean_interval(counts, decimals)
        return found or (None, None)


def all_of(names: Iterable[Name], counts: Mapping[Name, int]) -> dict[str, int]:
    """One cell for each of `names`, 0 where nobody is in it."""
    return {str(name): counts.get(name, 0) for name in names}
