"""Reference intervals that stand in one text (pure): `0.44 - 0.59`, `<0.59`, `>60`, `60-`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

Interval = tuple[Decimal | None, Decimal | None]

NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_BOTH = re.compile(r"([+-]?[0-9.,]+)\s*(?:-|–|—|\.\.\.?|…|to|bis|à|a|tot)\s*([+-]?[0-9.,]+)")
_UP_TO = re.compile(r"(?:<=?|=<|≤|up to|bis|jusqu'à|hasta|tot|[-–—])\s*([0-9.,]+)", re.IGNORECASE)
_FROM = re.compile(r"(?:>=?|=>|≥|from|ab|von|desde|vanaf)\s*([0-9.,]+)", re.IGNORECASE)
_OPEN = re.compile(r"([0-9.,]+)\s*[-–—]")


class NotAnInterval(ValueError):
    """A text that is no interval of numbers."""


def interval(text: str, number: Callable[[str], Decimal], unit: str = "") -> Interval:
    """The limits, of which one may be missing; the unit of the value may follow them.

    `number` reads one number. Raises NotAnInterval, and what `number` raises.
    """
    plain = text.strip().strip("[]()").strip()
    if unit and plain.casefold().endswith(unit.casefold()):
        plain = plain[: -len(unit)].rstrip()
    if not plain:
        return None, None
    if both := _BOTH.fullmatch(plain):
        return number(both[1]), number(both[2])
    if up_to := _UP_TO.fullmatch(plain):
        return None, number(up_to[1])
    if above := _FROM.fullmatch(plain) or _OPEN.fullmatch(plain):
        return number(above[1]), None
    raise NotAnInterval(f"Not an interval: {plain[:40]}")


@dataclass
class LeftOut:
    """Intervals in words or codes: their results are taken without them, and the file says how many."""

    count: int = 0
    example: str = ""

    def add(self, text: str) -> None:
        """Count one."""
        self.count += 1
        self.example = self.example or text.strip()[:40]

    def words(self) -> list[str]:
        """One line for the dialect, or none."""
        if not self.count:
            return []
        return [
            f"Reference ranges left out, for they are no intervals: {self.count}, such as {self.example!r}"
        ]
