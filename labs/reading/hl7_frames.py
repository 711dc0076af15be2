"""From the lines of an HL7 v2 file to its messages (pure), and whether the file is whole.

What can be seen of a cut, and what cannot:

- Every segment is ended by a carriage return (HL7 v2.5.1, 2.5.4). A file whose last line has no line break
  was cut, or saved by an editor. With carriage returns, as interfaces write them, it is refused. With line
  feeds it is `is_ended = False`, and nothing of the last message is taken.
- A batch (BHS, BTS), a file header (FHS, FTS) and an MLLP frame (0x0B, 0x1C) have an end, and trailers count:
  without the end, or with another count, the file is refused.
- A cut exactly between two segments of a file that has none of these leaves a shorter, whole message, which
  nobody can tell from the laboratory's. It is refused when a header, a patient or an order is left without
  what must follow (labs/reading/hl7_strict.py); else the results before the cut are read, and what stood
  after them (results, the specimen) is missing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from labs.reading.reported import Unreadable

LONGEST_LINE = 8 << 20
_LONGEST_MESSAGE = 16 << 20
_MOST_SEGMENTS = 50_000
_BEGIN, _END = "\x0b", "\x1c"
_BATCH = ("FHS", "BHS", "BTS", "FTS")


@dataclass
class Frame:
    """The segments of one message. `is_ended` says that the last of them has its line break."""

    number: int
    line: int
    segments: list[str] = field(default_factory=list)
    is_ended: bool = True
    is_framed: bool = False
    size: int = 0

    def add(self, segment: str, line: int) -> None:
        """One more segment; raises Unreadable for a message that is far too large."""
        self.segments.append(segment)
        self.size += len(segment)
        if self.size > _LONGEST_MESSAGE or len(self.segments) > _MOST_SEGMENTS:
            raise Unreadable(f"Message {self.number} is far too large (line {line}).")


@dataclass
class _Batches:
    """Headers and trailers of a file, and what they must count."""

    has_file_header: bool = False
    is_file_ended: bool = False
    is_in_batch: bool = False
    batches: int = 0
    messages: int = 0
    messages_of_batch: int = 0

    def message(self, line: int) -> None:
        self._refuse_after_end(line)
        self.messages += 1
        self.messages_of_batch += 1

    def take(self, segment: str, line: int) -> None:
        self._refuse_after_end(line)
        name = segment[:3]
        {"FHS": self._file, "BHS": self._batch, "BTS": self._batch_end, "FTS": self._file_end}[name](
            segment, line
        )

    def _file(self, segment: str, line: int) -> None:
        if self.has_file_header or self.messages or self.batches:
            raise Unreadable(f"FHS in line {line} does not begin the file.")
        self.has_file_header = True

    def _batch(self, segment: str, line: int) -> None:
        if self.is_in_batch:
            raise Unreadable(f"BHS in line {line} begins a batch before the last one has ended (BTS).")
        self.is_in_batch, self.messages_of_batch = True, 0
        self.batches += 1

    def _batch_end(self, segment: str, line: int) -> None:
        if not self.is_in_batch:
            raise Unreadable(f"BTS in line {line} ends a batch that never began (BHS).")
        _check_count(segment, line, "messages", {self.messages_of_batch})
        self.is_in_batch = False

    def _file_end(self, segment: str, line: int) -> None:
        if not self.has_file_header:
            raise Unreadable(f"FTS in line {line} ends a file that never began (FHS).")
        self.end_of_batch()
        _check_count(segment, line, "batches", {self.batches} if self.batches else {1, self.messages})
        self.is_file_ended = True

    def end_of_batch(self) -> None:
        if self.is_in_batch:
            raise Unreadable("The batch has no end (BTS): the file may be cut.")

    def end(self) -> None:
        self.end_of_batch()
        if self.has_file_header and not self.is_file_ended:
            raise Unreadable("The file has no end (FTS): it may be cut.")

    def _refuse_after_end(self, line: int) -> None:
        if self.is_file_ended:
            raise Unreadable(f"Line {line} stands after the end of the file (FTS).")


def _check_count(segment: str, line: int, what: str, read: set[int]) -> None:
    told = segment.split(segment[3:4] or "|")[1:2]
    count = told[0].strip() if told else ""
    if count and not (count.isdecimal() and len(count) < 10 and int(count) in read):
        raise Unreadable(
            f"{segment[:3]} in line {line} counts {count[:20]} {what}, and {max(read)} were read."
        )


def frames(lines: Iterable[tuple[int, str]]) -> Iterator[Frame]:
    """The messages of a file, one by one; raises Unreadable when the file is not whole."""
    batches, frame, number, line = _Batches(), None, 0, ""
    has_feeds = False
    for at, line in lines:
        has_feeds = has_feeds or line.endswith("\n")
        segment, begins, ends = _unframed(line.rstrip("\r\n"))
        name = segment[:3]
        if frame is not None and (begins or name == "MSH" or name in _BATCH):
            yield _whole(frame, at)
            frame = None
        if name in _BATCH:
            batches.take(segment, at)
        elif name == "MSH":
            number += 1
            batches.message(at)
            frame = Frame(number, at, is_framed=begins)
        if frame is not None and name not in _BATCH and segment.strip():
            frame.add(segment, at)
        elif segment.strip() and name not in _BATCH:
            raise Unreadable(f"Line {at} stands outside any message: MSH must come first.")
        if ends and frame is not None:
            frame.is_framed = False
            yield frame
            frame = None
    if frame is not None:
        yield _last(frame, line, has_feeds)
    batches.end()
    if not number:
        raise Unreadable("The file holds no HL7 message.")


def _unframed(text: str) -> tuple[str, bool, bool]:
    """The segment, and whether an MLLP frame begins or ends here."""
    begins, ends = text.startswith(_BEGIN), text.endswith(_END)
    return text.strip(_BEGIN + _END), begins, ends


def _whole(frame: Frame, line: int) -> Frame:
    if frame.is_framed:
        raise Unreadable(
            f"Message {frame.number} has no end of its MLLP frame before line {line}: it may be cut."
        )
    return frame


def _last(frame: Frame, line: str, has_feeds: bool) -> Frame:
    _whole(frame, frame.line + len(frame.segments))
    frame.is_ended = line.endswith(("\r", "\n"))
    if not frame.is_ended and not has_feeds:
        raise Unreadable(
            f"{_where_it_ends(frame)}: no carriage return ends the segment, so the message is cut."
            " Ask for the whole file."
        )
    return frame


def _where_it_ends(frame: Frame) -> str:
    """The last segment and field that are there."""
    name, last = frame.segments[-1][:3], frame.segments[-1]
    nth = sum(segment[:3] == name for segment in frame.segments)
    field = last.count(frame.segments[0][3:4] or "|") + (name == "MSH")
    return f"Message {frame.number}, {name} {nth}, field {field}"
