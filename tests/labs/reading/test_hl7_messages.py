"""HL7 v2: what a message says of a result, and what is counted instead."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from labs.reading.hl7_messages import header_of_message, read_message, text_of_message
from labs.reading.reported import Unreadable
from tests.labs.reading.messages import IONIZED, MSH, OBR, PID, SENT, message, obx
from tests.labs.reading.reads import ON, ZONE, read, refusal_of, row_of, rows_of, told

TAKEN = datetime(2026, 11, 3, 12, 15, tzinfo=UTC)


def test_a_result_says_all_that_its_message_does() -> None:
    segments = (
        f"{obx('<0.47', code=f'MGI^Mg ion^L^{IONIZED}', part='1', taken='20261103080000')}||op|ISE^Electrode"
        f"|NOVA 8^^|20261103081000",
        "NTE|1||fine",
        "SPM|1|||WB^venous blood^L||HEPL^Lithium heparin^L||||||||||||||||||HEM~CLOT",
        "ZZZ|anything",
    )
    row = row_of(message(*segments, obr=f"{OBR}|||||||||||||||20261103090000-0400"))
    assert row.problem == ""
    assert (row.mrn, row.family_name, row.given_name) == ("77", "Conn", "Liz")
    assert (row.birth_date, row.sex) == (date(1986, 11, 28), "FEMALE")
    assert (row.loinc, row.local_name) == ("73572-0", "Mg ion")
    assert (row.value, row.comparator, row.unit) == (Decimal("0.47"), "<", "mmol/L")
    assert (row.reference_low, row.reference_high, row.abnormal_flag) == (
        Decimal("0.44"),
        Decimal("0.59"),
        "N",
    )
    assert (row.collected_at, row.zone_assumed) == (datetime(2026, 11, 3, 8, tzinfo=ZONE), True)
    assert row.analysed_at == datetime(2026, 11, 3, 8, 10, tzinfo=ZONE)
    assert row.reported_at == datetime(2026, 11, 3, 13, tzinfo=UTC)
    assert (row.laboratory, row.method, row.analyzer) == ("NORTH LAB", "Electrode", "NOVA 8")
    assert (row.specimen, row.anticoagulant, row.haemolysed) == ("venous blood", "Lithium heparin", True)
    assert row.source_id == "NORTH LAB|F1|73572-0|1"
    assert (row.status, row.place) == ("FINAL", "message 1, OBX 1")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_segments_end_in_three_ways_and_messages_follow_each_other(end: str) -> None:
    rows = rows_of(message(end=end) + end + message(obx(), obx(code="2601-3^Mg^LN"), end=end))
    assert [row.place for row in rows] == ["message 1, OBX 1", "message 2, OBX 1", "message 2, OBX 2"]


@pytest.mark.parametrize(
    "version", ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.2"]
)
def test_versions(version: str) -> None:
    found, rows = read(message(msh=MSH.replace("2.5.1", version)))
    assert len(rows) == 1
    assert f"Messages: 1, HL7 v{version}" in found.dialect


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        ("P", "PRELIMINARY"), ("F", "FINAL"), ("C", "CORRECTED"), ("A", "CORRECTED"), ("B", "FINAL"),
        ("V", "FINAL"), ("U", "FINAL"), ("X", "CANCELLED"), ("D", "DELETED"), ("W", "WRONG"),
    ],
)  # fmt: skip
def test_statuses(status: str, kept: str) -> None:
    row = row_of(message(obx(status=status)))
    assert (row.status, row.problem) == (kept, "")


@pytest.mark.parametrize("status", ["X", "D", "W"])
def test_what_is_taken_back_needs_no_value(status: str) -> None:
    row = row_of(message(obx("", kind="TX", status=status, unit="", limits="")))
    assert (row.value, row.problem, row.source_id) == (None, "", "NORTH LAB|F1|73572-0|")


@pytest.mark.parametrize("status", ["I", "R", "S", "N", "O"])
def test_what_is_not_reported_yet_is_counted(status: str) -> None:
    found, rows = read(message(obx(status=status)))
    assert (rows, dict(found.passed_over)) == ([], {f"73572-0, not reported yet ({status})": 1})


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("NM", "0.47", ("", "0.47")),
        ("NM", "<0.20", ("<", "0.20")),
        ("ST", "0.47", ("", "0.47")),
        ("ST", "> 3", (">", "3")),
        ("", "0.47", ("", "0.47")),
        ("SN", "^182", ("", "182")),
        ("SN", "<^0.2", ("<", "0.2")),
        ("SN", "=^5", ("", "5")),
        ("SN", ">=^5", (">=", "5")),
        ("CE", "0.47", ("", "0.47")),
        ("CWE", "A1^0.47^L", ("", "0.47")),
    ],
)
def test_values_of_several_types(kind: str, value: str, expected: tuple[str, str]) -> None:
    row = row_of(message(obx(value, kind=kind)))
    assert (row.problem, row.comparator, row.value) == ("", expected[0], Decimal(expected[1]))


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("SN", "^1^:^128", "is a range or a ratio"),
        ("SN", "^1^-^2", "is a range or a ratio"),
        ("SN", "<>^1", "Not a comparator"),
        ("NM", "0.5O", "letter O instead of zero"),
        ("NM", "0,47", "Not a number: 0,47"),
        ("NM", "1~2", "Several values"),
        ("NM", "1^2", "Several parts"),
        ("NM", "", "No value"),
        ("NM", '""', "No value"),
        ("ST", "haemolysed", "Not a number: haemolysed"),
        ("NM", "9" * 15, "that a result can have"),
    ],
)
def test_a_value_that_is_no_number_names_its_field(kind: str, value: str, words: str) -> None:
    good, bad = rows_of(message(obx(), obx(value, kind=kind, number=2)))
    assert good.problem == ""
    assert bad.problem.startswith("message 1, OBX 2, field 5: ") and words in bad.problem


@pytest.mark.parametrize(
    ("segment", "kind"),
    [
        (obx(code="718-7^Hb^LN"), "718-7"),
        (obx(code="HB^Hb^L^718-7^Hb^LN"), "718-7"),
        (obx(kind="TX"), "TX 73572-0"),
        (obx("http://x^^image", kind="RP", code="8867-4x^Rate^L"), "RP 8867-4x"),
        (obx("yellow", kind="ST", code="COL^Colour^L"), "ST COL"),
        (obx("27268008^Salmonella^SCT", kind="CWE", code="BAC^Culture^L"), "CWE BAC"),
    ],
)
def test_what_is_no_result_of_ours_is_counted(segment: str, kind: str) -> None:
    found, rows = read(message(segment, obx(number=2)))
    assert [row.place for row in rows] == ["message 1, OBX 2"]
    assert dict(found.passed_over) == {kind: 1}


@pytest.mark.parametrize(
    ("code", "loinc", "name"),
    [
        (IONIZED, "73572-0", "Magnesium ionized"),
        ("MGI^Mg ion^99L^73572-0^Magnesium^LN", "73572-0", "Mg ion"),
        ("73572-0^Magnesium", "73572-0", "Magnesium"),
        ("718-7^Hb^LN^73572-0^Magnesium^LN", "73572-0", "Hb"),
        ("MGI^Mg ion^L", "", "Mg ion"),
        ("MGI", "", "MGI"),
        ("^Mg ion", "", "Mg ion"),
        ("73572-0^Magnesium^L", "", "Magnesium"),
    ],
)
def test_codes(code: str, loinc: str, name: str) -> None:
    row = row_of(message(obx(code=code)))
    assert (row.loinc, row.local_name, row.problem) == (loinc, name, "")


@pytest.mark.parametrize(
    ("segment", "words"),
    [
        (obx(code=""), "field 3: names no test"),
        (obx(code="73572-1^Mg^LN"), "field 3: 73572-1 is no LOINC code: its check digit is wrong"),
        (obx(status="Q"), "field 11: 'Q' is no status of a result"),
        (obx("", status="U"), "field 11: U makes an earlier result final without repeating it"),
        (obx(taken="20261103"), "field 14: 2026-11-03 has no time of day"),
        (obx(taken="2026110308"), "field 14: Not a date"),
        (obx(taken="20261032080000"), "field 14: No such date"),
        (obx(taken="21001103080000"), "field 14: 2100-11-03 lies in the future"),
        (obx(taken="03.11.2026"), "field 14: Not an HL7 time"),
        (f"{obx()}|||||later", "field 19: Not an HL7 time: later"),
    ],
)
def test_a_problem_names_message_segment_and_field(segment: str, words: str) -> None:
    row = row_of(message(segment))
    assert row.problem.startswith(f"message 1, OBX 1, {words}")


def test_without_a_sample_time_in_the_result_the_order_and_the_specimen_tell_it() -> None:
    assert row_of(message(obx(taken=""))).collected_at == TAKEN
    bare = OBR.replace(SENT, "")
    specimen = f"SPM|1|||WB|||||||||||||{SENT}"
    assert row_of(message(obx(taken=""), specimen, obr=bare)).collected_at == TAKEN
    assert "the sample time is missing" in row_of(message(obx(taken=""), obr=bare)).problem


@pytest.mark.parametrize(
    ("identifiers", "mrn"),
    [
        ("77^^^NORTHGATE^MR", "77"),
        ("123^^^SSA^SS~77^^^NORTHGATE^MR", "77"),
        ("77", "77"),
        ("77^^^IA^PI", "77"),
        ("88^^^SOUTH^MR~77^^^NORTHGATE^MR", "77"),
        ("88^^^SOUTH^MR~77^^^EAST^MR", ""),
        ("77~88", ""),
        ("", ""),
        ('""', ""),
    ],
)
def test_the_record_number_is_never_one_of_several(identifiers: str, mrn: str) -> None:
    assert row_of(message(pid=PID.replace("77^^^NORTHGATE^MR", identifiers))).mrn == mrn


@pytest.mark.parametrize(
    ("born", "expected", "words"),
    [
        ("198611281200", date(1986, 11, 28), ""),
        ("1986", None, ""),
        ("198611", None, ""),
        ("", None, ""),
        ("19861332", None, "PID 1, field 7: No such date"),
        ("19000101", None, "PID 1, field 7: Nobody alive was born in 1900"),
        ("20300101", None, "PID 1, field 7: The birth date 2030-01-01 lies in the future"),
    ],
)
def test_birth_dates(born: str, expected: date | None, words: str) -> None:
    row = row_of(message(pid=PID.replace("19861128", born)))
    assert row.birth_date == expected
    assert (words in row.problem) if words else not row.problem


def test_rows_belong_to_the_patient_before_them() -> None:
    other = PID.replace("77", "88").replace("Conn^Liz", "Little^Lupe")
    rows = rows_of(message(obx(), other, OBR.replace("F1", "F2"), obx()))
    assert [(row.mrn, row.family_name, row.source_id) for row in rows] == [
        ("77", "Conn", "NORTH LAB|F1|73572-0|"),
        ("88", "Little", "NORTH LAB|F2|73572-0|"),
    ]


@pytest.mark.parametrize(
    ("orc", "obr", "order"),
    [
        ("ORC|RE|P9|F9", "OBR|1|P1|F1|", "F1"),
        ("ORC|RE|P9|F9", "OBR|1|||", "F9"),
        ("ORC|RE|P9", "OBR|1|P1||", "P1"),
        ("ORC|RE|P9", "OBR|1|||", "P9"),
        ("", "OBR|1|||", ""),
    ],
)
def test_the_laboratorys_number_of_the_order_names_the_result(orc: str, obr: str, order: str) -> None:
    segments = [segment for segment in (orc, obr, obx()) if segment]
    row = row_of(message(*segments, obr=""))
    assert row.source_id == (f"NORTH LAB|{order}|73572-0|" if order else "")


def test_several_samples_in_one_order_are_told_apart_by_their_time() -> None:
    first, second = rows_of(message(obx(), obx("0.49", taken="20261104080000-0400", number=2)))
    assert first.source_id == f"NORTH LAB|F1|73572-0||{SENT}"
    assert second.source_id == "NORTH LAB|F1|73572-0||20261104080000-0400"


def test_two_values_of_one_result_are_a_problem_and_a_repetition_is_none() -> None:
    same, other = obx(number=2), obx("0.49", number=3)
    rows = rows_of(message(obx(), same, other))
    assert [bool(row.problem) for row in rows] == [False, False, True]
    assert "field 3: another OBX of the order has the same code" in rows[2].problem


def test_escapes_are_undone() -> None:
    row = row_of(message(obx(code="73572-0^Mg \\T\\ \\F\\ \\S\\ \\R\\ \\E\\ \\X41\\\\.br\\\\H\\!^LN")))
    assert row.local_name == "Mg & | ^ ~ \\ A !"


def test_other_separators() -> None:
    text = message(obx("<^0.20", kind="SN"), pid=PID.replace("MR", "MR~1^^^X^SS"))
    swapped = text.translate(str.maketrans("|^~\\&", "#@*!%"))
    assert told(row_of(swapped)) == told(row_of(text))
    assert row_of(swapped).comparator == "<"


@pytest.mark.parametrize(
    "escape", ["\\X00\\", "\\X0D\\", "\\Xzz\\", "\\.sp9999999999\\", "\\C1234\\", "\\\\", "\\Z"]
)
def test_odd_escapes_do_no_harm(escape: str) -> None:
    row = row_of(message(obx(code=f"73572-0^Mg{escape}^LN")))
    assert (row.problem, row.local_name[:2]) == ("", "Mg")


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("", "utf-8"),
        ("UNICODE UTF-8", "utf-8"),
        ("", "cp1252"),
        ("8859/1", "cp1252"),
        ("8859/2", "iso8859_2"),
    ],
)
def test_character_sets(charset: str, codec: str) -> None:
    name = "Łuków" if codec == "iso8859_2" else "Müßig"
    text = message(msh=f"{MSH}||||||{charset}", pid=PID.replace("Conn", name))
    assert row_of(text.encode(codec)).family_name == name
    (again,) = read_message(text_of_message(text.encode(codec)), ZONE, on=ON).rows
    assert again.family_name == name


@pytest.mark.parametrize(
    ("charset", "codec", "words"),
    [
        ("UNICODE UTF-8", "cp1252", "the bytes are not those of 'UNICODE UTF-8'"),
        ("8859/1", "utf-8", "it says '8859/1', and the bytes are UTF-8"),
        ("BIG-5", "utf-8", "the character set 'BIG-5' is not read"),
    ],
)
def test_a_character_set_that_does_not_fit_is_refused(charset: str, codec: str, words: str) -> None:
    text = message(msh=f"{MSH}||||||{charset}", pid=PID.replace("Conn", "Müßig"))
    assert f"Message 1, MSH, field 18: {words}" in refusal_of(text.encode(codec))


def test_utf_16_is_read_too() -> None:
    assert row_of(message(pid=PID.replace("Conn", "Müßig")).encode("utf-16")).family_name == "Müßig"


def test_messages_that_report_no_results_are_counted() -> None:
    admission = MSH.replace("ORU^R01^ORU_R01", "ADT^A01")
    found, rows = read(f"{admission}\r{PID}\r" + message())
    assert [row.place for row in rows] == ["message 2, OBX 1"]
    assert dict(found.passed_over) == {"message ADT^A01": 1}


def test_messages_for_training_are_marked() -> None:
    found, _ = read(message(msh=MSH.replace("|P|", "|T|")))
    assert "Marked as training or test (MSH-11): 1" in found.dialect


def test_one_message_of_an_mllp_frame() -> None:
    text = message()
    for framed in (text, text.rstrip("\r"), f"\x0b{text}\x1c\r", text.replace("\r", "\r\n")):
        found = read_message(framed, ZONE, on=ON)
        assert [told(row) for row in found.rows] == [told(row_of(text))]
    with pytest.raises(Unreadable, match="One message is due, and 2 came"):
        read_message(text + text, ZONE, on=ON)
    with pytest.raises(Unreadable, match="OBX 1, field 5: the segment ends before its status"):
        read_message(message("OBX|1|NM|73572-0^Mg^LN||0.4"), ZONE, on=ON)


def test_what_an_acknowledgement_needs() -> None:
    header = header_of_message(f"\x0b{message()}")
    assert (header.control_id, header.version, header.kind) == ("M1", "2.5.1", "ORU^R01")
    assert (header.sending_application, header.sending_facility) == ("LIS", "NORTH LAB")
    assert (header.receiving_application, header.receiving_facility) == ("DOLOMITE", "NORTHGATE")
    assert (header.processing_id, header.separator, header.encoding) == ("P", "|", "^~\\&")
    assert header.is_results
    with pytest.raises(Unreadable):
        header_of_message("PID|1")
