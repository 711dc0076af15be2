"""Where exported files lie: one folder for each export, for the owner of the process only.

A worker writes into a hidden folder of its attempt. No address leads there; it is renamed when all is done,
so that what can be taken away is whole or is not there.
"""

import os
import shutil
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings


def folder_of(export_id: UUID) -> Path:
    return Path(settings.EXPORTS_DIR) / str(export_id)


def new_draft(export_id: UUID, attempt: int) -> Path:
    """An empty hidden folder for one attempt; what earlier attempts left is removed. Raises OSError."""
    remove_drafts(export_id)
    folder = _draft(export_id, attempt)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    return folder


def publish(draft: Path, export_id: UUID) -> None:
    """The folder of an attempt becomes the folder of the export. Raises OSError."""
    # Left by a worker that was killed between the renaming and the commit.
    shutil.rmtree(folder_of(export_id), ignore_errors=True)
    draft.rename(folder_of(export_id))


def remove_drafts(export_id: UUID, attempt: int | None = None) -> None:
    """Remove the hidden folder of one attempt, or those of all."""
    pattern = _draft(export_id, "*" if attempt is None else attempt).name
    for folder in Path(settings.EXPORTS_DIR).glob(pattern):
        shutil.rmtree(folder, ignore_errors=True)


def _draft(export_id: UUID, attempt: int | str) -> Path:
    return Path(settings.EXPORTS_DIR) / f".{export_id}.{attempt}"


def new_private(path: Path) -> BinaryIO:
    """A new file that only its owner may read, whatever the umask; an older one of the name is replaced."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "w+b")


def stored(export_id: UUID, name: str) -> Path | None:
    """Where a file lies; None when it is no longer here. `name` is one of the export's own names."""
    path = folder_of(export_id) / name
    return path if path.is_file() else None
