"""The manifest: what was asked, of which data, by which rules, and the checksum of each file (pure)."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from caseseries.files.plain import Cell
from caseseries.sentences import small_cells, too_few
from caseseries.series import Series

DEIDENTIFICATION = (
    "Left out: names, record numbers, contacts, dates, clinicians and all free text. Ages are bands of 5 "
    "years, 90+ at the top; times are completed weeks since the start; study ids are dealt anew for each "
    "definition and data cut. Pseudonymised data stay personal data under the GDPR."
)
CHUNK = 1 << 20


def entry_of(path: Path) -> dict[str, Any]:
    """The line of a file: its name, its checksum and its size in bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return {"name": path.name, "sha256": digest.hexdigest(), "bytes": path.stat().st_size}


class Rarity:
    """How many rows share what a stranger could know of somebody: sex and age band."""

    def __init__(self) -> None:
        self._groups: Counter[tuple[Cell, Cell]] = Counter()

    def watch(self, row: Sequence[Cell]) -> Sequence[Cell]:
        self._groups[row[1], row[2]] += 1
        return row

    def to_json(self) -> dict[str, Any]:
        """`k`: the fewest rows of one combination; None where there is no row."""
        return {
            "of": ["age_band", "sex"],
            "combinations": len(self._groups),
            "k": min(self._groups.values(), default=None),
        }


def manifest_of(
    series: Series,
    *,
    profile: str,
    data_cut_sha256: str,
    rows: int,
    rarity: Rarity,
    missing: Sequence[str],
    files: Iterable[dict[str, Any]],
) -> dict[str, Any]:
    """`missing`: what the reporting checklist still asks for."""
    summary = series.summary
    return {
        "definition": {"sha256": series.definition.sha256, **series.definition.to_json()},
        "version_in_words": series.version_in_words,
        "profile": profile,
        "protocol_version": series.protocol_version,
        "data_cut_on": series.data_cut_on.isoformat(),
        "data_cut_sha256": data_cut_sha256,
        "people": summary.n,
        "rows": rows,
        "rows_note": "" if rows or summary.n == 0 else f"There are no rows. {too_few(summary.threshold)}",
        "threshold": summary.threshold,
        "suppressed_cells": summary.suppressed_cells,
        "small_cells": small_cells(summary.threshold),
        "rare_combinations": rarity.to_json(),
        "deidentification": DEIDENTIFICATION,
        "checklist_missing": list(missing),
        "files": list(files),
    }
