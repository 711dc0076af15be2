"""HL7 v2: a message that is cut is refused whole, and damaged ones name where."""

import pytest

from tests.labs.reading.messages import MSH, OBR, PID, message, obx
from tests.labs.reading.reads import read, refusal_of, rows_of

FHS, BHS = "FHS|^~\\&|LIS", "BHS|^~\\&|LIS"


def file(*segments: str) -> str:
    return "".join(f"{segment}\r" for segment in segments)


def batch(count: str, *messages: str) -> str:
    return file(BHS) + "".join(messages) + file(f"BTS|{count}")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (message().rstrip("\r"), "Message 1, OBX 1, field 14: no carriage return ends the segment"),
        (message()[:-5], "Message 1, OBX 1, field 14: no carriage return ends the segment"),
        (message() + MSH, "Message 2, MSH 1, field 12: no carriage return ends the segment"),
        (
            message("OBX|1|NM|73572-0^Mg^LN||0.4"),
            "Message 1, OBX 1, field 5: the segment ends before its status",
        ),
        (file(MSH), "Message 1 has no PID segment"),
        (file(MSH, PID), "Message 1 has neither OBR nor OBX"),
        (file(MSH, PID, OBR), "Message 1, OBR 1 has no OBX: the message may be cut"),
        (message(obx(), OBR), "Message 1, OBR 2 has no OBX: the message may be cut"),
        (message() + file(MSH, PID) + message(), "Message 2 has neither OBR nor OBX"),
        (f"\x0b{message()}", "Message 1 has no end of its MLLP frame"),
        (f"\x0b{message()}\x0b{message()}\x1c\r", "Message 1 has no end of its MLLP frame before line 5"),
        (file(FHS) + message(), "The file has no end (FTS)"),
        (file(BHS) + message(), "The batch has no end (BTS)"),
        (file(FHS) + batch("1", message()), "The file has no end (FTS)"),
        (batch("2", message()), "BTS in line 6 counts 2 messages, and 1 were read"),
        (batch("x", message()), "BTS in line 6 counts x messages"),
        (
            file(FHS) + batch("1", message()) + file("FTS|2"),
            "FTS in line 8 counts 2 batches, and 1 were read",
        ),
        (message() + file("BTS|1"), "BTS in line 5 ends a batch that never began"),
        (message() + file("FTS|1"), "FTS in line 5 ends a file that never began"),
        (file(BHS, BHS), "BHS in line 2 begins a batch before the last one has ended"),
        (message() + file(FHS), "FHS in line 5 does not begin the file"),
        (file(FHS) + message() + file("FTS") + message(), "Line 7 stands after the end of the file"),
        (file(BHS, "BTS|0"), "The file holds no HL7 message"),
        (file(OBR, obx()), "HL7 segments without the MSH segment"),
        (file(BHS, PID), "Line 2 stands outside any message"),
    ],
)
def test_what_is_cut_is_refused_with_its_place(content: str, words: str) -> None:
    assert words in refusal_of(content)


@pytest.mark.parametrize("status", ["O", "I", "S", "X", "Y", "Z"])
def test_an_order_that_says_so_has_no_results(status: str) -> None:
    assert len(rows_of(message(obx(), f"{OBR}{'|' * 18}{status}"))) == 1


@pytest.mark.parametrize(
    "content",
    [
        batch("2", message(), message()),
        batch("", message(), message()),
        file(FHS) + batch("1", message()) + batch("1", message()) + file("FTS|2"),
        file(FHS) + message() + message() + file("FTS|2"),
        file(FHS) + batch("2", message(), message()) + "FTS|1",
        f"\x0b{message()}\x1c\r\x0b{message()}\x1c\r",
        f"\x0b{message()[:-1]}\x1c\r\n\x0b{message()[:-1]}\x1c",
        f"\n\n{message()}\n\n{message()}\n\n",
    ],
)
def test_batches_files_and_frames_that_are_whole(content: str) -> None:
    assert [row.place for row in rows_of(content)] == ["message 1, OBX 1", "message 2, OBX 1"]


def test_of_a_text_file_without_last_line_break_nothing_of_the_last_message_is_taken() -> None:
    first, last = rows_of((message() + message()).replace("\r", "\n").rstrip("\n"))
    assert first.problem == ""
    assert last.problem == "No line break ends the message: it may be cut, so nothing of it is taken."
    (told,) = rows_of(message(obx(code="718-7^Hb^LN"), end="\n").rstrip("\n"))
    assert (told.place, told.problem) == ("message 1", last.problem)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (message(msh=MSH.replace("^~\\&", "^~\\")), "Message 1, MSH, field 2: not four different separators"),
        (
            message(msh=MSH.replace("^~\\&", "^^\\&")),
            "Message 1, MSH, field 2: not four different separators",
        ),
        (message(msh=MSH.replace("^~\\&", "^~a&")), "Message 1, MSH, field 2: not four different separators"),
        (message(msh="MSH||"), "Message 1, MSH, field 2"),
        (message(msh=MSH.replace("ORU^R01^ORU_R01", "")), "Message 1, MSH, field 9: the type"),
        (message(msh=MSH.replace("2.5.1", "")), "Message 1, MSH, field 12: version ''"),
        (message(msh=MSH.replace("2.5.1", "2.2")), "Message 1, MSH, field 12: version '2.2'"),
        (message(msh=MSH.replace("2.5.1", "2.9")), "none of 2.3 to 2.8"),
        (message("OBX1|x"), "Message 1, line 4: no segment begins like 'OBX1|x'"),
        (message("and so on"), "Message 1, line 4: no segment begins like 'and so on'"),
        (message(obx(), pid="") + PID, "OBR stands before PID"),
        (message(pid=""), "Message 1 has no PID segment"),
        (message(*(["NTE|1"] * 50_000)), "Message 1 is far too large"),
    ],
)
def test_what_is_damaged_is_refused_with_its_place(content: str, words: str) -> None:
    assert words in refusal_of(f"{content}\r" if content.endswith(PID) else content)


def test_an_earlier_message_does_not_count_when_a_later_one_is_cut() -> None:
    assert "Message 2" in refusal_of(message() + message()[:-20])


def test_an_empty_status_within_a_message_is_a_problem_of_its_row() -> None:
    _, (bad, good) = read(message(obx(status=""), obx(number=2)))
    assert "message 1, OBX 1, field 11: the status is missing" in bad.problem
    assert good.problem == ""
