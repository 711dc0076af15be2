"""One attempt to make an export: the hold on its row, how far it is, and the hidden folder it writes to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from accounts.long_work import Hold
from caseseries.models import Export

# A lease is minutes long: to renew it at each row would be work for nothing.
RENEWED_EVERY = timedelta(seconds=10)

Clock = Callable[[], datetime]


class HoldIsLost(Exception):
    """Somebody cancelled, or another worker has begun: this one writes nothing more."""


@dataclass
class Work:
    """`row` as it was when the attempt began."""

    row: Export
    hold: Hold
    clock: Clock
    folder: Path
    # Where the work is done, for the audit log.
    origin: str
    renewed_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.renewed_at = self.clock()

    def begin(self, total: int) -> None:
        """Say of how many steps the work is made."""
        self._write(total=total, done=0)

    def step(self, words: str) -> None:
        """Say what comes now; what was said before it is done."""
        self.row.done += bool(self.row.step)
        self.row.step = words
        self._write(step=words, done=self.row.done)

    def renew(self) -> None:
        """Hold on within a long step. Raises HoldIsLost."""
        if self.clock() - self.renewed_at >= RENEWED_EVERY:
            self._write()

    def _write(self, **progress: object) -> None:
        now = self.clock()
        if not Export.objects.renew(self.hold, now, **progress):
            raise HoldIsLost
        self.renewed_at = now
