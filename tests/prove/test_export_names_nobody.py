"""2,000 patients whose every text is a token that stands nowhere else: no export holds one of them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from pytest_django import Settings

from accounts.actors import Actor
from caseseries.exporting.layers import layers_of
from caseseries.models import Profile
from caseseries.storage import folder_of
from patients.models import Patient
from tests.caseseries.exports_made import exported
from tests.caseseries.people import START, a_person
from tests.database import as_owner
from tests.factories import TODAY
from tests.stories import a_clinic, a_clinician

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
PEOPLE = 2000
ROOMS = ("patients", "regimens", "labs")
# What a token looks like, whatever its field and row: letters, so that it can be a name.
TOKEN = re.compile(rb"qz[a-p]{32}zq", re.IGNORECASE)
# `qz`, the MD5 of field and row in letters, `zq`, as long as the column lets it.
PLANTED = (
    "UPDATE {table} SET {column} = 'qz' || translate(md5('{column}' || id::text), '0123456789abcdef',"
    " 'abcdefghijklmnop') || 'zq' WHERE {column} <> '' OR {always}"
)


def text_columns() -> Iterator[tuple[str, str]]:
    """(table, column) of each text of a patient's rows that a person, a file or a laboratory wrote."""
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            of_patient = model is Patient or any(field.name == "patient" for field in model._meta.fields)
            if not of_patient or hasattr(model, "pgh_tracked_model"):
                continue
            for field in model._meta.concrete_fields:
                free = isinstance(field, models.CharField | models.TextField) and not field.choices
                if free and (field.max_length or 99) >= 36:
                    yield model._meta.db_table, str(field.column)


@pytest.fixture
def planted(settings: Settings, tmp_path: Path) -> Actor:
    settings.EXPORTS_DIR = tmp_path / "exports"
    by = a_clinician(a_clinic())
    for n in range(PEOPLE):
        a_person(
            by,
            sex=("FEMALE", "MALE")[n % 2],
            birth_date=date(1950, 1, 1) + timedelta(days=n * 7),
            start=START - timedelta(days=n % 400),
            gad7={-3: 12, 84: 8 if n % 3 else 12},
            ionized={0: f"0.{40 + n % 9}", 80: f"0.{48 + n % 9}"},
            told={40: {"MUSCLE_TWITCHING": "PRESENT" if n % 5 == 0 else "ABSENT"}},
            publication_consent_on=TODAY,
        )
    with as_owner(), connection.cursor() as cursor:
        for table, column in text_columns():
            always = column in ("family_name", "given_name", "mrn", "contact", "note", "other_text")
            cursor.execute(PLANTED.format(table=table, column=column, always=str(always).lower()))
    return by


def test_no_token_is_in_any_layer_of_any_file(planted: Actor) -> None:
    one = Patient.objects.first()
    assert one is not None and TOKEN.fullmatch(one.family_name.encode()) and TOKEN.fullmatch(one.mrn.encode())
    for how in ({}, {"profile": Profile.PUBLICATION_WITH_CONSENT}):
        told: dict[str, Any] = how
        made = exported(planted, **told)
        assert made.counts["rows"] == PEOPLE
        searched = 0
        for path in folder_of(made.pk).iterdir():
            for layer in layers_of(path):
                searched += len(layer.content)
                assert TOKEN.search(layer.content) is None, layer.where
        assert searched > 1_000_000
