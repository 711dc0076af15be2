"""What must be stated whatever it is: serious events, deaths, stops for harm, and treatment beside (pure)."""

from collections import Counter

from caseseries.persons import Person
from caseseries.statistics import Share
from caseseries.summary.reached import DEATH, HARM, RELATED, Standing
from caseseries.summary.shape import Safety
from caseseries.summary.tables import Tables

YES, NO = "YES", "NO"
NAMES = ("serious", "psychotherapy", "psychotropic")


class Events:
    """How many had each of `NAMES`."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[bool, bool, bool]] = Counter()

    def add(self, person: Person) -> None:
        had = (person.serious, person.psychotherapy_changed, person.psychotropic_changed)
        self._counts[had] += 1

    def fill(self, tables: Tables) -> None:
        for place, name in enumerate(NAMES):
            yes = sum(n for had, n in self._counts.items() if had[place])
            tables.put(name, {YES: yes, NO: self._counts.total() - yes})

    def stated(self, standing: Standing, tables: Tables) -> Safety:
        serious, psychotherapy, psychotropic = (
            Share.counted(tables[name].sum_of(YES), tables.n) for name in NAMES
        )
        return Safety(
            serious=serious,
            died=standing.share(DEATH, tables),
            died_possibly_related=standing.share(RELATED, tables),
            stopped_for_harm=standing.share(HARM, tables),
            psychotherapy_changed=psychotherapy,
            psychotropic_changed=psychotropic,
        )
