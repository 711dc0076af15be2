"""How far one long transaction is, told while it runs: from a thread with a connection of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from accounts.long_work import Hold, LongWorkQuerySet

Clock = Callable[[], datetime]
# Work that is shorter than this tells nothing and opens no connection.
EVERY_SECONDS = 1.0


@dataclass
class Progress:
    """What the work sets and the heartbeat reads."""

    done: int = 0


@contextmanager
def telling(rows: LongWorkQuerySet, hold: Hold, clock: Clock) -> Iterator[Progress]:
    """While the block runs, write its progress and renew its lease, as long as it gets on.

    A lease is renewed by progress, not by being alive: work that hangs is taken over.
    """
    progress, stop = Progress(), threading.Event()
    thread = threading.Thread(target=_tell, args=(rows, hold, clock, progress, stop), daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        stop.set()
        thread.join()


def _tell(
    rows: LongWorkQuerySet, hold: Hold, clock: Clock, progress: Progress, stop: threading.Event
) -> None:
    told = 0
    try:
        while not stop.wait(EVERY_SECONDS):
            if progress.done > told:
                told = progress.done
                rows.all().renew(hold, clock(), done=told)
    finally:
        connections.close_all()
