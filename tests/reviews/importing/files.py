"""Short ways to bring a file in: what a page, a command and a listener do, without them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from accounts.actors import Actor
from labs.models import Channel, Import, ImportRow, ImportStage, Laboratory, LabResult
from patients.models import Patient
from reviews.acts.imports import commit_import, receive_file, undo_import
from reviews.importing.steps import work_on
from tests.factories import NOW

HEADER = "mrn,family,given,birth_date,loinc,test,value,unit,ref_low,ref_high,collected_at,status"
IONIZED, TOTAL, CREATININE = "73572-0", "2601-3", "14682-9"
SAMPLED = NOW - timedelta(hours=20)


@dataclass(frozen=True)
class Line:
    """One result of a CSV file: ionized magnesium 0.52 mmol/L unless told otherwise."""

    patient: Patient
    value: str = "0.52"
    unit: str = "mmol/L"
    loinc: str = IONIZED
    test: str = ""
    low: str = "0.44"
    high: str = "0.59"
    at: datetime = SAMPLED
    status: str = "final"
    mrn: str | None = None
    birth_date: str | None = None
    family: str | None = None

    def __str__(self) -> str:
        someone = self.patient
        cells = (
            someone.mrn if self.mrn is None else self.mrn,
            someone.family_name if self.family is None else self.family,
            someone.given_name,
            f"{someone.birth_date}" if self.birth_date is None else self.birth_date,
            self.loinc, self.test, self.value, self.unit, self.low, self.high, self.at.isoformat(),
            self.status,
        )  # fmt: skip
        return ",".join(cells)


def csv_of(*lines: Line) -> str:
    return "\n".join([HEADER, *map(str, lines)]) + "\n"


def message(
    patient: Patient,
    value: str,
    status: str = "F",
    *,
    filler: str = "FNF1",
    loinc: str = IONIZED,
    control: str = "C1",
    sampled: datetime = SAMPLED,
    mrn: str | None = None,
) -> str:
    """One ORU^R01 with one OBX, complete with its last line end."""
    at = sampled.strftime("%Y%m%d%H%M%S%z")
    someone = f"{patient.family_name}^{patient.given_name}||{patient.birth_date:%Y%m%d}|F"
    return "\r".join([
        f"MSH|^~\\&|LIS|NORTHFIELD LAB|DOLOMITE|NORTHGATE|{at}||ORU^R01^ORU_R01|{control}|P|2.5.1",
        f"PID|1||{patient.mrn if mrn is None else mrn}^^^NORTHGATE^MR||{someone}",
        f"OBR|1|P{filler}|{filler}|24321-2^Panel^LN|||{at}|||||||||||||||{at}||LAB|{status}",
        f"OBX|1|NM|{loinc}^Magnesium^LN||{value}|mmol/L|0.44-0.59||||{status}|||{at}",
    ]) + "\r"  # fmt: skip


def checked(
    content: str | bytes,
    by: Actor,
    *,
    at: datetime = NOW,
    name: str = "results.csv",
    of: Laboratory | None = None,
) -> Import:
    """The file, read and checked, nothing stored."""
    data = content.encode() if isinstance(content, str) else content
    source = receive_file(
        by=by, at=at, channel=Channel.PAGE, file_name=name, content=BytesIO(data), laboratory=of
    )
    work_on(source.pk, lambda: at)
    source.refresh_from_db()
    return source


def committed(content: str | bytes, by: Actor, *, at: datetime = NOW) -> Import:
    """The file with all that is ready stored."""
    source = checked(content, by, at=at)
    assert source.stage == ImportStage.CHECKED, source.refusal
    commit_import(source=source, by=by, at=at, version=source.version)
    work_on(source.pk, lambda: at)
    source.refresh_from_db()
    return source


def undone(source: Import, by: Actor, *, at: datetime = NOW) -> Import:
    undo_import(source=source, by=by, at=at, version=source.version)
    work_on(source.pk, lambda: at)
    source.refresh_from_db()
    return source


def outcomes(source: Import) -> list[str]:
    return list(ImportRow.objects.filter(source=source).order_by("number").values_list("outcome", flat=True))


def settled(source: Import) -> list[str]:
    return list(ImportRow.objects.filter(source=source).order_by("number").values_list("settled", flat=True))


def reasons(source: Import) -> list[str]:
    return list(ImportRow.objects.filter(source=source).order_by("number").values_list("reason", flat=True))


def counting(patient: Patient) -> list[str]:
    """What stands of the patient, as text, oldest first."""
    rows = LabResult.objects.counting().filter(patient=patient, derived_from=None)
    return [f"{row.analyte} {row.value:f}".rstrip("0") for row in sorted(rows, key=lambda r: r.collected_at)]
