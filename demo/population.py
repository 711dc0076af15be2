"""A synthetic population of any size, for measuring: a few lives are lived, and written many times.

The lives go through the same acts as a user's input, so every stored fact is what the app computes. They are
then written by COPY, each time with other keys, another name and MRN, without history, audit and flags: a
sweep raises the flags. The same seed gives the same rows on the same day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import cycle
from random import Random

from django.db import InternalError, ProgrammingError, connection, transaction

from accounts.actors import Actor
from accounts.models import Clinic, Jurisdiction
from demo.clinics import Staff
from demo.copying import COPIED, Name, Sheet, sheets, write
from demo.lives import lives
from demo.people import FAMILY, FEMALE, MALE
from demo.telling import tell
from patients.models import Patient
from patients.names import search_text
from reviews.moments import Moment
from reviews.rebuild import rebuild

LIVES, AT_ONCE = 150, 2000
ORIGIN = "seed_population"


class NotEmpty(Exception):
    """The clinic has other patients already."""


@dataclass(frozen=True)
class Populated:
    """The clinic, how many rows each table has got, and whether they were there before."""

    clinic: Clinic
    rows: dict[str, int]
    was_there: bool


@transaction.atomic
def populate(slug: str, *, patients: int, seed: int, now: datetime) -> Populated:
    """Write the population as of `now` into the clinic, which is made if there is none.

    Does nothing where the same population stands already; raises NotEmpty where other patients are.
    """
    clinic, _ = Clinic.objects.get_or_create(
        slug=slug,
        defaults={
            "name": slug.replace("-", " ").title(),
            "time_zone": "America/New_York",
            "jurisdiction": Jurisdiction.US,
            "is_demo": True,
        },
    )
    begin = int.from_bytes(blake2b(f"{slug}/{seed}".encode(), digest_size=6).digest())
    if Patient.objects.of(clinic).exists():
        if not _is_the_same(clinic, begin, patients):
            raise NotEmpty
        return Populated(clinic, _counts(clinic), was_there=True)
    chance = Random(seed)  # noqa: S311  # people who do not exist, no secret
    lived = _lived(clinic, chance, min(patients, LIVES), now)
    _without_triggers()
    rows = write(_people(lived, chance, patients, seed, begin), AT_ONCE)
    return Populated(clinic, rows, was_there=False)


def analyze() -> None:
    """Tell the planner what has arrived; autovacuum would do it some minutes later."""
    with connection.cursor() as cursor:
        for model in COPIED:
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _lived(clinic: Clinic, chance: Random, number: int, now: datetime) -> list[Sheet]:
    """Let the lives happen, read their rows, and take them back."""
    service = Actor.service(clinic, ORIGIN)
    with transaction.atomic():
        cases = tell(Staff(clinic, service, service), list(lives(chance, number)), now, swept=False)
        for case in cases:
            case.patient.refresh_from_db()
            rebuild(case.patient, Moment.of(clinic, now))
        found = sheets([case.patient for case in cases])
        transaction.set_rollback(True)
    return found


def _people(
    lived: list[Sheet], chance: Random, number: int, seed: int, begin: int
) -> Iterator[tuple[Sheet, Name]]:
    """Each person with one of the lives in turn."""
    families = FAMILY.split()
    given = {"FEMALE": FEMALE.split(), "MALE": MALE.split()}
    for n, sheet in zip(range(number), cycle(lived), strict=False):
        family, first = chance.choice(families), chance.choice(given[sheet.sex])
        mrn = f"P{seed}-{n + 1:07}"
        yield sheet, Name(_prefix(begin, n), family, first, mrn, search_text(family, first, mrn))


def _prefix(begin: int, n: int) -> str:
    """The first 23 digits of the keys of person `n`: a UUID of version 8, whose bits are ours to choose."""
    return f"{begin:012x}8{n >> 24:03x}8{n & 0xFFFFFF:06x}"


def _without_triggers() -> None:
    """No history and no check of keys for rows that are right by construction, until the transaction ends.

    PostgreSQL lets superusers do this, which the owner of an embedded server is. Who may not writes the same
    rows, with their history, in several times as long.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
    except (InternalError, ProgrammingError):
        return


def _is_the_same(clinic: Clinic, begin: int, patients: int) -> bool:
    """Whether all patients of the clinic have keys of this population, and there are so many."""
    first, last = f"{begin:012x}80008" + "0" * 15, f"{begin:012x}8fff8" + "f" * 15
    rows = Patient.objects.of(clinic)
    return rows.count() == patients == rows.filter(pk__range=(first, last)).count()


def _counts(clinic: Clinic) -> dict[str, int]:
    return {model._meta.db_table: model._default_manager.filter(clinic=clinic).count() for model in COPIED}
