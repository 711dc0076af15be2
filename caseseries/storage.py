"""Where exported files lie: one folder for each export, for the owner of the process only."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings

from caseseries.files import File


def folder_of(export_id: UUID) -> Path:
    return Path(settings.EXPORTS_DIR) / str(export_id)


def store(export_id: UUID, files: Iterable[File]) -> None:
    """Write all files or none; raises OSError."""
    folder = folder_of(export_id)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    try:
        for file in files:
            write_private(folder / file.name, file.content)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whatever the umask; an older one of the name is replaced."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def stored(export_id: UUID, name: str) -> bytes | None:
    """The bytes of a file; None when it is no longer here. `name` is one of the export's own names."""
    path = folder_of(export_id) / name
    return path.read_bytes() if path.is_file() else None
