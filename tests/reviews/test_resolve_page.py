"""Why a flag stands and what people do with it, on the page and in the dialog."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.wording import NO_BREAK
from audit.models import AuditEvent
from labs.models import ExpectedResult
from reviews.acts.flags import acknowledge, resolve
from reviews.models import Flag, FlagState
from tests.factories import NOW, TODAY
from tests.stories import (
    Clock,
    a_clinic,
    a_clinician,
    a_flag,
    a_low_result,
    a_patient,
    a_researcher,
    a_result,
    a_visit,
    absent,
    an_assistant,
    an_entry,
    at_the_clock,
    present,
    taking,
)

pytestmark = pytest.mark.django_db
IN_DIALOG = {"HX-Request": "true", "HX-Target": "dialog-body"}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock, client: Client) -> Actor:
    clinician = a_clinician()
    client.force_login(clinician.user)
    return clinician


@pytest.fixture
def flag(by: Actor) -> Flag:
    return a_flag(by)


def _words(answer: Any) -> str:
    plain: str = answer.content.decode().replace(NO_BREAK, " ").replace("‑", "-").replace("&#x27;", "'")
    return plain


def _post(
    client: Client, name: str, flag: Flag, headers: dict[str, str] | None = None, **data: object
) -> Any:
    sent = {"version": flag.version, **data}
    return client.post(reverse(f"reviews:{name}", args=[flag.pk]), sent, headers=headers or {})


def test_tingling_asks_for_magnesium_calcium_kidney_b6_and_medicines(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, code="X3")
    a_result(patient, by, "0.8", analyte="CREATININE", unit="mg/dL", days_ago=3)
    an_entry(patient, by, "medications", "OMEPRAZOLE")
    an_entry(patient, by, "co-treatments", "VITAMIN_B6", value="2")
    page = _words(client.get(reverse("reviews:flag", args=[a_flag(by, patient).pk])))
    assert "Check before changing a dose" in page
    for said in ("Ionized Mg", "not measured", "eGFR", "9 Mar 2026", "32 mg/day", "Omeprazole"):
        assert said in page


def test_another_symptom_does_not(client: Client, by: Actor) -> None:
    a_visit(a_patient(by), by, present("FATIGUE"))
    page = _words(client.get(reverse("reviews:flag", args=[Flag.objects.get().pk])))
    assert "Check before changing a dose" not in page


def test_the_page_says_why_with_rule_evidence_and_source(client: Client, flag: Flag) -> None:
    page = _words(client.get(reverse("reviews:flag", args=[flag.pk])))
    assert "Tingling, grade 1." in page
    assert "SYMPTOM" in page and "Protocol 1" in page and "Guideline" in page
    assert "CTCAE v5" in page
    assert 'role="img"' in page and "As table" in page


def test_the_dialog_gets_the_part_alone(client: Client, flag: Flag) -> None:
    answer = client.get(reverse("reviews:resolve_flag", args=[flag.pk]), headers=IN_DIALOG)
    assert b"<html" not in answer.content
    assert b'id="dialog-title"' in answer.content


def test_reading_a_flag_is_audited(client: Client, flag: Flag) -> None:
    client.get(reverse("reviews:flag", args=[flag.pk]))
    assert AuditEvent.objects.filter(act="READ_CHART", patient_id=flag.patient_id).exists()


def test_an_overdue_re_evaluation_shows_what_was_missing(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=45))
    a_result(patient, by, "0.62", days_ago=50)
    flag = Flag.objects.get(rule="RE_EVALUATION")
    page = _words(client.get(reverse("reviews:flag", args=[flag.pk])))
    assert "299.7 mg/day elemental glycinate" in page
    assert "last: Ionized Mg 0.62 mmol/L" in page
    assert "no visit ever" in page
    assert 'class="hatch"' in page


def test_a_later_absent_answer_stands_beside_the_flag(client: Client, by: Actor, flag: Flag) -> None:
    a_visit(flag.patient, by, absent("TINGLING"), on=TODAY + timedelta(days=1), at=NOW + timedelta(days=1))
    page = _words(client.get(reverse("reviews:flag", args=[flag.pk])))
    assert "Later" in page and "absent" in page
    assert Flag.objects.get(pk=flag.pk).state == FlagState.OPEN


def test_a_later_normal_value_stands_beside_the_flag(client: Client, by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by)
    a_low_result(patient, by, days_ago=3)
    flag = Flag.objects.get(rule="LAB_OUT_OF_RANGE")
    a_result(patient, by, "0.52")
    page = _words(client.get(reverse("reviews:flag", args=[flag.pk])))
    assert "Ionized Mg 0.52 mmol/L" in page and "in range" in page


def test_resolving_goes_back_with_an_undo_that_works(client: Client, flag: Flag) -> None:
    answer = _post(client, "resolve_flag", flag, action="ADVISED", note="Called", next="/?rule=SYMPTOM")
    assert (answer.status_code, answer["Location"]) == (302, "/?rule=SYMPTOM")
    flag.refresh_from_db()
    assert (flag.state, flag.action, flag.note) == (FlagState.RESOLVED, "ADVISED", "Called")
    page = client.get("/").content.decode()
    link = f"/flags/{flag.pk}/undo/?version={flag.version}"
    assert link in page
    client.post(link)
    flag.refresh_from_db()
    assert flag.state == FlagState.OPEN


def test_undo_ends_after_ten_minutes(client: Client, clock: Clock, flag: Flag) -> None:
    _post(client, "resolve_flag", flag, action="ADVISED")
    flag.refresh_from_db()
    clock.forward(minutes=10, seconds=1)
    client.post(f"/flags/{flag.pk}/undo/?version={flag.version}")
    flag.refresh_from_db()
    assert flag.state == FlagState.RESOLVED


def test_an_act_in_the_dialog_closes_it_and_the_list_hears(client: Client, flag: Flag) -> None:
    answer = _post(client, "resolve_flag", flag, IN_DIALOG, action="ADVISED")
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "flag-changed")


def test_no_action_needs_words_and_keeps_what_was_typed(client: Client, flag: Flag) -> None:
    answer = _post(client, "resolve_flag", flag, action="NO_ACTION")
    assert answer.status_code == 400
    page = _words(answer)
    assert "This action needs a few words." in page
    assert 'value="NO_ACTION" id="id_action_4" checked' in page.replace(" required", "")
    assert Flag.objects.get(pk=flag.pk).state == FlagState.OPEN


def test_an_action_must_be_chosen(client: Client, flag: Flag) -> None:
    answer = _post(client, "resolve_flag", flag, note="Typed words")
    assert answer.status_code == 400
    assert "Say what you did." in _words(answer) and "Typed words" in _words(answer)


def test_lab_ordered_owes_the_chosen_results(client: Client, flag: Flag) -> None:
    due = TODAY + timedelta(days=5)
    _post(
        client,
        "resolve_flag",
        flag,
        action="LAB_ORDERED",
        analytes=["IONIZED_MG", "POTASSIUM"],
        expected_by=due,
    )
    owed = ExpectedResult.objects.filter(patient=flag.patient).order_by("analyte")
    assert [(row.analyte, row.due_on) for row in owed] == [("IONIZED_MG", due), ("POTASSIUM", due)]


def test_lab_ordered_in_the_past_is_refused_at_its_field(client: Client, flag: Flag) -> None:
    answer = _post(client, "resolve_flag", flag, action="LAB_ORDERED", expected_by=TODAY - timedelta(days=1))
    assert answer.status_code == 400
    assert 'id="id_expected_by_error"' in _words(answer)


def test_an_emergency_offers_neither_lab_ordered_nor_no_action_nor_snooze(client: Client, by: Actor) -> None:
    a_visit(a_patient(by), by, present("IRREGULAR_HEARTBEAT", 2), present("CHEST_PAIN", 2))
    flag = Flag.objects.filter(emergency=True).first()
    assert flag is not None
    page = _words(client.get(reverse("reviews:resolve_flag", args=[flag.pk])))
    assert "This can be an emergency" in page
    assert 'value="ADVISED"' in page
    assert 'value="LAB_ORDERED"' not in page and 'value="NO_ACTION"' not in page
    assert "/snooze/" not in page
    assert _post(client, "resolve_flag", flag, action="NO_ACTION", note="x").status_code == 400
    assert _post(client, "snooze_flag", flag, wait="1", reason="x").status_code == 400


def test_the_second_of_two_people_is_told_who_was_first_and_loses_nothing(
    client: Client, by: Actor, flag: Flag
) -> None:
    jana = a_clinician(by.clinic, name="Jana Olsen")
    resolve(flag=flag, by=jana, at=NOW, version=flag.version, action="ADVISED")
    answer = _post(
        client, "resolve_flag", Flag(pk=flag.pk, version=1), action="REFERRED", note="To neurology"
    )
    assert answer.status_code == 409
    page = _words(answer)
    assert "Resolved by Jana Olsen, " in page
    assert "To neurology" in page
    flag.refresh_from_db()
    assert (flag.action, flag.closed_by) == ("ADVISED", jana.user)


def test_a_flag_that_changed_but_stands_can_be_saved_again(client: Client, by: Actor, flag: Flag) -> None:
    jana = a_clinician(by.clinic, name="Jana Olsen")
    acknowledge(flag=flag, by=jana, at=NOW, version=flag.version)
    answer = _post(client, "resolve_flag", Flag(pk=flag.pk, version=1), action="ADVISED")
    assert answer.status_code == 409
    assert 'name="version" value="2"' in _words(answer)


def test_acknowledging_keeps_the_flag_standing(client: Client, flag: Flag) -> None:
    answer = _post(client, "acknowledge_flag", flag, next="/")
    assert answer.status_code == 302
    flag.refresh_from_db()
    assert flag.state == FlagState.ACKNOWLEDGED
    assert "acknowledged" in _words(client.get("/"))


def test_acknowledging_from_a_row_that_was_overtaken_lets_the_list_refresh(
    client: Client, by: Actor, flag: Flag
) -> None:
    resolve(flag=flag, by=by, at=NOW, version=flag.version, action="ADVISED")
    answer = _post(client, "acknowledge_flag", Flag(pk=flag.pk, version=1), {"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (409, "flag-changed")
    assert "Resolved by" in _words(client.get("/"))


@pytest.mark.parametrize("version", ["", "x", "0", "9" * 30])
def test_a_version_that_is_none_is_a_stale_one(client: Client, flag: Flag, version: str) -> None:
    answer = client.post(reverse("reviews:acknowledge_flag", args=[flag.pk]), {"version": version})
    assert answer.status_code == 409


def test_snoozing_counts_in_days_of_the_clinic(client: Client, by: Actor, flag: Flag) -> None:
    assert _post(client, "snooze_flag", flag, wait="3").status_code == 302
    flag.refresh_from_db()
    assert flag.snoozed_until is not None
    local = flag.snoozed_until.astimezone(by.clinic.zone)
    assert (local.date(), local.hour) == (TODAY + timedelta(days=3), 0)


def test_snoozing_until_another_day_needs_the_day(client: Client, flag: Flag) -> None:
    answer = _post(client, "snooze_flag", flag, wait="DAY")
    assert answer.status_code == 400
    assert "Enter the day on which it comes back." in _words(answer)
    too_long = _post(client, "snooze_flag", flag, wait="DAY", until_on=TODAY + timedelta(days=60))
    assert too_long.status_code == 400
    assert "at most 30 days" in _words(too_long)


def test_act_today_waits_for_hours_and_with_a_reason(client: Client, by: Actor) -> None:
    a_visit(a_patient(by), by, present("TINGLING", 3))
    flag = Flag.objects.get()
    page = _words(client.get(reverse("reviews:snooze_flag", args=[flag.pk])))
    assert "4 hours" in page and "Tomorrow" not in page
    assert _post(client, "snooze_flag", flag, wait="4").status_code == 400
    assert _post(client, "snooze_flag", flag, wait="4", reason="In theatre").status_code == 302
    flag.refresh_from_db()
    assert flag.snoozed_until == NOW + timedelta(hours=4)


def test_a_closed_flag_says_how_it_closed_and_offers_no_action(client: Client, by: Actor, flag: Flag) -> None:
    resolve(flag=flag, by=by, at=NOW, version=flag.version, action="ADVISED", note="Rest and water")
    page = _words(client.get(reverse("reviews:flag", args=[flag.pk])))
    assert "Why this flag was open" in page and "advised." in page and "Rest and water" in page
    assert "What did you do?" not in page


def test_an_assistant_may_acknowledge_and_snooze_but_not_resolve(
    client: Client, by: Actor, flag: Flag
) -> None:
    client.force_login(an_assistant(by.clinic).user)
    page = _words(client.get(reverse("reviews:flag", args=[flag.pk])))
    assert "Acknowledge only" in page and "What did you do?" not in page
    assert client.get(reverse("reviews:resolve_flag", args=[flag.pk])).status_code == 403
    assert _post(client, "resolve_flag", flag, action="ADVISED").status_code == 403
    assert _post(client, "snooze_flag", flag, wait="1").status_code == 302


PAGES = ("flag", "resolve_flag", "snooze_flag")
ACTS = ("resolve_flag", "snooze_flag", "acknowledge_flag", "undo_flag")


def test_a_stranger_finds_no_flag(client: Client, flag: Flag) -> None:
    client.force_login(a_clinician(a_clinic("southbank")).user)
    for name in PAGES:
        assert client.get(reverse(f"reviews:{name}", args=[flag.pk])).status_code == 404
    for name in ACTS:
        assert _post(client, name, flag, action="ADVISED", wait="1").status_code == 404
    assert client.get(reverse("reviews:flag", args=[uuid4()])).status_code == 404


def test_a_researcher_may_nothing_of_it(client: Client, by: Actor, flag: Flag) -> None:
    client.force_login(a_researcher(by.clinic).user)
    for name in PAGES:
        assert client.get(reverse(f"reviews:{name}", args=[flag.pk])).status_code == 403
    for name in ACTS:
        assert _post(client, name, flag).status_code == 403


def test_the_way_back_never_leaves_the_app(client: Client, flag: Flag) -> None:
    answer = _post(client, "acknowledge_flag", flag, next="https://evil.example/")
    assert answer["Location"] == "/"
