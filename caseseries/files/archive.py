"""All files of an export in one: the same files give the same bytes, whenever and wherever it is made."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The first day that a zip can tell.
NO_DATE = (1980, 1, 1, 0, 0, 0)
READABLE_BY_OWNER = 0o600 << 16
UNIX = 3


def write_archive(file: BinaryIO, paths: Iterable[Path]) -> None:
    """The files in the given order, under their names alone."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for path in paths:
            entry = ZipInfo(path.name, NO_DATE)
            entry.compress_type, entry.create_system, entry.external_attr = (
                ZIP_DEFLATED,
                UNIX,
                READABLE_BY_OWNER,
            )
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
