"""Every number of the protocol is read by something, and every number in a rule comes from the protocol."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from django.conf import settings

from protocols.thresholds import Thresholds

HOME = Path(settings.BASE_DIR)
DEFINED_IN = HOME / "protocols" / "thresholds.py"
# Where the rules live: what they ask, and the facts that they ask of.
RULES = (
    "reviews/rules.py",
    "reviews/rule_parts.py",
    "reviews/windows.py",
    "reviews/kidney_checks.py",
    "reviews/episodes.py",
    "reviews/triage.py",
    "reviews/facts",
    "regimens/checks",
    "regimens/levels.py",
    "labs/interpretation.py",
)
# The calendar, the clock, per cent, and what counts from one.
ARITHMETIC = {"0", "1", "2", "7", "12", "24", "60", "100"}
ALLOWED = {
    "reviews/triage.py": {"3": "a CTCAE grade, which no clinic sets (6.2)"},
    "labs/interpretation.py": {"0.0001": "how finely a value is kept"},
    "regimens/checks/timing.py": {"0.01": "how finely hours are kept", "40": "the length of a column"},
    "regimens/checks/dose.py": {"40": "the length of a column"},
}


def modules(*places: str) -> Iterator[Path]:
    for place in places:
        path = HOME / place
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def code() -> Iterator[Path]:
    return (
        path for path in modules(*settings.ROOMS) if "migrations" not in path.parts and path != DEFINED_IN
    )


def names_read(tree: ast.AST) -> tuple[set[str], set[str]]:
    """Names that are read whole, and the ends of names that are put together."""
    whole = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    ends = {
        part.value
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.startswith("_")
    }
    return whole, ends


def strays(source: str) -> list[tuple[int, str]]:
    """(line, number) of each number that is written in the code itself."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            found += [] if isinstance(node.value, bool) else [(node.lineno, f"{node.value:g}")]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Decimal":
            written = [one for one in node.args if isinstance(one, ast.Constant)]
            found += [(node.lineno, str(one.value)) for one in written]
    return found


def test_every_threshold_is_read_by_something() -> None:
    whole: set[str] = set()
    ends: set[str] = set()
    for path in code():
        read, put_together = names_read(ast.parse(path.read_text()))
        whole |= read
        ends |= put_together
    unread = [
        field.name
        for field in fields(Thresholds)
        if field.name not in whole and not any(field.name.endswith(end) for end in ends)
    ]
    assert unread == []


@pytest.mark.parametrize("path", list(modules(*RULES)), ids=lambda path: str(path.relative_to(HOME)))
def test_a_rule_holds_no_number_of_its_own(path: Path) -> None:
    allowed = ARITHMETIC | set(ALLOWED.get(str(path.relative_to(HOME)), {}))
    assert [(line, number) for line, number in strays(path.read_text()) if number not in allowed] == []


@pytest.mark.parametrize("source", ["limit = 350", "limit = Decimal('0.35')", "if egfr < 59.9: pass"])
def test_a_stray_number_is_found(source: str) -> None:
    assert [number for _, number in strays(source) if number not in ARITHMETIC]
