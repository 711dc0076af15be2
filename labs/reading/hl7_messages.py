"""Results in HL7 v2 (pure): ORU^R01 of versions 2.3 to 2.8, in files, batches and single messages.

A row is an OBX of a LOINC code that is ours, or of a local code with a number. Other codes, types that carry
no number (RP, ED, TX) and results that are not there yet are counted. When something was: OBX-14, else OBR-7,
else SPM-17 is the sample, and must tell hour and minute; OBX-19 is the analysis; OBR-22, else MSH-7 the
report.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from zoneinfo import ZoneInfo

from labs.reading.fitting import pass_over, reported
from labs.reading.hl7_candidates import Candidate, candidate_of, names_of
from labs.reading.hl7_charsets import BYTES, decoded
from labs.reading.hl7_frames import LONGEST_LINE, Frame, frames
from labs.reading.hl7_orders import Order, orders_of
from labs.reading.hl7_people import person_of
from labs.reading.hl7_results import Place, Result
from labs.reading.hl7_split import Splitter
from labs.reading.hl7_strict import Header, Message, header_of, message_of
from labs.reading.intervals import LeftOut
from labs.reading.reported import FileRead, Reported, Unreadable
from labs.reading.texts import TextFile


@dataclass
class _Facts:
    """What the messages of a file say of themselves."""

    messages: int = 0
    trials: int = 0
    versions: set[str] = field(default_factory=set)
    left_out: LeftOut = field(default_factory=LeftOut)

    def add(self, header: Header) -> None:
        self.messages += 1
        self.versions.add(header.version)
        self.trials += header.processing_id[:1] in ("T", "D")

    def words(self) -> list[str]:
        said = [f"Messages: {self.messages}, HL7 v{', '.join(sorted(self.versions))}"]
        if self.trials:
            said.append(f"Marked as training or test (MSH-11): {self.trials}")
        return said + self.left_out.words()


def read_hl7(file: TextFile, zone: ZoneInfo, *, on: date) -> FileRead:
    """The rows of a file; they raise Unreadable when a message is cut or cannot be split."""
    is_utf_16 = file.codec.startswith("utf-16")
    lines = file.lines(LONGEST_LINE, "" if is_utf_16 else BYTES)
    found = frames(lines) if is_utf_16 else (decoded(frame, file.codec) for frame in frames(lines))
    return _read(found, zone, on, [f"Encoding: {file.label}"])


def read_message(text: str, zone: ZoneInfo, *, on: date) -> FileRead:
    """The rows of one message that came whole, as between the marks of an MLLP frame.

    Raises Unreadable at once, also for more than one message.
    """
    lines = text.replace("\r\n", "\r").replace("\n", "\r").strip("\x0b\x1c\r").split("\r")
    found = list(frames(enumerate((f"{line}\r" for line in lines), start=1)))
    if len(found) != 1:
        raise Unreadable(f"One message is due, and {len(found)} came.")
    read = _read(found, zone, on, [])
    read.rows = iter(list(read.rows))
    return read


def header_of_message(text: str) -> Header:
    """What the MSH segment of a message says, for its acknowledgement; raises Unreadable."""
    return header_of(text.lstrip("\x0b\r\n ").replace("\n", "\r").split("\r", 1)[0])


def text_of_message(content: bytes) -> str:
    """The message of an MLLP frame in the characters that MSH-18 says, else UTF-8, else Windows-1252.

    Raises Unreadable for a character set that is not read, and for bytes that it does not have.
    """
    if b"\x00" in content:
        raise Unreadable("The message holds a NUL byte.")
    lines = content.decode(BYTES).replace("\n", "\r").strip("\x0b\x1c\r").split("\r")
    try:
        content.decode()
    except UnicodeDecodeError:
        return "\r".join(decoded(Frame(1, 1, lines), "cp1252").segments)
    return "\r".join(decoded(Frame(1, 1, lines), "utf-8").segments)


def _read(found: Iterable[Frame], zone: ZoneInfo, on: date, dialect: list[str]) -> FileRead:
    read = FileRead("HL7_V2", iter(()), [*dialect, f"Times without a zone are taken as {zone.key}"])
    read.rows = _Reading(zone, on, read).rows(found)
    return read


@dataclass
class _Reading:
    """The walk over the messages of one file."""

    zone: ZoneInfo
    on: date
    read: FileRead
    facts: _Facts = field(default_factory=_Facts)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def rows(self, found: Iterable[Frame]) -> Iterator[Reported]:
        for frame in found:
            message = message_of(frame)
            self.facts.add(message.header)
            has_rows = False
            for row in self._results(message):
                has_rows = True
                yield row
            if message.doubt and not has_rows:
                last, place = message.segments[-1].text, f"message {message.number}"
                yield reported(next(self.numbers), place, last, [message.doubt])
        self.read.dialect.extend(self.facts.words())

    def _results(self, message: Message) -> Iterator[Reported]:
        if not message.header.is_results:
            pass_over(self.read.passed_over, f"message {message.header.kind}")
            return
        place = Place(message, Splitter(message.header), self.zone, self.on, self.facts.left_out)
        for order in orders_of(message.segments):
            candidates = self._candidates(order, place.split)
            if candidates:
                yield from self._of_order(order, candidates, place)

    def _of_order(self, order: Order, candidates: list[Candidate], place: Place) -> Iterator[Reported]:
        person = person_of(order.pid, place.split, place.message.header, self.zone, self.on)
        names = names_of(order, candidates, place.message, place.split)
        for candidate, (name, clash) in zip(candidates, names, strict=True):
            yield Result(place, order, person, candidate).reported(next(self.numbers), name, clash)

    def _candidates(self, order: Order, split: Splitter) -> list[Candidate]:
        kept = []
        for obx in order.results:
            found = candidate_of(obx, split)
            if isinstance(found, Candidate):
                kept.append(found)
            else:
                pass_over(self.read.passed_over, found)
        return kept
