"""The panel: every patient in exactly one group, on any data, and a mistake shows."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from accounts.models import Clinic, Membership
from patients.models import Patient
from regimens.models import Interruption, Regimen, StopReason
from reviews import panel as panels
from reviews.acts.flags import snooze
from reviews.acts.regimens import stop_regimen
from reviews.acts.sources import interrupt_regimen
from reviews.models import Flag, FlagState, Reevaluation, ReevaluationCause, Rule
from reviews.moments import Moment
from reviews.night import check
from reviews.panel import GROUPS, members_of, panel, panelled, without_owner
from tests.factories import (
    NOW,
    TODAY,
    DoseStepFactory,
    FlagFactory,
    PatientFactory,
    ReevaluationFactory,
    RegimenFactory,
    UserFactory,
)
from tests.stories import a_clinic, a_clinician, a_flag, a_patient, a_result, product, taking

pytestmark = pytest.mark.django_db
NEAR = [-60, -20, -1, 0, 1, 30]


@pytest.fixture
def by() -> Actor:
    return a_clinician()


def _now(clinic: Clinic) -> Moment:
    return Moment.of(clinic, NOW)


# --- random data, and a twin in plain Python


class Chance:
    """Makes patients in every state that the record can hold, by a seeded chance."""

    def __init__(self, clinic: Clinic, seed: int) -> None:
        self.clinic, self.dice = clinic, random.Random(seed)
        self.rows = {"clinic": clinic, "created_by": UserFactory.create()}

    def day(self) -> date:
        return TODAY + timedelta(days=self.dice.choice(NEAR))

    def soon(self) -> datetime:
        return NOW + timedelta(hours=self.dice.choice([-1, 0, 5, 5]))

    def maybe(self, share: float = 0.3) -> bool:
        return self.dice.random() < share

    def patient(self) -> None:
        status = self.dice.choice(["ACTIVE"] * 7 + ["PAUSED", "LEFT", "DECEASED"])
        patient = PatientFactory.create(
            **self.rows,
            status=status,
            returns_on=self.day() if status == "PAUSED" else None,
            deceased_on=TODAY if status == "DECEASED" else None,
            **({"unreachable_since": TODAY, "unreachable_reason": "moved"} if self.maybe(0.15) else {}),
            **self.error(0.05),
        )
        for _ in range(self.dice.randrange(3)):
            self.regimen(patient)

    def error(self, share: float) -> dict[str, Any]:
        if not self.maybe(share):
            return {}
        return {"error_at": NOW, "error_by": self.rows["created_by"], "error_reason": "a slip"}

    def regimen(self, patient: Patient) -> None:
        rows = {**self.rows, "patient": patient}
        started = self.day()
        stopped = started + timedelta(days=self.dice.choice([0, 5, 90])) if self.maybe() else None
        regimen = RegimenFactory.create(
            **rows, product=product(), started_on=started, stopped_on=stopped,
            stop_reason="HARM" if stopped else "", **self.error(0.1),
        )  # fmt: skip
        step = DoseStepFactory.create(**rows, regimen=regimen)
        for _ in range(self.dice.randrange(3) if self.maybe(0.4) else 0):
            begun = self.day()
            until = begun + timedelta(days=self.dice.choice([0, 1, 60])) if self.maybe(0.6) else None
            Interruption.objects.create(
                **rows, regimen=regimen, from_on=begun, until_on=until, created_at=NOW, **self.error(0.1)
            )
        for cause in ("START", "SAFETY"):
            if self.maybe(0.6 if cause == "START" else 0.15):
                self.reevaluation(rows, step, cause)

    def reevaluation(self, rows: dict[str, Any], step: Any, cause: str) -> None:
        opens = self.day()
        over = {name: self.day() for name in ("superseded_on", "stopped_on") if self.maybe(0.2)}
        if cause != "SAFETY" and Reevaluation.objects.owed(TODAY).filter(patient=rows["patient"]).exists():
            over["superseded_on"] = TODAY
        owed = ReevaluationFactory.create(
            **rows, step=step, cause=cause, anchored_on=opens - timedelta(days=28), opens_on=opens,
            closes_on=opens + timedelta(days=self.dice.choice([0, 14])), **over,
            met_on=TODAY if self.maybe(0.15) else None, **self.error(0.1),
        )  # fmt: skip
        if self.maybe(0.8):
            state = self.dice.choice(["OPEN", "SNOOZED", "SNOOZED", "SNOOZED", "ACKNOWLEDGED"])
            FlagFactory.create(
                rule=Rule.RE_EVALUATION, reevaluation=owed, symptom_answer=None, severity=None,
                patient=rows["patient"], clinic=self.clinic, state=state,
                snoozed_until=self.soon() if state == "SNOOZED" else None,
            )  # fmt: skip


def twin(patient: Patient, now: Moment) -> str:
    """The same partition, told patient by patient, without SQL's help."""
    if patient.status in ("DECEASED", "LEFT"):
        return patient.status
    if patient.status == "PAUSED" and patient.returns_on and patient.returns_on > now.on:
        return "PAUSED"
    if patient.unreachable_since:
        return "NOT_CONTACTABLE"
    running = [regimen for regimen in patient.regimens.all() if _runs(regimen, now.on)]
    owed = [row for row in patient.reevaluations.all() if _is_owed(row, now.on)]
    if not any(row.cause == "SAFETY" for row in owed):
        if not running:
            return "NO_REGIMEN"
        if all(_is_halted(regimen, now.on) for regimen in running):
            return "ON_HOLD"
    if not owed:
        return "NO_DUE_DATE"
    opened = [row for row in owed if row.opens_on <= now.on]
    awake = [row for row in opened if not _is_asleep(row, now)]
    if any(row.closes_on < now.on for row in awake):
        return "OVERDUE"
    if awake:
        return "WINDOW_OPEN"
    return "SNOOZED" if opened else "NOT_DUE"


def _runs(regimen: Regimen, on: date) -> bool:
    over = regimen.stopped_on is not None and regimen.stopped_on <= on
    return regimen.error_at is None and regimen.started_on <= on and not over


def _is_halted(regimen: Regimen, on: date) -> bool:
    return any(row.error_at is None and row.holds_on(on) for row in regimen.interruptions.all())


def _is_owed(row: Reevaluation, on: date) -> bool:
    over = any(end is not None and end <= on for end in (row.superseded_on, row.stopped_on))
    return row.error_at is None and row.met_on is None and not over


def _is_asleep(row: Reevaluation, now: Moment) -> bool:
    return any(f.state == FlagState.SNOOZED and f.snoozed_until > now.at for f in row.flags.all())


@pytest.mark.parametrize("seed", range(4))
def test_on_random_data_each_patient_is_where_the_twin_says_and_the_sum_is_the_clinic(seed: int) -> None:
    clinic, elsewhere = a_clinic(), a_clinic("southbank")
    for chance, patients in ((Chance(clinic, seed), 50), (Chance(elsewhere, seed + 100), 8)):
        for _ in range(patients):
            chance.patient()
    now = _now(clinic)
    valid = Patient.objects.filter(clinic=clinic, error_at=None)
    rows = valid.prefetch_related("regimens__interruptions", "reevaluations__flags")
    expected = {patient.pk: twin(patient, now) for patient in rows}
    assert dict(panelled(now).values_list("pk", "panel")) == expected
    counted = panel(now)
    assert {group: n for group, n in counted.counts.items() if n} == Counter(expected.values())
    assert counted.adds_up and counted.total == len(expected) == counted.placed
    for group in GROUPS:
        members = {patient.pk for patient in members_of(now, group)}
        assert members == {pk for pk, found in expected.items() if found == group.key}


def test_the_random_data_reach_every_group() -> None:
    """Else the test above would prove little."""
    chance = Chance(a_clinic(), 7)
    for _ in range(150):
        chance.patient()
    assert [group.key for group, n in panel(_now(chance.clinic)).lines if not n] == []


# --- the count, its statement, and a mistake


def test_the_count_is_one_statement_and_of_one_clinic(by: Actor) -> None:
    a_patient(by)
    a_patient(a_clinician(a_clinic("southbank")))
    now = _now(by.clinic)
    with CaptureQueriesContext(connection) as asked:
        counted = panel(now)
    assert (len(asked), counted.total, counted.counts["NO_REGIMEN"]) == (1, 1, 1)


def test_an_empty_clinic_adds_up(by: Actor) -> None:
    counted = panel(_now(by.clinic))
    assert (counted.total, counted.placed, counted.adds_up, counted.mismatch) == (0, 0, True, "")


def test_the_sweep_keeps_the_panel_and_a_group_that_is_missing_shows_in_its_sum(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking(a_patient(by), by, since=TODAY)
    a_patient(by)
    whole = check(by.clinic, at=NOW)
    assert whole is not None
    assert (whole.patients, whole.panel["NOT_DUE"], whole.panel["NO_REGIMEN"]) == (2, 1, 1)
    assert whole.mismatch == ""
    without_the_group(monkeypatch, "NO_REGIMEN")
    row = check(by.clinic, at=NOW + timedelta(minutes=1))
    assert row is not None
    row.refresh_from_db()
    assert (row.patients, row.mismatch) == (2, "The groups hold 1 of 2 patients.")


def without_the_group(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """As if somebody had forgotten one group of the panel."""
    whole = panels._case
    monkeypatch.setattr(panels, "_case", lambda *pairs: whole(*(pair for pair in pairs if pair[1] != key)))


# --- particular people


def _group_of(patient: Patient) -> str:
    found: str = panelled(_now(patient.clinic)).get(pk=patient.pk).panel
    return found


def test_a_snooze_moves_a_patient_from_overdue_to_snoozed_until_its_time(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=60))
    assert _group_of(patient) == "OVERDUE"
    flag = Flag.objects.get(patient=patient, rule=Rule.RE_EVALUATION)
    snooze(flag=flag, by=by, at=NOW, version=flag.version, until=NOW + timedelta(days=2))
    assert _group_of(patient) == "SNOOZED"
    later = Moment.of(by.clinic, NOW + timedelta(days=2, minutes=1))
    assert panelled(later).get(pk=patient.pk).panel == "OVERDUE"


def test_a_result_that_is_back_stays_under_its_day(by: Actor) -> None:
    patient = a_patient(by)
    taking(patient, by, since=TODAY - timedelta(days=60))
    a_result(patient, by, "0.50")
    assert Reevaluation.objects.get(patient=patient, met_on=None).result_id is not None
    assert _group_of(patient) == "OVERDUE"


def test_a_stop_for_harm_stays_due_although_no_regimen_runs(by: Actor) -> None:
    patient = a_patient(by)
    regimen = taking(patient, by, since=TODAY - timedelta(days=60))
    stop_regimen(
        patient=patient, regimen=regimen, by=by, at=NOW, version=regimen.version, stopped_on=TODAY,
        reason=StopReason.HARM,
    )  # fmt: skip
    assert _group_of(patient) == "NOT_DUE"
    assert Reevaluation.objects.owed(TODAY).get(patient=patient).cause == ReevaluationCause.SAFETY


def test_an_interruption_of_the_only_regimen_is_on_hold_and_of_one_of_two_is_not(by: Actor) -> None:
    patient = a_patient(by)
    first = taking(patient, by, since=TODAY - timedelta(days=3))
    interrupt_regimen(patient=patient, regimen=first, by=by, at=NOW, from_on=TODAY, reason="surgery")
    assert _group_of(patient) == "ON_HOLD"
    taking(patient, by, since=TODAY - timedelta(days=2), code="P04")
    assert _group_of(patient) == "NOT_DUE"


def test_who_has_a_flag_of_nobody_or_of_somebody_who_left_has_no_owner(by: Actor) -> None:
    owned, orphan = a_patient(by, owner=by.membership), a_patient(by)
    a_flag(by, owned)
    a_flag(by, orphan)
    now = _now(by.clinic)
    assert by.membership is not None and list(without_owner(now)) == [orphan]
    Membership.objects.filter(pk=by.membership.pk).update(ended_at=NOW, ended_by=by.user)
    assert {patient.pk for patient in without_owner(now)} == {owned.pk, orphan.pk}
    Flag.objects.update(state="RESOLVED", closed_at=NOW, closed_by=by.user, action="ADVISED")
    assert list(without_owner(now)) == []
