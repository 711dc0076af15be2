"""Ionized beside total magnesium of one sample: where the part is not below the whole, a unit is wrong."""

from collections.abc import Iterable, Sequence
from typing import Any

from labs.analytes import Analyte
from labs.models import LabResult, ResultStatus
from labs.preanalytics import is_unit_error
from labs.units import display

PAIR = (Analyte.IONIZED_MG, Analyte.TOTAL_MG)


def unit_errors(rows: Sequence[LabResult]) -> dict[int, str]:
    """{place of a row: what is wrong with it}; rows of any patients, beside each other and what is stored.

    One query, none where no row is ionized or total magnesium.
    """
    concerned = [row for row in rows if row.analyte in PAIR]
    if not concerned:
        return {}
    stored = _stored(concerned)
    others = [*concerned, *(row for row in stored if not _is_replaced(row, concerned))]
    by_sample: dict[Any, list[LabResult]] = {}
    for other in others:
        by_sample.setdefault(_sample(other), []).append(other)
    found = {n: unit_error(row, by_sample.get(_sample(row), ())) for n, row in enumerate(rows)}
    return {n: sentence for n, sentence in found.items() if sentence}


def unit_error(row: LabResult, others: Iterable[LabResult]) -> str:
    """Why `row` cannot stand beside one of the `others` of its sample; empty where it can."""
    for other in others if row.analyte in PAIR else ():
        if other.analyte not in PAIR or other.analyte == row.analyte:
            continue
        ionized, total = (row, other) if row.analyte == Analyte.IONIZED_MG else (other, row)
        if is_unit_error(
            ionized.canonical_value, total.canonical_value, ionized.comparator, total.comparator
        ):
            return (
                f"Ionized magnesium {_shown(ionized)} is not below total magnesium {_shown(total)} of the "
                "same sample: unit error. Check the units of both."
            )
    return ""


def _stored(rows: Sequence[LabResult]) -> Iterable[LabResult]:
    known = {row.patient_id for row in rows if not row.patient._state.adding}
    times = {row.collected_at for row in rows}
    if not known:
        return []
    return LabResult.objects.counting().filter(patient__in=known, collected_at__in=times, analyte__in=PAIR)


def _is_replaced(stored: LabResult, rows: Sequence[LabResult]) -> bool:
    """Whether one of the rows is a later version of what is stored, which then says nothing any more."""
    for row in rows:
        if row.analyte != stored.analyte or row.patient_id != stored.patient_id:
            continue
        same_name = bool(row.source_id) and (row.source, row.source_id) == (stored.source, stored.source_id)
        corrects = row.status == ResultStatus.CORRECTED and row.collected_at == stored.collected_at
        if same_name or corrects:
            return True
    return False


def _sample(row: LabResult) -> tuple[Any, Any]:
    """Patient and time; a patient who is not stored yet is known by the object."""
    return (id(row.patient) if row.patient._state.adding else row.patient_id), row.collected_at


def _shown(row: LabResult) -> str:
    return row.comparator + display(Analyte(row.analyte), row.canonical_value)
