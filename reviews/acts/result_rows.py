"""From one reported result to a checked and converted row that is not stored yet; no query is made here."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import CharField

from accounts import wording
from accounts.actors import Actor
from labs.analytes import ANALYTES, PH_ADJUSTED, Analyte, UnknownLoinc, analyte_of
from labs.interpretation import Interval, default_interval, interpret
from labs.models import LabResult
from labs.preanalytics import PH_HIGHEST, PH_LOWEST, doubt
from labs.units import ValueUnitError, canonical
from patients.models import Patient, Visit
from reviews.acts.ground import Refusals
from reviews.acts.result_entries import ResultEntry
from reviews.moments import Moment

# Clocks of laboratories run a little ahead; an hour is no future.
AHEAD = timedelta(hours=1)
# Nobody who is alive was sampled before; days of earlier years have no place in every time zone.
OLDEST = datetime(1900, 1, 1, tzinfo=UTC)
# As FHIR has them, each with what it says of the eGFR: the less creatinine, the more eGFR.
COMPARATORS = {"": "", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
# What a row says as it was told.
_AS_TOLD = (
    "value", "comparator", "unit", "reference_low", "reference_high", "abnormal_flag", "collected_at",
    "zone_assumed", "reported_at", "laboratory", "method", "analyzer", "specimen", "anticoagulant", "storage",
    "status", "haemolysed", "anaerobic", "analysed_at", "ph", "fasting", "last_mg_dose_at", "source",
    "source_id",
)  # fmt: skip
_TEXTS = {
    field.name: field.max_length
    for field in LabResult._meta.get_fields()
    if isinstance(field, CharField) and field.max_length and field.name in _AS_TOLD
}


@dataclass(frozen=True)
class _Checked:
    """An entry with its analyte, and its value and interval in the canonical unit."""

    entry: ResultEntry
    analyte: Analyte
    value: Decimal
    low: Decimal | None
    high: Decimal | None


def unsaved_result(
    refusals: Refusals,
    field: str,
    entry: ResultEntry,
    patient: Patient,
    by: Actor,
    now: Moment,
    visit: Visit | None = None,
) -> LabResult | None:
    """The checked and converted row, or None with the reason in `refusals`; imports preview with it.

    A row that comes back may still have been refused: `refusals` decides.
    """
    checked = _checked(refusals, field, entry, now)
    if checked is None:
        return None
    _check_texts(refusals, field, entry)
    _check_sample(refusals, field, entry, patient, now)
    return _row(checked, patient, by, now, visit)


def _checked(refusals: Refusals, field: str, entry: ResultEntry, now: Moment) -> _Checked | None:
    """None where nothing further can be said of the entry."""
    try:
        analyte = _analyte(entry)
    except (UnknownLoinc, ValueError) as error:
        refusals.add(f"{field}.loinc", str(error))
        return None
    if not OLDEST < entry.collected_at <= now.at + AHEAD:
        refusals.add(f"{field}.collected_at", "The sample time is in the future, or too long ago to be.")
        return None
    refusals.unless(entry.comparator in COMPARATORS, f"{field}.comparator", "Choose from <, <=, >=, >.")
    try:
        value = canonical(analyte, entry.value, entry.unit)
        low, high = (
            None if limit is None else canonical(analyte, limit, entry.unit, plausible=False)
            for limit in (entry.reference_low, entry.reference_high)
        )
    except ValueUnitError as error:
        refusals.add(f"{field}.{error.field}", str(error))
        return None
    if low is not None and high is not None and low > high:
        refusals.add(f"{field}.reference_low", "The lower limit is above the upper limit.")
    return _Checked(entry, analyte, value, low, high)


def _analyte(entry: ResultEntry) -> Analyte:
    """By name or by LOINC code; raises ValueError where the two do not agree."""
    named = Analyte(entry.analyte) if entry.analyte else analyte_of(entry.loinc)
    if entry.loinc and analyte_of(entry.loinc) != named:
        raise ValueError(f"LOINC {entry.loinc} is {analyte_of(entry.loinc).label}, not {named.label}.")
    return named


def _check_texts(refusals: Refusals, field: str, entry: ResultEntry) -> None:
    """What the database could not hold is said here, with the name of the field."""
    for name, longest in _TEXTS.items():
        text = getattr(entry, name)
        if len(text) > longest or "\x00" in text:
            refusals.add(f"{field}.{name}", f"At most {longest} characters, and no NUL character.")


def _check_sample(refusals: Refusals, field: str, entry: ResultEntry, patient: Patient, now: Moment) -> None:
    day, when = now.clinic.local_date(entry.collected_at), f"{field}.collected_at"
    refusals.unless(day >= patient.birth_date, when, "The sample was taken before the birth date.")
    if patient.deceased_on is not None:
        refusals.unless(
            day <= patient.deceased_on,
            when,
            f"The patient died on {wording.day(patient.deceased_on)}, before this sample. Check both.",
        )
    if entry.last_mg_dose_at is not None and entry.last_mg_dose_at > entry.collected_at:
        refusals.add(f"{field}.last_mg_dose_at", "The last magnesium dose is later than the sample.")
    if entry.ph is not None and not PH_LOWEST <= entry.ph <= PH_HIGHEST:
        refusals.add(f"{field}.ph", f"No blood has a pH of {entry.ph}: enter {PH_LOWEST} to {PH_HIGHEST}.")
    # A person can be asked; a laboratory's clock is kept as it is, since a result must not be lost by it.
    if entry.source == "ENTERED" and entry.analysed_at is not None:
        refusals.unless(
            entry.analysed_at >= entry.collected_at,
            f"{field}.analysed_at",
            "The sample was analysed before it was taken. Check both times.",
        )


def _row(checked: _Checked, patient: Patient, by: Actor, now: Moment, visit: Visit | None) -> LabResult:
    """Values and interval are as told and as compared; time, doubt and meaning follow."""
    entry, analyte = checked.entry, checked.analyte
    interval = interval_of(checked.analyte, (checked.low, checked.high), entry.laboratory_interval, now)
    loinc = entry.loinc or ANALYTES[analyte].default_loinc
    return LabResult(
        **{name: getattr(entry, name) for name in _AS_TOLD},
        **judged(analyte, checked.value, interval, entry.comparator, now),
        clinic=by.clinic,
        patient=patient,
        created_at=now.at,
        created_by=by.user,
        visit=visit,
        analyte=analyte,
        loinc=loinc,
        collected_on=now.clinic.local_date(entry.collected_at),
        received_at=now.at,
        ph_adjusted=True if loinc in PH_ADJUSTED else entry.ph_adjusted,
        doubt=doubt(analyte, entry, is_adjusted=loinc in PH_ADJUSTED or bool(entry.ph_adjusted)),
    )


def interval_of(
    analyte: Analyte,
    of_result: tuple[Decimal | None, Decimal | None],
    of_laboratory: tuple[Decimal | None, Decimal | None] | None,
    now: Moment,
) -> Interval | None:
    """The interval that came with the result wins; else the laboratory's; else the protocol's."""
    if of_result != (None, None):
        return Interval(*of_result, "RESULT")
    if of_laboratory is not None and of_laboratory != (None, None):
        return Interval(*of_laboratory, "LABORATORY")
    return default_interval(analyte, now.thresholds)


def judged(
    analyte: Analyte, value: Decimal, interval: Interval | None, comparator: str, now: Moment
) -> dict[str, Any]:
    """The columns that say how a canonical value compares, by the protocol in force."""
    return {
        "canonical_value": value,
        "interval_low": interval.low if interval else None,
        "interval_high": interval.high if interval else None,
        "interval_source": interval.source if interval else "NONE",
        "interpretation": interpret(analyte, value, interval, now.thresholds, comparator),
        "protocol": now.protocol,
    }
