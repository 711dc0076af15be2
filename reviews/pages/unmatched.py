"""A parked row beside a patient: what the file says, what the chart says, and where they differ, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Clinic
from accounts.wording import day, grouped_mrn
from labs.models import ImportRow, ImportStage, RowOutcome, Settled
from labs.reading.reported import Reported
from patients.models import Patient, Sex
from patients.names import fold
from reviews.importing.storing import reported
from reviews.pages.import_rows import RowLine, line_of
from reviews.waiting import kind_of

# A decision of a week ago is looked up in its file instead.
RECENT = timedelta(days=7)
SAME, DIFFERS, NOT_TOLD = "the same", "differs", "not told in the file"
_SEXES = {"F": Sex.FEMALE, "FEMALE": Sex.FEMALE, "M": Sex.MALE, "MALE": Sex.MALE}


@dataclass(frozen=True)
class Parked:
    """A row that waits; `kind` says how alarming its age is."""

    line: RowLine
    kind: str

    @property
    def row(self) -> ImportRow:
        return self.line.row

    @property
    def told(self) -> Reported:
        return self.line.told


@dataclass(frozen=True)
class Compared:
    """One particular on both sides, and what to make of it."""

    label: str
    in_file: str
    on_chart: str
    verdict: str

    @property
    def differs(self) -> bool:
        return self.verdict not in (SAME, NOT_TOLD)


def parked(row: ImportRow, at: datetime) -> Parked:
    return Parked(line_of(row, "settled"), kind_of(row.created_at, at))


def parked_rows(clinic: Clinic) -> QuerySet[ImportRow]:
    """Those of the clinic, with their files; the oldest come first."""
    rows = ImportRow.objects.of(clinic).parked().select_related("source", "source__laboratory", "patient")
    return rows.defer("source__content")


def decided_rows(clinic: Clinic, at: datetime) -> QuerySet[ImportRow]:
    """Rows that somebody matched or refused within the last week and that can be taken back."""
    rows = (
        ImportRow.objects.of(clinic)
        .valid()
        .filter(
            outcome=RowOutcome.UNMATCHED,
            settled__in=(Settled.STORED, Settled.ALREADY_STORED, Settled.REFUSED),
            decided_at__gt=at - RECENT,
            source__stage=ImportStage.COMMITTED,
        )
    )
    related = rows.select_related("source", "source__laboratory", "patient", "decided_by", "result")
    return related.defer("source__content").order_by("-decided_at")


def compared(row: ImportRow, patient: Patient) -> list[Compared]:
    """What identifies a person, on both sides."""
    return list(_compared(reported(row), patient))


def _compared(told: Reported, patient: Patient) -> Iterator[Compared]:
    same_mrn = _plain(told.mrn) == _plain(patient.mrn)
    yield Compared("MRN", grouped_mrn(told.mrn), grouped_mrn(patient.mrn), _verdict(told.mrn, same_mrn))
    for label, ours, theirs in (
        ("Family name", told.family_name, patient.family_name),
        ("Given name", told.given_name, patient.given_name),
    ):
        yield Compared(label, ours, theirs, _of_name(ours, theirs))
    born = day(told.birth_date) if told.birth_date else ""
    yield Compared("Born", born, day(patient.birth_date), _of_birth(told, patient))
    yield Compared("Sex", told.sex, patient.get_sex_display(), _of_sex(told, patient))


def _verdict(told: str, is_same: bool) -> str:
    if not told:
        return NOT_TOLD
    return SAME if is_same else DIFFERS


def _of_name(told: str, known: str) -> str:
    ours, theirs = _plain(told), _plain(known)
    if ours and theirs and ours != theirs and (ours.startswith(theirs) or theirs.startswith(ours)):
        return "begins alike"
    return _verdict(told, ours == theirs)


def _of_birth(told: Reported, patient: Patient) -> str:
    born = told.birth_date
    if born is None:
        return NOT_TOLD
    if born == patient.birth_date:
        return SAME
    known = patient.birth_date
    if (born.year, born.month, born.day) == (known.year, known.day, known.month):
        return "differs: day and month changed places"
    parts = [name for name in ("year", "month", "day") if getattr(born, name) != getattr(known, name)]
    return f"differs in the {' and the '.join(parts)}"


def _of_sex(told: Reported, patient: Patient) -> str:
    sex = _SEXES.get(told.sex.strip().upper())
    if sex is None:
        return NOT_TOLD
    if patient.sex == Sex.UNKNOWN:
        return "not known on the chart"
    return SAME if sex == patient.sex else DIFFERS


def _plain(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())
