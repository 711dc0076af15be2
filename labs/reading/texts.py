"""The bytes of a file as lines of text (pure): which encoding, and what no reader takes.

The stream is read in chunks, never as a whole. UTF-8 comes first and is taken strictly; bytes that are none
make the whole file Windows-1252, whose letters are those of Latin-1. A file that is partly the one and partly
the other is refused, for nobody could say which letters it means.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from labs.reading.reported import Unreadable

CHUNK = 1 << 18
_BUFFER = 1 << 16

_BLANK = frozenset({"\n", "\r", "\r\n"})
_MOST_BLANK_LINES = 100_000

_SAVE_AS_CSV = "Save the table as CSV, then drop that file."
_MAGIC = (
    (b"%PDF-", "This is a PDF. Ask the laboratory for HL7 v2, FHIR JSON or CSV."),
    (b"PK\x03\x04", f"This is a zip archive or an Excel workbook. Unpack it. {_SAVE_AS_CSV}"),
    (b"PK\x05\x06", "This is an empty zip archive."),
    (b"\x1f\x8b", "This is a gzip archive. Unpack it, then drop the file inside."),
    (b"BZh", "This is a bzip2 archive. Unpack it, then drop the file inside."),
    (b"\xfd7zXZ\x00", "This is an xz archive. Unpack it, then drop the file inside."),
    (b"7z\xbc\xaf\x27\x1c", "This is a 7z archive. Unpack it, then drop the file inside."),
    (b"Rar!", "This is a rar archive. Unpack it, then drop the file inside."),
    (b"\xd0\xcf\x11\xe0", f"This is an old Excel or Word file. {_SAVE_AS_CSV}"),
)
_SAVE_AS_UTF8 = "Save it as UTF-8."
# VT and FS frame messages of MLLP; tab, line feed, form feed and carriage return are text.
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1b\x1d-\x1f]")
_CONTROL_TEXT = re.compile(r"[\x00-\x08\x0e-\x1b\x1d-\x1f]")
# Letters, signs and dashes as UTF-8 writes them; in Windows-1252 such pairs make no words.
_UTF8_PAIRS = re.compile(rb"[\xc2\xc3\xce][\x80-\xbf]|\xe2[\x80-\x89][\x80-\xbf]")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


class _Borrowed(io.RawIOBase):
    """A stream that a text wrapper reads and does not close, whenever it is thrown away."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


@dataclass(frozen=True)
class TextFile:
    """A seekable stream whose encoding is known. `codec` is Python's name; the text begins at `start`."""

    stream: BinaryIO
    codec: str
    label: str
    start: int = 0

    def lines(self, longest: int, codec: str = "") -> Iterator[tuple[int, str]]:
        """Line number and text with its line break; CR, LF and CRLF end lines.

        Raises Unreadable for a line of more than `longest` characters, without reading on, and for a file
        that is hardly more than blank lines.
        """
        self.stream.seek(self.start)
        source = io.BufferedReader(_Borrowed(self.stream), _BUFFER)
        text = io.TextIOWrapper(source, encoding=codec or self.codec, newline="")
        number = blank = 0
        while line := text.readline(longest + 1):
            number += 1
            blank += line in _BLANK
            if blank > _MOST_BLANK_LINES:
                raise Unreadable(f"The file has more than {_MOST_BLANK_LINES:,} blank lines.")
            if len(line) > longest:
                raise Unreadable(f"Line {number} is longer than {longest:,} characters.")
            yield number, line

    def head(self, size: int = 4096) -> str:
        """The first characters, without blanks before them."""
        self.stream.seek(self.start)
        begun = self.stream.read(size)
        return begun.decode(self.codec, errors="ignore").lstrip("\ufeff\x0b\t\r\n ")


def open_text(stream: BinaryIO) -> TextFile:
    """The stream as text; raises Unreadable for what is none."""
    stream.seek(0)
    head = stream.read(64)
    if not head:
        raise Unreadable("The file is empty.")
    begun = head.lstrip()
    for magic, words in _MAGIC:
        if begun.startswith(magic):
            raise Unreadable(words)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Unreadable(f"The file is UTF-32. {_SAVE_AS_UTF8}")
    for mark, codec, label in (
        (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
    ):
        if head.startswith(mark):
            return _utf_16(TextFile(stream, codec, label, len(mark)))
    return _of_bytes(stream, len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0)


def _chunks(stream: BinaryIO, start: int) -> Iterator[bytes]:
    stream.seek(start)
    while chunk := stream.read(CHUNK):
        yield chunk


def _utf_16(file: TextFile) -> TextFile:
    decoder = codecs.getincrementaldecoder(file.codec)()
    is_blank = True
    try:
        for chunk in _chunks(file.stream, file.start):
            text = decoder.decode(chunk)
            is_blank = is_blank and not text.strip()
            if _CONTROL_TEXT.search(text):
                raise Unreadable("The file begins like UTF-16 text and holds binary data.")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Unreadable(f"The file is UTF-16 that breaks off or is damaged. {_SAVE_AS_UTF8}") from error
    if is_blank:
        raise Unreadable("The file is empty.")
    return file


@dataclass
class _Scan:
    """What the chunks of a file without UTF-16 mark hold."""

    line: int = 1
    tail: bytes = b""
    not_utf8_in: int = 0
    has_pairs: bool = False
    has_undefined: bool = False
    is_blank: bool = True

    def see(self, chunk: bytes, decoder: codecs.IncrementalDecoder) -> None:
        _refuse_binary(chunk, self.line)
        if not self.not_utf8_in:
            self._decode(chunk, decoder)
        if not chunk.isascii():
            joined = self.tail + chunk
            self.has_pairs = self.has_pairs or _UTF8_PAIRS.search(joined) is not None
            self.has_undefined = self.has_undefined or _UNDEFINED.search(chunk) is not None
        self.is_blank = self.is_blank and not chunk.strip()
        self.tail = chunk[-2:]
        self.line += _line_breaks(chunk)

    def _decode(self, chunk: bytes, decoder: codecs.IncrementalDecoder) -> None:
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            self.not_utf8_in = self.line + _line_breaks(chunk[: error.start])


def _of_bytes(stream: BinaryIO, start: int) -> TextFile:
    scan, decoder = _Scan(), codecs.getincrementaldecoder("utf-8")()
    for chunk in _chunks(stream, start):
        scan.see(chunk, decoder)
    if scan.is_blank:
        raise Unreadable("The file is empty.")
    if not scan.not_utf8_in and not decoder.getstate()[0]:
        return TextFile(stream, "utf-8", "UTF-8", start)
    line = scan.not_utf8_in or scan.line
    if start:
        raise Unreadable(f"The file says that it is UTF-8, and line {line} is not. {_SAVE_AS_UTF8}")
    if scan.has_pairs:
        raise Unreadable(f"The file mixes encodings: line {line} is not UTF-8, others are. {_SAVE_AS_UTF8}")
    if scan.has_undefined:
        raise Unreadable(f"Line {line} is neither UTF-8 nor Windows-1252. {_SAVE_AS_UTF8}")
    return TextFile(stream, "cp1252", "Windows-1252 (Latin-1)")


def _refuse_binary(chunk: bytes, line: int) -> None:
    at = chunk.find(b"\x00")
    if at >= 0:
        if chunk[at + 2 : at + 3] == b"\x00" and chunk[at + 1 : at + 2] != b"\x00":
            raise Unreadable(f"The file looks like UTF-16 without a byte order mark. {_SAVE_AS_UTF8}")
        raise Unreadable(f"Line {line + _line_breaks(chunk[:at])} holds a NUL byte: the file is no text.")
    found = _CONTROL.search(chunk)
    if found:
        where = line + _line_breaks(chunk[: found.start()])
        raise Unreadable(f"Line {where} holds control characters: the file is no text.")


def _line_breaks(chunk: bytes) -> int:
    return chunk.count(b"\n") or chunk.count(b"\r")
