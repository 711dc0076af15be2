"""A file of readings on its way to the act: each line with the device that it names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile

from accounts.actors import Actor
from patients.models import Patient
from reviews.acts.readings import FaultyEntry, ReadingEntry, Recorded, record_readings
from wearables.csv_file import FaultyLine, FileLine, FileRefused, read_lines
from wearables.models import BatchSource, Device

# The names of the act, as columns of the file.
_COLUMNS = {"at": "time", "line": "the line"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line."""

    line: int
    column: str
    sentence: str


def store_file(
    *,
    patient: Patient,
    devices: Sequence[Device],
    chosen: Device | None,
    file: UploadedFile[bytes],
    by: Actor,
    at: datetime,
) -> Recorded:
    """All readings of the file, or none. Raises ValidationError; `faults_of` reads the lines from it."""
    lines = read_lines(cast(BinaryIO, file), by.clinic.zone)
    entries = _entries(
        lines, {device.serial.casefold(): device for device in devices if device.serial}, chosen
    )
    name = (file.name or "")[:200]
    try:
        return record_readings(
            patient=patient, entries=entries, by=by, at=at, source=BatchSource.FILE, file_name=name
        )
    except FileRefused as refused:
        raise ValidationError({"file": [f"Nothing was stored. {refused}"]}) from refused


def _entries(
    lines: Iterator[FileLine | FaultyLine], by_serial: dict[str, Device], chosen: Device | None
) -> Iterator[ReadingEntry | FaultyEntry]:
    for line in lines:
        if isinstance(line, FaultyLine):
            yield FaultyEntry(line.number, line.field, line.sentence)
            continue
        device = by_serial.get(line.device.casefold()) if line.device else chosen
        if device is None:
            yield FaultyEntry(line.number, "device", _unknown(line.device))
        elif chosen is not None and device != chosen:
            yield FaultyEntry(
                line.number, "device", f"{line.device[:40]!r} is not the device that was chosen."
            )
        else:
            yield ReadingEntry(line.number, device, line.kind, line.value, line.unit, line.at)


def _unknown(named: str) -> str:
    if not named:
        return "The line names no device, and none was chosen."
    return f"{named[:40]!r} is the number of none of this patient's devices."


def faults_of(refused: ValidationError) -> list[Fault]:
    """The lines that an act refused ("readings.17.unit"), in the order of the file."""
    named = ((name.split("."), said) for name, said in refused.message_dict.items() if "." in name)
    return [
        Fault(int(number), _COLUMNS.get(field, field), sentence)
        for (_, number, field), said in named
        for sentence in said
    ]


def without_lines(refused: ValidationError, faults: Sequence[Fault]) -> ValidationError:
    """The refusal for the form: the lines stand in a list of their own."""
    said = {name: words for name, words in refused.message_dict.items() if "." not in name}
    more = said.pop(NON_FIELD_ERRORS, [])
    if faults:
        said["file"] = ["Nothing was stored: see the lines below.", *more]
    return ValidationError(said)
