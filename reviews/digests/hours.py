"""When a clinic works (pure): local days and hours, whatever the clock was set to in the night."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Hours:
    """Local hours `[from_, until)` on days of the week, of which 1 is Monday (ISO 8601)."""

    zone: ZoneInfo
    from_: time
    until: time
    on: Collection[int]

    def are_now(self, at: datetime) -> bool:
        """Whether the clinic works at `at`, by the clock on its wall.

        An hour that the clock skips begins when the clock has passed it; one that it repeats counts both
        times.
        """
        local = at.astimezone(self.zone)
        return local.isoweekday() in self.on and self.from_ <= local.time() < self.until
