"""Damaged files raise nothing but Unreadable, and every row has its number, place and raw text.

`make prove` tries 20,000 (tests/prove/test_readers_never_fail.py); here is a handful of each format.
"""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.labs.reading.bundles import observation, of_patient
from tests.labs.reading.mutants import json_mutant_of, mutant_of, seeds
from tests.labs.reading.test_truncations import read_or_refuse

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("ending", "mutate"),
    [("hl7", mutant_of), ("csv", mutant_of), ("json", mutant_of), ("json", json_mutant_of)],
)
def test_damaged_samples(ending: str, mutate: Callable[[bytes, Random], bytes]) -> None:
    random, files = Random(ending), seeds(ending)
    read = [read_or_refuse(mutate(random.choice(files), random)) for _ in range(150)]
    assert any(rows is not None for rows in read)


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    read_or_refuse(content)


@QUICK
@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=12), min_size=5, max_size=5))
def test_any_cells(cells: list[str]) -> None:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    read_or_refuse(f"mrn,test,value,unit,collected_at\n{quoted}\n".encode("utf-8", errors="replace"))


@QUICK
@given(
    st.lists(st.text('|^~\\&0.5<X4F"', max_size=8), max_size=16),
    st.sampled_from(["OBX", "OBR", "PID", "SPM"]),
)
def test_any_fields(fields: list[str], name: str) -> None:
    head = "MSH|^~\\&|A|B|C|D|20261103||ORU^R01|1|P|2.5\rPID|1||7\rOBR|1||F1\r"
    read_or_refuse(f"{head}{name}|{'|'.join(fields)}\rOBX|9|NM|2601-3^^LN||0.8|mmol/L||||F\r".encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["value", "code"]), inside),
    max_leaves=8,
)
MORE = ["issued", "performer", "contained", "identifier", "device"]
ELEMENTS = st.sampled_from([*sorted(observation()), *MORE])


@QUICK
@given(st.dictionaries(ELEMENTS, JSON, max_size=4))
def test_any_elements(changes: dict[str, object]) -> None:
    read_or_refuse(of_patient(observation(**changes)).encode())
