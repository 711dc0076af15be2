"""Messages between visits on the API: POST /visits/ with kind MESSAGE."""

from typing import Any

import pytest

from accounts.actors import Actor
from patients.models import Visit
from tests.api.calling import Caller, faults, made
from tests.stories import a_clinician, a_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician()


def body(by: Actor, **told: Any) -> dict[str, Any]:
    symptoms = [{"symptom": "TINGLING", "answer": "PRESENT", "grade": 2}]
    whole = {"patient": str(a_patient(by).pk), "kind": "MESSAGE", "symptoms": symptoms}
    return whole | {"received_at": "2026-03-12T01:30:00Z", "told_by": "PHARMACIST"} | told


def test_a_message_is_of_the_clinics_day_and_raises_its_flags(by: Actor) -> None:
    row = made(Caller(by).post("visits/", **body(by)))
    assert (row["kind"], row["told_by"], row["visited_on"]) == ("MESSAGE", "PHARMACIST", "2026-03-11")
    assert row["received_at"] == "2026-03-11T21:30:00-04:00"
    assert [flag["rule"] for flag in row["flags"]] == ["SYMPTOM"]
    assert row["reached_again"] is False


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({"received_at": None}, {"received_at"}),
        ({"told_by": ""}, {"told_by"}),
        ({"told_by": "NEIGHBOUR"}, {"told_by"}),
        ({"symptoms": []}, {"symptoms"}),
        ({"symptoms": [{"symptom": "TINGLING", "answer": "ABSENT"}]}, {"symptoms"}),
        ({"received_at": "2026-03-12T16:00:00Z"}, {"received_at"}),
        ({"visited_on": "2026-03-12"}, {"visited_on"}),
        ({"is_re_evaluation": True}, {"is_re_evaluation"}),
        ({"adherence_percent": 90}, {"adherence_percent"}),
        ({"gad7_total": 5}, {"kind"}),
        ({"kind": "PHONE", "visited_on": "2026-03-12"}, {"kind"}),
        ({"kind": "PHONE"}, {"visited_on"}),
        ({"received_at": "2026-01-02T10:00:00Z"}, {"note"}),
    ],
)
def test_what_a_message_needs_and_what_it_cannot_hold(
    by: Actor, told: dict[str, Any], fields: set[str]
) -> None:
    assert set(faults(Caller(by).post("visits/", **body(by, **told)))) == fields
    assert not Visit.objects.exists()


def test_a_visit_needs_its_day(by: Actor) -> None:
    answer = Caller(by).post("visits/", patient=str(a_patient(by).pk))
    assert faults(answer) == {"visited_on": ["This field is required."]}
