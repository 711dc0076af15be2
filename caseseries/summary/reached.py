"""Who remained after each criterion, and where all who started stand on the day of the outcome (pure)."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from caseseries.persons import Ending, Person, Reached
from caseseries.statistics import Share
from caseseries.summary.shape import NamedCount, Remaining
from caseseries.summary.tables import Tables, all_of

KEPT = "KEPT"
HARM, DEATH, RELATED = "HARM", "DEATH", "RELATED"
# A stop for harm or a death after the day of the outcome stands in a cell of its own: "stopped for harm by
# week 12" and "stopped for harm at any time" would otherwise be subtracted.
_USUAL = (
    *Reached,
    f"{Reached.REACHED}.{HARM}",
    f"{Reached.REACHED}.{DEATH}",
    f"{Reached.REACHED}.{DEATH}.{RELATED}",
    f"{Reached.STOPPED_FOR_HARM}.{HARM}",
    f"{Reached.DIED}.{DEATH}",
    f"{Reached.DIED}.{DEATH}.{RELATED}",
)


class Standing:
    """How many stand where on the day of the outcome, and what became of them until the data cut."""

    def __init__(self, outcome_day: int, remaining: Mapping[str, int]) -> None:
        self._day = outcome_day
        self._remaining = remaining
        self._counts: Counter[tuple[Reached, Ending, bool, bool]] = Counter()

    def add(self, person: Person) -> None:
        died = person.died_day is not None or person.ending is Ending.DIED
        stands = person.reached(self._day)
        self._counts[(stands, person.ending, died, person.death_possibly_related)] += 1

    def fill(self, tables: Tables) -> None:
        counts = Counter[str]()
        for (reached, ending, died, related), n in self._counts.items():
            said = {HARM: ending is Ending.STOPPED_FOR_HARM, DEATH: died or related, RELATED: related}
            counts[".".join([reached, *(part for part, is_so in said.items() if is_so)])] += n
        # The rare combinations follow the usual cells, so that a cell keeps its place.
        tables.put("reached", all_of([*_USUAL, *sorted(set(counts) - set(_USUAL))], counts))
        if self._remaining:
            steps = list(self._remaining)
            lost = {
                after: self._remaining[before] - self._remaining[after] for before, after in pairwise(steps)
            }
            tables.put("attrition", {**lost, KEPT: self._remaining[steps[-1]]}, shown={KEPT})

    def attrition(self, tables: Tables) -> list[Remaining]:
        """A count is the last one and all that later steps took away: a small loss hides those before it."""
        steps = list(self._remaining)
        return [
            Remaining(
                step,
                tables["attrition"].sum_of(*steps[place + 1 :], KEPT),
                tables["attrition"].sum_of(step) if place else 0,
            )
            for place, step in enumerate(steps)
        ]

    def reached(self, tables: Tables) -> list[NamedCount]:
        """They add up to all who started."""
        return [NamedCount(reached, _with(tables, reached, place=0)) for reached in Reached]

    def share(self, part: str, tables: Tables) -> Share:
        """Of all who started, those with HARM, DEATH or RELATED until the data cut."""
        return Share.counted(_with(tables, part, place=1), tables.n)


def _with(tables: Tables, part: str, place: int) -> int | None:
    """Everybody whose cell says `part`, at the first place or after it."""
    cells = tables["reached"]
    names = [
        name for name in cells.counts if part in (name.split(".")[:1] if place == 0 else name.split(".")[1:])
    ]
    return cells.sum_of(*names)
