"""A process that makes every file of an export of so many people, and prints its peak memory in KiB.

The people are made as they are asked for, as the reading of a record gives them: what is measured is the
making of the files and the attack on them, not PostgreSQL.
"""

import resource
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast
from uuid import UUID

import django

django.setup()

from caseseries.definition import CohortCriteria, OutcomeDefinition, SeriesDefinition  # noqa: E402
from caseseries.exporting.attacking import allowed_to  # noqa: E402
from caseseries.exporting.ledger import members_of  # noqa: E402
from caseseries.exporting.needles import Someone  # noqa: E402
from caseseries.exporting.scanner import attack  # noqa: E402
from caseseries.exporting.snapshot import Snapshot  # noqa: E402
from caseseries.files.people import People  # noqa: E402
from caseseries.files.writing import Inputs, Writer  # noqa: E402
from caseseries.models import Format  # noqa: E402
from caseseries.persons import Course, Pair, Person, SymptomCourse  # noqa: E402
from caseseries.reading import Cohort  # noqa: E402
from caseseries.series import Series  # noqa: E402
from caseseries.summary import Tally, summarise, tables_of  # noqa: E402
from patients.symptoms import Symptom  # noqa: E402
from protocols.thresholds import Thresholds  # noqa: E402
from tests.caseseries.persons_made import a_person_made  # noqa: E402

KEY, CUT = b"key" * 11, date(2026, 3, 12)
COURSES = (Course.NOT_NEW, Course.ALREADY_PRESENT, Course.NEVER_ASKED)


def person(number: int) -> Person:
    """The same number is the same person."""
    first = Decimal(35 + number % 20) / 100
    courses = {symptom: SymptomCourse(COURSES[number % 3]) for symptom in Symptom}
    return a_person_made(
        patient_id=UUID(int=number),
        age_at_start=20 + number % 60,
        sex=("FEMALE", "MALE")[number % 2],
        ionized_mg=Pair(first, first + Decimal("0.08"), 84),
        gad7=Pair(12, 4 + number % 12, 84),
        symptoms=courses,
    )


@dataclass(frozen=True)
class MadeCohort:
    """People by number, in the place of a record."""

    size: int

    def chunks(self) -> Iterator[list[Person]]:
        for start in range(0, self.size, 1000):
            yield [person(number) for number in range(start, min(start + 1000, self.size))]

    def in_order(self, ids: Iterable[UUID]) -> Iterator[Person]:
        return (person(key.int) for key in ids)


def everybody(size: int) -> Iterator[Someone]:
    """Whose identifiers must not be found."""
    for number in range(size):
        word = f"{number:x}".translate(str.maketrans("0123456789", "ghijklmnop"))
        born = date(1940, 1, 1) + timedelta(days=number % 20_000)
        yield Someone(
            (f"{word}qvist", f"{word}son"), (f"MRN{number:07}",), (f"+46 70 {number:07}",), (), (born,)
        )


def export(size: int, folder: Path) -> None:
    cohort = MadeCohort(size)
    definition = SeriesDefinition(CohortCriteria(), OutcomeDefinition.of(Thresholds()))
    tally = Tally(definition.outcome, {"ALL": size})
    for chunk in cohort.chunks():
        tally.add(chunk)
    snapshot = Snapshot.of(KEY, CUT, (one for chunk in cohort.chunks() for one in chunk))
    tables = tables_of(tally, 11)
    given = {"version_in_words": "", "cohort": cast("Cohort", cohort), "tables": tables}
    series = Series(definition, CUT, 1, **given, summary=summarise(tally, tables))  # type: ignore[arg-type]
    members = members_of(KEY, snapshot.patient_ids)
    writer = Writer(Inputs(series, People(series, snapshot), "STANDARD", [], []), folder, lambda: None)
    for name in Format.values:
        writer.write(name)
    writer.finish()
    hits = attack(writer.paths, lambda: everybody(size), allowed_to(writer), lambda: None)
    said = (len(members), writer.rows_written, hits)
    if said != (size, size, []):
        raise SystemExit(f"Not an export of {size}: {said}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        export(int(sys.argv[1]), Path(scratch))
    sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
