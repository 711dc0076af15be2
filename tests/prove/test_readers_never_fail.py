"""Damaged files of three formats: 24,000 mutants of all samples, where the suite tries a few hundred."""

import sys
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from tests.labs.reading.mutants import json_mutant_of, mutant_of, seeds
from tests.labs.reading.test_truncations import read_or_refuse

KINDS: list[tuple[str, Callable[[bytes, Random], bytes]]] = [
    ("hl7", mutant_of),
    ("csv", mutant_of),
    ("json", json_mutant_of),
    ("json", mutant_of),
]
EACH = 6000


@pytest.mark.prove
def test_no_damaged_file_raises_anything_but_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    found = Counter[str]()
    for number, (ending, mutate) in enumerate(KINDS):
        random, files = Random(f"{ending} {number}"), seeds(ending)
        for _ in range(EACH):
            rows = read_or_refuse(mutate(random.choice(files), random))
            found["refused" if rows is None else "read"] += 1
            found["rows"] += len(rows or [])
            found["problems"] += sum(bool(row.problem) for row in rows or [])
    tried = found["refused"] + found["read"]
    assert tried >= 20_000
    assert min(found.values()) > 1000
    with capsys.disabled():
        sys.stdout.write(
            f"\nuncaught errors in damaged files: 0 of {tried:,}, at most {3 / tried:.3%} (95 %);"
            f" {found['refused']:,} refused, {found['read']:,} read with {found['rows']:,} rows,"
            f" of which {found['problems']:,} with a problem\n"
        )


@pytest.mark.prove
def test_every_cut_of_the_committed_bundle_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    content = seeds("json")[0].rstrip()
    taken = [at for at in range(len(content)) if read_or_refuse(content[:at]) is not None]
    assert taken == []
    with capsys.disabled():
        sys.stdout.write(f"\ncuts of a bundle that were taken: 0 of {len(content):,}\n")
