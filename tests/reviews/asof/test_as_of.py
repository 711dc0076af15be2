"""A past day: what the clinic knew at its end, and nothing that came later."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.functional import cached_property as lazy

from accounts.actors import Actor
from patients.models import Patient
from regimens.models import Regimen
from reviews.acts.entries import end_entry
from reviews.acts.errors import mark_in_error
from reviews.acts.flag_owners import assign
from reviews.acts.flags import acknowledge, resolve, snooze, undo
from reviews.acts.patients import edit_patient
from reviews.acts.regimens import stop_regimen
from reviews.asof.days import record_as_of
from reviews.asof.picture import Picture, picture_of
from reviews.asof.record import RecordAsOf
from reviews.facts.record import Record
from reviews.models import Flag
from reviews.pages.chart_record import ChartRecord
from reviews.sentences import sentence
from reviews.sweep import sweep
from tests.factories import NOW, TODAY, ProtocolFactory
from tests.reviews.asof.kept import at_the_time
from tests.stories import (
    a_clinician,
    a_dose_change,
    a_patient,
    a_result,
    a_visit,
    absent,
    an_entry,
    present,
    taking,
)

pytestmark = pytest.mark.django_db
TOLD: dict[str, Any] = {"reference_low": "0.46", "reference_high": "0.60"}


def moment(day: int, hour: int = 15) -> datetime:
    """So many days after the first of March 2026 (UTC; New York is four or five hours earlier)."""
    return NOW.replace(month=3, day=1, hour=hour) + timedelta(days=day)


def on(day: int) -> date:
    return moment(day).date()


@pytest.fixture
def by() -> Actor:
    return a_clinician(name="Dr Elena Marsh")


@pytest.fixture
def patient(by: Actor) -> Patient:
    """Registered on 1 March."""
    return at_the_time(moment(0), lambda: a_patient(by, owner=by.membership, at=moment(0)))


def seen(patient: Patient, day: int, at: datetime = NOW) -> Picture:
    return picture_of(record_as_of(patient, patient.clinic, on(day), at))


def refused(patient: Patient, day: date, at: datetime = NOW) -> str:
    with pytest.raises(ValidationError) as caught:
        record_as_of(patient, patient.clinic, day, at)
    return str(caught.value.message_dict["on"][0]).replace("\N{NO-BREAK SPACE}", " ")


def test_a_day_before_the_patient_was_registered_is_refused(patient: Patient) -> None:
    assert refused(patient, on(-1)) == (
        "This patient was registered on 1 Mar 2026. Choose that day or a later one."
    )


def test_a_day_that_has_not_come_is_refused_by_the_clinics_date(patient: Patient) -> None:
    assert "has not come yet" in refused(patient, TODAY + timedelta(days=1))
    night = datetime(2026, 3, 13, 2, 0, tzinfo=NOW.tzinfo)  # still the 12th in New York
    assert "has not come yet" in refused(patient, date(2026, 3, 13), night)


def test_a_result_of_the_first_that_came_on_the_fifth_is_not_known_on_the_third(
    by: Actor, patient: Patient
) -> None:
    at = moment(4)
    at_the_time(at, lambda: a_result(patient, by, "0.42", at=at, days_ago=4, **TOLD))
    assert seen(patient, 2).results == []
    (known,) = seen(patient, 4).results
    assert (known.collected_on, known.interpretation) == (on(0), "LOW")


def test_a_row_marked_in_error_later_is_there_until_that_day(by: Actor, patient: Patient) -> None:
    told = at_the_time(moment(2), lambda: a_result(patient, by, "0.42", at=moment(2), **TOLD))
    withdraw = lambda: mark_in_error(row=told, by=by, at=moment(5), version=told.version, reason="Other tube")  # noqa: E731
    at_the_time(moment(5), withdraw)
    assert [len(seen(patient, day).results) for day in (1, 2, 4, 5)] == [0, 1, 1, 0]


def test_particulars_are_those_of_the_day(by: Actor, patient: Patient) -> None:
    rename = lambda: edit_patient(patient=patient, by=by, at=moment(3), version=1, family_name="Berg")  # noqa: E731
    at_the_time(moment(3), rename)
    assert [seen(patient, day).patient.family_name for day in (2, 3)] == ["Lindqvist", "Berg"]


def test_the_dose_in_force_is_that_of_the_day_and_of_what_was_known(by: Actor, patient: Patient) -> None:
    """A step of the 4th that was written on the 6th is not in force on the 5th, as the clinic knew it."""
    regimen = at_the_time(moment(1), lambda: taking(patient, by, since=on(1), at=moment(1)))
    at_the_time(moment(5), lambda: a_dose_change(regimen, by, on=on(3), at=moment(5)))
    at_the_time(moment(8), lambda: _stopped(regimen, by, 8))
    found = [float(seen(patient, day).elemental_mg_per_day) for day in (0, 1, 4, 5, 7, 8)]
    assert found == [0, 299.7, 299.7, 199.8, 199.8, 0]


def _stopped(regimen: Regimen, by: Actor, day: int) -> Regimen:
    row = Regimen.objects.get(pk=regimen.pk)
    told: dict[str, Any] = {"stopped_on": on(day), "reason": "HARM"}
    return stop_regimen(patient=row.patient, by=by, at=moment(day), regimen=row, version=row.version, **told)


def test_symptoms_are_the_last_answers_and_the_episodes_of_then(by: Actor, patient: Patient) -> None:
    said = {1: present("TINGLING", 1), 4: present("TINGLING", 2), 7: absent("TINGLING")}
    for day, answer in said.items():
        at_the_time(moment(day), lambda d=day, a=answer: a_visit(patient, by, a, on=on(d), at=moment(d)))  # type: ignore[misc]
    grades = [[(a.answer, a.grade) for a in seen(patient, day).symptoms] for day in (0, 1, 5, 7)]
    assert grades == [[], [("PRESENT", 1)], [("PRESENT", 2)], [("ABSENT", None)]]
    episodes = [[(e.resolved_on, e.highest_grade) for e in seen(patient, day).episodes] for day in (1, 5, 7)]
    assert episodes == [[(None, 1)], [(None, 2)], [(on(7), 2)]]
    assert [len(seen(patient, day).visits) for day in (0, 3, 11)] == [0, 1, 3]


def test_re_evaluations_stand_as_they_stood(by: Actor, patient: Patient) -> None:
    at_the_time(moment(1), lambda: taking(patient, by, since=on(-40), at=moment(1)))
    full: dict[str, Any] = {"is_re_evaluation": True, "adherence_percent": 90}
    at_the_time(moment(6), lambda: a_visit(patient, by, absent("TINGLING"), on=on(6), at=moment(6), **full))
    states = [[row.state for row in seen(patient, day).owed] for day in (0, 1, 2, 3, 5)]
    assert states == [[], ["OPEN"], ["OPEN"], ["OVERDUE"], ["OVERDUE"]]
    assert [row.state for row in seen(patient, 6).owed] == ["UPCOMING", "MET"]


def _flagged(by: Actor, patient: Patient, day: int = 1) -> Flag:
    say = lambda: a_visit(patient, by, present("TINGLING"), on=on(day), at=moment(day))  # noqa: E731
    return Flag.objects.get(symptom_answer__visit=at_the_time(moment(day), say).visit)


def flags(patient: Patient, *days: int) -> list[list[tuple[str, str | None]]]:
    """The state and the owner of each flag that stood at the end of each day."""
    return [[_said(flag) for flag in seen(patient, day).flags] for day in days]


def _said(flag: Any) -> tuple[str, str | None]:
    return flag.standing_state, str(flag.owner.user) if flag.owner else None


def test_flags_stand_as_they_stood_through_every_act(by: Actor, patient: Patient) -> None:
    flag, marsh = _flagged(by, patient), "Dr Elena Marsh"
    other = a_clinician(by.clinic, name="Dr Ann Other")
    acknowledge(flag=flag, by=by, at=moment(2), version=1)
    assign(flag=flag, by=other, at=moment(3), version=2, owner=other.membership)
    snooze(flag=flag, by=by, at=moment(4), version=3, until=moment(6))
    resolve(flag=flag, by=by, at=moment(8), version=4, action="ADVISED", note="told")
    assert flags(patient, 0, 1, 2, 3, 4, 5) == [
        [], [("OPEN", marsh)], [("ACKNOWLEDGED", marsh)], [("ACKNOWLEDGED", "Dr Ann Other")],
        [("SNOOZED", "Dr Ann Other")], [("SNOOZED", "Dr Ann Other")],
    ]  # fmt: skip
    assert flags(patient, 6, 7, 8) == [[("OPEN", "Dr Ann Other")], [("OPEN", "Dr Ann Other")], []]


def test_an_undone_act_was_never_said_on_the_days_before_it(by: Actor, patient: Patient) -> None:
    flag = _flagged(by, patient)
    resolve(flag=flag, by=by, at=moment(2, 3), version=1, action="ADVISED", note="told")
    undo(flag=flag, by=by, at=moment(2, 3) + timedelta(minutes=5), version=2)
    assert [len(found) for found in flags(patient, 1, 2, 3)] == [1, 1, 1]


@pytest.mark.parametrize("how", ["acknowledged", "snoozed", "undone"])
def test_a_flag_that_cleared_by_itself_stood_as_people_had_left_it(
    by: Actor, patient: Patient, how: str
) -> None:
    """Clearing keeps nothing of before: the acts before it say how the flag stood."""
    flag = _flagged(by, patient)
    if how == "snoozed":
        snooze(flag=flag, by=by, at=moment(2), version=1, until=moment(4))
    else:
        acknowledge(flag=flag, by=by, at=moment(2), version=1)
    if how == "undone":
        undo(flag=flag, by=by, at=moment(2) + timedelta(minutes=5), version=2)
    answer = flag.symptom_answer
    assert answer is not None
    visit = answer.visit
    visit.refresh_from_db()
    clear = lambda: mark_in_error(row=visit, by=by, at=moment(6), version=visit.version, reason="Slip")  # noqa: E731
    at_the_time(moment(6), clear)
    states = [[state for state, _ in found] for found in flags(patient, 1, 2, 3, 5, 6)]
    acknowledged = {
        "acknowledged": [["OPEN"], ["ACKNOWLEDGED"], ["ACKNOWLEDGED"], ["ACKNOWLEDGED"], []],
        "snoozed": [["OPEN"], ["SNOOZED"], ["SNOOZED"], ["OPEN"], []],
        "undone": [["OPEN"], ["OPEN"], ["OPEN"], ["OPEN"], []],
    }
    assert states == acknowledged[how]


def test_a_flag_says_what_it_said(by: Actor, patient: Patient) -> None:
    """The window is overdue from the 3rd on, and a result that came on the 5th changes the sentence then."""
    at_the_time(moment(1), lambda: taking(patient, by, since=on(-40), at=moment(1)))
    at_the_time(moment(5), lambda: a_result(patient, by, "0.50", at=moment(5), **TOLD))
    found = {}
    for day in (1, 3, 5):
        (flag,) = [flag for flag in seen(patient, day).flags if flag.rule == "RE_EVALUATION"]
        found[day] = (flag.urgency, sentence(flag, on(day)))  # type: ignore[attr-defined]
    assert found[1][0] == "WINDOW_OPEN" and "nothing booked" in found[1][1]
    assert found[3][0] == "OVERDUE" and found[3][1].startswith("No re")
    assert "result back, not reviewed" in found[5][1]


def test_the_worst_flag_stands_first(by: Actor, patient: Patient) -> None:
    heard = [present("TINGLING", 1), present("IRREGULAR_HEARTBEAT", 2)]
    at_the_time(moment(1), lambda: a_visit(patient, by, *heard, on=on(1), at=moment(1)))
    at_the_time(moment(2), lambda: a_visit(patient, by, present("FATIGUE", 2), on=on(2), at=moment(2)))
    found = [flag.inputs["symptom"] for flag in seen(patient, 2).flags]
    assert found == ["IRREGULAR_HEARTBEAT", "FATIGUE", "TINGLING"]


def test_what_is_late_was_late_from_its_day_on(by: Actor, patient: Patient) -> None:
    _flagged(by, patient)
    late = [[flag.is_late for flag in seen(patient, day).flags] for day in (1, 3, 4)]  # type: ignore[attr-defined]
    assert late == [[False], [False], [True]]


def test_the_protocol_is_that_of_the_day(by: Actor, patient: Patient) -> None:
    ProtocolFactory.create(clinic=by.clinic, version=2, adopted_at=moment(3), adopted_by=by.user)
    ProtocolFactory.create(clinic=by.clinic, version=3, adopted_at=moment(6), adopted_by=by.user)
    assert [seen(patient, day).protocol_version for day in (2, 3, 5, 6)] == [1, 2, 2, 3]


def test_entries_hold_as_they_were_told(by: Actor, patient: Patient) -> None:
    pill = at_the_time(
        moment(1), lambda: an_entry(patient, by, "medications", "IRON", since=on(1), at=moment(1))
    )
    told: dict[str, Any] = {"patient": patient, "entry": pill, "version": 1, "until": on(2)}
    at_the_time(moment(5), lambda: end_entry(by=by, at=moment(5), **told))
    held = [
        [entry.holds_on(on(day)) for entry in record_as_of(patient, by.clinic, on(day), NOW).medications]
        for day in (0, 1, 4, 5)
    ]
    assert held == [[], [True], [True], [False]]


def test_the_end_of_the_day_is_midnight_at_the_clinic_also_when_the_clock_goes_forward(
    by: Actor, patient: Patient
) -> None:
    """8 March 2026 has 23 hours in New York: it ends at 04:00 UTC."""
    late, early = (
        datetime(2026, 3, 9, 3, 59, tzinfo=NOW.tzinfo),
        datetime(2026, 3, 9, 4, 0, tzinfo=NOW.tzinfo),
    )
    at_the_time(late, lambda: a_result(patient, by, "0.50", at=late, **TOLD))
    at_the_time(early, lambda: a_result(patient, by, "0.49", at=early, **TOLD))
    records = [record_as_of(patient, by.clinic, date(2026, 3, day), NOW) for day in (7, 8, 9)]
    assert [len(record.results) for record in records] == [0, 1, 2]


def test_nothing_is_written(by: Actor, patient: Patient) -> None:
    """A past day is read by a fixed number of statements, none of which writes."""
    at_the_time(moment(1), lambda: taking(patient, by, since=on(1), at=moment(1)))
    _flagged(by, patient)
    first = _statements(patient)
    for day in range(2, 9):
        say = lambda d=day: a_visit(patient, by, present("FATIGUE", 2), on=on(d), at=moment(d))  # noqa: E731
        at_the_time(moment(day), say)
        at_the_time(moment(day), lambda d=day: a_result(patient, by, "0.42", at=moment(d), **TOLD))  # type: ignore[misc]
    at_the_time(moment(10), lambda: sweep(by.clinic, at=moment(10)))
    before = _everything(patient)
    assert _statements(patient) == first
    assert _everything(patient) == before


def _statements(patient: Patient) -> int:
    with CaptureQueriesContext(connection) as asked:
        seen(patient, 9)
    assert all(query["sql"].startswith("SELECT") for query in asked)
    return len(asked)


def _everything(patient: Patient) -> list[Any]:
    return [
        list(relation.order_by("pk").values())
        for relation in (patient.visits, patient.flags, patient.symptom_answers, patient.reevaluations)
    ]


def test_every_part_of_the_chart_s_record_is_answered_from_the_history() -> None:
    """A new part of the record is read from versions too, or it would tell of today."""
    of_rules = {"_earlier"}  # versions of the protocol, which never change
    parts = {
        name
        for kind in (Record, ChartRecord)
        for name, part in vars(kind).items()
        if type(part).__name__ == "cached_property"
    }
    assert not isinstance(RecordAsOf.__dict__["visits"], lazy)
    assert parts - of_rules - set(vars(RecordAsOf)) == set()
