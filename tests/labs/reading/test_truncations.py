"""Every cut of every sample: refused, or nothing but the rows before the cut, as they were."""

import json
from pathlib import Path
from typing import Any

import pytest

from labs.reading.reported import Reported, Unreadable
from tests.labs.reading.bundles import PATIENT, bundle, observation
from tests.labs.reading.messages import message, obx
from tests.labs.reading.reads import names, read, samples, told

CUT = "may be cut"
TWO = message(obx(), obx("0.49", code="2601-3^Mg^LN", number=2))
# The texts of a last cell that only describe: a row may keep what is left of them, and the dialect says so.
DESCRIBING = {"method": "", "specimen": "", "number": 0}


def read_or_refuse(content: bytes) -> list[Reported] | None:
    """The rows, or None of a file that is refused."""
    try:
        return read(content)[1]
    except Unreadable as refused:
        assert len(str(refused)) > 10
        return None


def result(row: Reported) -> dict[str, Any]:
    """What the row says; its name may tell two samples of one order apart, which a cut makes one."""
    return told(row) | {"problem": "", "source_id": ""}


def test_of_a_message_every_cut_within_a_segment_is_refused() -> None:
    content = TWO.encode()
    cuts = [at for at in range(1, len(content)) if content[at - 1 : at] != b"\r"]
    assert len(cuts) > 217
    assert [at for at in cuts if read_or_refuse(content[:at]) is not None] == []


def test_of_a_message_a_cut_between_segments_is_refused_unless_a_whole_message_is_left() -> None:
    ends = [at + 1 for at, letter in enumerate(TWO) if letter == "\r"]
    kept = [read_or_refuse(TWO[:at].encode()) for at in ends]
    assert [None if rows is None else len(rows) for rows in kept] == [None, None, None, 1, 2]


def test_in_a_batch_and_in_a_frame_every_cut_is_refused() -> None:
    batch = f"BHS|^~\\&|LIS\r{TWO}BTS|1\r".encode()
    file = f"FHS|^~\\&|LIS\r{TWO}FTS|1\r".encode()
    frame = f"\x0b{TWO}\x1c\r".encode()
    # A trailer whose line break alone is gone ends what it must, and so does the end of a frame.
    for content, whole in ((batch, {2, 1, 3}), (file, {2, 1, 3}), (frame, {1})):
        cuts = [at for at in range(len(content)) if read_or_refuse(content[:at]) is not None]
        assert {len(content) - at for at in cuts} <= whole


@pytest.mark.parametrize("path", names(samples("hl7")))
def test_every_cut_of_every_hl7_sample(path: Path) -> None:
    content = path.read_bytes()
    read_at = {
        at: rows for at in range(len(content) + 1) if (rows := read_or_refuse(content[:at])) is not None
    }
    whole = list(map(result, read_at[max(read_at)]))
    for at, rows in read_at.items():
        is_between = content[:at].endswith((b"\r", b"\n"))
        assert is_between or b"\n" in content[:at], f"cut at {at}"
        assert is_between or CUT in rows[-1].problem, f"cut at {at}"
        taken = [result(row) for row in rows if CUT not in row.problem]
        assert taken == whole[: len(taken)], f"cut at {at}"


@pytest.mark.slow
@pytest.mark.parametrize("path", names(samples("csv")))
def test_every_cut_of_every_table(path: Path) -> None:
    content = path.read_bytes()
    whole = [told(row) for row in read(content)[1]]
    for at in range(len(content)):
        rows = read_or_refuse(content[:at]) or []
        for row in rows[:-1]:
            assert told(row) == whole[row.number - 1]
        if rows and not rows[-1].problem:
            last = whole[rows[-1].number - 1]
            is_between = content[:at].endswith((b"\r", b"\n"))
            left_out = {} if is_between else DESCRIBING
            assert told(rows[-1]) | left_out == last | left_out, f"cut at {at}"


def test_every_cut_of_a_bundle_is_refused() -> None:
    content = bundle(PATIENT, observation(), observation(id="o2")).encode()
    assert len(read(content)[1]) == 2
    assert [at for at in range(len(content)) if read_or_refuse(content[:at]) is not None] == []


@pytest.mark.parametrize("path", names(samples("json")))
def test_cuts_of_every_bundle_are_refused(path: Path) -> None:
    content = path.read_bytes().rstrip()
    json.loads(content)
    for part in range(20):
        assert read_or_refuse(content[: len(content) * part // 20]) is None
    assert read_or_refuse(content[:-1]) is None
