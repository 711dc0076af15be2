"""The strict reader of HL7 v2 messages (pure): what may be cut or damaged is refused before a field is read.

The library `hl7` splits whatever it is given, also messages that break off, and raises AssertionError or
IndexError on damaged ones. So separators, the order of segments and the fields that a result cannot be
without are checked here.
"""

import re
from dataclasses import dataclass

from labs.reading.hl7_frames import Frame
from labs.reading.reported import Unreadable

_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_VERSION = re.compile(r"2\.(?:3(?:\.1)?|4|5(?:\.1)?|6|7(?:\.1)?|8(?:\.[12])?)")
_RESULTS = ("ORU^R01", "ORU^R30", "ORU^R31", "ORU^R32", "ORU")
# OBR-25 (table 0123) of an order that has no results: received, scheduled, cancelled, unknown.
_WITHOUT_RESULTS = frozenset("OISXYZ")


@dataclass(frozen=True)
class Header:
    """What MSH says, for the acknowledgement too; texts as they stand. `kind` is like ORU^R01."""

    control_id: str
    version: str
    kind: str
    sending_application: str
    sending_facility: str
    receiving_application: str
    receiving_facility: str
    processing_id: str
    charset: str
    sent_at: str
    separator: str
    encoding: str

    @property
    def is_results(self) -> bool:
        """Whether the message reports results (ORU)."""
        return self.kind in _RESULTS


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; `nth` counts those of its name in the message, `fields` begin with the name."""

    name: str
    nth: int
    fields: list[str]
    text: str

    def field(self, number: int) -> str:
        """A field as it stands; empty when the segment is shorter."""
        return self.fields[number] if number < len(self.fields) else ""


@dataclass(frozen=True)
class Message:
    """A message that can be split. `doubt` says why nothing of it may be taken."""

    number: int
    header: Header
    segments: list[Segment]
    doubt: str = ""


def header_of(msh: str, number: int = 1) -> Header:
    """What an MSH segment says; raises Unreadable for one that no message can begin with."""
    where = f"Message {number}, MSH"
    separator, encoding = msh[3:4], msh[4:].partition(msh[3:4] or "|")[0]
    marks = separator + encoding
    if msh[:3] != "MSH" or len(encoding) not in (4, 5) or not _are_marks(marks):
        raise Unreadable(f"{where}, field 2: not four different separators such as ^~\\&: {encoding[:10]!r}.")
    fields = msh.split(separator)
    # MSH-1 is the separator itself: field n stands at n - 1.
    told = [fields[at].strip() if at < len(fields) else "" for at in range(19)]
    component = encoding[0]
    kind = "^".join(told[8].split(component)[:2]).rstrip("^")
    if not kind:
        raise Unreadable(f"{where}, field 9: the type of the message is missing: it may be cut.")
    version = told[11].split(component)[0]
    if not _VERSION.fullmatch(version):
        raise Unreadable(f"{where}, field 12: version {version[:10]!r} is none of 2.3 to 2.8.")
    return Header(
        control_id=told[9],
        version=version,
        kind=kind,
        sending_application=told[2],
        sending_facility=told[3],
        receiving_application=told[4],
        receiving_facility=told[5],
        processing_id=told[10],
        charset=told[17].split(encoding[1])[0],
        sent_at=told[6],
        separator=separator,
        encoding=encoding,
    )


def _are_marks(marks: str) -> bool:
    is_printable = marks.isascii() and marks.isprintable() and " " not in marks
    return is_printable and len(set(marks)) == len(marks) and not any(map(str.isalnum, marks))


def message_of(frame: Frame) -> Message:
    """The checked message; raises Unreadable naming message, segment and field."""
    header = header_of(frame.segments[0], frame.number)
    segments = _segments(frame, header.separator)
    if header.is_results:
        _check_order(frame.number, segments)
        _check_end(frame.number, segments)
    doubt = (
        "" if frame.is_ended else "No line break ends the message: it may be cut, so nothing of it is taken"
    )
    return Message(frame.number, header, segments, doubt)


def _segments(frame: Frame, separator: str) -> list[Segment]:
    counts: dict[str, int] = {}
    segments = []
    for at, text in enumerate(frame.segments):
        name = text[:3]
        if not _SEGMENT.fullmatch(name) or text[3:4] not in ("", separator):
            raise Unreadable(
                f"Message {frame.number}, line {frame.line + at}: no segment begins like {text[:10]!r}."
            )
        counts[name] = counts.get(name, 0) + 1
        segments.append(Segment(name, counts[name], text.split(separator), text))
    return segments


def _check_order(number: int, segments: list[Segment]) -> None:
    names = [segment.name for segment in segments]
    if "PID" not in names:
        raise Unreadable(f"Message {number} has no PID segment: it may be cut.")
    before = set(names[: names.index("PID")]) & {"OBR", "OBX", "ORC"}
    if before:
        raise Unreadable(f"Message {number}: {min(before)} stands before PID, so it is nobody's.")
    if "OBR" not in names and "OBX" not in names:
        raise Unreadable(f"Message {number} has neither OBR nor OBX: it may be cut.")


def _check_end(number: int, segments: list[Segment]) -> None:
    """The last order has results, and the last result has its status: what comes before it is there too."""
    last = next(segment for segment in reversed(segments) if segment.name in ("OBR", "OBX"))
    where = f"Message {number}, {last.name} {last.nth}"
    if last.name == "OBR" and last.field(25).strip() not in _WITHOUT_RESULTS:
        raise Unreadable(f"{where} has no OBX: the message may be cut.")
    if last is segments[-1] and last.name == "OBX" and not last.field(11).strip():
        field = min(len(last.fields) - 1, 11)
        raise Unreadable(
            f"{where}, field {field}: the segment ends before its status (OBX-11): it may be cut."
        )
