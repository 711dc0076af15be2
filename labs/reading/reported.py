"""What a reader says of a file: the rows as the laboratory reported them, before anybody is looked up.

A reader answers with `FileRead` whose `rows` are made one by one, so that no file is held as a whole. What is
wrong with one row stands in its `problem`; what makes the whole file unreadable raises Unreadable, also from
within the rows, and then nothing of the file counts.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


class Unreadable(ValueError):
    """The whole file is refused; the message says where, why, and what to do."""


@dataclass(frozen=True)
class Reported:
    """One row of a file. Texts are as reported; times are aware; an empty text says that nothing was told.

    `value` in `unit`, the interval in the same unit. `status` is PRELIMINARY, FINAL or CORRECTED, or what a
    laboratory says when it takes a result back: CANCELLED, DELETED or WRONG, which need no value.
    `source_id` names the result for all its versions (filler order number and code); empty when the file
    has no such name. `problem` says why the row cannot be taken, and then the rest may be empty.
    """

    number: int
    place: str
    raw: str
    problem: str = ""
    # Whose it is.
    mrn: str = ""
    family_name: str = ""
    given_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    # What was measured.
    loinc: str = ""
    local_name: str = ""
    value: Decimal | None = None
    comparator: str = ""
    unit: str = ""
    reference_low: Decimal | None = None
    reference_high: Decimal | None = None
    abnormal_flag: str = ""
    status: str = "FINAL"
    # When and how.
    collected_at: datetime | None = None
    zone_assumed: bool = False
    analysed_at: datetime | None = None
    reported_at: datetime | None = None
    laboratory: str = ""
    method: str = ""
    analyzer: str = ""
    specimen: str = ""
    anticoagulant: str = ""
    storage: str = ""
    haemolysed: bool | None = None
    anaerobic: bool | None = None
    ph: Decimal | None = None
    fasting: bool | None = None
    last_mg_dose_at: datetime | None = None
    source_id: str = ""


@dataclass
class FileRead:
    """A file as its reader took it. `rows` can be walked once; the rest is complete when they are.

    `format` is CSV, HL7_V2 or FHIR_R4. `dialect` says in words how the file was taken. `columns` is the
    folded header row of a CSV file. `passed_over` counts what the file holds that is no laboratory result or
    no analyte that Dolomite knows, by kind or code.
    """

    format: str
    rows: Iterator[Reported]
    dialect: list[str] = field(default_factory=list)
    columns: str = ""
    passed_over: Counter[str] = field(default_factory=Counter)
