"""What a laboratory says of one result, in every order: what stands is what it said last and surest."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from accounts.actors import Actor
from labs.models import LabResult, ResultCancellation
from patients.models import Patient
from reviews.acts.results import ResultEntry, record_results
from reviews.models import Flag
from tests.factories import NOW
from tests.reviews.importing.files import committed, counting, message, settled, undone
from tests.stories import a_clinician, a_patient, standing, taking

pytestmark = pytest.mark.django_db

SAID = {"P": "0.62", "F": "0.66", "C": "0.56", "X": ""}


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def sara(by: Actor) -> Patient:
    patient = a_patient(by)
    taking(patient, by)
    return patient


def arrive(sara: Patient, by: Actor, *statuses: str) -> None:
    for n, status in enumerate(statuses):
        text = message(sara, SAID[status], status, control=f"C{n}{status}")
        committed(text, by, at=NOW + timedelta(minutes=n))


@pytest.mark.parametrize("order", list(permutations("PFC")))
def test_a_correction_stands_in_every_order(order: tuple[str, ...], by: Actor, sara: Patient) -> None:
    arrive(sara, by, *order)
    assert counting(sara) == ["IONIZED_MG 0.56"]
    assert "LAB_OUT_OF_RANGE" not in standing(sara)
    old = LabResult.objects.valid().filter(patient=sara).exclude(superseded_by=None)
    assert {row.superseded_by.value for row in old} == {LabResult.objects.counting().get(patient=sara).value}
    assert old.count() == 2


@pytest.mark.parametrize("order", list(permutations("PFCX")))
def test_what_the_laboratory_took_back_does_not_stand_in_any_order(
    order: tuple[str, ...], by: Actor, sara: Patient
) -> None:
    arrive(sara, by, *order)
    assert counting(sara) == []
    assert "LAB_OUT_OF_RANGE" not in standing(sara)
    assert ResultCancellation.objects.count() == 1
    assert LabResult.objects.valid().filter(patient=sara).count() == 3


@pytest.mark.parametrize("status", ["D", "W", "X"])
def test_the_flag_of_a_wrong_value_is_cleared_with_that_reason(status: str, by: Actor, sara: Patient) -> None:
    arrive(sara, by, "F")
    flag = Flag.objects.get(rule="LAB_OUT_OF_RANGE")
    assert flag.state == "OPEN"
    committed(message(sara, "", status, control="C9"), by, at=NOW + timedelta(minutes=1))
    flag.refresh_from_db()
    assert (flag.state, flag.cleared_because) == ("CLEARED", "CORRECTED")


def test_undoing_the_correction_brings_the_first_value_and_its_flag_back(by: Actor, sara: Patient) -> None:
    arrive(sara, by, "F")
    correction = committed(message(sara, "0.56", "C", control="C9"), by, at=NOW + timedelta(minutes=1))
    assert counting(sara) == ["IONIZED_MG 0.56"]
    undone(correction, by, at=NOW + timedelta(minutes=2))
    assert counting(sara) == ["IONIZED_MG 0.66"]
    assert "LAB_OUT_OF_RANGE" in standing(sara)


def test_the_same_message_again_is_stored_once(by: Actor, sara: Patient) -> None:
    text = message(sara, "0.66")
    committed(text, by)
    again = committed(text, by, at=NOW + timedelta(minutes=1))
    resent = committed(text.replace("|C1|", "|C2|"), by, at=NOW + timedelta(minutes=2))
    assert (settled(again), settled(resent)) == (["ALREADY_STORED"], ["ALREADY_STORED"])
    assert LabResult.objects.count() == 1


def test_a_correction_stands_in_the_place_of_a_value_that_was_typed(by: Actor, sara: Patient) -> None:
    sampled = (NOW - timedelta(days=2)).replace(microsecond=0)
    typed = ResultEntry(value=Decimal("0.66"), unit="mmol/L", collected_at=sampled, loinc="73572-0")
    record_results(patient=sara, entries=[typed], by=by, at=NOW)
    committed(message(sara, "0.5", "C", sampled=sampled), by)
    assert counting(sara) == ["IONIZED_MG 0.5"]


def test_a_corrected_creatinine_takes_its_egfr_with_it(by: Actor, sara: Patient) -> None:
    first = message(sara, "0.9", loinc="2160-0").replace("mmol/L|0.44-0.59", "mg/dL|0.7-1.3")
    committed(first, by)
    second = message(sara, "2.9", "C", loinc="2160-0", control="C2").replace(
        "mmol/L|0.44-0.59", "mg/dL|0.7-1.3"
    )
    committed(second, by, at=NOW + timedelta(minutes=1))
    standing_egfr = LabResult.objects.counting().get(patient=sara, analyte="EGFR")
    assert standing_egfr.derived_from is not None
    assert str(standing_egfr.derived_from.value).startswith("2.9")
    assert "KIDNEY" in standing(sara)


def test_one_order_number_on_two_people_is_an_error(by: Actor, sara: Patient) -> None:
    other = a_patient(by, given_name="Ada", family_name="Other")
    committed(message(sara, "0.5"), by)
    source = committed(message(other, "0.5"), by, at=NOW + timedelta(minutes=1))
    assert settled(source) == ["REFUSED"]
    assert counting(other) == []
