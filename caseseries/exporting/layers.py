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
# Within so many bytes of its end a chunk ends, and the next one begins so many before that.
OVERLAP = 512
# A line or an element begins.
MARKS = (b"\n", b"<")


class Readable(Protocol):
    """A file that is read from its start to its end."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class Layer:
    """Some bytes of a file; `where` is a path such as `series.xlsx › docProps/core.xml`.

    `is_syntax`: its numbers are lengths, offsets and coordinates, which nobody reads.
    """

    where: str
    content: bytes
    is_syntax: bool = False


def layers_of(path: Path) -> Iterator[Layer]:
    """Every layer of a file, its name among them. Large ones come in chunks that overlap."""
    yield Layer(path.name, path.name.encode())
    with path.open("rb") as file:
        yield from _layers(path.name, file)


def _layers(where: str, file: IO[bytes]) -> Iterator[Layer]:
    start = file.read(4)
    file.seek(0)
    yield from _chunks(where, file, is_syntax=start.startswith(PDF))
    file.seek(0)
    if start.startswith(ZIP):
        yield from _of_zip(where, file)
    elif start.startswith(GZIP):
        with gzip.open(file) as inner:
            yield from _unpacked_layers(f"{where} \u203a gzip", inner)
    elif start.startswith(PDF):
        yield from of_pdf(where, file.read())


def _chunks(where: str, file: IO[bytes], *, is_syntax: bool) -> Iterator[Layer]:
    """Each begins and ends where a line or an element does: half of a number would be another number."""
    content = file.read(CHUNK)
    while following := file.read(CHUNK):
        end = max(content.rfind(mark, -OVERLAP) for mark in MARKS)
        end = len(content) if end < 0 else end
        yield Layer(where, content[:end], is_syntax)
        starts = [content.find(mark, end - OVERLAP) for mark in MARKS]
        content = content[min((at for at in starts if at >= 0), default=end) :] + following
    yield Layer(where, content, is_syntax)


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
Letters = dict[bytes, str]
# What a page draws: a matrix, or text.
DRAWN = re.compile(rb"\bcm\s|\bBT\s")


def of_pdf(where: str, content: bytes) -> Iterator[Layer]:
    """Streams as they unpack, strings of the document, and the text of the pages as a reader sees it.

    The text is a layer of its own, so of a page's stream only the words are searched.
    """
    streams = [_unpacked(stream) for stream in STREAM.findall(content)]
    for number, stream in enumerate(streams, start=1):
        yield Layer(f"{where} \u203a stream {number}", stream, DRAWN.search(stream) is not None)
    outside = STREAM.sub(b"", content)
    strings = chain(map(_plain, LITERAL.findall(outside)), map(_from_hex, HEX.findall(outside)))
    yield Layer(f"{where} \u203a strings", b"\n".join(map(_text, strings)))
    # Each font numbers its own letters: read with another one's, a run gives nonsense, or a number. Its own
    # knows all of its glyphs.
    fonts = [letters for letters in map(_letters, streams) if letters]
    runs = [[_read(run, letters) for letters in fonts] for stream in streams for run in _runs(stream)]
    for font in range(len(fonts)):
        lines = [texts[font] for texts in runs if len(texts[font]) == max(map(len, texts))]
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


def _letters(cmap: bytes) -> Letters:
    """{glyph: letters} of a ToUnicode map; empty for any other stream."""
    letters: Letters = {}
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


def _runs(stream: bytes) -> Iterator[bytes]:
    """The glyphs of each text object of a page's stream, as hexadecimal digits."""
    for shown in SHOWN.findall(stream):
        yield b"".join(digits.lower() for digits in _glyph_strings(shown))


def _read(run: bytes, letters: Letters) -> str:
    width = len(next(iter(letters)))
    return "".join(letters.get(run[n : n + width], "") for n in range(0, len(run), width))


def _glyph_strings(shown: bytes) -> Iterator[bytes]:
    """Strings of a text object as hexadecimal digits, in order."""
    for found in re.finditer(rb"<([0-9A-Fa-f\s]+)>|\(((?:\\.|[^\\()])*)\)", shown, re.DOTALL):
        digits, literal = found.groups()
        yield b"".join(digits.split()) if digits else _plain(literal or b"").hex().encode()
