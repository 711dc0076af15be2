"""One result as somebody reported it, before it is checked."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from labs.models import ResultStatus

Limits = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class ResultEntry:
    """`value` in `unit`, the interval that came with it in the same unit; times are aware.

    `laboratory_interval` is what the laboratory uses for results that come without one, in the canonical unit
    of the analyte. What nobody told is empty or None. `ph_adjusted` also follows from some LOINC codes.
    """

    value: Decimal
    unit: str
    collected_at: datetime
    loinc: str = ""
    analyte: str = ""
    comparator: str = ""
    reference_low: Decimal | None = None
    reference_high: Decimal | None = None
    laboratory_interval: Limits | None = None
    abnormal_flag: str = ""
    zone_assumed: bool = False
    reported_at: datetime | None = None
    laboratory: str = ""
    method: str = ""
    analyzer: str = ""
    specimen: str = ""
    anticoagulant: str = ""
    storage: str = ""
    status: str = ResultStatus.FINAL
    haemolysed: bool | None = None
    anaerobic: bool | None = None
    analysed_at: datetime | None = None
    ph: Decimal | None = None
    ph_adjusted: bool | None = None
    fasting: bool | None = None
    last_mg_dose_at: datetime | None = None
    source: str = "ENTERED"
    source_id: str = ""
