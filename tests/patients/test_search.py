"""Finding patients: prefixes of name parts or the MRN, in any order, without accents, without a scan."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from accounts.models import Clinic
from patients.models import Patient
from patients.names import search_text, search_words
from tests.database import as_owner
from tests.factories import NOW
from tests.stories import a_clinic, a_clinician, a_patient

MANY = 100_000


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("  Brandão  LUÍS ", ["brandao", "luis"]),
        ("O'Brien, Zoë", ["obrien", "zoe"]),
        ("Æbelø ß", ["aebelo", "ss"]),
        ("105 903", ["105", "903"]),
        ("'; DROP", ["drop"]),
        ("Παπαδόπουλος", ["παπαδοπουλοσ"]),
        ("!!", []),
    ],
)
def test_typed_words_are_folded(typed: str, words: list[str]) -> None:
    assert search_words(typed) == words


def test_a_hyphenated_name_is_found_whole_and_by_its_parts() -> None:
    assert search_text("Smith-Jones", "Ann", "AB-12").split() == [
        "smithjones", "smith", "jones", "ann", "ab12", "ab", "12",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["bran", "lui bra", "BRÃO"[:3], "4711", "brandão luís 47", "brand-"])
def test_any_order_of_prefixes_finds_the_patient(typed: str) -> None:
    clinic = a_clinic()
    by = a_clinician(clinic)
    wanted = a_patient(by, family_name="Brandão", given_name="Luís", mrn="4711")
    a_patient(by, family_name="Nowak", given_name="Piotr", mrn="105216")
    assert list(Patient.objects.of(clinic).found_by(typed)) == [wanted]


@pytest.mark.django_db
def test_every_word_must_fit_and_another_clinic_is_never_found() -> None:
    by = a_clinician(a_clinic())
    a_patient(by, family_name="Brandão", given_name="Luís")
    assert not Patient.objects.of(by.clinic).found_by("bran piotr").exists()
    assert not Patient.objects.of(a_clinic("southbank")).found_by("bran").exists()


@pytest.mark.django_db
def test_a_search_among_100_000_patients_scans_no_table() -> None:
    clinic = a_clinic()
    by = a_clinician(clinic)
    _fill(clinic, by.user.pk)
    plan = _plan(Patient.objects.of(clinic).valid().found_by("family99 giv")[:50])
    assert "patient_by_search_word" in plan
    assert "Seq Scan" not in plan


def _fill(clinic: Clinic, user_id: int) -> None:
    """Rows by SQL, with statistics as autovacuum would keep them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO patients_patient (clinic_id, created_at, created_by_id, version, error_reason, mrn,
                family_name, given_name, birth_date, sex, contact, status, status_reason,
                research_consent, is_synthetic, search, death_relation, transferred_to, unreachable_reason,
                prescribed_by, monitored_by, shared_with)
            SELECT %s, %s, %s, 1, '', 'M' || n, 'Family' || n, 'Given' || n %% 1000, %s, 'FEMALE', '',
                'ACTIVE', '', false, true, 'family' || n || ' given' || n %% 1000 || ' m' || n, '', '', '',
                'THIS_CLINIC', 'THIS_CLINIC', ''
            FROM generate_series(1, %s) AS n
            """,
            [clinic.pk, NOW, user_id, date(1980, 1, 1), MANY],
        )
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE patients_patient")


def _plan(rows: Any) -> str:
    return str(rows.explain())
