"""A list of the panel as CSV, one patient a line: nothing is held as a whole."""

import csv
from collections.abc import Iterator
from typing import Any

from accounts.spreadsheets import safe_text
from reviews.moments import Moment
from reviews.panel import PanelGroup, members_of

COLUMNS = ("mrn", "family_name", "given_name", "birth_date", "status", "group", "due_on", "owner", "as_of")
BATCH = 500


class _Line:
    """What `csv` writes is what it is asked for."""

    def write(self, text: str) -> str:
        return text


def panel_lines(now: Moment, group: PanelGroup) -> Iterator[str]:
    """RFC 4180 in UTF-8, in order of name; no text begins as a formula does, and dates are ISO 8601."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    for patient in members_of(now, group).iterator(chunk_size=BATCH):
        yield writer.writerow([safe_text(cell) for cell in _cells(patient, now)])


def _cells(patient: Any, now: Moment) -> list[str]:
    return [
        patient.mrn,
        patient.family_name,
        patient.given_name,
        patient.birth_date.isoformat(),
        patient.status,
        patient.panel or "",
        patient.due_on.isoformat() if patient.due_on else "",
        str(patient.owner.user) if patient.owner else "",
        now.on.isoformat(),
    ]
