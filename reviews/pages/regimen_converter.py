"""Compound = elemental = units per intake, times intakes = daily dose: the last typed field leads (pure).

Amounts are mg as typed text, and units of the product. Nothing is rounded: what is no whole number of quarter
units is refused with what the nearest quarters hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from regimens.dosing import plain
from regimens.portions import MOST_INTAKES, Holds, NotEven, NotInParts, counted, in_parts, split_evenly

TIMES = "times"
# In this order one leads when several were changed and no script says which was the last.
AMOUNTS = ("elemental_mg", "daily_mg", "compound_mg", "per_intake")
FIELDS = (*AMOUNTS, TIMES)
WAS = "was_"
# What a script says in the hidden field `lead` when an intake itself was typed last.
ROWS = "rows"


class Refused(ValueError):
    """What was typed cannot be taken so; `field` is where that is said."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


@dataclass(frozen=True)
class Asked:
    """What the typed fields ask for: the field that leads ("" for none), and whether several differed."""

    leads: str
    several: bool
    times: int | None


# No amount of a day comes near it; beyond it the arithmetic would have no end.
TOO_MUCH = Decimal(1_000_000)


def amount_of(text: str) -> Decimal | None:
    """A typed number; None where it is none."""
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < TOO_MUCH else None


def shown(units: Sequence[Decimal], holds: Holds) -> dict[str, str]:
    """The fields for these intakes; per intake nothing where they differ."""
    if not units:
        return dict.fromkeys(FIELDS, "")
    each = units[0] if len(set(units)) == 1 else None
    return {
        "elemental_mg": "" if each is None else plain(each * holds.elemental_mg),
        "daily_mg": plain(sum(units, Decimal(0)) * holds.elemental_mg),
        "compound_mg": "" if each is None else plain(each * holds.compound_mg),
        "per_intake": "" if each is None else plain(each),
        TIMES: str(len(units)),
    }


def asked(typed: Mapping[str, str], lead: str) -> Asked:
    """What leads: the field that a script names, else what differs from what the page was rendered with.

    `lead` is ROWS where the intakes themselves were typed last: then nothing here leads.
    """
    changed = [
        name for name in FIELDS if _differs(typed, name) and amount_of(typed.get(name, "")) is not None
    ]
    times = amount_of(typed.get(TIMES, ""))
    possible = times is not None and times in range(1, MOST_INTAKES + 1)
    whole = int(times) if times is not None and possible else None
    if lead == ROWS or not changed:
        return Asked("", False, whole)
    if lead in FIELDS:
        return Asked(lead, False, whole)
    amounts = [name for name in AMOUNTS if name in changed]
    return Asked(amounts[0] if amounts else TIMES, len(amounts) > 1, whole)


def units_of(typed: Mapping[str, str], ask: Asked, units: Sequence[Decimal], holds: Holds) -> list[Decimal]:
    """The units of each intake. Raises Refused."""
    times = ask.times or len(units)
    if not times:
        raise Refused(TIMES, "Say how many intakes a day.")
    if ask.leads == TIMES:
        return [_each(units, times)] * times
    amount = amount_of(typed[ask.leads])
    if amount is None or amount <= 0:
        raise Refused(ask.leads, "Enter more than 0.")
    per_unit = {
        "elemental_mg": holds.elemental_mg,
        "compound_mg": holds.compound_mg,
        "per_intake": Decimal(1),
    }
    per_day = ask.leads == "daily_mg"
    wanted = amount / times / holds.elemental_mg if per_day else amount / per_unit[ask.leads]
    try:
        return [in_parts(wanted, holds.elemental_mg)] * times
    except NotInParts as near:
        raise Refused(ask.leads, _between(near, holds, times if per_day else 1)) from near


def evenly(units: Sequence[Decimal], times: int, field: str) -> Decimal:
    """The units of a day over so many equal intakes. Raises Refused with the counts that would do."""
    total = sum(units, Decimal(0))
    if not total:
        raise Refused(field, "Enter a dose first.")
    try:
        return split_evenly(total, times)
    except NotEven as uneven:
        counts = ", ".join(map(str, uneven.counts))
        would = f"Over {counts} it would." if counts else "It is no whole number of quarters itself."
        raise Refused(field, f"{plain(total)} over {times} does not divide in quarters. {would}") from uneven


def _each(units: Sequence[Decimal], times: int) -> Decimal:
    """Another number of intakes: each stays as it is; where they differ, the day is split evenly."""
    if len(set(units)) == 1:
        return units[0]
    return evenly(units, times, TIMES)


def _between(near: NotInParts, holds: Holds, times: int) -> str:
    """What the nearest quarters hold, per intake or, for a daily dose, per day."""
    found = [
        f"{counted(units, holds.unit_name)} ({plain(units * holds.elemental_mg * times)} mg"
        f"{f' a day over {times}' if times > 1 else ''})"
        for units in (near.below, near.above)
        if units
    ]
    return f"No whole number of quarters of a {holds.unit_name}. Nearest: {' or '.join(found)}."


def _differs(typed: Mapping[str, str], name: str) -> bool:
    return typed.get(name, "").strip() != typed.get(f"{WAS}{name}", "").strip()
