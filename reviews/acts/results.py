"""Recording laboratory results: as reported, and as compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts import wording
from accounts.actors import Actor
from accounts.records import withdrawn_rows
from audit.record import record
from labs.analytes import ANALYTES, Analyte, UnknownLoinc, analyte_of
from labs.interpretation import Interval, default_interval, interpret
from labs.kidney import egfr_ckd_epi_2021
from labs.models import LabResult, ResultStatus
from labs.preanalytics import doubt
from labs.units import ValueUnitError, canonical
from patients.models import Patient, Visit
from reviews.acts.ground import Refusals, act_on
from reviews.moments import Moment

EGFR_LOINC = "98979-8"
CKD_EPI = "CKD-EPI 2021 from creatinine"
# Clocks of laboratories run a little ahead; an hour is no future.
AHEAD = timedelta(hours=1)
# Nobody who is alive was sampled before; days of earlier years have no place in every time zone.
OLDEST = datetime(1900, 1, 1, tzinfo=UTC)
# As FHIR has them, each with what it says of the eGFR: the less creatinine, the more eGFR.
COMPARATORS = {"": "", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
PARTICULARS_CHANGED = "Sex or birth date was corrected: the eGFR is computed anew."


@dataclass(frozen=True)
class ResultEntry:
    """One result as somebody reported it. `value` in `unit`; the interval in the same unit."""

    value: Decimal
    unit: str
    collected_at: datetime
    loinc: str = ""
    analyte: str = ""
    comparator: str = ""
    reference_low: Decimal | None = None
    reference_high: Decimal | None = None
    laboratory: str = ""
    method: str = ""
    specimen: str = ""
    status: str = ResultStatus.FINAL
    haemolysed: bool | None = None
    anaerobic: bool | None = None
    analysed_at: datetime | None = None
    source: str = "ENTERED"
    source_id: str = ""


def record_results(
    *, patient: Patient, entries: Sequence[ResultEntry], by: Actor, at: datetime, visit: Visit | None = None
) -> list[LabResult]:
    """Store results of one patient, all or none; derives an eGFR from each creatinine.

    Raises ValidationError naming the entry ("lab_results.0.unit") when a unit is missing or unknown, a value
    is implausible, or a sample lies in the future, before birth or after death.
    """
    with act_on(patient, by, at) as now:
        results = add_results(patient=patient, entries=entries, by=by, now=now, visit=visit)
    return results


def add_results(
    *, patient: Patient, entries: Sequence[ResultEntry], by: Actor, now: Moment, visit: Visit | None = None
) -> list[LabResult]:
    """The same inside the transaction of another act, which rebuilds by itself."""
    refusals = Refusals()
    rows = [
        unsaved_result(refusals, f"lab_results.{n}", entry, patient, by, now, visit)
        for n, entry in enumerate(entries)
    ]
    refusals.stop_if_any()
    for n, row in enumerate(rows):
        _save(refusals, f"lab_results.{n}", row)
    refusals.stop_if_any()
    stored = [row for row in rows if row is not None]
    stored += [egfr for row in stored if (egfr := _derived_egfr(row, patient, by, now))]
    for row in stored:
        record(
            "RECORD_RESULT",
            by=by,
            at=now.at,
            of=row,
            patient_id=patient.pk,
            after={"analyte": row.analyte, "value": str(row.value), "unit": row.unit},
        )
    return stored


def unsaved_result(
    refusals: Refusals,
    field: str,
    entry: ResultEntry,
    patient: Patient,
    by: Actor,
    now: Moment,
    visit: Visit | None = None,
) -> LabResult | None:
    """The checked and converted row, or None with the reason in `refusals`; imports preview with it."""
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
    _check_sample(refusals, f"{field}.collected_at", entry, patient, now)
    return _row(entry, analyte, value, low, high, patient, by, now, visit)


def _row(
    entry: ResultEntry,
    analyte: Analyte,
    value: Decimal,
    low: Decimal | None,
    high: Decimal | None,
    patient: Patient,
    by: Actor,
    now: Moment,
    visit: Visit | None,
) -> LabResult:
    """The row of a checked entry; `value` and limits in the canonical unit."""
    interval = _interval(analyte, low, high, now)
    return LabResult(
        clinic=by.clinic,
        patient=patient,
        created_at=now.at,
        created_by=by.user,
        visit=visit,
        analyte=analyte,
        loinc=entry.loinc or ANALYTES[analyte].default_loinc,
        value=entry.value,
        comparator=entry.comparator,
        unit=entry.unit,
        canonical_value=value,
        reference_low=entry.reference_low,
        reference_high=entry.reference_high,
        interval_low=interval.low if interval else None,
        interval_high=interval.high if interval else None,
        interval_source=interval.source if interval else "NONE",
        interpretation=interpret(analyte, value, interval, now.thresholds, entry.comparator),
        protocol=now.protocol,
        collected_at=entry.collected_at,
        collected_on=by.clinic.local_date(entry.collected_at),
        received_at=now.at,
        status=entry.status,
        laboratory=entry.laboratory,
        method=entry.method,
        specimen=entry.specimen,
        haemolysed=entry.haemolysed,
        anaerobic=entry.anaerobic,
        analysed_at=entry.analysed_at,
        doubt=doubt(analyte, entry.collected_at, entry.analysed_at, entry.haemolysed, entry.anaerobic),
        source=entry.source,
        source_id=entry.source_id,
    )


def _analyte(entry: ResultEntry) -> Analyte:
    """By name or by LOINC code; raises ValueError where the two do not agree."""
    named = Analyte(entry.analyte) if entry.analyte else analyte_of(entry.loinc)
    if entry.loinc and analyte_of(entry.loinc) != named:
        raise ValueError(f"LOINC {entry.loinc} is {analyte_of(entry.loinc).label}, not {named.label}.")
    return named


def _interval(analyte: Analyte, low: Decimal | None, high: Decimal | None, now: Moment) -> Interval | None:
    """The interval that came with the result wins; else the protocol's."""
    if low is None and high is None:
        return default_interval(analyte, now.thresholds)
    return Interval(low, high, "RESULT")


def _check_sample(refusals: Refusals, field: str, entry: ResultEntry, patient: Patient, now: Moment) -> None:
    day = now.clinic.local_date(entry.collected_at)
    refusals.unless(day >= patient.birth_date, field, "The sample was taken before the birth date.")
    if patient.deceased_on is not None:
        refusals.unless(
            day <= patient.deceased_on,
            field,
            f"The patient died on {wording.day(patient.deceased_on)}, before this sample. Check both.",
        )


def _save(refusals: Refusals, field: str, row: LabResult | None) -> None:
    if row is None:
        return
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        refusals.add(
            f"{field}.value", "This result is stored already: same analyte, sample time, value and unit."
        )


def rederive_egfr(patient: Patient, *, by: Actor, now: Moment) -> None:
    """After sex or birth date was corrected: each eGFR that was computed from the wrong ones gives way.

    One that a person marked entered in error stays so.
    """
    creatinines = LabResult.objects.counting().filter(patient=patient, analyte=Analyte.CREATININE)
    for creatinine in creatinines.prefetch_related("derived_results"):
        before = list(creatinine.derived_results.all())
        stands = [row for row in before if row.error_at is None]
        value = _egfr(creatinine, patient)
        if [row.value for row in stands] == [value] or (before and not stands and not _gave_way(before)):
            continue
        withdrawn = LabResult.objects.filter(pk__in=[row.pk for row in stands])
        withdrawn_rows(withdrawn, by=by.user, at=now.at, reason=PARTICULARS_CHANGED)
        withdrawn.update(status=ResultStatus.ENTERED_IN_ERROR)
        if value is not None:
            _save_egfr(creatinine, patient, value, by, now)


def _gave_way(rows: Sequence[LabResult]) -> bool:
    return all(row.error_reason == PARTICULARS_CHANGED for row in rows)


def _derived_egfr(row: LabResult, patient: Patient, by: Actor, now: Moment) -> LabResult | None:
    """The CKD-EPI 2021 eGFR of a creatinine; None where it does not apply (sex not known, under 18)."""
    value = _egfr(row, patient) if row.analyte == Analyte.CREATININE else None
    return None if value is None else _save_egfr(row, patient, value, by, now)


def _egfr(creatinine: LabResult, patient: Patient) -> Decimal | None:
    try:
        age = patient.age_on(creatinine.collected_on)
        return egfr_ckd_epi_2021(creatinine.canonical_value, age, patient.sex)
    except ValueError:
        return None


def _save_egfr(row: LabResult, patient: Patient, value: Decimal, by: Actor, now: Moment) -> LabResult:
    interval = default_interval(Analyte.EGFR, now.thresholds)
    comparator = COMPARATORS[row.comparator]
    return LabResult.objects.create(
        clinic=row.clinic,
        patient=patient,
        created_at=now.at,
        created_by=by.user,
        visit=row.visit,
        analyte=Analyte.EGFR,
        loinc=EGFR_LOINC,
        value=value,
        comparator=comparator,
        unit=ANALYTES[Analyte.EGFR].unit,
        canonical_value=value,
        interval_low=interval.low if interval else None,
        interval_high=interval.high if interval else None,
        interval_source=interval.source if interval else "NONE",
        interpretation=interpret(Analyte.EGFR, value, interval, now.thresholds, comparator),
        protocol=now.protocol,
        collected_at=row.collected_at,
        collected_on=row.collected_on,
        received_at=row.received_at,
        status=row.status,
        laboratory=row.laboratory,
        method=CKD_EPI,
        doubt=row.doubt,
        source=row.source,
        derived_from=row,
    )
