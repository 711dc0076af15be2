"""The review queue: who is in it, in which group and order, and that it costs the same however long it is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import Actor
from accounts.wording import NO_BREAK
from patients.models import Patient
from protocols.models import Protocol
from reviews.acts.flags import snooze
from reviews.acts.sources import interrupt_regimen
from reviews.models import Flag, Reevaluation, Rule, Sweep
from reviews.moments import Moment
from reviews.queue import CHIP_LABELS, GROUPS, MORE, ROWS, Wanted, badge, queue
from reviews.sweep import sweep
from tests.factories import NOW, TODAY, ProtocolFactory
from tests.stories import (
    Clock,
    a_clinic,
    a_clinician,
    a_low_result,
    a_patient,
    a_researcher,
    a_result,
    a_visit,
    an_assistant,
    an_entry,
    at_the_clock,
    present,
    taking,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock) -> Actor:
    return a_clinician()


def _signed_in(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


def _page(client: Client, by: Actor, **filters: str) -> str:
    answer = _signed_in(client, by).get(reverse("reviews:queue"), filters)
    assert answer.status_code == 200
    return answer.content.decode().replace(NO_BREAK, " ").replace("‑", "-").replace("&#x27;", "'")


def _groups(by: Actor, at: object = NOW, **wanted: object) -> dict[str, list[str]]:
    everything = {group.key: 0 for group in GROUPS}
    found = queue(Moment.of(by.clinic, at), Wanted(**wanted), shown=everything)  # type: ignore[arg-type]
    return {
        listed.group.key: [row.flag.patient.family_name for row in listed.rows]
        for listed in found.groups
        if listed.rows
    }


def _named(by: Actor, name: str) -> Patient:
    return a_patient(by, family_name=name)


def test_each_flag_stands_in_its_group(by: Actor) -> None:
    taking(_named(by, "Window"), by, since=TODAY - timedelta(days=30))
    taking(_named(by, "Overdue"), by, since=TODAY - timedelta(days=60))
    a_visit(_named(by, "Today"), by, present("IRREGULAR_HEARTBEAT", 2))
    a_visit(_named(by, "Week"), by, present("TINGLING", 1))
    assert _groups(by) == {
        "ACT_TODAY": ["Today"],
        "OVERDUE": ["Overdue"],
        "THIS_WEEK": ["Week"],
        "WINDOW_OPEN": ["Window"],
    }


def test_a_patient_has_one_row_with_the_worst_flag_first_and_the_others_beside_it(
    client: Client, by: Actor
) -> None:
    patient = _named(by, "Both")
    taking(patient, by, since=TODAY - timedelta(days=60))
    a_visit(patient, by, present("IRREGULAR_HEARTBEAT", 2))
    assert _groups(by) == {"ACT_TODAY": ["Both"]}
    page = _page(client, by)
    assert page.count("data-row ") == 1
    assert "Also: re-evaluation 18 days over" in page


def test_irregular_heartbeat_comes_first_then_the_higher_grade_then_the_longer_wait(by: Actor) -> None:
    a_visit(_named(by, "Third"), by, present("TINGLING", 3), on=TODAY)
    a_visit(_named(by, "Second"), by, present("TINGLING", 3), on=TODAY - timedelta(days=3))
    a_visit(_named(by, "First"), by, present("IRREGULAR_HEARTBEAT", 1))
    a_visit(_named(by, "Fourth"), by, present("CHEST_PAIN", 1))
    assert _groups(by)["ACT_TODAY"] == ["First", "Second", "Third", "Fourth"]


def test_windows_with_the_fewest_days_left_come_first(by: Actor) -> None:
    taking(_named(by, "Later"), by, since=TODAY - timedelta(days=29))
    taking(_named(by, "Soon"), by, since=TODAY - timedelta(days=41))
    taking(_named(by, "Latest"), by, since=TODAY - timedelta(days=28))
    assert _groups(by) == {"CLOSING": ["Soon"], "WINDOW_OPEN": ["Later", "Latest"]}


def test_a_window_with_nothing_booked_joins_the_count_when_seven_days_remain(
    client: Client, by: Actor
) -> None:
    patient = _named(by, "Closing")
    taking(patient, by, since=TODAY - timedelta(days=34))
    assert _groups(by) == {"WINDOW_OPEN": ["Closing"]}
    assert badge(Moment.of(by.clinic, NOW)) == 0
    later = NOW + timedelta(days=1)
    assert _groups(by, later) == {"CLOSING": ["Closing"]}
    assert badge(Moment.of(by.clinic, later)) == 1
    row = Reevaluation.objects.get(patient=patient)
    assert (row.closes_on - Moment.of(by.clinic, later).on).days == 7


def test_a_booked_window_stays_out_of_the_count_until_the_booking_has_passed(by: Actor) -> None:
    patient = _named(by, "Booked")
    taking(patient, by, since=TODAY - timedelta(days=40))
    assert _groups(by) == {"CLOSING": ["Booked"]}
    Reevaluation.objects.filter(patient=patient).update(booked_on=TODAY)
    assert _groups(by) == {"WINDOW_OPEN": ["Booked"]}
    assert _groups(by, NOW + timedelta(days=1)) == {"CLOSING": ["Booked"]}


def test_a_booked_visit_is_said_with_its_day(client: Client, by: Actor) -> None:
    taking(_named(by, "Booked"), by, since=TODAY - timedelta(days=40))
    Reevaluation.objects.update(booked_on=TODAY + timedelta(days=2))
    assert "visit on 14 Mar 2026" in _page(client, by, group="WINDOW_OPEN")


def test_the_days_of_the_group_are_those_of_the_protocol(client: Client, by: Actor) -> None:
    values = Protocol.objects.get(clinic=None).values | {"unbooked_days": 3}
    ProtocolFactory.create(clinic=by.clinic, values=values)
    taking(_named(by, "Closing"), by, since=TODAY - timedelta(days=39))
    taking(_named(by, "Earlier"), by, since=TODAY - timedelta(days=38))
    assert _groups(by) == {"CLOSING": ["Closing"], "WINDOW_OPEN": ["Earlier"]}
    assert "at most 3 days left and nothing booked" in _page(client, by)


def test_a_day_of_the_clinic_and_not_of_the_world_closes_a_window(by: Actor) -> None:
    """At 21:00 in New York it is tomorrow in London."""
    taking(_named(by, "Evening"), by, since=TODAY - timedelta(days=34))
    assert _groups(by, NOW + timedelta(hours=10)) == {"WINDOW_OPEN": ["Evening"]}


def test_what_is_past_its_time_moves_up_directly_under_act_today(by: Actor) -> None:
    a_visit(_named(by, "Tingling"), by, present("TINGLING", 1))
    in_time, late = NOW + timedelta(hours=71), NOW + timedelta(hours=73)
    assert _groups(by, in_time) == {"THIS_WEEK": ["Tingling"]}
    assert _groups(by, late) == {"LATE": ["Tingling"]}


def test_a_result_that_came_back_waits_in_the_closed_group_with_mark_reviewed(
    client: Client, by: Actor
) -> None:
    patient = _named(by, "Back")
    a_result(patient, by, "90", analyte="EGFR", unit="mL/min/{1.73_m2}")
    taking(patient, by, since=TODAY - timedelta(days=60))
    a_result(patient, by, "0.50")
    assert _groups(by) == {"WINDOW_OPEN": ["Back"]}
    page = _page(client, by)
    assert "0 patients with open flags" in page
    assert "BACK" not in page
    opened = _page(client, by, group="WINDOW_OPEN")
    assert "result back, not reviewed" in opened
    assert 'data-key="r"' in opened


def test_a_snoozed_flag_stands_apart_until_its_time(by: Actor) -> None:
    patient = _named(by, "Asleep")
    a_visit(patient, by, present("TINGLING", 1))
    flag = Flag.objects.get()
    snooze(flag=flag, by=by, at=NOW, version=1, until=NOW + timedelta(days=1))
    assert _groups(by) == {"SNOOZED": ["Asleep"]}
    assert _groups(by, NOW + timedelta(days=1, minutes=1)) == {"THIS_WEEK": ["Asleep"]}


def test_counts_name_patients_and_leave_out_the_closed_groups(client: Client, by: Actor) -> None:
    two = _named(by, "Two")
    a_visit(two, by, present("IRREGULAR_HEARTBEAT", 2), present("TINGLING", 1))
    taking(_named(by, "Window"), by, since=TODAY - timedelta(days=30))
    page = _page(client, by)
    assert "1 patient with open flags" in page
    assert "1 needs action today" in page
    assert '<span class="nav-count" id="queue-count">1' in page
    assert "Symptoms <b>1</b>" in page
    assert "Re-evaluation <b>" not in page


def test_the_filters_are_addresses(client: Client, by: Actor) -> None:
    taking(_named(by, "Overdue"), by, since=TODAY - timedelta(days=60))
    a_visit(a_patient(by, family_name="Mine", owner=by.membership), by, present("TINGLING", 1))
    page = _page(client, by, rule="SYMPTOM")
    assert "MINE" in page and "OVERDUE" not in page
    page = _page(client, by, mine="1")
    assert "MINE" in page and "OVERDUE" not in page
    assert "My patients: on" in page
    assert "No patients match" in _page(client, by, rule="OUTCOME_WORSE")


def test_a_row_shows_dose_and_ionized_magnesium_with_value_and_word(client: Client, by: Actor) -> None:
    patient = _named(by, "Low")
    taking(patient, by)
    a_low_result(patient, by)
    page = _page(client, by)
    assert "299.7 mg/day" in page and "elemental · glycinate" in page
    assert "0.42" in page and "low" in page
    assert '<svg class="plot spark"' in page


def test_a_result_from_before_the_start_is_at_start(client: Client, by: Actor) -> None:
    patient = _named(by, "Start")
    taking(patient, by, since=TODAY - timedelta(days=60))
    a_result(patient, by, "0.43", days_ago=70)
    assert "at start" in _page(client, by)


def test_nothing_to_review_says_when_the_next_window_opens(client: Client, by: Actor) -> None:
    taking(_named(by, "Fresh"), by, since=TODAY)
    sweep(by.clinic, at=NOW)
    page = _page(client, by)
    assert "Nothing to review." in page
    assert "Next window opens" in page


def test_the_page_says_how_fresh_it_is(client: Client, by: Actor) -> None:
    a_patient(by)
    sweep(by.clinic, at=NOW)
    assert "Checked 11:00, 1 of 1 patient, 0 not evaluable" in _page(client, by)
    assert "did not finish" not in _page(client, by)


def test_a_failed_check_stands_in_red_with_the_last_complete_one(client: Client, by: Actor) -> None:
    sweep(by.clinic, at=NOW - timedelta(days=1))
    Sweep.objects.create(clinic=by.clinic, on=TODAY, started_at=NOW, error="DataError")
    page = _page(client, by)
    assert "The nightly check did not finish on" in page
    assert "Last complete check:" in page


def test_a_check_that_is_missing_is_a_failed_one(client: Client, by: Actor) -> None:
    a_patient(by, at=NOW - timedelta(hours=2))
    assert "No check has finished yet." in _page(client, by)


def test_patients_that_could_not_be_evaluated_are_named(client: Client, by: Actor) -> None:
    patient = _named(by, "Poison")
    row = sweep(by.clinic, at=NOW)
    assert row is not None
    Sweep.objects.filter(pk=row.pk).update(not_evaluable={"SYMPTOM": [str(patient.pk)]})
    page = _page(client, by)
    assert "could not evaluate 1 patient" in page and "POISON" in page


def test_an_assistant_sees_no_resolve_and_may_acknowledge(client: Client, by: Actor) -> None:
    a_visit(_named(by, "Week"), by, present("TINGLING", 1))
    page = _page(client, an_assistant(by.clinic))
    assert "Acknowledge" in page
    assert "/resolve/" not in page


def test_a_researcher_is_told_who_may(client: Client, by: Actor) -> None:
    answer = _signed_in(client, a_researcher(by.clinic)).get(reverse("reviews:queue"))
    assert answer.status_code == 403
    assert b"clinician" in answer.content.lower()


def test_another_clinic_has_its_own_queue(client: Client, by: Actor) -> None:
    a_visit(_named(by, "North"), by, present("TINGLING", 1))
    assert "NORTH" not in _page(client, a_clinician(a_clinic("southbank")))


def test_a_long_group_shows_its_first_rows_and_leads_to_the_next(client: Client, by: Actor) -> None:
    _many(by, ROWS + MORE + 2)
    page = _page(client, by)
    assert page.count("data-row ") == ROWS
    assert f"from={ROWS}" in page
    rest = _signed_in(client, by).get(
        "/", {"group": "THIS_WEEK", "from": str(ROWS)}, headers={"HX-Request": "true"}
    )
    assert rest.content.count(b"data-row ") == MORE
    assert f"from={ROWS + MORE}".encode() in rest.content
    assert b"<html" not in rest.content


@pytest.mark.parametrize("offset", ["-1", "x", "99999999999999", "²"])
def test_a_bad_offset_is_only_a_page(client: Client, by: Actor, offset: str) -> None:
    answer = _signed_in(client, by).get("/", {"group": "THIS_WEEK", "from": offset})
    assert answer.status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_queue(client: Client, by: Actor) -> None:
    _many(by, 20)
    few = _queries(client, by)
    _many(by, 180, start=20)
    assert Flag.objects.standing().count() == 200
    assert _queries(client, by) <= few


def _queries(client: Client, by: Actor) -> int:
    _page(client, by)
    with CaptureQueriesContext(connection) as captured:
        _page(client, by)
    return len(captured)


def _many(by: Actor, count: int, start: int = 0) -> None:
    """One patient each with a flag; the first also takes magnesium and has a result."""
    first = _named(by, f"P{start}")
    taking(first, by, since=TODAY)
    a_low_result(first, by)
    for number in range(start + 1, start + count):
        a_visit(_named(by, f"P{number}"), by, present("TINGLING", 1))


def test_a_dose_and_a_medicine_stand_with_their_sentences(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY, units=2)
    an_entry(patient, by, "medications", "RALTEGRAVIR")
    page = _page(client, by)
    assert "Raltegravir: avoid, no distance helps." in page
    assert "dose above the limit" in page
    assert "Interaction" in _page(client, by, rule="DOSE_ABOVE_CAP")


def test_every_rule_can_be_asked_for_by_a_name(client: Client, by: Actor) -> None:
    assert set(CHIP_LABELS) == set(Rule)
    assert all(_page(client, by, rule=rule) for rule in Rule.values)


def test_what_is_interrupted_is_no_dose_of_now(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    regimen = taking(patient, by)
    assert "299.7" in _page(client, by)
    interrupt_regimen(patient=patient, regimen=regimen, by=by, at=NOW, from_on=TODAY)
    assert "299.7" not in _page(client, by)
