"""What was done of the re-evaluations that were due (pure). Days since the start."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from caseseries.persons import Asked, Reevaluations


@dataclass(frozen=True, slots=True)
class Window:
    """A window that has closed. `ended_day`: of the step or stop that took its place, if any."""

    opens_day: int
    closes_day: int
    met_day: int | None
    ended_day: int | None

    @property
    def was_due(self) -> bool:
        """Met, or left standing until it closed: what was superseded later had been missed by then."""
        return self.met_day is not None or self.ended_day is None or self.ended_day > self.closes_day


def recalled(windows: Iterable[Window], cut_day: int) -> Reevaluations:
    """How many were met in their window, later, and not at all by the data cut."""
    on_time = late = missed = 0
    for window in windows:
        if not window.was_due:
            continue
        if window.met_day is None or window.met_day > cut_day:
            missed += 1
        elif window.met_day <= window.closes_day:
            on_time += 1
        else:
            late += 1
    return Reevaluations(on_time, late, missed)


def retested(windows: Sequence[Window], ionized_days: Sequence[int]) -> Asked:
    """Whether ionized magnesium was measured within the first window that was due."""
    first = next((window for window in windows if window.was_due), None)
    if first is None:
        return Asked.NOT_ASKED
    measured = any(first.opens_day <= day <= first.closes_day for day in ionized_days)
    return Asked.YES if measured else Asked.NO
