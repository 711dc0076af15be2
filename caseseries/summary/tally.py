"""Counts the people of a series as they are read, chunk by chunk: no person is kept (pure)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from caseseries.definition import OutcomeDefinition
from caseseries.persons import Person
from caseseries.summary.anxiety import Gad7
from caseseries.summary.change import IonizedMg
from caseseries.summary.doses import DoseCourse
from caseseries.summary.follow_up import Done
from caseseries.summary.forms import Forms
from caseseries.summary.people import People
from caseseries.summary.reached import Standing
from caseseries.summary.safety import Events
from caseseries.summary.shape import Summary
from caseseries.summary.symptoms import Symptoms
from caseseries.summary.tables import NO_MORE, Tables
from protocols.thresholds import Thresholds

NO_STEPS: Mapping[str, int] = MappingProxyType({})
PROTOCOL_1 = Thresholds()


class Part(Protocol):
    """The counts of one section."""

    def add(self, person: Person) -> None: ...

    def fill(self, tables: Tables) -> None: ...


class Tally:
    """What is counted of one series: one part a section. Memory grows with what differs, not with people.

    `remaining`: how many people remained after each step of the criteria, all patients first. `thresholds`:
    of the protocol, for the reference change value.
    """

    def __init__(
        self,
        outcome: OutcomeDefinition,
        remaining: Mapping[str, int] = NO_STEPS,
        thresholds: Thresholds = PROTOCOL_1,
    ) -> None:
        self.standing = Standing(outcome.day, remaining)
        self.people = People()
        self.doses = DoseCourse(outcome.day)
        self.ionized_mg = IonizedMg(thresholds)
        self.gad7 = Gad7()
        self.symptoms = Symptoms(outcome)
        self.events = Events()
        self.done = Done(outcome.day)
        self.forms = Forms(outcome.symptom)

    @property
    def parts(self) -> tuple[Part, ...]:
        """In the order in which their tables are made: a table stands after the ones that it divides."""
        return (
            self.people,
            self.standing,
            self.doses,
            self.ionized_mg,
            self.gad7,
            self.symptoms,
            self.events,
            self.done,
            self.forms,
        )

    def add(self, persons: Iterable[Person]) -> None:
        """Count these people too."""
        adds = [part.add for part in self.parts]
        for person in persons:
            for add in adds:
                add(person)


def tables_of(tally: Tally, threshold: int, also_hidden: Mapping[str, frozenset[str]] = NO_MORE) -> Tables:
    """Every table, with the small cells of each suppressed; a threshold of 1 suppresses nothing.

    `also_hidden`: {table: cells} that an earlier release would tell.
    """
    tables = Tables(threshold, also_hidden)
    for part in tally.parts:
        part.fill(tables)
    tally.symptoms.keep_apart(tables)
    return tables


def summarise(tally: Tally, tables: Tables) -> Summary:
    """State the series, with what `tables` hides left out."""
    return Summary(
        n=tables.n,
        threshold=tables.threshold,
        suppressed_cells=tables.hidden,
        attrition=tally.standing.attrition(tables),
        reached=tally.standing.reached(tables),
        sexes=tally.people.sexes(tables),
        age_years=tally.people.age_years(tables),
        egfr=tally.people.egfr(tables),
        prior_magnesium=tally.people.prior_magnesium(tables),
        doses=tally.doses.stated(tables),
        ionized_mg_mmol_l=tally.ionized_mg.stated(tables),
        less_anxious=tally.gad7.stated(tables),
        new_symptoms=tally.symptoms.stated(tables),
        safety=tally.events.stated(tally.standing, tables),
        follow_up=tally.done.stated(tables),
        by_form=tally.forms.stated(tables),
    )
