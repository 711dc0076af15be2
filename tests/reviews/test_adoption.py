"""Adopting a version: two people, a count before it, and what changes for patients and what does not."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.models import AuditEvent
from labs.models import LabResult
from protocols.drafts import save_draft
from protocols.models import AdoptedVersion, Protocol
from regimens.models import Finding
from reviews.acts.adoption import adopt_protocol, count_draft
from reviews.acts.flags import resolve
from reviews.models import Flag, FlagEvent, ProtocolRun, Reevaluation, RunKind
from reviews.tasks import work_on_protocol_run
from tests.factories import NOW, TODAY
from tests.stories import (
    Clock,
    a_clinic,
    a_clinician,
    a_patient,
    a_result,
    a_visit,
    absent,
    an_admin,
    at_the_clock,
    present,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db
WHY = "As our laboratory asks."


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by() -> Actor:
    return a_clinician(a_clinic())


def a_draft(by: Actor, **values: Any) -> Protocol:
    """By an admin of the clinic of `by`."""
    return save_draft(by=an_admin(by.clinic), at=NOW, values=values, summary=WHY)


def worked_on(run: ProtocolRun) -> ProtocolRun:
    """By a worker, until it is finished."""
    work_on_protocol_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error) == ("DONE", "")
    return run


def counted(draft: Protocol, by: Actor) -> ProtocolRun:
    run = count_draft(draft=draft, by=by, at=NOW)
    return worked_on(run)


def adopted(draft: Protocol, by: Actor) -> ProtocolRun:
    """Adopt it, and let the worker finish."""
    adopt_protocol(draft=draft, by=by, at=NOW, edition=draft.edition)
    run = ProtocolRun.objects.get(kind=RunKind.ADOPT, protocol=draft)
    return worked_on(run)


def under_new(by: Actor, **values: Any) -> ProtocolRun:
    """A version with these numbers, drafted, counted and adopted; the run of the adoption."""
    draft = a_draft(by, **values)
    counted(draft, by)
    return adopted(draft, by)


def owed(patient: Any) -> Reevaluation:
    row: Reevaluation = Reevaluation.objects.get(patient=patient, met_on=None, error_at=None)
    return row


def test_a_count_says_what_would_change_and_keeps_nothing(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=25))
    before = owed(patient)
    run = counted(a_draft(by, re_evaluation_opens_days=21), by)
    assert (run.state, run.done, run.total, run.finished_at) == ("DONE", 1, 1, NOW)
    assert (run.raised, run.cleared) == ({"RE_EVALUATION": 1}, {})
    assert (owed(patient).opens_on, owed(patient).version) == (before.opens_on, before.version)
    assert (Flag.objects.count(), FlagEvent.objects.count()) == (0, 0)


def test_a_count_names_what_would_clear(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=90))
    assert "KIDNEY" in standing(patient)
    run = counted(a_draft(by, egfr_valid_months=24, re_evaluation_closes_days=120), by)
    assert run.cleared == {"KIDNEY": 1}
    assert "KIDNEY" in standing(patient)


@pytest.mark.parametrize(("days", "flags"), [(20, []), (21, ["RE_EVALUATION"]), (22, ["RE_EVALUATION"])])
def test_a_window_that_opens_earlier_raises_from_its_day_on(by: Actor, days: int, flags: list[str]) -> None:
    patient = a_patient(by)
    since = TODAY - timedelta(days=days)
    taking(patient, by, since=since)
    under_new(by, re_evaluation_opens_days=21)
    assert standing(patient) == flags
    assert owed(patient).opens_on == since + timedelta(days=21)
    assert owed(patient).protocol.version == 2
    assert "(day 21 to 42)" in owed(patient).trail


def test_the_adoption_raises_and_clears_what_was_counted(by: Actor) -> None:
    for days in (10, 21, 25, 30):
        patient = a_patient(by)
        taking(patient, by, since=TODAY - timedelta(days=days))
        a_result(patient, by, "0.66")
    draft = a_draft(by, re_evaluation_opens_days=21, ionized_mg_high_mmol_l="0.60")
    count = counted(draft, by)
    run = adopted(draft, by)
    assert count.raised == {"LAB_OUT_OF_RANGE": 4, "RE_EVALUATION": 2}
    assert (run.raised, run.cleared, run.done) == (count.raised, count.cleared, count.done)


def test_a_standing_flag_keeps_the_version_and_the_days_that_raised_it(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=35))
    before = owed(patient)
    under_new(by, re_evaluation_opens_days=40, re_evaluation_closes_days=60)
    after = owed(patient)
    assert standing(patient) == ["RE_EVALUATION"]
    assert (after.opens_on, after.closes_on, after.protocol_id) == (
        before.opens_on, before.closes_on, before.protocol_id,
    )  # fmt: skip
    assert Flag.objects.get(patient=patient).protocol.version == 1


def test_a_closed_re_evaluation_keeps_its_days_and_the_open_one_gets_the_new(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=60))
    met_on = TODAY - timedelta(days=25)
    a_visit(patient, by, absent("TINGLING"), on=met_on, is_re_evaluation=True, adherence_percent=100)
    closed = Reevaluation.objects.get(patient=patient, met_on__isnull=False)
    under_new(by, re_evaluation_opens_days=14, maintenance_opens_days=60, maintenance_closes_days=100)
    kept = Reevaluation.objects.get(pk=closed.pk)
    assert (kept.opens_on, kept.closes_on, kept.protocol_id, kept.version) == (
        closed.opens_on, closed.closes_on, closed.protocol_id, closed.version,
    )  # fmt: skip
    assert owed(patient).opens_on == met_on + timedelta(days=60)
    assert owed(patient).protocol.version == 2


def test_the_newest_result_is_judged_anew_and_an_older_one_is_not(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=60))
    older = a_result(patient, by, "0.66", days_ago=20)
    newest = a_result(patient, by, "0.66", days_ago=2)
    under_new(by, ionized_mg_high_mmol_l="0.60")
    rows = {row.pk: row for row in LabResult.objects.filter(patient=patient, analyte="IONIZED_MG")}
    assert (rows[older.pk].interval_high, rows[older.pk].protocol.version) == (older.interval_high, 1)
    assert (str(rows[newest.pk].interval_high), rows[newest.pk].protocol.version) == ("0.6000", 2)
    assert "LAB_OUT_OF_RANGE" in standing(patient)


def test_the_laboratorys_own_interval_stays(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=10))
    result = a_result(patient, by, "0.58", reference_low="0.46", reference_high="0.60")
    under_new(by, ionized_mg_high_mmol_l="0.50")
    result.refresh_from_db()
    assert (str(result.interval_high), standing(patient)) == ("0.6000", [])


def test_the_findings_of_the_step_in_force_are_of_the_new_version(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=10))
    under_new(by, supervision_above_mg="400")
    versions = Finding.objects.filter(patient=patient, holds_until=None).values_list("protocol__version")
    assert set(versions) == {(2,)}


def test_a_symptom_that_was_answered_stays_as_it_was_judged(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=10))
    a_visit(patient, by, present("TINGLING"))
    flag = Flag.objects.get(patient=patient, rule="SYMPTOM")
    resolve(flag=flag, by=by, at=NOW, version=flag.version, action="ADVISED")
    run = under_new(by, neuromuscular_hours=24, symptom_flag_horizon_days=3)
    assert (run.raised, run.cleared) == ({}, {})
    flag.refresh_from_db()
    assert (flag.state, flag.protocol.version) == ("RESOLVED", 1)


def test_after_an_adoption_acts_follow_the_new_version_and_the_event_tells_both(by: Actor) -> None:
    under_new(by, re_evaluation_closes_days=49)
    patient = a_patient(by)
    taking(patient, by, since=TODAY)
    assert owed(patient).closes_on == TODAY + timedelta(days=49)
    event = AuditEvent.objects.get(act="ADOPT_PROTOCOL")
    assert event.user == by.user and event.before and event.after
    assert (event.before["version"], event.before["values"]) == (1, {"re_evaluation_closes_days": "42"})
    assert (event.after["version"], event.after["values"]) == (2, {"re_evaluation_closes_days": "49"})


def refused(draft: Protocol, by: Actor, edition: str = "") -> str:
    with pytest.raises(ValidationError) as caught:
        adopt_protocol(draft=draft, by=by, at=NOW, edition=edition or draft.edition)
    assert Protocol.objects.in_force(by.clinic).version == 1
    return " ".join(caught.value.messages)


def test_who_had_a_hand_in_a_draft_does_not_adopt_it(by: Actor) -> None:
    draft = a_draft(by, re_evaluation_closes_days=49)
    a_clinician(by.clinic)
    mine = save_draft(
        by=by, at=NOW, values={"re_evaluation_closes_days": 50}, summary=WHY, edition=draft.edition
    )
    again = save_draft(
        by=an_admin(by.clinic),
        at=NOW,
        values={"re_evaluation_closes_days": 51},
        summary=WHY,
        edition=mine.edition,
    )
    counted(again, by)
    assert "You had a hand in this draft" in refused(again, by)


def test_what_was_not_counted_is_not_adopted(by: Actor) -> None:
    draft = a_draft(by, re_evaluation_closes_days=49)
    assert "have not been counted" in refused(draft, by)
    count_draft(draft=draft, by=by, at=NOW)
    assert "have not been counted" in refused(draft, by)


def test_a_draft_changed_since_its_count_asks_for_a_new_one(by: Actor) -> None:
    draft = a_draft(by, re_evaluation_closes_days=49)
    counted(draft, by)
    changed = save_draft(
        by=an_admin(by.clinic),
        at=NOW,
        values={"re_evaluation_closes_days": 56},
        summary=WHY,
        edition=draft.edition,
    )
    assert "have not been counted" in refused(changed, by)
    with pytest.raises(StaleVersion):
        adopt_protocol(draft=draft, by=by, at=NOW, edition=draft.edition)
    counted(changed, by)
    adopted(changed, by)
    assert Protocol.objects.in_force(by.clinic).thresholds.re_evaluation_closes_days == 56


def test_an_adopted_version_is_neither_adopted_nor_counted_nor_changed_again(by: Actor) -> None:
    draft = a_draft(by, re_evaluation_closes_days=49)
    counted(draft, by)
    adopted(draft, by)
    for act in (
        lambda: adopt_protocol(draft=draft, by=by, at=NOW, edition=draft.edition),
        lambda: count_draft(draft=draft, by=by, at=NOW),
    ):
        with pytest.raises(ValidationError, match="never changes"):
            act()
    with pytest.raises(AdoptedVersion):
        Protocol.objects.get(pk=draft.pk).save()
    own = save_draft(by=an_admin(by.clinic), at=NOW, values={"re_evaluation_closes_days": 56}, summary=WHY)
    assert (own.version, Protocol.objects.in_force(by.clinic).thresholds.re_evaluation_closes_days) == (3, 49)


def test_another_clinics_draft_is_none(by: Actor) -> None:
    draft = a_draft(by, re_evaluation_closes_days=49)
    stranger = a_clinician(a_clinic("southbank"))
    for act in (
        lambda: adopt_protocol(draft=draft, by=stranger, at=NOW, edition=draft.edition),
        lambda: count_draft(draft=draft, by=stranger, at=NOW),
    ):
        with pytest.raises(ValidationError, match="discarded"):
            act()


def test_a_failing_event_takes_the_adoption_back(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = a_draft(by, re_evaluation_closes_days=49)
    counted(draft, by)

    def broken(*args: Any, **named: Any) -> None:
        raise RuntimeError("no log")

    monkeypatch.setattr("reviews.acts.adoption.record", broken)
    with pytest.raises(RuntimeError):
        adopt_protocol(draft=draft, by=by, at=NOW, edition=draft.edition)
    assert Protocol.objects.in_force(by.clinic).version == 1
    assert not ProtocolRun.objects.filter(kind=RunKind.ADOPT).exists()


def test_asking_twice_for_a_count_that_is_under_way_is_one_count(by: Actor) -> None:
    draft = a_draft(by, re_evaluation_closes_days=49)
    first = count_draft(draft=draft, by=by, at=NOW)
    assert count_draft(draft=draft, by=by, at=NOW).pk == first.pk
    work_on_protocol_run(first.pk)
    assert count_draft(draft=draft, by=by, at=NOW).pk != first.pk


def test_patients_of_another_clinic_are_left_alone(by: Actor) -> None:
    other = a_clinician(a_clinic("southbank"))
    theirs = a_patient(other)
    taking(theirs, other, since=date(2026, 2, 20))
    before = owed(theirs)
    run = under_new(by, re_evaluation_opens_days=14)
    assert run.done == 0
    assert owed(theirs).opens_on == before.opens_on


def test_the_reasons_are_told_together(by: Actor) -> None:
    a_clinician(by.clinic)
    mine = save_draft(by=by, at=NOW, values={"re_evaluation_closes_days": 50}, summary=WHY)
    with pytest.raises(ValidationError) as caught:
        adopt_protocol(draft=mine, by=by, at=NOW, edition=mine.edition)
    assert len(caught.value.message_dict[NON_FIELD_ERRORS]) == 2
