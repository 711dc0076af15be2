"""Which bytes are text, and in which encoding."""

import codecs
import io

import pytest

from labs.reading.reported import Unreadable
from labs.reading.texts import CHUNK, open_text

LINES = "größer\nµmol/l\n"


def text_of(content: bytes) -> tuple[str, str]:
    file = open_text(io.BytesIO(content))
    return file.label, "".join(line for _, line in file.lines(1000))


@pytest.mark.parametrize(
    ("content", "label"),
    [
        (LINES.encode(), "UTF-8"),
        (codecs.BOM_UTF8 + LINES.encode(), "UTF-8"),
        (codecs.BOM_UTF16_LE + LINES.encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF16_BE + LINES.encode("utf-16-be"), "UTF-16"),
        (LINES.encode("cp1252"), "Windows-1252 (Latin-1)"),
        (LINES.encode("latin-1"), "Windows-1252 (Latin-1)"),
    ],
)
def test_encodings_are_told_apart(content: bytes, label: str) -> None:
    assert text_of(content) == (label, LINES)


@pytest.mark.parametrize("before", [CHUNK - 3, CHUNK - 2, CHUNK - 1, CHUNK])
def test_letters_on_the_edge_of_a_chunk_stay_whole(before: int) -> None:
    content = ("x" * (before - 1) + "\n" + "ü≤\n").encode()
    file = open_text(io.BytesIO(content))
    assert (file.label, list(file.lines(CHUNK * 2))[-1]) == ("UTF-8", (2, "ü≤\n"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b" \r\n\t\n", "The file is empty"),
        (codecs.BOM_UTF8, "The file is empty"),
        (codecs.BOM_UTF16_LE, "The file is empty"),
        (codecs.BOM_UTF32_LE + "a".encode("utf-32-le"), "UTF-32"),
        (codecs.BOM_UTF16_LE + b"a\0b", "breaks off"),
        (codecs.BOM_UTF16_LE + b"a\0\0\0b\0", "binary"),
        ("mrn,value\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("mrn,value\n".encode("utf-16-be"), "UTF-16 without a byte order mark"),
        (b"mrn,value\n1,\x002\n", "Line 2 holds a NUL byte"),
        (b"mrn\n1\n\x01\x02", "Line 3 holds control characters"),
        ("ä\n".encode() + "ö\n".encode("latin-1"), "mixes encodings: line 2"),
        (b"a\n\x81\n", "Line 2 is neither UTF-8 nor Windows-1252"),
        (codecs.BOM_UTF8 + b"a\n\xe4\n", "says that it is UTF-8, and line 2 is not"),
        ("ä\nü".encode()[:-1], "mixes encodings: line 2"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        open_text(io.BytesIO(content))


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_lines_end_as_the_file_says(ending: str) -> None:
    file = open_text(io.BytesIO(f"a{ending}{ending}b".encode()))
    assert list(file.lines(10)) == [(1, f"a{ending}"), (2, ending), (3, "b")]


def test_a_line_that_is_too_long_is_named() -> None:
    file = open_text(io.BytesIO(b"abc\nabcdef\n"))
    with pytest.raises(Unreadable, match="Line 2 is longer than 5 characters"):
        list(file.lines(5))


def test_a_file_of_blank_lines_is_not_read_to_its_end() -> None:
    file = open_text(io.BytesIO(b"a" + b"\n" * 200_000))
    with pytest.raises(Unreadable, match="more than 100,000 blank lines"):
        list(file.lines(5))


def test_the_stream_stays_open() -> None:
    stream = io.BytesIO(b"a\nb\n")
    next(open_text(stream).lines(10))
    assert not stream.closed
