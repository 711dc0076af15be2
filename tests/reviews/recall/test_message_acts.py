"""Symptoms told between visits: triaged and flagged as at a visit, and meeting nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from patients.models import Patient, SymptomAnswer, SymptomEpisode, Visit
from reviews.acts.messages import log_message
from reviews.acts.reach import mark_unreachable
from reviews.acts.visits import LoggedVisit, log_visit
from reviews.models import Flag, Reevaluation
from tests.factories import NOW, TODAY
from tests.stories import a_patient, absent, present, standing

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def tell(patient: Patient, by: Actor, *symptoms: Any, **told: Any) -> LoggedVisit:
    whole: dict[str, Any] = {"at": NOW, "received_at": NOW - HOUR, "told_by": "FAMILY"} | told
    return log_message(patient=patient, by=by, symptoms=symptoms, **whole)


def faults(patient: Patient, by: Actor, *symptoms: Any, **told: Any) -> set[str]:
    with pytest.raises(ValidationError) as refused:
        tell(patient, by, *symptoms, **told)
    assert not Visit.objects.exists()
    return set(refused.value.message_dict)


def test_a_message_is_a_visit_of_the_day_on_which_it_was_received(by: Actor) -> None:
    patient = a_patient(by)
    logged = tell(patient, by, present("TINGLING", 2), note=" Since yesterday ")
    visit = logged.visit
    assert (visit.kind, visit.told_by, visit.received_at, visit.visited_on, visit.note) == (
        "MESSAGE",
        "FAMILY",
        NOW - HOUR,
        TODAY,
        "Since yesterday",
    )
    assert [flag.rule for flag in logged.flags] == ["SYMPTOM"]
    assert SymptomEpisode.objects.get().onset_on == TODAY


def test_the_day_is_the_clinics(by: Actor) -> None:
    """Received at 02:00 UTC is the evening before in New York."""
    received_at = NOW.replace(hour=2, minute=0)
    visit = tell(a_patient(by), by, present("FATIGUE"), received_at=received_at).visit
    assert visit.visited_on == TODAY - timedelta(days=1)


def test_an_emergency_is_one_whoever_tells_it(by: Actor) -> None:
    patient = a_patient(by)
    tell(patient, by, present("IRREGULAR_HEARTBEAT"), present("SYNCOPE", 3))
    assert set(Flag.objects.values_list("emergency", "severity")) == {(True, "ACT_TODAY")}


def test_a_message_meets_no_re_evaluation(by: Actor, patient: Patient, owed: Reevaluation) -> None:
    tell(patient, by, present("FATIGUE"))
    owed.refresh_from_db()
    assert owed.met_on is None
    assert "RE_EVALUATION" in standing(patient)


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({"told_by": ""}, {"told_by"}),
        ({"told_by": "NEIGHBOUR"}, {"told_by"}),
        ({"received_at": NOW + timedelta(minutes=1)}, {"received_at"}),
        ({"received_at": NOW + timedelta(days=1)}, {"received_at", "visited_on"}),
        ({"received_at": datetime(1979, 1, 1, tzinfo=NOW.tzinfo)}, {"visited_on", "note"}),
    ],
)
def test_a_message_that_cannot_be_is_refused(by: Actor, told: dict[str, Any], fields: set[str]) -> None:
    assert faults(a_patient(by), by, present("FATIGUE"), **told) == fields


def test_a_message_tells_of_something_and_of_nothing_absent(by: Actor) -> None:
    patient = a_patient(by)
    assert faults(patient, by) == {"symptoms"}
    assert faults(patient, by, present("FATIGUE"), absent("TINGLING")) == {"symptoms.1.answer"}


@pytest.mark.parametrize(("days", "refused"), [(30, False), (31, True)])
def test_one_too_old_to_flag_needs_a_word(by: Actor, days: int, refused: bool) -> None:
    patient, received_at = a_patient(by), NOW - timedelta(days=days)
    if refused:
        assert faults(patient, by, present("TINGLING"), received_at=received_at) == {"note"}
    logged = tell(patient, by, present("TINGLING"), received_at=received_at, note="Found in the letter box")
    assert bool(logged.flags) is not refused


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"is_re_evaluation": True}, "is_re_evaluation"),
        ({"adherence_percent": 100}, "adherence_percent"),
        ({"gad7_total": 4}, "kind"),
        ({"received_at": None}, "received_at"),
        ({"visited_on": TODAY - timedelta(days=1)}, "visited_on"),
    ],
)
def test_what_takes_a_visit_is_refused_in_a_message(by: Actor, more: dict[str, Any], field: str) -> None:
    whole: dict[str, Any] = {"kind": "MESSAGE", "visited_on": TODAY, "received_at": NOW, "told_by": "PATIENT"}
    with pytest.raises(ValidationError) as refused:
        log_visit(patient=a_patient(by), by=by, at=NOW, symptoms=[present("FATIGUE")], **(whole | more))
    assert set(refused.value.message_dict) == {field}


@pytest.mark.parametrize("told", [{"received_at": NOW}, {"told_by": "PATIENT"}])
def test_a_visit_of_another_kind_was_received_from_nobody(by: Actor, told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="Only a message"):
        log_visit(patient=a_patient(by), by=by, at=NOW, visited_on=TODAY, kind="PHONE", **told)
    assert not SymptomAnswer.objects.exists()


def test_a_message_makes_a_patient_contactable_again(by: Actor, patient: Patient) -> None:
    mark_unreachable(patient=patient, by=by, at=NOW, version=patient.version, reason="No answer")
    assert tell(patient, by, present("FATIGUE")).reached_again
    assert "RE_EVALUATION" in standing(patient)


def test_a_message_after_death_is_refused(by: Actor) -> None:
    patient = a_patient(by)
    Patient.objects.filter(pk=patient.pk).update(status="DECEASED", deceased_on=TODAY - timedelta(days=2))
    assert faults(patient, by, present("FATIGUE")) == {"visited_on"}
