"""Which reader a file is for, what none of them takes, and how much memory that costs."""

import gzip
import io
import re
import tracemalloc
import zipfile

import pytest

from labs.reading.recognise import read_file
from labs.reading.reported import Unreadable
from tests.labs.reading.bundles import PATIENT, bundle, observation
from tests.labs.reading.messages import MSH, message, obx
from tests.labs.reading.reads import ON, ZONE, read, refusal_of
from tests.labs.reading.streams import Generated

MIB = 1 << 20
TABLE = "mrn,loinc,value,unit,collected_at\n"
ROW = "7,73572-0,0.47,mmol/L,2026-10-07T08:05:00-04:00\n"
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Bundle xmlns="http://hl7.org/fhir">&e;</Bundle>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Observation>&b;</Observation>'


def zipped(content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("xl/workbook.xml", content)
    return archive.getvalue()


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (TABLE + ROW, "CSV"),
        ("\n" + TABLE.replace(",", ";") + ROW.replace(",", ";"), "CSV"),
        (message(), "HL7_V2"),
        ("\n\x0b" + message() + "\x1c\r", "HL7_V2"),
        ("FHS|^~\\&|\rBHS|^~\\&|\r" + message() + "BTS|1\rFTS|1\r", "HL7_V2"),
        (message().translate(str.maketrans("|^", "#@")), "HL7_V2"),
        (bundle(PATIENT, observation()), "FHIR_R4"),
        ("\ufeff \n" + bundle(PATIENT, observation()), "FHIR_R4"),
    ],
)
def test_the_content_alone_says_what_it_is(content: str, form: str) -> None:
    found, rows = read(content)
    assert (found.format, len(rows)) == (form, 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "The file is empty", id="empty"),
        pytest.param(b"\r\n \r\n", "The file is empty", id="blank"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3", "This is a PDF", id="PDF"),
        pytest.param(zipped(b"x" * MIB), "Unpack it. Save the table as CSV", id="zip or Excel"),
        pytest.param(gzip.compress(b"0" * MIB), "This is a gzip archive. Unpack it", id="gzip bomb"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel", id="old Excel"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "NUL byte", id="picture"),
        pytest.param(bytes(range(1, 256)) * 4, "control characters", id="binary"),
        pytest.param(
            (TABLE + ROW).encode().replace(b"0.47", b"0.\x0047"), "Line 2 holds a NUL byte", id="NUL"
        ),
        pytest.param((TABLE + ROW).encode("utf-16-le"), "UTF-16 without a byte order mark", id="UTF-16"),
        pytest.param(
            TABLE.encode() + "ä\n".encode() + "ö\n".encode("cp1252"), "line 3 is not UTF-8", id="mixed"
        ),
        pytest.param(XXE, "This is XML or HTML", id="XXE"),
        pytest.param(LAUGHS, "This is XML or HTML", id="entities"),
        pytest.param("<html><body>Sign in</body></html>", "This is XML or HTML", id="HTML"),
        pytest.param("mrn,value" + ",a" * 1000 + "\n", "more than 500 columns", id="columns"),
        pytest.param('{"a": ' * 5000, "nested deeper than 60 levels", id="nested JSON"),
        pytest.param("[" * 100_000, "it must be one object", id="nested lists"),
        pytest.param('{"swagger": "2.0"}', "no FHIR resource", id="other JSON"),
        pytest.param("PID|1||77\rOBX|1|NM|", "HL7 segments without the MSH", id="HL7 without head"),
        pytest.param("Dear colleague, thank you", "This is neither HL7 v2", id="prose"),
        pytest.param("MSH\r", "This is neither HL7 v2", id="MSH alone"),
        pytest.param("MSH|", "Message 1, MSH", id="MSH and no more"),
    ],
)
def test_what_nobody_reads_is_refused_in_clear_words(content: bytes | str, words: str) -> None:
    assert words in refusal_of(content)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "unit", "after", "words"),
    [
        pytest.param(TABLE.encode(), b"x" * 1000, b"", "Line 2 is longer than 1,048,576", id="CSV line"),
        pytest.param(TABLE.encode() + b'"', b"x\n" * 500, b"", "row in line 2", id="CSV cell"),
        pytest.param(b"mrn,value", b",a" * 500, b"", "Line 1 is longer than 1,048,576", id="columns"),
        pytest.param(
            message(obx(), "OBX|2|TX|").encode()[:-1],
            b"x" * 1000,
            b"\r",
            "Line 5 is longer than",
            id="HL7 line",
        ),
        pytest.param(
            f"{MSH}\r".encode(), b"NTE|1|xxx\r" * 100, b"", "Message 1 is far too large", id="segments"
        ),
        pytest.param(b'{"resourceType":"', b"x" * 1000, b'"}', "far too large", id="JSON text"),
        pytest.param(b'{"resourceType":"Bundle","a":', b"9" * 1000, b"}", "far too large", id="JSON number"),
        pytest.param(
            b'{"resourceType":"Bundle","a":[', b'{"a":1},' * 100, b"]}", "far too large", id="JSON parts"
        ),
        pytest.param(b'{"resourceType":"Bundle","a":', b"[" * 1000, b"}", "nested deeper", id="JSON levels"),
    ],
)
def test_a_part_of_a_hundred_megabytes_is_refused_without_being_held(
    before: bytes, unit: bytes, after: bytes, words: str
) -> None:
    stream = Generated(before, unit, 100_000, after)
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match=re.escape(words)):
            list(read_file(stream, ZONE, on=ON).rows)  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 24 * MIB
    finally:
        tracemalloc.stop()


def entry(number: int) -> bytes:
    return bundle(observation(id=f"o{number}")).partition('"entry": [')[2][:-2].encode()


@pytest.mark.parametrize(
    ("before", "unit", "after"),
    [
        pytest.param(TABLE.encode(), ROW.encode(), b"", id="CSV"),
        pytest.param(b"", message().encode(), b"", id="HL7 v2"),
        pytest.param(bundle(PATIENT)[:-2].encode(), b"," + entry(1), b"]}", id="FHIR R4"),
    ],
)
def test_ten_times_the_rows_take_no_more_memory(before: bytes, unit: bytes, after: bytes) -> None:
    peaks = [peak(Generated(before, unit, rows, after), rows) for rows in (100, 100, 1000)]
    assert peaks[2] < peaks[1] + 2 * MIB


def peak(stream: Generated, rows: int) -> int:
    tracemalloc.start()
    try:
        read = 0
        for row in read_file(stream, ZONE, on=ON).rows:  # type: ignore[arg-type]
            read = row.number
        assert read == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
