"""Missed windows as a CSV file: what the page shows, for a list beside the telephone."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from accounts.spreadsheets import safe_text
from reviews.pages.recall_lines import RecallLine

COLUMNS = (
    "mrn", "family_name", "given_name", "born", "contact", "clinician", "window_opened", "window_closes",
    "step", "due_on", "attempts_without_answer", "booked_on", "book_alone_because",
)  # fmt: skip


def recall_file(lines: Iterable[RecallLine]) -> str:
    """One row for each line, under a head; cells that a spreadsheet would run are made harmless."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(safe_text(str("" if cell is None else cell)) for cell in _cells(line))
    return text.getvalue()


def _cells(line: RecallLine) -> Iterator[Any]:
    row, patient = line.row, line.row.patient
    yield from (patient.mrn, patient.family_name, patient.given_name, patient.birth_date, patient.contact)
    yield patient.owner.user if patient.owner else ""
    yield from (row.opens_on, row.closes_on, line.rung.step, line.rung.due_on, line.rung.unanswered)
    yield from (row.booked_on, line.alone)
