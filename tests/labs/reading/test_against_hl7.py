"""Our splitting of fields against the library `hl7`, field by field."""

from pathlib import Path
from typing import Any

import hl7
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.reading.hl7_messages import header_of_message
from labs.reading.hl7_split import Splitter
from labs.reading.hl7_strict import Segment
from tests.labs.reading.messages import MSH
from tests.labs.reading.reads import names, samples

TEXT = st.text("ab1 ,;.<>-é", max_size=4)
ESCAPED = st.lists(TEXT | st.sampled_from(["\\F\\", "\\S\\", "\\T\\", "\\R\\", "\\E\\"]), max_size=3).map(
    "".join
)
COMPONENT = st.lists(ESCAPED, min_size=1, max_size=3).map("&".join)
FIELD = st.lists(st.lists(COMPONENT, min_size=1, max_size=3).map("^".join), min_size=1, max_size=3).map(
    "~".join
)


def theirs(message: Any, segment: Any, *place: int) -> str:
    """The part of a field as the library has it."""
    found = segment
    for at in place:
        found = (found if at == 0 else "") if isinstance(found, str) else found[at] if at < len(found) else ""
    text = str(hl7.containers.unescape(message, str(found)))
    return "" if text == '""' else text.strip()


def hold_against(text: str) -> int:
    """How many parts are the same; fails at the first that is not."""
    parsed, split, same = hl7.parse(text), Splitter(header_of_message(text)), 0
    for line, segment in zip(text.strip().split("\r")[1:], parsed[1:], strict=True):
        ours = Segment(line[:3], 1, line.split("|"), line)
        for field in range(1, len(ours.fields) + 1):
            for nth, component, part in ((1, 1, 1), (1, 2, 1), (2, 1, 1), (1, 1, 2), (2, 3, 2), (4, 4, 4)):
                expected = theirs(parsed, segment, field, nth - 1, component - 1, part - 1)
                assert split.text(ours, field, component, part, nth) == expected
                same += 1
    return same


@pytest.mark.parametrize("path", names(samples("hl7")))
def test_the_samples_are_split_alike(path: Path) -> None:
    text = path.read_bytes().decode().replace("\n", "\r").rstrip("\r")
    messages = [f"MSH{part}" for part in text.split("MSH")[1:]]
    assert sum(map(hold_against, messages)) > 100


@given(st.lists(FIELD, min_size=1, max_size=5))
def test_any_fields_are_split_alike(fields: list[str]) -> None:
    hold_against(f"{MSH}\rOBX|{'|'.join(fields)}|.")
