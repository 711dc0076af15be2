"""What the record already holds of the samples of a batch of rows, read in few queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.models import Clinic
from labs.analytes import Analyte
from labs.models import LabResult, ResultCancellation
from labs.reading.reported import Reported
from labs.units import display
from labs.versions import RANK

# Results that an undone import, or an undone match, took back are no person's verdict: they may come again.
UNDONE = "The import was undone."
UNMATCHED = "The match of this result to this patient was undone."
MAY_COME_AGAIN = (UNDONE, UNMATCHED)

Sample = tuple[Any, str, datetime]


class Stored:
    """The stored results that rows may repeat or contradict: of the same name, or of the same sample."""

    def __init__(
        self, clinic: Clinic, source: str, rows: Sequence[Reported], patients: Iterable[UUID]
    ) -> None:
        self._source = source
        ids = {row.source_id for row in rows if row.source_id}
        named = LabResult.objects.of(clinic).valid().filter(source=source, source_id__in=ids)
        times = {row.collected_at for row in rows if row.collected_at}
        sampled = LabResult.objects.of(clinic).filter(
            patient__in=list(patients), collected_at__in=times, derived_from=None
        )
        self._named: dict[str, list[LabResult]] = defaultdict(list)
        self._sampled: dict[Sample, list[LabResult]] = defaultdict(list)
        for result in named:
            self._named[result.source_id].append(result)
        for result in sampled.exclude(error_reason__in=MAY_COME_AGAIN):
            self._sampled[_sample(result)].append(result)
        taken = ResultCancellation.objects.of(clinic).valid().filter(source=source, source_id__in=ids)
        self._taken_back = {(word.source_id, word.how): word for word in taken}

    def taken_back(self, row: Reported) -> ResultCancellation | None:
        """The same word of the laboratory about the same result, if it is stored."""
        return self._taken_back.get((row.source_id, row.status))

    def clash(self, result: LabResult) -> str:
        """Why the laboratory's name of the result cannot be that of this one; empty when it can."""
        for other in self._named[result.source_id] if result.source_id else ():
            if other.patient_id != result.patient_id:
                return "Under this order number a result of another patient is stored. Ask the laboratory."
            if other.analyte != result.analyte:
                return (
                    "Under this order number and code a result of another test is stored. Ask the laboratory."
                )
        return ""

    def same(self, result: LabResult) -> LabResult | None:
        """The stored result that says the same, so that the row changes nothing.

        Also one that a person marked entered in error: it is not taken a second time.
        """
        sampled = self._sampled[_sample(result)]
        named = self._named[result.source_id] if result.source_id else []
        return next((other for other in [*named, *sampled] if self._says_the_same(result, other)), None)

    def beside(self, result: LabResult) -> str:
        """What a person should know before a second value of one sample stands beside the first."""
        for other in self._sampled[_sample(result)]:
            stands = (
                other.error_at is None and other.superseded_by_id is None and other.cancelled_by_id is None
            )
            is_another = not result.source_id or result.source_id != other.source_id
            if stands and is_another and (other.loinc, other.status) == (result.loinc, result.status):
                shown = display(Analyte(other.analyte), other.canonical_value)
                return f"Another value of this sample is there: {other.comparator}{shown}. Both will stand."
        return ""

    def add(self, result: LabResult) -> None:
        """A result that is about to be stored: the next row may repeat it."""
        if result.source_id:
            self._named[result.source_id].append(result)
        self._sampled[_sample(result)].append(result)

    def _says_the_same(self, result: LabResult, other: LabResult) -> bool:
        if (_sample(result), _content(result)) != (_sample(other), _content(other)):
            return False
        if other.error_at is not None:
            return True
        if result.source_id and (other.source, other.source_id) == (self._source, result.source_id):
            stands = other.superseded_by_id is None
            return other.status == result.status and (stands or other.reported_at == result.reported_at)
        # Two names of one laboratory are two results; else the sample and the value tell that it is one.
        if result.source_id and other.source_id and other.source == self._source:
            return False
        return RANK[other.status] >= RANK[result.status]


def _sample(result: LabResult) -> Sample:
    return result.patient_id, result.analyte, result.collected_at


def _content(result: LabResult) -> tuple[Decimal, str]:
    return result.canonical_value, result.comparator
