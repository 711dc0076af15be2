"""What the buttons of the regimen editor do to the form: nothing is stored, and nothing typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from decimal import Decimal

from django.http import QueryDict

from accounts.wording import number
from regimens.dosing import plain
from regimens.hours import next_time, usual_times
from regimens.models import Timing
from regimens.portions import MOST_INTAKES, TOLERANCE_MG, Holds
from regimens.proposals import Stage, nearest_units
from reviews.acts.regimen_entries import BEDTIME_FROM
from reviews.pages.regimen_converter import (
    FIELDS,
    TIMES,
    WAS,
    Refused,
    amount_of,
    asked,
    evenly,
    shown,
    units_of,
)

PARTS = ("at", "units", "taken")
# They change what is on the page, or only check it; the button that saves has no name.
BUTTONS = ("check", "split", "add", "remove", "move", "proposal", "carry")
SEVERAL = "Several amounts were changed; {} leads."
LEADS = {
    "elemental_mg": "elemental per intake",
    "daily_mg": "the daily dose",
    "compound_mg": "compound per intake",
    "per_intake": "units per intake",
}


@dataclass(frozen=True)
class Row:
    """One intake as typed."""

    at: str = ""
    units: str = ""
    taken: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.at and not self.units


@dataclass
class Sheet:
    """The intakes and the converter of one form, what was refused at which field, and what is to be said."""

    data: QueryDict
    holds: Holds | None
    rows: list[Row]
    refusals: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    @property
    def units(self) -> list[Decimal]:
        amounts = (amount_of(row.units) for row in self.rows)
        return [amount for amount in amounts if amount is not None and amount > 0]

    def convert(self) -> None:
        """Let the field of the converter that was typed last write the intakes."""
        typed = {name: self.data.get(name, "") for name in (*FIELDS, *(f"{WAS}{name}" for name in FIELDS))}
        ask = asked(typed, self.data.get("lead", ""))
        if not ask.leads or (ask.leads == TIMES and not self.units):
            return
        if self.holds is None:
            self.refusals["product"] = "Choose a product: then amounts are converted."
            return
        if ask.several:
            self.notices.append(SEVERAL.format(LEADS[ask.leads]))
        try:
            self.take(units_of(typed, ask, self.units, self.holds)[:MOST_INTAKES])
        except Refused as refused:
            self.refusals[refused.field] = refused.sentence

    def take(self, units: list[Decimal]) -> None:
        """Write these units; clock times stay while their number does, else the usual ones are filled in."""
        filled = [row for row in self.rows if not row.is_blank]
        if len(filled) != len(units) or any(not row.at for row in filled):
            filled = [usual(at) for at in usual_times(len(units))]
        self.rows = [replace(row, units=plain(each)) for row, each in zip(filled, units, strict=True)]

    def split(self, over: str | int) -> None:
        """The day's units over so many equal intakes; as many as there are keep their times."""
        times = next((n for n in range(1, MOST_INTAKES + 1) if n == amount_of(str(over))), None)
        if times is None:
            self.refusals["split_over"] = f"Split over 1 to {MOST_INTAKES} intakes."
            return
        try:
            each = evenly(self.units, times, "split_over")
        except Refused as refused:
            self.refusals[refused.field] = refused.sentence
            return
        kept = [row for row in self.rows if clock(row.at) is not None]
        taken = kept if len(kept) == times else [usual(at) for at in usual_times(times)]
        self.rows = [replace(row, units=plain(each)) for row in taken]

    def add(self) -> None:
        """One more, as large as the last, at the hour that is furthest from the others."""
        self.rows = [row for row in self.rows if not row.is_blank]
        if len(self.rows) >= MOST_INTAKES:
            self.notices.append(f"At most {MOST_INTAKES} intakes a day.")
            return
        taken = [at for row in self.rows if (at := clock(row.at)) is not None]
        last = self.rows[-1].units if self.rows else ""
        self.rows.append(replace(usual(next_time(taken)), units=last))

    def move(self, value: str) -> None:
        """`08:00>12:00`: that intake, at the other time."""
        old, _, new = value.partition(">")
        at = clock(new)
        if at is None:
            return
        bedtime = Timing.BEDTIME if at >= BEDTIME_FROM else Timing.WITH_FOOD
        self.rows = [
            replace(row, at=f"{at:%H:%M}", taken=bedtime if row.taken == Timing.BEDTIME else row.taken)
            if clock(row.at) == clock(old)
            else row
            for row in self.rows
        ]
        self.notices.append(f"Moved {old} to {at:%H:%M}. Nothing is saved yet.")

    def fill(self, stage: Stage) -> None:
        """The first dose of a template."""
        if stage.elemental_mg is None:
            self.split(stage.intakes)
        elif self.holds is None:
            self.refusals["product"] = "Choose a product, then fill in from the template."
        else:
            self.take_nearest(stage.elemental_mg, [usual(at) for at in usual_times(stage.intakes)])

    def take_nearest(self, elemental_mg: Decimal, rows: list[Row]) -> None:
        """A daily dose over these intakes in the nearest quarters; where that is another dose, it is said."""
        holds = self.holds
        if holds is None:
            return
        each = nearest_units(elemental_mg, len(rows), holds.elemental_mg)
        filled = each * len(rows) * holds.elemental_mg
        if abs(filled - elemental_mg) > TOLERANCE_MG * len(rows):
            self.notices.append(
                f"{number(elemental_mg)} mg/day cannot be taken in quarters of a {holds.unit_name}: "
                f"{number(filled)} mg/day is filled in."
            )
        self.rows = [replace(row, units=plain(each)) for row in rows]

    def carry(self, elemental_mg: Decimal) -> None:
        """The dose of another product, at the clock times that are typed."""
        if self.holds is None:
            self.refusals["product"] = "Choose the new product first."
            return
        self.take_nearest(elemental_mg, [row for row in self.rows if row.at])

    def write(self) -> None:
        """Put rows and converter back into the data; a converter that was refused keeps what was typed."""
        rows = [row for row in self.rows if not row.is_blank]
        self.data["shown"] = str(len(rows) or self.data.get("shown", ""))
        self.data["split_over"] = self.data.get("split_over") or str(len(rows) or "")
        for n in range(MOST_INTAKES):
            row = rows[n] if n < len(rows) else Row()
            for part in PARTS:
                self.data[f"intake_{n}_{part}"] = getattr(row, part)
        if self.holds is not None and self.units and not set(self.refusals) & set(FIELDS):
            for name, value in shown(self.units, self.holds).items():
                self.data[name] = self.data[f"{WAS}{name}"] = value
            self.data["lead"] = ""


def edited(
    posted: QueryDict, holds: Holds | None, stage: Stage | None = None, carried_mg: Decimal | None = None
) -> Sheet:
    """What was posted, with the converter followed and the button's work done.

    `stage`: the first of the template that was chosen; `carried_mg`: the elemental dose of the product
    before, per day.
    """
    sheet = Sheet(posted.copy(), holds, [_row(posted, n) for n in range(MOST_INTAKES)])
    if "remove" in posted:
        sheet.rows = [row for n, row in enumerate(sheet.rows) if str(n) != posted["remove"]]
    sheet.convert()
    if stage is not None:
        sheet.fill(stage)
    elif "carry" in posted and carried_mg is not None:
        sheet.carry(carried_mg)
    elif "split" in posted:
        sheet.split(posted.get("split_over", ""))
    elif "add" in posted:
        sheet.add()
    elif "move" in posted:
        sheet.move(posted.get("move", ""))
    sheet.write()
    return sheet


def clock(text: str) -> time | None:
    """A typed clock time; None where it is none."""
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        return None


def _row(posted: Mapping[str, str], n: int) -> Row:
    return Row(*(posted.get(f"intake_{n}_{part}", "").strip() for part in PARTS))


def usual(at: time) -> Row:
    """An intake at a usual hour: with food, and late in the evening at bedtime."""
    return Row(f"{at:%H:%M}", "", Timing.BEDTIME if at >= BEDTIME_FROM else Timing.WITH_FOOD)
