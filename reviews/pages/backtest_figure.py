"""The histogram of a backtest of the window: in which week somebody looked again after a dose (pure).

Chart grammar: in the window accent, changed by the trial hatched, late in the colour of what is late, early
outlined; the count stands on each bar.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WEEKS = 12
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640.0, 220.0, 8.0, 632.0, 34.0, 180.0
OPENS, CLOSES = "re_evaluation_opens_days", "re_evaluation_closes_days"


@dataclass(frozen=True)
class Bar:
    """`kind`: early, window, changed, late or none; sizes in the figure's own units."""

    label: str
    count: int
    kind: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def top(self) -> float:
        """Where the count stands."""
        return round(self.y - 5, 1)


@dataclass(frozen=True)
class Mark:
    """Where a limit stands: now, or tried."""

    x: float
    words: str
    tried: bool
    row: float

    @property
    def end(self) -> bool:
        """Near the right edge the words stand on the left."""
        return self.x > WIDTH - 170

    @property
    def at(self) -> float:
        return self.x + (-4 if self.end else 4)


def moved_window(live: Mapping[str, Any], tried: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The limits of the window that are tried; None where it is another number."""
    names = tuple(name for name in (OPENS, CLOSES) if tried.get(name, live[name]) != live[name])
    return names or None


def bars_of(weeks: Mapping[str, int], live: Mapping[str, Any], tried: Mapping[str, Any]) -> list[Bar]:
    """A bar for each week, the twelfth with all later ones, and one for those at whom nobody looked yet."""
    labels = [*(str(week) for week in range(1, WEEKS + 1)), "none"]
    most = max([weeks.get(label, 0) for label in labels] + [1])
    step = (RIGHT - LEFT) / len(labels)
    bars = []
    for place, label in enumerate(labels):
        count = weeks.get(label, 0)
        height = round((BOTTOM - TOP) * count / most, 1)
        named = {"12": "12+", "none": "none yet"}.get(label, label)
        x = round(LEFT + place * step + 3, 1)
        kind = _kind(label, live, tried)
        bars.append(Bar(named, count, kind, x, round(BOTTOM - height, 1), round(step - 6, 1), height))
    return bars


def marks_of(live: Mapping[str, Any], tried: Mapping[str, Any]) -> list[Mark]:
    """The limits that move, now and tried, in days after the dose."""
    found: list[Mark] = []
    for name in moved_window(live, tried) or ():
        word = "opens" if name == OPENS else "closes"
        for day, is_tried in ((live[name], False), (tried[name], True)):
            words = f"{'tried' if is_tried else 'now'}: {word} on day {day}"
            found.append(Mark(_x(day), words, is_tried, row=10.0 + 13 * (len(found) % 2)))
    return found


def _x(day: int) -> float:
    """At the end of the week of which `day` is the last; later weeks share the twelfth bar."""
    return round(LEFT + min(day / 7, WEEKS) * (RIGHT - LEFT) / (WEEKS + 1), 1)


def _kind(label: str, live: Mapping[str, Any], tried: Mapping[str, Any]) -> str:
    if label == "none":
        return "late"
    before, after = (_part(int(label), numbers) for numbers in (live, {**live, **tried}))
    return before if before == after else "changed"


def _part(week: int, numbers: Mapping[str, Any]) -> str:
    """Where most of a week lies, by its middle day."""
    middle = week * 7 - 3
    if middle < numbers[OPENS]:
        return "early"
    return "window" if middle <= numbers[CLOSES] else "late"
