"""What storing a checked file would close and open, found by storing it and taking it all back.

The rehearsal runs the acts themselves in a transaction that is always rolled back, so no
rule is written twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from labs.models import Import, ImportRow
from reviews.importing.checking import READY
from reviews.importing.names import FileNames
from reviews.importing.storing import RowsRefused, store_of
from reviews.models import Flag
from reviews.sentences import READS, short

# Own assumption (S): more takes longer than a page may; then nothing is said.
MOST_REHEARSED = 200
BACK = "Answers the re-evaluation that is owed: to be marked reviewed."


class _TakenBack(Exception):
    """Ends the rehearsal; never leaves this module."""


@dataclass
class Effects:
    """How many flags would close and open; `by_row` has sentences by the number of the row."""

    closes: int = 0
    opens: int = 0
    by_row: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    refused: bool = False

    @property
    def words(self) -> str:
        """Such as "Closes 9 flags, opens 2."."""
        if self.refused:
            return "Charts changed since the check: check again."
        if not (self.closes or self.opens):
            return "Closes and opens no flags."
        closes = f"closes {self.closes} flag{'' if self.closes == 1 else 's'}" if self.closes else ""
        opens = f"opens {self.opens}{'' if closes else ' flag' if self.opens == 1 else ' flags'}"
        told = ", ".join(part for part in (closes, opens if self.opens else "") if part)
        return f"{told[0].upper()}{told[1:]}."


def rehearse_import(source: Import, *, by: Actor, at: datetime) -> Effects:
    """Store what is ready, look at what changed, and roll it back."""
    found = Effects()
    try:
        with transaction.atomic():
            rows = _ready(source)
            before = _standing(rows, by)
            _store(source, rows, by, at)
            _compare(found, rows, before, _standing(rows, by), by.clinic.local_date(at))
            raise _TakenBack
    except _TakenBack:
        return found
    except RowsRefused:
        return Effects(refused=True)


def _ready(source: Import) -> list[ImportRow]:
    rows = ImportRow.objects.of(source.clinic).filter(source=source, outcome__in=READY)
    return list(rows.select_related("patient").order_by("patient", "number"))


def _store(source: Import, rows: list[ImportRow], by: Actor, at: datetime) -> None:
    names = FileNames(source, by=by, at=at)
    for row in rows:
        row.source = source
    for _, group in groupby(rows, key=lambda row: row.patient_id):
        mine = list(group)
        assert mine[0].patient is not None  # noqa: S101  # a row that is ready has one
        store_of(mine[0].patient, mine, names, by=by, at=at)


def _standing(rows: list[ImportRow], by: Actor) -> dict[Any, Flag]:
    flags = Flag.objects.of(by.clinic).standing().filter(patient__in={row.patient_id for row in rows})
    return {flag.pk: flag for flag in flags.select_related("lab_result", *READS)}


def _compare(
    found: Effects, rows: list[ImportRow], before: dict[Any, Flag], after: dict[Any, Flag], on: date
) -> None:
    closed = [flag for pk, flag in before.items() if pk not in after]
    opened = [flag for pk, flag in after.items() if pk not in before]
    found.closes, found.opens = len(closed), len(opened)
    numbers = {row.result_id: row.number for row in rows if row.result_id}
    now = {flag.pk: flag for flag in _again(closed)}
    for flag in closed:
        # What closed it is read off its cause as it stands now, its words as it stood before.
        _say(found, numbers, now[flag.pk], f"Closes: {short(flag, on)}.")
    for flag in opened:
        _say(found, numbers, flag, f"Opens: {short(flag, on)}.")
    for pk, flag in after.items():
        if pk in before and _came_back(before[pk], flag):
            _say(found, numbers, flag, BACK)


def _came_back(before: Flag, after: Flag) -> bool:
    """A result does not meet a re-evaluation by itself: a clinician marks it reviewed."""
    if before.reevaluation is None or after.reevaluation is None:
        return False
    return before.reevaluation.result_id != after.reevaluation.result_id


def _again(flags: list[Flag]) -> Iterable[Flag]:
    rows = Flag.objects.filter(pk__in=[flag.pk for flag in flags])
    return rows.select_related("reevaluation", "expected_result", "lab_result")


def _say(found: Effects, numbers: dict[Any, int], flag: Flag, sentence: str) -> None:
    """At the row whose result is the cause, or answers it; where that is no row of the file, nowhere."""
    for key in _results_of(flag):
        if key in numbers:
            found.by_row[numbers[key]].append(sentence)
            return


def _results_of(flag: Flag) -> list[Any]:
    window, owed, result = flag.reevaluation, flag.expected_result, flag.lab_result
    return [
        *([result.pk, result.derived_from_id] if result else []),
        *([window.met_by_result_id, window.result_id] if window else []),
        *([owed.met_by_id] if owed else []),
    ]
