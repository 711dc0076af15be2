"""The small parts that resources are made of (pure). What is not known is left out."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from fhir.serving import systems

Element = dict[str, Any]


def said(**parts: Any) -> Element:
    """The parts that say something; False and 0 do."""
    return {name: part for name, part in parts.items() if part is not None and part not in ("", [], {})}


def coding(system: str, code: str, display: str = "") -> Element:
    return said(system=system, code=code, display=display)


def concept(*codings: Element, text: str = "") -> Element:
    return said(coding=list(codings), text=text)


def reference(kind: str, key: object, display: str = "") -> Element:
    """A resource of this server."""
    return said(reference=f"{kind}/{key}", type=kind, display=display)


def named(kind: str, display: str) -> Element:
    """Somebody or something that this server has no resource for; empty without a name."""
    return {"type": kind, "display": display} if display else {}


def quantity(value: Decimal, unit: str, code: str = "", comparator: str = "") -> Element:
    """`unit` as people read it; `code` is UCUM, where there is one."""
    system = systems.UCUM if code else ""
    return said(value=number(value), comparator=comparator, unit=unit, system=system, code=code)


def number(value: Decimal) -> int | float:
    """A JSON number with exactly these digits.

    Stored amounts have at most 12 digits; up to 15 a float is written with the digits that it was made from.
    """
    return int(value) if value == value.to_integral_value() else float(value)


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def instant(value: datetime | None, zone: ZoneInfo) -> str | None:
    """The moment with the offset that the clinic's clocks had."""
    return value.astimezone(zone).isoformat() if value else None


def notes(*sentences: str) -> list[Element]:
    return [{"text": sentence} for sentence in sentences if sentence]
