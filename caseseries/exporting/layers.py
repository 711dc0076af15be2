"""What a file holds, layer by layer: members of archives, streams of a PDF, unpacked and decoded (pure).

A layer is bytes with the path to them. Nothing is trusted to be what its name says: the first bytes decide.
"""

import gzip
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import IO, Protocol
from zipfile import ZipFile

ZIP, GZIP, PDF = b"PK\x03\x04", b"\x1f\x8b", b"%PDF"
CHUNK = 1 << 20
# The longest token that may lie across two chunks, in bytes.
OVERLAP = 512


class Readable(Protocol):
    """A file that is read from its start to its end."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class Layer:
    """Some bytes of a file; `where` is a path such as `series.xlsx › docProps/core.xml`."""

    where: str
    content: bytes


def layers_of(path: Path) -> Iterator[Layer]:
    """Every layer of a file, its name among them. Large ones come in chunks that overlap."""
    yield Layer(path.name, path.name.encode())
    with path.open("rb") as file:
        yield from _layers(path.name, file)


def _layers(where: str, file: IO[bytes]) -> Iterator[Layer]:
    start = file.read(4)
    file.seek(0)
    yield from _chunks(where, file)
    file.seek(0)
    if start.startswith(ZIP):
        yield from _of_zip(where, file)
    elif start.startswith(GZIP):
        with gzip.open(file) as inner:
            yield from _unpacked_layers(f"{where} \u203a gzip", inner)
    elif start.startswith(PDF):
        yield from of_pdf(where, file.read())


def _chunks(where: str, file: IO[bytes]) -> Iterator[Layer]:
    tail = b""
    while chunk := file.read(CHUNK):
        yield Layer(where, tail + chunk)
        tail = chunk[-OVERLAP:]


def _of_zip(where: str, file: IO[bytes]) -> Iterator[Layer]:
    with ZipFile(file) as archive:
        yield Layer(f"{where} \u203a comment", archive.comment)
        for entry in archive.infolist():
            inner = f"{where} \u203a {entry.filename}"
            yield Layer(inner, b"\n".join([entry.filename.encode(), entry.comment, entry.extra]))
            with archive.open(entry) as member:
                yield from _unpacked_layers(inner, member)


def _unpacked_layers(where: str, source: Readable) -> Iterator[Layer]:
    """By way of a copy on the disk, since what is inside may be an archive too."""
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        yield from _layers(where, copy)


STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
LITERAL = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.DOTALL)
HEX = re.compile(rb"<([0-9A-Fa-f\s]+)>")
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
GLYPHS = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
RANGES = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
SHOWN = re.compile(rb"BT\b(.*?)\bET\b", re.DOTALL)


def of_pdf(where: str, content: bytes) -> Iterator[Layer]:
    """Streams as they unpack, strings of the document, and the text of the pages as a reader sees it."""
    streams = [_unpacked(stream) for stream in STREAM.findall(content)]
    for number, stream in enumerate(streams, start=1):
        yield Layer(f"{where} \u203a stream {number}", stream)
    outside = STREAM.sub(b"", content)
    strings = chain(map(_plain, LITERAL.findall(outside)), map(_from_hex, HEX.findall(outside)))
    yield Layer(f"{where} \u203a strings", b"\n".join(map(_text, strings)))
    # Each font numbers its own letters; a run is read with every font, since only one of them gives words.
    for letters in filter(None, map(_letters, streams)):
        lines = [line for stream in streams for line in _read(stream, letters)]
        yield Layer(f"{where} \u203a text", "\n".join(_spelled(lines)).encode())


def _spelled(lines: list[str]) -> Iterator[str]:
    """Figures place their words letter by letter: letters that follow each other are a word."""
    for is_letter, group in groupby(lines, key=lambda line: len(line) <= 1):
        if is_letter:
            yield "".join(group)
        else:
            yield from group


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _plain(literal: bytes) -> bytes:
    """A literal string without its escapes: `\\351` and `\\(`."""

    def one(found: re.Match[bytes]) -> bytes:
        code = found.group(1)
        return bytes([int(code, 8) & 255]) if code.isdigit() else CONTROLS.get(code, code)

    return ESCAPED.sub(one, literal)


def _from_hex(digits: bytes) -> bytes:
    packed = b"".join(digits.split())
    return bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode())


def _text(string: bytes) -> bytes:
    """A string of a document is UTF-16 after a byte order mark, and bytes otherwise."""
    return string[2:].decode("utf-16-be", "replace").encode() if string.startswith(b"\xfe\xff") else string


def _letters(cmap: bytes) -> dict[bytes, str]:
    """{glyph: letters} of a ToUnicode map; empty for any other stream."""
    letters: dict[bytes, str] = {}
    for kind, block in BLOCK.findall(cmap):
        if kind == b"char":
            letters |= {code.lower(): _utf16(text) for code, text in GLYPHS.findall(block)}
            continue
        for first, last, text in RANGES.findall(block):
            codes = range(int(first, 16), int(last, 16) + 1)
            begin = int(text, 16)
            letters |= {b"%0*x" % (len(first), code): chr(begin + n) for n, code in enumerate(codes)}
    return letters


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")


def _read(stream: bytes, letters: dict[bytes, str]) -> list[str]:
    """The text objects of a page's stream."""
    width = len(next(iter(letters)))
    lines = []
    for shown in SHOWN.findall(stream):
        codes = b"".join(digits.lower() for digits in _glyph_strings(shown))
        lines.append("".join(letters.get(codes[n : n + width], "") for n in range(0, len(codes), width)))
    return lines


def _glyph_strings(shown: bytes) -> Iterator[bytes]:
    """Strings of a text object as hexadecimal digits, in order."""
    for found in re.finditer(rb"<([0-9A-Fa-f\s]+)>|\(((?:\\.|[^\\()])*)\)", shown, re.DOTALL):
        digits, literal = found.groups()
        yield b"".join(digits.split()) if digits else _plain(literal or b"").hex().encode()
