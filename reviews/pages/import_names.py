"""The names in a file that nobody has explained yet, so that a person says once what each is."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KT

from labs.analytes import UnknownLoinc, analyte_of
from labs.local_names import folded
from labs.models import Import, ImportRow, Laboratory, RowOutcome
from reviews.importing.test_names import TestNames

# A file may make up a name in every row; so many are offered at once, the most frequent first.
MOST_OFFERED = 30


@dataclass(frozen=True)
class UnknownTest:
    """`name` is under which it is kept for its laboratory; without one, nobody can say what it is."""

    laboratory: Laboratory | None
    name: str
    words: str
    count: int

    @property
    def key(self) -> str:
        """The same for the same test, whatever else was explained meanwhile."""
        place = f"{self.laboratory.pk if self.laboratory else ''} {self.name}"
        return f"means_{hashlib.sha256(place.encode()).hexdigest()[:16]}"


def unknown_tests(source: Import) -> list[UnknownTest]:
    """Tests of rows that are errors because nobody knows what they are, the most frequent first."""
    laboratories: dict[str, Laboratory | None] = {}
    names: dict[str, TestNames] = {}
    found: dict[tuple[str, str], UnknownTest] = {}
    for told in _told(source):
        lab = told["told_laboratory"] or (source.laboratory.name if source.laboratory else "")
        if lab not in names:
            laboratories[lab] = _laboratory(source, lab)
            names[lab] = TestNames(source.clinic, laboratories[lab])
        loinc, local = told["told_loinc"] or "", told["told_name"] or ""
        known = names[lab].named(loinc=loinc, local_name=local)
        if known.problem and known.name and not _is_coded(loinc):
            before = found.get((lab, known.name))
            count = told["n"] + (before.count if before else 0)
            words = " ".join(local.split())[:80] or f"LOINC {loinc}"
            found[lab, known.name] = UnknownTest(laboratories[lab], known.name, words, count)
    return list(found.values())


def _told(source: Import) -> Any:
    rows = ImportRow.objects.of(source.clinic).filter(source=source, outcome=RowOutcome.ERROR, analyte="")
    told = rows.annotate(
        told_laboratory=KT("reported__laboratory"),
        told_loinc=KT("reported__loinc"),
        told_name=KT("reported__local_name"),
    ).values("told_laboratory", "told_loinc", "told_name")
    return told.annotate(n=Count("pk")).order_by("-n", "told_name", "told_loinc")[:MOST_OFFERED]


def _laboratory(source: Import, name: str) -> Laboratory | None:
    rows = Laboratory.objects.of(source.clinic).valid().filter(known_as=folded(name))
    return rows.first() if name else None


def _is_coded(loinc: str) -> bool:
    """A code that is known says what the test is; then it is the name beside it that contradicts."""
    try:
        return bool(analyte_of(loinc))
    except UnknownLoinc:
        return False
