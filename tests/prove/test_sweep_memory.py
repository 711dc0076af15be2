"""The memory of a sweep stays flat when a clinic is ten times as large, and every flag in it is new."""

import os
import sys
from pathlib import Path

import pytest

from tests.prove.house import house

SMALL, LARGE = 10_000, 100_000
MOST_KIB = 32 * 1024


def peak_kib(home: Path, patients: int) -> int:
    """Of the process that sweeps so many patients for the first time."""
    with house(home, patients) as ours:
        _, status, usage = os.wait4(ours.sweep().pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_maxrss


@pytest.mark.prove
def test_memory_does_not_grow_with_the_clinic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small, large = peak_kib(tmp_path / "small", SMALL), peak_kib(tmp_path / "large", LARGE)
    with capsys.disabled():
        sys.stdout.write(f"\n{small:,} KiB for {SMALL:,} patients, {large:,} for {LARGE:,}\n")
    assert large - small <= MOST_KIB
