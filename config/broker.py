"""The broker of an installation on one machine: a folder in which each message appears whole.

Kombu's own opens the file of a message under its last name and then writes into it. A worker that looks in
between takes an empty file for a message, cannot read it, and ends.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: object) -> None:  # type: ignore[override]
        """Write aside, then give the file the name that the queue is known by; names are in order of time."""
        name = f"{time.monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg"
        aside = Path(self.data_folder_out) / f"{name}.part"
        aside.write_text(dumps(payload))
        aside.replace(aside.with_name(name))


class Transport(filesystem.Transport):
    Channel = Channel
