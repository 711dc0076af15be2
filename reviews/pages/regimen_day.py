"""The 24 hours of a regimen that is being typed, from the record: the figure, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from accounts.wording import listed, number
from patients.timeline import Drawing
from patients.vocabulary import CO_TREATMENTS
from regimens.checks import Medicine, Supplement
from regimens.clock import hours
from regimens.models import Timing
from regimens.portions import Holds, counted
from reviews.acts.regimen_entries import IntakeEntry
from reviews.facts.record import Record
from reviews.facts.regimen_facts import medicines_on, supplements_on
from reviews.pages.chart_figure import Table
from reviews.pages.regimen_apart import CALCIUM, Rule, rules_of
from reviews.pages.regimen_strip import Beside, Pill, strip

_CO_TREATMENTS = {facts.code: facts for facts in CO_TREATMENTS}
_SHORT = {"VITAMIN_B6": "B6", "VITAMIN_D": "D", "CALCIUM": "Ca"}
HEAD = ("Time", "What", "Amount", "How, and distance")
Row = tuple[time, str, str, str]


@dataclass(frozen=True)
class DayFigure:
    """The figure, its table, and what is taken at no known time."""

    drawing: Drawing
    table: Table
    untimed: str


@dataclass(frozen=True)
class WithIt:
    """Something recorded beside the regimen, and what is known of it in words."""

    label: str
    words: str


def with_it(record: Record, day: date) -> list[WithIt]:
    """Co-supplements and medicines of the day, with their clock times."""
    beside = [(s.times, _label(s)) for s in _with_unit(supplements_on(record, day))]
    beside += [(m.times, m.facts.label) for m in medicines_on(record, day)]
    return [
        WithIt(label, ", ".join(f"{at:%H:%M}" for at in times) or "time not known") for times, label in beside
    ]


def day_of(record: Record, day: date, intakes: Sequence[IntakeEntry], holds: Holds | None) -> DayFigure:
    """The day with these intakes; without a product their amounts are not known."""
    medicines, supplements = medicines_on(record, day), _with_unit(supplements_on(record, day))
    rules = rules_of(medicines, supplements, record.now.thresholds)
    at = [intake.at for intake in intakes]
    pills = [Pill(i.at, i.units * holds.elemental_mg if holds else None) for i in intakes]
    beside = [
        *(_beside(moment, m.facts.label, _rule(rules, m), at) for m in medicines for moment in m.times),
        *(_beside(moment, _label(s), _rule(rules, s), at) for s in supplements for moment in s.times),
    ]
    untimed = [
        *(m.facts.label for m in medicines if not m.times),
        *(_label(s) for s in supplements if not s.times),
    ]
    rows: list[Row] = [*(_intake_row(intake, holds) for intake in intakes), *map(_beside_row, beside)]
    return DayFigure(strip(pills, beside), _table(rows), listed(untimed))


def _with_unit(supplements: Sequence[Supplement]) -> list[Supplement]:
    """What is swallowed as an amount; psychotherapy has no place on a clock."""
    return [one for one in supplements if _CO_TREATMENTS[one.code].unit]


def _label(one: Supplement) -> str:
    unit = _CO_TREATMENTS[one.code].unit.removesuffix("/d").replace("ug", "µg")
    amount = f" {number(one.amount)} {unit}" if one.amount is not None else ""
    return f"{_SHORT[one.code]}{amount}"


def _rule(rules: Sequence[Rule], one: Medicine | Supplement) -> Rule | None:
    """What keeps it apart from magnesium, if anything does."""
    if isinstance(one, Supplement) and one.code != CALCIUM:
        return None
    id = one.id if isinstance(one, Medicine) else None
    return next((rule for rule in rules if (rule.medication_id, rule.times) == (id, one.times)), None)


def _beside(at: time, label: str, rule: Rule | None, intakes: Sequence[time]) -> Beside:
    close = Rule(label, (at,), rule.apart).closest(intakes) if rule else None
    return Beside(at, label, close.intake_at, close.minutes) if close else Beside(at, label)


def _intake_row(intake: IntakeEntry, holds: Holds | None) -> Row:
    minutes = intake.minutes_before_meal
    how = f"{minutes} min before a meal" if minutes is not None else Timing(intake.taken).label.lower()
    if holds is None:
        return intake.at, "Magnesium", f"{number(intake.units)} units", how
    elemental, compound = intake.units * holds.elemental_mg, intake.units * holds.compound_mg
    amount = f"{number(elemental)} mg elemental, {number(compound)} mg compound"
    return intake.at, "Magnesium", f"{counted(intake.units, holds.unit_name)}: {amount}", how


def _beside_row(one: Beside) -> Row:
    close = f"{hours(one.minutes)} from magnesium {one.close_to:%H:%M}: too close" if one.close_to else ""
    return one.at, one.label, "", close


def _table(rows: Sequence[Row]) -> Table:
    ordered = sorted(rows, key=lambda row: row[0])
    return Table("The day", HEAD, [(f"{at:%H:%M}", *words) for at, *words in ordered])
