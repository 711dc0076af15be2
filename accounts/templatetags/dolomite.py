"""Template tags and filters that every page shares: words from accounts/wording.py, icons, evidence marks.

None reads a clock: "today" is `shell.today`, the clinic's own date.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from accounts import wording

register = template.Library()


@register.filter
def day(on: date | None) -> str:
    """`12 Mar 2026`; a moment is shown as the day that it is in the active (the clinic's) zone."""
    return wording.day(_local_day(on)) if on else ""


@register.filter
def day_month(on: date | None) -> str:
    """`12 Mar`, only where the year is clear from the figure or row."""
    return wording.day(_local_day(on), year=False) if on else ""


@register.filter
def clock(at: datetime | None) -> str:
    """`10:42` in the active (the clinic's) zone."""
    return wording.clock(timezone.localtime(at)) if at else ""


@register.filter
def ago(then: date | None, on: date) -> str:
    """`49 days ago`."""
    return wording.ago(_local_day(then), on) if then else ""


@register.filter
def over(closed_on: date, on: date) -> str:
    """`3 days over`."""
    return wording.over(closed_on, on)


@register.filter
def left(closes_on: date, on: date) -> str:
    """`2 days left`."""
    return wording.left(closes_on, on)


@register.filter
def age_years(birth: date, on: date) -> int:
    """Completed years on the day `on`."""
    return wording.age_years(birth, on)


@register.filter
def mg(amount: Decimal | int | None) -> str:
    """Milligrams as a number: `1,773`."""
    return "" if amount is None else wording.number(amount)


@register.filter
def quantity(amount: Decimal | int | None, unit: str) -> str:
    """A number and its unit that stay on one line: `250 mg/day`."""
    return "" if amount is None else f"{wording.number(amount)}{wording.NO_BREAK}{unit}"


@register.filter
def with_unit(value: object, unit: str) -> str:
    """Any text and its unit that stay on one line, its digits as given: `0.60 mmol/L`."""
    return f"{value}{wording.NO_BREAK}{unit}"


@register.filter
def surname_first(patient: Any) -> str:
    """`LINDQVIST, Sara`."""
    return wording.surname_first(patient.family_name, patient.given_name)


@register.filter
def mrn(text: str) -> str:
    """`104 882`."""
    return wording.grouped_mrn(text)


@register.filter
def undo_url(message: Message) -> str:
    """The address that takes back what a toast announces; a view gives it as the message's `extra_tags`."""
    address = message.extra_tags or ""
    return address if address.startswith("/") else ""


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An outline icon, hidden from screen readers: its meaning is always in words beside it."""
    return _drawn(str(name), f"icon {extra}".strip())


@cache
def _drawn(name: str, classes: str) -> SafeString:
    # Parsing an icon costs more than the row it stands in; there are few, and the page draws them often.
    attributes = {"class": classes, "aria_hidden": "true", "focusable": "false", "stroke_width": "1.75"}
    drawing = lucide(name, size=16, **attributes)
    return SafeString(drawing.replace("\n", ""))


@register.inclusion_tag("parts/evidence_mark.html")
def evidence(
    letter: str, chip: bool = False, short: bool = False, claim: str | None = None
) -> dict[str, object]:
    """A rhombus and the words of a source's strength; `short` only in the table of modifiers.

    What only the article says leads to its claim in the register; beside a better mark stands the claim's id.
    """
    mark = wording.EVIDENCE[letter]
    words = "Unverified" if short and letter == "C" else mark.words
    address = f"{_register()}{f'#{claim}' if claim else ''}"
    return {"mark": mark, "words": words, "chip": chip, "claim": claim, "address": address}


@cache
def _register() -> str:
    """The address of the register of claims, looked up once: a mark stands in every row of a list."""
    return reverse("protocols:claims")


@register.simple_tag
def current(item_prefixes: tuple[str, ...], path: str) -> SafeString:
    """`aria-current` for the part of the menu in which `path` lies."""
    here = path in item_prefixes or any(path.startswith(prefix) for prefix in item_prefixes if prefix != "/")
    return format_html(' aria-current="{}"', "page") if here else SafeString("")


def _local_day(on: date) -> date:
    return timezone.localtime(on).date() if isinstance(on, datetime) else on
