"""Slips of the hand that would pass unseen: an impossible dose, an MRN that only looks new, an odd word."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from patients.models import Modifier, Patient
from regimens.models import Regimen
from reviews.acts.patients import edit_patient
from tests.factories import NOW, TODAY
from tests.stories import a_clinician, a_dose_change, a_patient, an_entry, taking

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


def refused(error: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    return set(error.value.message_dict)


def test_fifty_tablets_instead_of_half_a_one_are_asked_about(patient: Patient, by: Actor) -> None:
    with pytest.raises(ValidationError, match="14985 mg/day elemental is not plausible") as error:
        taking(patient, by, units=50)
    assert refused(error) == {"intakes"} and not Regimen.objects.exists()
    regimen = taking(patient, by)
    with pytest.raises(ValidationError, match="not plausible"):
        a_dose_change(regimen, by, units=13)
    assert a_dose_change(regimen, by, units=12).dose().elemental_mg_per_day < 2500


def test_the_check_is_not_before_the_start(patient: Patient, by: Actor) -> None:
    with pytest.raises(ValidationError) as error:
        taking(patient, by, since=TODAY, check_again_on=TODAY - timedelta(days=1))
    assert refused(error) == {"check_again_on"}
    assert taking(patient, by, since=TODAY, check_again_on=TODAY).check_again_on == TODAY


def test_blanks_in_a_number_make_no_other_mrn(by: Actor) -> None:
    assert a_patient(by, mrn=" 106120 ").mrn == "106120"
    assert a_patient(by, mrn="4 106  121").mrn == "4 106 121"
    for mrn in ("106 120", "106120", "1061 20", "4106121"):
        with pytest.raises(ValidationError, match=f"MRN {mrn} belongs to another patient"):
            a_patient(by, mrn=mrn)
    other = a_patient(by, mrn="North 7 a")
    assert other.mrn == "North 7 a"
    with pytest.raises(ValidationError) as error:
        edit_patient(patient=other, by=by, at=NOW, version=other.version, mrn="106\N{NO-BREAK SPACE}120")
    assert refused(error) == {"mrn"}


@pytest.mark.parametrize(
    ("code", "value"),
    [("PREGNANCY", "yes, 12 weeks"), ("DIETARY_MAGNESIUM", "-300"), ("DIETARY_MAGNESIUM", "plenty")],
)
def test_a_modifier_that_no_rule_could_read_is_refused(
    patient: Patient, by: Actor, code: str, value: str
) -> None:
    with pytest.raises(ValidationError) as error:
        an_entry(patient, by, "modifiers", code, value=value)
    assert refused(error) == {"value"} and not Modifier.objects.exists()


@pytest.mark.parametrize(
    ("code", "value", "stored"),
    [("PREGNANCY", "pregnant", "PREGNANT"), ("DIETARY_MAGNESIUM", "320", "320"), ("PPI", "", "")],
)
def test_a_modifier_is_stored_as_the_word_that_rules_read(
    patient: Patient, by: Actor, code: str, value: str, stored: str
) -> None:
    assert an_entry(patient, by, "modifiers", code, value=value).value == stored
