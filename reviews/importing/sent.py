"""What a laboratory sent of each test, in a file or in results that somebody typed: read once, kept small."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform

from labs.analytes import Analyte
from labs.local_names import folded
from labs.models import Import, ImportRow, LabResult, Settled
from labs.notices import Sent
from patients.models import Patient
from reviews.importing.test_names import kept_name

# The interval differs between women and men, so only results of one sex are compared.
BY_SEX = (Analyte.CREATININE,)
# More changes within one file are noise.
_MOST_CHANGES = 100
_CHUNK = 2000


@dataclass(frozen=True)
class Seen:
    """One result as a laboratory sent it; `name` is under which its test is kept."""

    name: str
    analyte: str
    loinc: str
    sent: Sent
    sex: str
    collected_at: datetime
    created_at: datetime


@dataclass
class Course:
    """What was sent of one test, in order of sampling, without what only repeats the one before.

    `sent` is by sex where the interval depends on it. `last` is the last unit, with the last interval in it.
    """

    analyte: Analyte
    loinc: str
    newest_at: datetime
    oldest_created_at: datetime
    last: Sent
    sent: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))

    def add(self, seen: Seen) -> None:
        group = self.sent[group_of(self.analyte, seen.sex)]
        if seen.sent not in group[-1:] and len(group) < _MOST_CHANGES:
            group.append(seen.sent)
        self.last = onto(self.last, seen.sent)
        self.newest_at = max(self.newest_at, seen.collected_at)
        self.oldest_created_at = min(self.oldest_created_at, seen.created_at)


def group_of(analyte: Analyte, sex: str) -> str:
    return sex if analyte in BY_SEX else ""


def onto(before: Sent, now: Sent) -> Sent:
    """What is remembered after `now`: without an interval the one before stays, in the same unit."""
    keeps = not now.has_interval and before.unit == now.unit
    return before if keeps else now


def courses(seen: Iterable[Seen]) -> dict[str, Course]:
    """{name: its course}; `seen` in order of sampling."""
    found: dict[str, Course] = {}
    for one in seen:
        course = found.get(one.name)
        if course is None:
            analyte = Analyte(one.analyte)
            course = Course(analyte, one.loinc, one.collected_at, one.created_at, one.sent)
            found[one.name] = course
        if course.analyte == one.analyte:
            course.add(one)
    return found


def laboratories_of(source: Import) -> dict[str, set[str]]:
    """{folded name: the spellings} of the laboratories that the stored rows of a file name."""
    rows = ImportRow.objects.filter(source=source, settled=Settled.STORED, result__isnull=False)
    found: dict[str, set[str]] = defaultdict(set)
    for name in rows.values_list("result__laboratory", flat=True).distinct():
        found[folded(name or _of_the_file(source))].add(name)
    found.pop("", None)
    return found


def seen_in(source: Import, spellings: set[str]) -> Iterator[Seen]:
    """The stored results of a file that name one laboratory, in order of sampling; not all held at once."""
    rows = ImportRow.objects.filter(
        source=source, settled=Settled.STORED, result__isnull=False, result__laboratory__in=spellings
    )
    told = rows.annotate(code=KeyTextTransform("loinc", "reported")).annotate(
        called=KeyTextTransform("local_name", "reported")
    )
    columns = (
        "code", "called", "result__analyte", "result__loinc", "result__unit", "result__reference_low",
        "result__reference_high", "patient__sex", "result__collected_at", "result__created_at",
    )  # fmt: skip
    ordered = told.order_by("result__collected_at", "number").values_list(*columns)
    for code, called, analyte, loinc, unit, low, high, sex, collected_at, created_at in ordered.iterator(
        chunk_size=_CHUNK
    ):
        name = kept_name(code or "", called or "") or loinc
        yield Seen(name, analyte, loinc, Sent(unit, low, high), sex, collected_at, created_at)


def seen_among(results: Sequence[LabResult]) -> Iterator[Seen]:
    """Results that somebody typed: they have no name but their code. What was computed was not sent."""
    sent = [result for result in results if result.derived_from_id is None]
    by_sex = Q(pk__in={result.patient_id for result in sent if result.analyte in BY_SEX})
    sexes = dict(Patient.objects.filter(by_sex).values_list("pk", "sex"))
    for result in sorted(sent, key=lambda result: result.collected_at):
        limits = Sent(result.unit, result.reference_low, result.reference_high)
        sex = sexes.get(result.patient_id, "")
        yield Seen(
            result.loinc, result.analyte, result.loinc, limits, sex, result.collected_at, result.created_at
        )


def _of_the_file(source: Import) -> str:
    return source.laboratory.name if source.laboratory else ""
