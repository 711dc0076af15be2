"""What was found, as a table and as JSON."""

import platform
from dataclasses import dataclass
from typing import Any

from benchmarks.measure import Measured, Ratio


@dataclass(frozen=True)
class Report:
    """Counts of what was measured on, seconds (median of the runs), and ratios to the floors."""

    counts: dict[str, int]
    measured: Measured
    ratios: list[Ratio]

    def as_json(self) -> dict[str, Any]:
        return {
            "machine": platform.platform(),
            "python": platform.python_version(),
            "counts": self.counts,
            "seconds": {
                name: {
                    "median": round(self.measured.median(name), 4),
                    "p95": round(self.measured.percentile_95(name), 4),
                    "runs": [round(second, 4) for second in runs],
                }
                for name, runs in self.measured.seconds.items()
            },
            "ratios": [
                {"name": r.name, "value": round(r.value, 3), "goal": r.goal, "met": r.is_met}
                for r in self.ratios
            ],
        }

    def as_text(self) -> str:
        lines = [f"{name:44}{count:>10,}" for name, count in self.counts.items()]
        lines += ["", f"{'seconds':44}{'median':>10}{'p95':>10}"]
        lines += [
            f"{name:44}{self.measured.median(name):10.4f}{self.measured.percentile_95(name):10.4f}"
            for name in self.measured.seconds
        ]
        return "\n".join([*lines, "", *(ratio.line() for ratio in self.ratios)])
