"""An import of many rows beside the bare library that parses them and the bare COPY that stores them."""

import csv
import os
import subprocess
import sys
import tempfile
from collections import deque
from datetime import datetime
from io import BytesIO
from pathlib import Path

import hl7
from django.db import connection
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Clinic
from benchmarks.inside.files import messages, people_of, write_csv
from benchmarks.inside.import_once import committed, received
from benchmarks.measure import Measured, Ratio
from labs.models import ImportRow, Settled
from labs.reading.recognise import read_file
from reviews.importing.steps import work_on

FEW = 1_000
MESSAGES = 10_000
MIB = 1024
# The rate is at least 60 % of the bare library's.
HL7_GOAL = 1 / 0.6
MEMORY_GOAL_MIB = 64


def measure(clinic: Clinic, at: datetime, rows: int, measured: Measured) -> dict[str, int]:
    """Counts of what was imported; memory is kept among them, in MiB."""
    people, by = people_of(clinic), Actor.service(clinic, "bench")
    with tempfile.TemporaryDirectory(prefix="dolomite-bench-") as folder:
        path = Path(folder) / "many.csv"
        write_csv(path, people, rows, at)
        measured.run("import, bare csv.reader", lambda: deque(csv.reader(path.open()), maxlen=0))
        measured.run("import, reader", lambda: _read(path, clinic, at))
        source = received(path=path, by=by)
        measured.run("import, preview", lambda: work_on(source.pk, timezone.now))
        measured.run("import, commit", lambda: committed(source, by))
        stored = ImportRow.objects.filter(source=source, settled=Settled.STORED).count()
        _copy(measured)
        memory = {count: _memory(Path(folder), people, count, at, clinic) for count in (FEW, rows)}
    _hl7(people, clinic, at, measured)
    growth = (memory[rows] - memory[FEW]) // MIB
    return {"rows imported": stored, "import, memory growth in MiB": growth}


def ratios(measured: Measured, counts: dict[str, int]) -> list[Ratio]:
    def beside(work: str, floor: str, goal: float | None = None) -> Ratio:
        named = f"{work} / {floor.rpartition(', ')[2]}"
        return Ratio(named, measured.median(work) / measured.median(floor), goal)

    return [
        beside("import, preview", "import, bare csv.reader"),
        beside("import, commit", "import, bare COPY"),
        beside("HL7, reader", "HL7, bare hl7.parse", HL7_GOAL),
        Ratio("import, memory growth in MiB", counts["import, memory growth in MiB"], MEMORY_GOAL_MIB),
    ]


def _read(path: Path, clinic: Clinic, at: datetime) -> None:
    with path.open("rb") as stream:
        deque(read_file(stream, clinic.zone, on=at.date()).rows, maxlen=0)


def _copy(measured: Measured) -> None:
    """The stored results once more, into an empty copy of the table with its indexes and checks."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (LIKE labs_labresult INCLUDING ALL)")
        kept = BytesIO()
        taken = "SELECT r.* FROM labs_labresult r JOIN labs_importrow i ON i.result_id = r.id"
        with cursor.copy(f"COPY ({taken}) TO STDOUT") as copy:
            for part in copy:
                kept.write(part)
        measured.run("import, bare COPY", lambda: _into_bare(cursor, kept.getvalue()))
        cursor.execute("DROP TABLE bare")


def _into_bare(cursor: object, rows: bytes) -> None:
    with cursor.copy("COPY bare FROM STDIN") as copy:  # type: ignore[attr-defined]
        copy.write(rows)


def _memory(folder: Path, people: list[dict[str, object]], rows: int, at: datetime, clinic: Clinic) -> int:
    """The most that a process of its own takes, in KiB; another day, so that nothing is stored already."""
    path = folder / f"memory-{rows}.csv"
    write_csv(path, people, rows, at.replace(year=at.year - (2 if rows == FEW else 3), day=1))
    words = [sys.executable, "-m", "benchmarks.inside.import_once", str(path), clinic.slug]
    done = subprocess.run(words, env=os.environ, capture_output=True, text=True, check=True)
    return int(done.stdout)


def _hl7(people: list[dict[str, object]], clinic: Clinic, at: datetime, measured: Measured) -> None:
    texts = list(messages(people, MESSAGES, at))
    content = "".join(texts).encode()
    for _ in range(3):
        measured.run("HL7, bare hl7.parse", lambda: deque(map(hl7.parse, texts), maxlen=0))
        measured.run(
            "HL7, reader",
            lambda: deque(read_file(BytesIO(content), clinic.zone, on=at.date()).rows, maxlen=0),
        )
