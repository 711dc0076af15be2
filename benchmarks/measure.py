"""Measured values, their medians, and the goals that some of their ratios have."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Measured:
    """Seconds of each run by name."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def run(self, name: str, work: Callable[[], Any]) -> Any:
        """Do the work once and keep how long it took."""
        begun = time.perf_counter()
        found = work()
        self.seconds.setdefault(name, []).append(time.perf_counter() - begun)
        return found

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])

    def percentile_95(self, name: str) -> float:
        runs = self.seconds[name]
        return statistics.quantiles(runs, n=20, method="inclusive")[-1] if len(runs) > 1 else runs[0]


@dataclass(frozen=True)
class Ratio:
    """`value` against the floor measured in the same run; `goal` is the most that it may be, if anything."""

    name: str
    value: float
    goal: float | None = None

    @property
    def is_met(self) -> bool:
        return self.goal is None or self.value <= self.goal

    def line(self) -> str:
        goal = "" if self.goal is None else f"   goal {self.goal:g}: {'met' if self.is_met else 'MISSED'}"
        return f"{self.name:44}{self.value:10.2f}{goal}"
