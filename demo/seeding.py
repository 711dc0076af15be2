"""Filling an empty database with the demo: two clinics and their people, all by the acts of a user."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import transaction

from accounts.models import Clinic
from demo.article import PEOPLE, series
from demo.clinics import NORTHGATE, SOUTHBANK, open_clinics
from demo.cohort import cohort
from demo.dating import Marks
from demo.stories import STORIES
from demo.telling import tell
from patients.models import Patient

SEED = 20260312
NORTHGATE_PATIENTS, SOUTHBANK_PATIENTS = 200, 30
ARTICLE_MRN, NORTHGATE_MRN, SOUTHBANK_MRN = 107001, 108001, 500001


class HoldsRealPatients(Exception):
    """The database holds patients that are not synthetic; the demo is not for it."""


@dataclass(frozen=True)
class Seeded:
    """How many patients each clinic has got; none when the demo was there already."""

    northgate: int
    southbank: int


@transaction.atomic
def seed(now: datetime) -> Seeded:
    """Make the whole demo as of `now`, or nothing where it stands already. Raises HoldsRealPatients."""
    if Patient.objects.filter(is_synthetic=False).exists():
        raise HoldsRealPatients
    if Clinic.objects.filter(slug__in=(NORTHGATE, SOUTHBANK)).exists():
        return Seeded(0, 0)
    north, south = open_clinics()
    chance = Random(SEED)  # noqa: S311  # a demo that is the same each time, no secret
    fifty = list(series(chance, ARTICLE_MRN))
    others = NORTHGATE_PATIENTS - PEOPLE - len(STORIES)
    many = list(cohort(chance, others, NORTHGATE_MRN, north.clinic.jurisdiction))
    few = list(cohort(chance, SOUTHBANK_PATIENTS, SOUTHBANK_MRN, south.clinic.jurisdiction))
    marks = Marks()
    northgate = tell(north, [*STORIES, *fifty, *many], now, seen=marks.note)
    southbank = tell(south, few, now, seen=marks.note)
    marks.date_history()
    return Seeded(len(northgate), len(southbank))
