"""Each guard removed in turn makes its test fail, and with all of them in place the same tests pass."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.prove

TESTS = {
    "unique key": "tests/reviews/test_sweep.py::test_the_database_refuses_a_second_flag_of_one_cause",
    "conditional update": "tests/reviews/test_flag_owner_acts.py::test_who_comes_second_is_told_of_the_first",
    "scope": "tests/patients/test_list_page.py::test_another_clinic_s_patients_are_not_listed",
    "audit": "tests/reviews/test_resolve_page.py::test_reading_a_flag_is_audited",
}
PASSED, FAILED = 0, 1


def outcome(guard: str, *tests: str) -> tuple[int, str]:
    """The exit code of pytest over `tests` in a house without `guard`, and what it printed."""
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.prove.without",
        *tests,
    ]
    ended = subprocess.run(words, env=os.environ | {"WITHOUT": guard}, capture_output=True, text=True)
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("guard", TESTS)
def test_without_the_guard_its_test_fails(guard: str) -> None:
    code, said = outcome(guard, TESTS[guard])
    assert code == FAILED and "failed" in said, said


def test_with_all_guards_they_pass() -> None:
    code, said = outcome("nothing", *TESTS.values())
    assert code == PASSED, said
