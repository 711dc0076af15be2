"""The form of a visit says before saving that a dose differs, and what the article tells of twitching."""

import pytest
from django.test import Client

from accounts.actors import Actor
from patients.models import Patient, Visit
from regimens.models import DoseStep
from tests.reviews.visit.form import blank_form, save, visit_url, words_of
from tests.stories import taking

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def regimen(patient: Patient, by: Actor) -> None:
    taking(patient, by)


def rail(client: Client, patient: Patient, **typed: str) -> str:
    sent = blank_form(client, patient) | {name.replace("__", "-"): value for name, value in typed.items()}
    return words_of(client.post(visit_url(patient, "visit_checks"), sent, headers={"HX-Request": "true"}))


def test_another_dose_than_planned_is_said_before_saving(client: Client, patient: Patient) -> None:
    assert "Not interpretable until settled" in rail(client, patient, dose_told_elemental_mg="100")
    assert "Not interpretable until settled" not in rail(client, patient, dose_told_elemental_mg="299.7")
    assert not Visit.objects.exists()


def test_the_dose_told_is_kept(client: Client, patient: Patient) -> None:
    save(client, patient, dose_told_elemental_mg="149.5")
    assert str(Visit.objects.get().dose_told_elemental_mg) == "149.5"


@pytest.mark.parametrize("typed", ["-1", "much", "12.34"])
def test_what_is_no_amount_is_said_at_its_field(typed: str, client: Client, patient: Patient) -> None:
    answer = save(client, patient, dose_told_elemental_mg=typed)
    assert answer.status_code == 400 and "Taken yesterday, elemental" in words_of(answer)
    assert not Visit.objects.exists()


def test_twitching_brings_the_step_down_of_the_article_and_a_button_that_only_types(
    client: Client, patient: Patient
) -> None:
    steps = DoseStep.objects.count()
    words = rail(client, patient, MUSCLE_TWITCHING__present="on")
    assert 'data-fill="250"' in words and "unverified" in words and "check first" in words
    assert "data-fill" not in rail(client, patient, TINGLING__present="on")
    save(client, patient, MUSCLE_TWITCHING__present="on")
    assert DoseStep.objects.count() == steps
