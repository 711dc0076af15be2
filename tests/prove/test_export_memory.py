"""The memory of an export grows by at most 64 MiB from 1,000 to 100,000 rows."""

import os
import subprocess
import sys

import pytest

from config.local import BASE_DIR

MOST_KIB = 64 * 1024


def peak_kib(people: int) -> int:
    """Of a process that makes all files of an export and attacks them."""
    command = [sys.executable, "-m", "tests.prove.exporting", str(people)]
    ran = subprocess.run(command, cwd=BASE_DIR, env=os.environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return int(ran.stdout)


@pytest.mark.prove
def test_memory_does_not_grow_with_the_rows() -> None:
    small, large = peak_kib(1_000), peak_kib(100_000)
    assert large - small <= MOST_KIB, f"{(large - small) / 1024:.0f} MiB more for 100,000 people"
