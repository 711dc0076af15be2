"""Days on which another dose was told than planned, and nobody has settled which was taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from labs.analytes import Analyte
from labs.models import LabResult
from patients.models import Visit
from reviews.dose_told import differs
from reviews.facts.record import Record

# A visit tells of yesterday.
YESTERDAY = timedelta(days=1)
# What depends on the magnesium that was taken; a failing kidney or a high potassium does not wait for it.
OF_MAGNESIUM = (Analyte.IONIZED_MG, Analyte.TOTAL_MG, Analyte.RBC_MG, Analyte.BLOOD_MG)
CRITICAL = "ALERT"


@dataclass(frozen=True)
class Unsettled:
    """One visit with both doses, elemental mg per day."""

    visit: Visit
    told_mg: Decimal
    planned_mg: Decimal


def unsettled(record: Record) -> Iterator[Unsettled]:
    """The visits of one patient whose told dose waits for a word, oldest first."""
    margin = record.now.thresholds.dose_told_margin_percent
    for visit in record.visits:
        told = visit.dose_told_elemental_mg
        if told is None or visit.dose_settled_at is not None:
            continue
        planned = record.dose_on(visit.visited_on - YESTERDAY).elemental_mg_per_day
        if differs(told, planned, margin):
            yield Unsettled(visit, told, planned)


def keep_waiting_results(record: Record) -> None:
    """Write which results of magnesium cannot be interpreted until then; critical ones always count."""
    days = {one.visit.visited_on for one in unsettled(record)}
    changed = []
    for result in record.results:
        waits = result.collected_on in days and result.analyte in OF_MAGNESIUM and result.concern != CRITICAL
        if waits != result.awaits_dose:
            result.awaits_dose = waits
            changed.append(result)
    LabResult.objects.bulk_update(changed, ["awaits_dose"])
