"""The same data and definition give the same bytes: in another process, time zone and order of hashes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.local import BASE_DIR
from tests.caseseries.people import the_article_series
from tests.stories import a_clinic, a_clinician

pytestmark = pytest.mark.prove
PLACES = [
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LANG": "C"},
    {"TZ": "America/Adak", "PYTHONHASHSEED": "2", "LANG": "C.UTF-8"},
]


def exported(out: Path, environment: dict[str, str], definition: Path) -> dict[str, bytes]:
    command = [
        "manage.py",
        "export_case_series",
        "--clinic=northgate",
        f"--definition={definition}",
        f"--out={out}",
    ]
    ran = subprocess.run(
        [sys.executable, *command], cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def test_two_machines_make_the_same_bytes(process_environment: dict[str, str], tmp_path: Path) -> None:
    the_article_series(a_clinician(a_clinic()))
    definition = tmp_path / "definition.json"
    # The data cut is a day of the clinic, whose zone is the same on both.
    definition.write_text(json.dumps({"form": "GLYCINATE"}))
    shared = {**os.environ, **process_environment, "DOLOMITE_VAR": str(tmp_path / "var")}
    first, second = (exported(tmp_path / place["TZ"][:3], shared | place, definition) for place in PLACES)
    assert len(first) == 9
    assert first == second
