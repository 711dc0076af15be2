"""Files of readings: dialects that are taken, and every fault with its line."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wearables.csv_file import MOST_LINES, FaultyLine, FileLine, FileRefused, read_lines

NEW_YORK = ZoneInfo("America/New_York")
HEADER = "device,kind,value,unit,time\n"
LINE = "2F9C,RESTING_HEART_RATE,61,/min,2026-03-10T06:40:00-04:00\n"


def read(text: str | bytes, encoding: str = "utf-8") -> list[FileLine | FaultyLine]:
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return list(read_lines(BytesIO(content), NEW_YORK))


def faults(text: str) -> list[tuple[int, str]]:
    return [(line.number, line.field) for line in read(text) if isinstance(line, FaultyLine)]


THE_LINE = FileLine(
    2, "2F9C", "RESTING_HEART_RATE", Decimal(61), "/min", datetime(2026, 3, 10, 10, 40, tzinfo=UTC)
)


@pytest.mark.parametrize(
    "text",
    [
        HEADER + LINE,
        (HEADER + LINE).replace("\n", "\r\n"),
        (HEADER + LINE).replace("\n", "\r"),
        (HEADER + LINE).replace(",", ";"),
        (HEADER + LINE).replace(",", "\t"),
        (HEADER + LINE).replace("2F9C", '"2F9C"'),
        HEADER.upper() + LINE,
        HEADER + LINE.rstrip("\n"),
        "time, unit ,value,kind,device,note\n2026-03-10 06:40,/min,61,RESTING_HEART_RATE,2F9C,asleep\n",
    ],
    ids=["plain", "crlf", "cr", "semicolon", "tab", "quoted", "capitals", "no end", "order and zone"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_usual_dialects_say_the_same(text: str, encoding: str) -> None:
    assert read(text, encoding) == [THE_LINE]


def test_empty_lines_count_as_lines_and_say_nothing() -> None:
    (line,) = read(HEADER + "\n\n" + LINE)
    assert line.number == 4


def test_without_a_column_of_devices_the_device_is_left_open() -> None:
    (line,) = read("kind,value,unit,time\nSWEAT_PH,5.9,[pH],2026-03-10T06:40Z\n")
    assert isinstance(line, FileLine) and line.device == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("61", "sixty"), "value"),
        (("61", ""), "value"),
        (("61", "NaN"), "value"),
        (("61", "1e3"), "value"),
        (("61", '"61,5"'), "value"),
        (("61", "1.234.5"), "value"),
        (("2026-03-10T06:40:00-04:00", "2026-03-10"), "time"),
        (("2026-03-10T06:40:00-04:00", "10.03.2026 06:40"), "time"),
        (("2026-03-10T06:40:00-04:00", "2026-02-30 06:40"), "time"),
        (("2026-03-10T06:40:00-04:00", "2026-03-08 02:30"), "time"),
        (("2026-03-10T06:40:00-04:00", "2025-11-02 01:30"), "time"),
        (("2026-03-10T06:40:00-04:00", "0001-01-01T00:00+14:00"), "time"),
        (("/min,", ""), "line"),
        (("/min", "/min,more"), "line"),
        (("2F9C", '"2F9C'), "line"),
        ((LINE, HEADER), "line"),
    ],
)
def test_a_faulty_line_is_named_and_those_around_it_are_read(change: tuple[str, str], field: str) -> None:
    text = HEADER + LINE + LINE.replace(*change) + LINE
    assert faults(text) == [(3, field)]
    assert len(read(text)) == 3


def test_an_hour_that_clocks_skip_or_repeat_needs_an_offset_and_is_taken_with_one() -> None:
    assert faults(HEADER + LINE.replace("2026-03-10T06:40:00-04:00", "2025-11-02T01:30-05:00")) == []


def test_a_decimal_comma_is_taken_where_it_does_not_separate_and_only_one_sign_in_a_file() -> None:
    lines = (HEADER + LINE.replace("61", "61.5")).replace(",", ";").replace("61.5", "61,5")
    (line,) = read(lines)
    assert isinstance(line, FileLine) and line.value == Decimal("61.5")
    both = lines + LINE.replace(",", ";").replace("61", "61.5")
    assert faults(both) == [(3, "value")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (HEADER.encode(), "no line under them"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "columns|UTF-8"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00", "no text has"),
        (HEADER.encode() + LINE.encode() + b"\x00", "Line 3 holds"),
        (HEADER.encode() + LINE.encode("utf-16"), "UTF-8"),
        (HEADER.encode() + "2F9C,Hé".encode("latin-1"), "UTF-8"),
        (b"kind,value,unit\n", "must name the columns"),
        (b"kind,kind,value,unit,time\n", "twice"),
        (HEADER.encode() + b"x" * 3_000, "Line 2 is longer"),
        (b"x" * 2_000_000, "Line 1 is longer"),
        (b"," * 1_900 + b"\n", "must name the columns"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read(content)


def test_a_file_has_a_last_line_at_200000() -> None:
    with pytest.raises(FileRefused, match="200,000"):
        read(HEADER + LINE * (MOST_LINES + 1))


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_a_refusal(content: bytes) -> None:
    for start in (b"", HEADER.encode()):
        try:
            read(start + content)
        except FileRefused:
            continue


def test_two_thousand_mutants_of_a_file_raise_nothing_but_a_refusal() -> None:
    chance, seed = Random(4), (HEADER + LINE * 6).encode()
    for _ in range(2_000):
        mutant = bytearray(seed)
        for _ in range(chance.randint(1, 8)):
            mutant[chance.randrange(len(mutant))] = chance.randrange(256)
        try:
            numbers = [line.number for line in read(bytes(mutant[: chance.randint(1, len(mutant))]))]
        except FileRefused:
            continue
        assert numbers == sorted(set(numbers))
