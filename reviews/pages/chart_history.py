"""What was marked entered in error: it stays readable, with who and why."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from accounts.wording import count, day, number
from labs.models import LabResult
from patients.models import Condition, CoTreatment, Medication, Modifier, OfPatient, Patient, Visit
from regimens.models import DietAdvice, DoseStep, Interruption, OtherSource, Regimen
from regimens.portions import counted
from reviews.models import ContactAttempt
from wearables.models import Device, ReadingBatch


@dataclass(frozen=True)
class Withdrawn:
    """One row in words; `on` is the day it spoke of."""

    what: str
    on: date | None
    words: str
    at: datetime
    by: str
    reason: str


def withdrawn_rows(patient: Patient) -> list[Withdrawn]:
    """Every withdrawn visit, result, regimen, dose step, other source and entry, the last withdrawn first.

    What fell with a visit or a result (answers, totals, derived values) is not listed by itself.
    """
    found = [_of(row) for model in _MODELS for row in _rows(model, patient)]
    return sorted(found, key=lambda row: row.at, reverse=True)


_MODELS: tuple[type[OfPatient], ...] = (
    Visit,
    LabResult,
    Regimen,
    DoseStep,
    OtherSource,
    Interruption,
    DietAdvice,
    Modifier,
    Condition,
    Medication,
    CoTreatment,
    Device,
    ReadingBatch,
    ContactAttempt,
)


def _rows(model: type[OfPatient], patient: Patient) -> list[OfPatient]:
    rows = model._default_manager.filter(patient=patient, error_at__isnull=False).select_related("error_by")
    if model is LabResult:
        rows = rows.filter(derived_from=None)
    if model in (Regimen, OtherSource):
        rows = rows.select_related("product")
    if model is Interruption:
        rows = rows.select_related("regimen__product")
    if model is DoseStep:
        rows = rows.select_related("regimen__product").prefetch_related("intakes")
    return list(rows)


def _of(row: OfPatient) -> Withdrawn:
    on, words = row_words(row)
    if row.error_at is None:
        raise ValueError(f"{row} is valid.")
    return Withdrawn(
        what=str(row._meta.verbose_name).capitalize(),
        on=on,
        words=words,
        at=row.error_at,
        by=str(row.error_by),
        reason=row.error_reason,
    )


def row_words(row: OfPatient) -> tuple[date | None, str]:
    """The day that a row speaks of, and what it says."""
    if isinstance(row, Visit):
        return row.visited_on, row.get_kind_display()
    if isinstance(row, LabResult):
        return row.collected_on, f"{row.get_analyte_display()} {number(row.value)} {row.unit}"
    if isinstance(row, Regimen):
        stopped = f", stopped {day(row.stopped_on)}" if row.stopped_on else ""
        return row.started_on, f"{row.product}{stopped}"
    if isinstance(row, DoseStep):
        units = sum((intake.units for intake in row.intakes.all()), start=0)
        return (
            row.effective_on,
            f"{row.regimen.product}, {number(units)} {row.regimen.product.unit_name} a day",
        )
    if isinstance(row, OtherSource):
        return row.since, f"{row.product}, {counted(row.units_per_day, row.product.unit_name)} a day"
    if isinstance(row, Interruption):
        until = f"until {day(row.until_on)}" if row.until_on else "without an end"
        return row.from_on, f"{row.regimen.product}, not taken {until}"
    if isinstance(row, Device):
        return row.since, f"{row} {row.serial}".strip()
    if isinstance(row, ReadingBatch):
        return timezone.localdate(row.created_at), f"{row}, {count(row.stored, 'reading')}"
    if isinstance(row, ContactAttempt):
        return timezone.localdate(row.attempted_at), str(row)
    if isinstance(row, DietAdvice):
        return row.given_on, row.get_advice_display()
    return getattr(row, "since", None), " ".join(
        str(word) for word in (row, getattr(row, "value", "")) if word
    )
