"""From a reported row to the result that it would be: the same checks as for a result that is typed."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from accounts.actors import Actor
from labs.analytes import ANALYTES, Analyte
from labs.models import LabResult, WithdrawnAs
from labs.reading.reported import Reported
from labs.units import ValueUnitError, canonical, is_canonical
from patients.models import Patient
from reviews.acts.ground import Refusals
from reviews.acts.results import ResultEntry, unsaved_result
from reviews.importing.test_names import KnownTest
from reviews.moments import Moment

FIELD = "row"
_SAME_NAME = (
    "comparator", "reference_low", "reference_high", "abnormal_flag", "status", "zone_assumed", "analysed_at",
    "reported_at", "laboratory", "method", "analyzer", "specimen", "anticoagulant", "storage", "haemolysed",
    "anaerobic", "ph", "fasting", "last_mg_dose_at", "source_id",
)  # fmt: skip


@dataclass(frozen=True)
class Built:
    """The result that a row would be, not saved; or why it cannot be one."""

    result: LabResult | None
    reason: str = ""
    is_converted: bool = False


def is_taken_back(row: Reported) -> bool:
    """Whether the row says that a result does not stand, and so needs no value."""
    return row.status in WithdrawnAs.values


def without_patient(row: Reported, test: KnownTest) -> str:
    """Why the row cannot be stored whoever it is of; empty when nothing speaks against it."""
    if is_taken_back(row):
        return "" if row.source_id else "The laboratory takes a result back, but does not say which."
    if row.value is None:
        return "The row has no value."
    if row.collected_at is None:
        return "The row has no sample time."
    try:
        canonical(Analyte(test.analyte), row.value, row.unit)
    except ValueUnitError as error:
        return str(error)
    return ""


def built(row: Reported, test: KnownTest, source: str, patient: Patient, by: Actor, now: Moment) -> Built:
    """The result of a row that `without_patient` has nothing against."""
    refusals = Refusals()
    entry = _entry(row, test, source)
    result = unsaved_result(refusals, FIELD, entry, patient, by, now)
    reason = reasons(refusals)
    if result is None or reason:
        return Built(None, reason)
    return Built(result, is_converted=not is_canonical(Analyte(result.analyte), row.unit))


def stored_as(analyte: str) -> str:
    """The unit in which an analyte is compared, for people."""
    return ANALYTES[Analyte(analyte)].unit_label


def reasons(refusals: Refusals) -> str:
    """Everything that was refused, as one line."""
    try:
        refusals.stop_if_any()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _entry(row: Reported, test: KnownTest, source: str) -> ResultEntry:
    told: dict[str, Any] = {name: getattr(row, name) for name in _SAME_NAME}
    assert row.value is not None and row.collected_at is not None  # noqa: S101  # `without_patient` said so
    # One spelling, and the laboratory of the file where the row names none.
    told["laboratory"] = test.laboratory or row.laboratory
    return ResultEntry(
        value=row.value,
        unit=row.unit,
        collected_at=row.collected_at,
        loinc=test.loinc,
        analyte=test.analyte,
        laboratory_interval=test.interval,
        source=source,
        **told,
    )
