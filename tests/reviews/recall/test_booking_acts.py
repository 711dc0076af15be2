"""Booking the visit of a re-evaluation: kept by rebuild, refused where it cannot be, row by row for many."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.models import AuditEvent
from patients.models import Patient
from reviews.acts.booking import Booked, book_reevaluation, book_stable
from reviews.acts.patients import change_status
from reviews.models import Reevaluation
from reviews.moments import Moment
from reviews.recalls import missed, risks_of
from tests.factories import NOW, TODAY
from tests.reviews.recall.conftest import overdue, owed_of, stable
from tests.stories import a_dose_change, a_result, a_visit, absent, present, standing

pytestmark = pytest.mark.django_db
SOON = TODAY + timedelta(days=8)


def book(row: Reevaluation, by: Actor, **told: Any) -> Reevaluation:
    whole: dict[str, Any] = {"version": row.version, "booked_on": SOON, "at": NOW} | told
    return book_reevaluation(reevaluation=row, by=by, **whole)


def refused(row: Reevaluation, by: Actor, **told: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        book(row, by, **told)
    return error.value.message_dict


def test_a_booked_day_stays_through_every_rebuild_and_meets_nothing(
    by: Actor, patient: Patient, owed: Reevaluation
) -> None:
    book(owed, by)
    a_visit(patient, by, present("FATIGUE"))
    a_result(patient, by, "4.1", analyte="POTASSIUM")
    kept = owed_of(patient)
    assert (kept.pk, kept.booked_on, kept.met_on) == (owed.pk, SOON, None)
    assert "RE_EVALUATION" in standing(patient)
    event = AuditEvent.objects.get(act="BOOK")
    assert (event.before, event.after) == ({"booked_on": ""}, {"booked_on": "2026-03-20"})


def test_a_booking_is_changed_and_cleared(by: Actor, owed: Reevaluation) -> None:
    book(owed, by)
    book(owed, by, booked_on=TODAY)
    assert owed.booked_on == TODAY
    book(owed, by, booked_on=None)
    assert owed.booked_on is None


@pytest.mark.parametrize(("days", "said"), [(-1, "is in the past"), (367, "Book a day within a year.")])
def test_a_day_that_cannot_be_is_refused(by: Actor, owed: Reevaluation, days: int, said: str) -> None:
    (sentence,) = refused(owed, by, booked_on=TODAY + timedelta(days=days))["booked_on"]
    assert said in sentence


@pytest.mark.parametrize("days", [0, 366])
def test_today_and_a_year_ahead_can_be_booked(by: Actor, owed: Reevaluation, days: int) -> None:
    assert book(owed, by, booked_on=TODAY + timedelta(days=days)).booked_on is not None


def test_who_died_comes_no_more(by: Actor, patient: Patient, owed: Reevaluation) -> None:
    told: dict[str, Any] = {"status": "DECEASED", "reason": "Told by the family", "deceased_on": TODAY}
    change_status(patient=patient, by=by, at=NOW, version=patient.version, **told)
    owed.refresh_from_db()
    assert refused(owed, by) == {"booked_on": ["This patient has died."]}


def test_what_is_met_or_no_longer_owed_cannot_be_booked(by: Actor, patient: Patient) -> None:
    met = owed_of(patient)
    a_visit(patient, by, absent("TINGLING"), is_re_evaluation=True, adherence_percent=100)
    met.refresh_from_db()
    assert refused(met, by) == {"id": ["This re-evaluation is met already."]}
    other = overdue(by)
    past = owed_of(other)
    a_dose_change(past.step.regimen, by)
    past.refresh_from_db()
    assert "no longer owed" in refused(past, by)["id"][0]


def test_of_two_who_book_one_comes_second(by: Actor, owed: Reevaluation) -> None:
    with pytest.raises(StaleVersion):
        book(owed, by, version=owed.version + 1)
    owed.refresh_from_db()
    assert owed.booked_on is None


def together(by: Actor, *rows: Reevaluation, **told: Any) -> list[str]:
    seen = [(row, row.version) for row in rows]
    whole: dict[str, Any] = {"rows": seen, "booked_on": SOON} | told
    found: list[Booked] = book_stable(by=by, at=NOW, **whole)
    return [one.refused.replace("\N{NO-BREAK SPACE}", " ") for one in found]


def test_stable_patients_are_booked_together_and_the_others_are_said(by: Actor, patient: Patient) -> None:
    one, two, risky = owed_of(stable(by)), owed_of(stable(by)), owed_of(patient)
    overtaken = owed_of(stable(by))
    Reevaluation.objects.filter(pk=two.pk).update(version=two.version + 1, booked_on=TODAY)
    Reevaluation.objects.filter(pk=overtaken.pk).update(version=overtaken.version + 1)
    said = together(by, one, risky, two, overtaken)
    assert said[0] == ""
    assert said[1].startswith("To be booked alone: also on the queue: eGFR due, no magnesium result")
    assert said[2] == "Somebody changed it meanwhile; it is booked for 12 Mar 2026."
    assert said[3] == "Somebody changed it meanwhile; it is not booked."
    booked = Reevaluation.objects.filter(booked_on=SOON).values_list("pk", flat=True)
    assert list(booked) == [one.pk]


def test_what_is_not_missed_any_more_is_passed_over(by: Actor) -> None:
    patient = stable(by)
    row = owed_of(patient)
    a_result(patient, by, "0.50", reference_low="0.46", reference_high="0.60")
    assert together(by, row) == ["It is not missed any more."]


def test_for_many_the_day_itself_is_judged_first(by: Actor) -> None:
    row = owed_of(stable(by))
    for told, field in (({"booked_on": TODAY - timedelta(days=1)}, "booked_on"), ({"rows": []}, "rows")):
        with pytest.raises(ValidationError) as error:
            together(by, row, **told)
        assert set(error.value.message_dict) == {field}


def test_missed_are_the_overdue_of_who_is_recalled_while_nothing_came(by: Actor, patient: Patient) -> None:
    on_time = overdue(by, days=42)
    back = stable(by)
    a_result(back, by, "0.50")
    left = overdue(by)
    change_status(patient=left, by=by, at=NOW, version=left.version, status="LEFT", reason="Moved")
    lost = overdue(by)
    Patient.objects.filter(pk=lost.pk).update(unreachable_since=TODAY, unreachable_reason="No answer")
    now = Moment.of(by.clinic, NOW)
    assert [row.patient_id for row in missed(now)] == [patient.pk]
    tomorrow = Moment.of(by.clinic, NOW + timedelta(days=1))
    assert {row.patient_id for row in missed(tomorrow)} == {patient.pk, on_time.pk}


def test_who_is_at_risk_follows_from_the_record(by: Actor, patient: Patient) -> None:
    quiet, told = stable(by), stable(by)
    a_visit(told, by, present("TINGLING"))
    rows = [owed_of(one) for one in (quiet, told, patient)]
    found = risks_of(rows, Moment.of(by.clinic, NOW))
    assert found[rows[0].pk] == []
    assert found[rows[1].pk] == ["also on the queue: tingling grade\N{NO-BREAK SPACE}1"]
    assert "no eGFR recorded" in found[rows[2].pk]
