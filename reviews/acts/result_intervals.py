"""The laboratory's own interval for results that somebody typed without one."""

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Q

from accounts.models import Clinic
from labs.analytes import Analyte, UnknownLoinc, analyte_of
from labs.models import LaboratoryTest
from reviews.acts.result_entries import Limits, ResultEntry


def with_laboratory_intervals(entries: Sequence[ResultEntry], clinic: Clinic) -> list[ResultEntry]:
    """Entries that name a laboratory get the interval that the clinic entered for its test; one query.

    Only where the laboratory has one interval for that analyte: of two nobody can say which is meant.
    """
    names = {entry.laboratory.strip() for entry in entries if _lacks_interval(entry)}
    if not names:
        return list(entries)
    known = _intervals(names, clinic)
    return [_with_interval(entry, known) if _lacks_interval(entry) else entry for entry in entries]


def _lacks_interval(entry: ResultEntry) -> bool:
    given = (entry.reference_low, entry.reference_high) != (None, None)
    return bool(entry.laboratory.strip()) and not given and entry.laboratory_interval is None


def _intervals(names: set[str], clinic: Clinic) -> dict[tuple[str, str], set[Limits]]:
    """{(laboratory, analyte): its intervals, in the canonical unit}."""
    named = Q()
    for name in names:
        named |= Q(laboratory__name__iexact=name)
    tests = LaboratoryTest.objects.of(clinic).valid().filter(named, laboratory__error_at=None)
    tests = tests.exclude(interval_low=None, interval_high=None).select_related("laboratory")
    found: dict[tuple[str, str], set[Limits]] = {}
    for test in tests:
        key = (test.laboratory.name.casefold(), test.analyte)
        found.setdefault(key, set()).add((test.interval_low, test.interval_high))
    return found


def _with_interval(entry: ResultEntry, known: dict[tuple[str, str], set[Limits]]) -> ResultEntry:
    intervals = known.get((entry.laboratory.strip().casefold(), _analyte(entry)), set())
    return replace(entry, laboratory_interval=next(iter(intervals))) if len(intervals) == 1 else entry


def _analyte(entry: ResultEntry) -> str:
    """Empty where the entry names none that is known; the check refuses it afterwards."""
    try:
        return str(Analyte(entry.analyte) if entry.analyte else analyte_of(entry.loinc))
    except (UnknownLoinc, ValueError):
        return ""
