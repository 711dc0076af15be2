"""Flags on the API: why they stand, and what people do about them, one winner each time."""

from datetime import timedelta
from typing import Any

import pytest

from audit.models import AuditEvent
from reviews.models import Flag, FlagEvent
from tests.api.calling import Caller, done, faults, results
from tests.factories import TODAY
from tests.stories import (
    Clock,
    a_clinic,
    a_clinician,
    a_flag,
    a_low_result,
    a_patient,
    a_researcher,
    a_visit,
    an_admin,
    an_assistant,
    present,
    taking,
)

pytestmark = pytest.mark.django_db
TOMORROW = "2026-03-13T15:00:00Z"


def an_emergency(by: Any) -> Flag:
    visit = a_visit(a_patient(by), by, present("IRREGULAR_HEARTBEAT"), present("SYNCOPE"))
    return next(flag for flag in visit.flags if flag.emergency)


def test_a_flag_says_why_with_rule_inputs_evidence_and_source() -> None:
    by = a_clinician()
    flag = a_flag(by)
    row = done(Caller(by).get(f"flags/{flag.pk}/"))
    assert (row["rule"], row["state"], row["urgency"], row["version"]) == ("SYMPTOM", "OPEN", "THIS_WEEK", 1)
    why = row["why"]
    assert why["sentence"].startswith("Tingling, grade")
    assert (why["rule"], why["protocol_version"], why["evidence"]) == ("SYMPTOM", 1, "A")
    assert why["inputs"]["grade"] == 1
    assert "CTCAE" in why["source"]
    assert (row["cause"], row["cause_id"]) == ("symptom_answer", str(flag.symptom_answer_id))


def test_every_rule_that_stands_can_say_why() -> None:
    by = a_clinician()
    patient = a_patient(by)
    taking(patient, by)
    a_low_result(patient, by)
    a_flag(by, patient)
    rows = results(Caller(by).get("flags/", patient=str(patient.pk)))
    assert {"LAB_OUT_OF_RANGE", "RE_EVALUATION", "SYMPTOM"} <= {row["rule"] for row in rows}
    assert all(row["why"]["sentence"] and row["why"]["source"] and row["why"]["evidence"] for row in rows)


def test_a_flag_names_its_group_of_the_queue_while_it_stands(clock: Clock) -> None:
    by = a_clinician()
    soon, later = a_patient(by), a_patient(by)
    taking(soon, by, since=TODAY - timedelta(days=40))
    taking(later, by, since=TODAY - timedelta(days=30))
    flag = a_flag(by)
    caller = Caller(by)
    groups = {row["patient"]: row["group"] for row in results(caller.get("flags/"))}
    assert groups == {
        str(soon.pk): "CLOSING",
        str(later.pk): "WINDOW_OPEN",
        str(flag.patient_id): "THIS_WEEK",
    }
    (closing,) = results(caller.get("flags/", group="CLOSING"))
    assert (closing["patient"], closing["urgency"]) == (str(soon.pk), "WINDOW_OPEN")
    resolved = done(caller.post(f"flags/{flag.pk}/resolve/", version=1, action="ADVISED"))
    assert resolved["group"] == ""
    assert results(caller.get("flags/", group="THIS_WEEK")) == []
    assert "group" in faults(caller.get("flags/", group="SOON"))


def test_flags_are_filtered_by_patient_state_rule_and_urgency() -> None:
    by = a_clinician()
    patient = a_patient(by)
    taking(patient, by)
    a_low_result(patient, by)
    flag = a_flag(by, patient)
    a_flag(by)
    caller = Caller(by)
    assert [row["id"] for row in results(caller.get("flags/", patient=str(patient.pk), rule="SYMPTOM"))] == [
        str(flag.pk)
    ]
    opened = results(caller.get("flags/", patient=str(patient.pk), urgency="WINDOW_OPEN"))
    assert [row["rule"] for row in opened] == ["RE_EVALUATION"]
    assert results(caller.get("flags/", state="RESOLVED")) == []
    done(caller.post(f"flags/{flag.pk}/resolve/", version=1, action="ADVISED"))
    assert [row["id"] for row in results(caller.get("flags/", state="RESOLVED"))] == [str(flag.pk)]
    assert list(faults(caller.get("flags/", state="DONE"))) == ["state"]
    assert list(faults(caller.get("flags/", urgency="\x00"))) == ["urgency"]
    assert list(faults(caller.get("flags/", patient="12"))) == ["patient"]


def test_overdue_is_told_and_never_stored(clock: Clock) -> None:
    by = a_clinician()
    patient = a_patient(by)
    taking(patient, by)
    clock.forward(days=8)
    rows = results(Caller(by).get("flags/", urgency="OVERDUE"))
    assert [(row["patient"], row["severity"]) for row in rows] == [(str(patient.pk), None)]


def test_acknowledge_resolve_and_their_events() -> None:
    by = a_clinician()
    flag = a_flag(by)
    caller = Caller(by)
    assert done(caller.post(f"flags/{flag.pk}/acknowledge/", version=1))["state"] == "ACKNOWLEDGED"
    row = done(caller.post(f"flags/{flag.pk}/resolve/", version=2, action="ADVISED", note="Told to rest."))
    assert (row["state"], row["action"], row["note"], row["version"]) == (
        "RESOLVED",
        "ADVISED",
        "Told to rest.",
        3,
    )
    assert row["closing"].startswith("Resolved by")
    acts = FlagEvent.objects.filter(flag=flag).values_list("act", flat=True)
    assert list(acts) == ["RAISED", "ACKNOWLEDGED", "RESOLVED"]
    assert AuditEvent.objects.filter(act="RESOLVED_FLAG", object_id=str(flag.pk), user=by.user).exists()


@pytest.mark.parametrize("act", ["acknowledge", "snooze", "resolve", "undo"])
def test_every_act_needs_the_version_and_a_stale_one_gets_the_flag_as_it_stands(act: str) -> None:
    by = a_clinician()
    flag = a_flag(by)
    caller = Caller(by)
    body = {"until": TOMORROW, "action": "ADVISED"}
    assert list(faults(caller.post(f"flags/{flag.pk}/{act}/", **body))) == ["version"]
    assert list(faults(caller.post(f"flags/{flag.pk}/{act}/", **body, version="one"))) == ["version"]
    assert list(faults(caller.post(f"flags/{flag.pk}/{act}/", **body, version=10**20))) == ["version"]
    done(caller.post(f"flags/{flag.pk}/acknowledge/", version=1))
    late = caller.post(f"flags/{flag.pk}/{act}/", **body, version=1)
    assert late.status_code == 409
    assert (late.json()["current"]["state"], late.json()["current"]["version"]) == ("ACKNOWLEDGED", 2)


def test_of_two_who_resolve_one_wins_and_the_other_is_told_who_and_when() -> None:
    first = a_clinician(name="Dr Ada First")
    flag = a_flag(first)
    done(Caller(first).post(f"flags/{flag.pk}/resolve/", version=1, action="ADVISED"))
    late = Caller(a_clinician(first.clinic)).post(
        f"flags/{flag.pk}/resolve/", version=1, action="REFERRED", note="x"
    )
    assert late.status_code == 409
    current = late.json()["current"]
    assert "Ada First" in current["closing"]
    assert (current["action"], current["closed_at"]) == ("ADVISED", "2026-03-12T11:00:00-04:00")


@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("snooze", {"until": "2026-03-12T14:00:00Z"}, "until"),
        ("snooze", {"until": "2026-09-12T14:00:00Z"}, "until"),
        ("snooze", {"until": "later"}, "until"),
        ("snooze", {}, "until"),
        ("resolve", {}, "action"),
        ("resolve", {"action": "IGNORED"}, "action"),
        ("resolve", {"action": "NO_ACTION"}, "note"),
        ("resolve", {"action": "REFERRED", "note": " "}, "note"),
        ("resolve", {"action": "ADVISED", "note": "x" * 10_001}, "note"),
        ("resolve", {"action": "ADVISED", "note": "\x00"}, "note"),
        ("resolve", {"action": "LAB_ORDERED", "analytes": ["GOLD"]}, "analytes"),
        ("resolve", {"action": "LAB_ORDERED", "expected_by": "2026-03-01"}, "expected_by"),
    ],
)
def test_bad_acts_are_refused_with_the_field_and_the_flag_stands(
    act: str, body: dict[str, Any], field: str
) -> None:
    by = a_clinician()
    flag = a_flag(by)
    assert field in faults(Caller(by).post(f"flags/{flag.pk}/{act}/", version=1, **body))
    flag.refresh_from_db()
    assert (flag.state, flag.version) == ("OPEN", 1)


def test_a_snooze_ends_by_itself(clock: Clock) -> None:
    by = a_clinician()
    flag = a_flag(by)
    caller = Caller(by)
    assert done(caller.post(f"flags/{flag.pk}/snooze/", version=1, until=TOMORROW))["state"] == "SNOOZED"
    clock.forward(hours=23, minutes=59)
    assert results(Caller(by).get("flags/", state="OPEN")) == []
    clock.forward(minutes=1)
    assert [row["id"] for row in results(Caller(by).get("flags/", state="OPEN"))] == [str(flag.pk)]


def test_an_emergency_is_not_put_aside() -> None:
    by = a_clinician()
    flag = an_emergency(by)
    caller = Caller(by)
    assert "id" in faults(
        caller.post(f"flags/{flag.pk}/snooze/", version=1, until="2026-03-12T16:00:00Z", reason="x")
    )
    refused = caller.post(f"flags/{flag.pk}/resolve/", version=1, action="NO_ACTION", note="Seen.")
    assert list(faults(refused)) == ["action"]


def test_undo_is_for_ones_own_last_act_for_ten_minutes(clock: Clock) -> None:
    by = a_clinician()
    flag = a_flag(by)
    path = f"flags/{flag.pk}/undo/"
    caller, other = Caller(by), Caller(a_clinician(by.clinic))
    nothing = caller.post(path, version=1)
    assert (nothing.status_code, nothing.json()["current"]["state"]) == (409, "OPEN")
    done(caller.post(f"flags/{flag.pk}/resolve/", version=1, action="ADVISED"))
    assert other.post(path, version=2).status_code == 409
    clock.forward(minutes=10)
    assert done(caller.post(path, version=2))["state"] == "OPEN"
    done(caller.post(f"flags/{flag.pk}/resolve/", version=3, action="ADVISED"))
    clock.forward(minutes=10, seconds=1)
    assert caller.post(path, version=4).status_code == 409


def test_an_assistant_acknowledges_and_snoozes_and_does_not_resolve() -> None:
    by = a_clinician()
    flag = a_flag(by)
    helper = Caller(an_assistant(by.clinic))
    assert helper.post(f"flags/{flag.pk}/resolve/", version=1, action="ADVISED").status_code == 403
    done(helper.post(f"flags/{flag.pk}/acknowledge/", version=1))
    done(helper.post(f"flags/{flag.pk}/snooze/", version=2, until=TOMORROW))


def test_others_reach_no_flag() -> None:
    by = a_clinician()
    flag = a_flag(by)
    stranger = Caller(a_clinician(a_clinic("southbank")))
    assert stranger.get(f"flags/{flag.pk}/").status_code == 404
    assert stranger.post(f"flags/{flag.pk}/resolve/", version=1, action="ADVISED").status_code == 404
    assert results(stranger.get("flags/")) == []
    for who in (a_researcher(by.clinic), an_admin(by.clinic)):
        assert Caller(who).get("flags/").status_code == 403


def test_a_list_of_flags_takes_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    by = a_clinician()
    for _ in range(5):
        a_flag(by)
    caller = Caller(by)
    with django_assert_max_num_queries(8):
        assert len(results(caller.get("flags/"))) == 5
