"""The eGFR that follows from a creatinine: a row of its own, which points at it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from accounts.actors import Actor
from accounts.records import withdrawn_rows
from labs.analytes import ANALYTES, Analyte
from labs.interpretation import default_interval
from labs.kidney import egfr_ckd_epi_2021
from labs.models import LabResult, ResultStatus
from patients.models import Patient
from reviews.acts.result_rows import COMPARATORS, judged
from reviews.moments import Moment

EGFR_LOINC = "98979-8"
CKD_EPI = "CKD-EPI 2021 from creatinine"
PARTICULARS_CHANGED = "Sex or birth date was corrected: the eGFR is computed anew."
# An eGFR shares these with the creatinine that it follows from.
_SHARED = (
    "clinic_id", "visit_id", "collected_at", "collected_on", "zone_assumed", "reported_at", "received_at",
    "status", "laboratory", "analyzer", "doubt", "source",
)  # fmt: skip


def unsaved_egfrs(rows: Iterable[LabResult], patient: Patient, by: Actor, now: Moment) -> list[LabResult]:
    """The CKD-EPI 2021 eGFR of each creatinine; none where it does not apply (sex unknown, under 18)."""
    creatinines = (row for row in rows if row.analyte == Analyte.CREATININE)
    found = ((row, _egfr(row, patient)) for row in creatinines)
    return [_unsaved(row, patient, value, by, now) for row, value in found if value is not None]


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
            _unsaved(creatinine, patient, value, by, now).save(force_insert=True)


def _gave_way(rows: Sequence[LabResult]) -> bool:
    return all(row.error_reason == PARTICULARS_CHANGED for row in rows)


def _egfr(creatinine: LabResult, patient: Patient) -> Decimal | None:
    try:
        age = patient.age_on(creatinine.collected_on)
        return egfr_ckd_epi_2021(creatinine.canonical_value, age, patient.sex)
    except ValueError:
        return None


def _unsaved(row: LabResult, patient: Patient, value: Decimal, by: Actor, now: Moment) -> LabResult:
    interval = default_interval(Analyte.EGFR, now.thresholds)
    comparator = COMPARATORS[row.comparator]
    return LabResult(
        **{name: getattr(row, name) for name in _SHARED},
        **judged(Analyte.EGFR, value, interval, comparator, now),
        patient=patient,
        created_at=now.at,
        created_by=by.user,
        analyte=Analyte.EGFR,
        loinc=EGFR_LOINC,
        value=value,
        comparator=comparator,
        unit=ANALYTES[Analyte.EGFR].unit,
        method=CKD_EPI,
        derived_from=row,
    )
