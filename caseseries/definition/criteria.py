"""Who belongs to a case series (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from caseseries.definition.readers import (
    Faults,
    Read,
    amount,
    day,
    maybe,
    one_of,
    plain,
    read_keys,
    several,
    whole,
)
from patients.models import Sex
from patients.vocabulary import MODIFIERS
from regimens.salts import Family, Form, forms_of

DEFAULT_WEEKS = 12
MOST_WEEKS = 520
MOST_YEARS = 120
MOST_MG = 2500
MOST_POINTS = 21
# A shorter period would tell the day on which everybody in it started (own assumption, S).
SHORTEST_PERIOD = timedelta(days=28)
# Few people have them, and they are sensitive: never exported, nor used as filters.
NEVER_ASKED = frozenset({"TRPM6_GENOTYPE", "BIFIDOBACTERIUM"})


@dataclass(frozen=True)
class CohortCriteria:
    """Who is in. Research consent is always asked for, and no key turns it off.

    `families` of forms (none: any); the first start among them counts, a person once. `minimum_weeks` are
    weeks from the start to the data cut, never observed follow-up, which would keep only those who stayed.
    Ages in completed years on the day of the start. The period bounds the start, both days included. Doses
    are elemental mg of the day of the start over all products; GAD-7 in points, ionized magnesium in mmol/L
    and eGFR in mL/min/1.73 m² are the last on or before it: who was not measured stays in. Modifiers are
    those in force on that day.
    """

    families: tuple[Family, ...] = ()
    minimum_weeks: int = DEFAULT_WEEKS
    minimum_age_years: int | None = None
    maximum_age_years: int | None = None
    started_from: date | None = None
    started_until: date | None = None
    sex: tuple[Sex, ...] = ()
    minimum_elemental_mg_per_day: Decimal | None = None
    maximum_elemental_mg_per_day: Decimal | None = None
    minimum_gad7: int | None = None
    maximum_gad7: int | None = None
    minimum_ionized_mg_mmol_l: Decimal | None = None
    maximum_ionized_mg_mmol_l: Decimal | None = None
    minimum_egfr: Decimal | None = None
    with_modifiers: tuple[str, ...] = ()
    without_modifiers: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "CohortCriteria":
        """Read what somebody asked for; raises BadDefinition naming each key that is unknown or cannot be."""
        faults = Faults()
        read = read_keys(values, READERS, faults, "a definition")
        if "form" in read:
            read["families"] = read.pop("form")
        criteria = cls(**read)
        _check_order(criteria, faults)
        faults.raise_if_any()
        return criteria

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON: dates and amounts as text. A key that came later is written only when it
        asks for something, so that the hash of an older definition stays."""
        written: dict[str, Any] = {"form": _form_written(self.families)}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in _ALWAYS_WRITTEN or (field.name != "families" and value not in (None, ())):
                written[field.name] = _plain_value(value)
        return written

    @property
    def forms(self) -> tuple[Form, ...]:
        """The stored forms that are meant; all of them without a family."""
        if not self.families:
            return tuple(Form)
        return tuple(form for family in self.families for form in forms_of(family))


_ALWAYS_WRITTEN = (
    "minimum_weeks",
    "minimum_age_years",
    "maximum_age_years",
    "started_from",
    "started_until",
)


def _form_written(families: tuple[Family, ...]) -> str | list[str] | None:
    """One name for one, a sorted list for several, null for any."""
    if len(families) < 2:
        return str(families[0]) if families else None
    return sorted(str(family) for family in families)


def _plain_value(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(value)
    return [str(one) for one in value] if isinstance(value, tuple) else value


def _family(value: object) -> Family:
    name = str(value)
    if name in Family.__members__:
        return Family(name)
    if name in Form.__members__:
        family = next(family for family in Family if Form(name) in forms_of(family))
        raise ValueError(f"{value} is one form of {family}. Ask for {family}.")
    raise ValueError(f"{value!r} is not a form. It is one of {', '.join(Family)}.")


def _families(value: object) -> tuple[Family, ...]:
    return several(_family)([value] if isinstance(value, str) else value)  # type: ignore[no-any-return]


_known_modifier = one_of({m.code: m.code for m in MODIFIERS if m.code not in NEVER_ASKED}, "a modifier")


def _modifier(value: object) -> Any:
    if value in NEVER_ASKED:
        raise ValueError(f"{value} is never exported nor used as a filter: genes and microbes are sensitive.")
    return _known_modifier(value)


_years: Read = maybe(whole(0, MOST_YEARS))
_points: Read = maybe(whole(0, MOST_POINTS))

READERS: Mapping[str, Read] = {
    "form": _families,
    "minimum_weeks": whole(0, MOST_WEEKS),
    "minimum_age_years": _years,
    "maximum_age_years": _years,
    "started_from": maybe(day),
    "started_until": maybe(day),
    "sex": several(one_of({sex.value: sex for sex in Sex}, "a sex")),
    "minimum_elemental_mg_per_day": maybe(amount(MOST_MG)),
    "maximum_elemental_mg_per_day": maybe(amount(MOST_MG)),
    "minimum_gad7": _points,
    "maximum_gad7": _points,
    "minimum_ionized_mg_mmol_l": maybe(amount(3)),
    "maximum_ionized_mg_mmol_l": maybe(amount(3)),
    "minimum_egfr": maybe(amount(250)),
    "with_modifiers": several(_modifier),
    "without_modifiers": several(_modifier),
}
# {bound: its name for people}
_BOUNDS = {
    "age_years": "age",
    "elemental_mg_per_day": "dose",
    "gad7": "GAD-7",
    "ionized_mg_mmol_l": "ionized magnesium",
}


def _check_order(criteria: CohortCriteria, faults: Faults) -> None:
    for bound, name in _BOUNDS.items():
        least, most = getattr(criteria, f"minimum_{bound}"), getattr(criteria, f"maximum_{bound}")
        in_order = least is None or most is None or least <= most
        faults.unless(in_order, f"maximum_{bound}", f"The highest {name} is below the lowest.")
    first, last = criteria.started_from, criteria.started_until
    long_enough = first is None or last is None or last - first + timedelta(days=1) >= SHORTEST_PERIOD
    faults.unless(
        long_enough,
        "started_until",
        f"Take {SHORTEST_PERIOD.days} days or more: a shorter period tells when people started.",
    )
    both = sorted(set(criteria.with_modifiers) & set(criteria.without_modifiers))
    faults.unless(
        not both, "without_modifiers", f"Nobody is with and without {', '.join(both)} at the same time."
    )
