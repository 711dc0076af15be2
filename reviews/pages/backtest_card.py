"""A backtest as its card shows it: how far it is, then rule by rule what is gained and what it costs."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from accounts.long_work import WorkState
from protocols.thresholds import PROTOCOL_1, Threshold
from reviews.backtest.comparing import CHANGED, CORRECTED, EARLIER_VERSION, OVERDUE, UNEXPLAINED
from reviews.backtest.working import left_out
from reviews.models import Backtest, Rule
from reviews.pages.backtest_figure import Bar, bars_of, moved_window
from reviews.pages.protocol_runs import PATIENCE

LABELS = {str(rule): str(rule.label) for rule in Rule} | {OVERDUE: "Re‑evaluation overdue"}
# The rules in their order, what is overdue after what is open.
ORDER = [Rule.RE_EVALUATION, OVERDUE, *(rule for rule in Rule if rule != Rule.RE_EVALUATION)]
REASONS = {
    EARLIER_VERSION: "another version of the protocol was in force on some of the days",
    CORRECTED: "the record was corrected under the flag",
    CHANGED: "supervision or particulars of the patient were changed later",
    UNEXPLAINED: "no reason is known",
}


@dataclass(frozen=True)
class Number:
    """One number that is tried, beside the one in force."""

    threshold: Threshold
    before: Any
    after: Any


@dataclass(frozen=True)
class Moved:
    """Flags that come later, or earlier: how many, by how many days in the middle, and at most."""

    count: int
    median: int
    most: int


@dataclass(frozen=True)
class RuleLine:
    """One rule: `counts` are those of `reviews.backtest.comparing.Line`."""

    name: str
    counts: dict[str, Any]

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def gone(self) -> int:
        return int(sum(self.counts["gone"].values()))

    @property
    def fates(self) -> list[tuple[str, int]]:
        """What became of the flags that would not have been raised."""
        words = {
            "ACTED": "acted on",
            "ANSWERED": "answered by what they asked for",
            "DISMISSED": "dismissed, or cleared by themselves",
            "STANDING": "still standing",
        }
        return [
            (word, self.counts["gone"][fate]) for fate, word in words.items() if fate in self.counts["gone"]
        ]

    @property
    def later(self) -> Moved | None:
        return _moved({int(days): n for days, n in self.counts["days"].items() if int(days) > 0})

    @property
    def earlier(self) -> Moved | None:
        return _moved({-int(days): n for days, n in self.counts["days"].items() if int(days) < 0})

    @property
    def later_or_gone(self) -> int:
        return self.gone + (self.later.count if self.later else 0)

    @property
    def compared(self) -> int:
        """The flags that the live replay reproduces."""
        return int(self.counts["then"]) - int(sum(self.counts["not_reproduced"].values()))


@dataclass(frozen=True)
class BacktestCard:
    row: Backtest
    at: datetime

    @property
    def is_under_way(self) -> bool:
        return self.row.state in (WorkState.WAITING, WorkState.RUNNING)

    @property
    def is_done(self) -> bool:
        return self.row.state == WorkState.DONE

    @property
    def waits_long(self) -> bool:
        """Nobody took it up: worker or clock do not run."""
        return self.row.state == WorkState.WAITING and self.at - self.row.asked_at > PATIENCE

    @property
    def was_interrupted(self) -> bool:
        lease = self.row.lease_until
        return self.row.state == WorkState.RUNNING and lease is not None and lease <= self.at

    @cached_property
    def numbers(self) -> list[Number]:
        live = self.row.protocol.values
        known = (threshold for threshold in PROTOCOL_1 if threshold.name in self.row.tried)
        return [Number(one, live[one.name], self.row.tried[one.name]) for one in known]

    @property
    def is_check(self) -> bool:
        """Whether the numbers are those in force: then all must be as it was."""
        return all(str(number.before) == str(number.after) for number in self.numbers)

    @cached_property
    def lines(self) -> list[RuleLine]:
        rules = self.row.found.get("rules", {})
        return [RuleLine(str(name), rules[name]) for name in ORDER if name in rules]

    @property
    def then(self) -> int:
        return sum(line.counts["then"] for line in self._of_rules)

    @property
    def reproduced(self) -> int:
        return sum(line.compared for line in self._of_rules)

    @property
    def now(self) -> int:
        return sum(line.counts["now"] for line in self._of_rules)

    @property
    def seen_later(self) -> int:
        """Flags that would come later or not at all."""
        return sum(line.later_or_gone for line in self._of_rules)

    @property
    def overdue(self) -> RuleLine | None:
        """Beside the flags: re-evaluations that would be overdue on other days, or not."""
        return next((line for line in self.lines if line.name == OVERDUE), None)

    @property
    def found_then(self) -> int:
        """Of those, how many led to somebody finding something."""
        return sum(line.counts["found"] for line in self._of_rules)

    @property
    def apart(self) -> list[tuple[str, int, str]]:
        """(what, how many, why): what the live numbers do not reproduce; never hidden."""
        found: dict[tuple[str, str], int] = {}
        for line in self.lines:
            for kind, what in (("not_reproduced", "raised then"), ("not_raised", "not raised then")):
                for reason, number in line.counts[kind].items():
                    key = (f"{line.label}, {what}", REASONS[reason])
                    found[key] = found.get(key, 0) + number
        return [(what, number, why) for (what, why), number in found.items()]

    @cached_property
    def bars(self) -> list[Bar]:
        """The histogram of intervals, where the window of a dose is tried."""
        if moved_window(self.row.protocol.values, self.row.tried) is None:
            return []
        return bars_of(self.row.found.get("weeks", {}), self.row.protocol.values, self.row.tried)

    @property
    def left_out(self) -> list[str]:
        """Keys of the patients whom it could not live through."""
        return left_out(self.row)

    @property
    def _of_rules(self) -> list[RuleLine]:
        return [line for line in self.lines if line.name != OVERDUE]


def _moved(days: dict[int, int]) -> Moved | None:
    if not days:
        return None
    each = sorted(day for day, number in days.items() for _ in range(number))
    return Moved(len(each), each[(len(each) - 1) // 2], each[-1])
