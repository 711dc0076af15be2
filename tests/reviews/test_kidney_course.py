"""Kidney checks over years and courses: what history hides, what time alone brings, what a resolve ends."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from protocols.thresholds import Thresholds
from reviews.acts.entries import add_entry
from reviews.acts.errors import mark_in_error
from reviews.acts.flags import resolve
from reviews.acts.patients import edit_patient
from reviews.acts.regimens import stop_regimen
from reviews.acts.results import ResultEntry, record_results
from reviews.kidney_checks import Course, Reading, owed_checks
from reviews.sweep import sweep
from tests.reviews.conftest import NOW, TODAY, Story

UNIT = "mL/min/{1.73_m2}"
PROTOCOL = Thresholds()
DAY = date(2024, 1, 1)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


@pytest.mark.parametrize(("egfr", "severity"), [("25", "ACT_TODAY"), ("44", "THIS_WEEK")])
def test_a_kidney_that_has_been_failing_for_years_asks_at_its_first_live_result(
    story: Story, egfr: str, severity: str
) -> None:
    story.starts(20)
    for days in (900, 400, 5):
        story.result("EGFR", egfr, days, UNIT)
    assert story.flag("KIDNEY").severity == severity
    assert story.flag("KIDNEY").lab_result.collected_on == story.days_ago(5)


def test_an_egfr_reported_as_below_30_is_below_30(story: Story) -> None:
    story.starts(20)
    story.result("EGFR", "30", 3, UNIT, comparator="<")
    assert story.flag("KIDNEY").severity == "ACT_TODAY"
    story.result("EGFR", "75", 1, UNIT)
    assert story.rules() == ["KIDNEY"]


def test_a_result_below_60_is_no_milder_band(story: Story) -> None:
    story.starts(10)
    story.result("EGFR", "45", 5, UNIT)
    story.result("EGFR", "60", 3, UNIT, comparator="<")
    assert story.rules() == ["KIDNEY"]
    story.result("EGFR", "60", 1, UNIT, comparator=">")
    assert story.rules() == []


def test_a_kidney_flag_goes_with_the_only_regimen_that_ran_since(story: Story) -> None:
    first = story.starts(200)
    story.result("CREATININE", "0.8", 199, "mg/dL")
    stop_regimen(
        patient=story.patient, regimen=first, by=story.by, at=NOW, version=first.version,
        stopped_on=story.days_ago(150), reason="COURSE_FINISHED",
    )  # fmt: skip
    second = story.starts(10)
    story.result("EGFR", "25", 5, UNIT)
    assert story.rules() == ["KIDNEY"]
    mark_in_error(row=second, by=story.by, at=NOW, version=second.version, reason="another patient's")
    assert story.rules() == []


def test_a_resolved_kidney_check_does_not_silence_the_next_course(story: Story) -> None:
    add_entry(patient=story.patient, by=story.by, at=NOW, kind="conditions", code="CKD")
    first = story.starts(100)
    flag = story.flag("KIDNEY")
    resolve(flag=flag, by=story.by, at=NOW, version=flag.version, action="NO_ACTION", note="goes elsewhere")
    stop_regimen(
        patient=story.patient, regimen=first, by=story.by, at=NOW, version=first.version, stopped_on=TODAY,
        reason="PATIENT_CHOICE",
    )  # fmt: skip
    story.now = NOW + timedelta(days=30)
    story.starts(0)
    assert story.rules() == ["KIDNEY"]


def test_the_seventieth_birthday_asks_for_the_kidney_on_its_day(story: Story) -> None:
    patient = story.patient
    edit_patient(
        patient=patient, by=story.by, at=NOW, version=patient.version,
        birth_date=(TODAY + timedelta(days=9)).replace(year=TODAY.year - 70),
    )  # fmt: skip
    story.starts(5)
    sweep(story.by.clinic, at=NOW + timedelta(days=8))
    assert story.rules() == []
    sweep(story.by.clinic, at=NOW + timedelta(days=9))
    assert story.rules() == ["KIDNEY"]


def test_a_planned_dose_above_350_mg_asks_for_the_kidney_on_its_day(story: Story) -> None:
    regimen = story.starts(5)
    story.changes(regimen, -4, units=4)
    sweep(story.by.clinic, at=NOW + timedelta(days=3))
    assert story.rules() == []
    sweep(story.by.clinic, at=NOW + timedelta(days=4))
    assert story.rules() == ["DOSE_ABOVE_CAP", "KIDNEY"]


def test_each_course_owes_its_own_check_and_the_last_one_stays_open() -> None:
    courses = [Course(day(0), day(500), [day(42)]), Course(day(500), None, [day(542)])]
    owed = owed_checks(courses, [Reading("a", day(10))], at_risk_from=None, thresholds=PROTOCOL)
    assert [(check.owed_from, check.alert_on, check.met_by) for check in owed] == [
        (day(0), day(43), "a"),
        (day(500), day(543), None),
    ]


def test_an_egfr_of_the_last_12_months_before_a_course_is_enough_for_its_start() -> None:
    (owed,) = owed_checks(
        [Course(day(100), None, [])],
        [Reading("a", day(0))],
        at_risk_from=date(1950, 1, 1),
        thresholds=PROTOCOL,
    )
    assert owed.owed_from == owed.alert_on == date(2025, 1, 1)


@pytest.mark.parametrize(("risk_day", "alert_day"), [(-9, 0), (0, 0), (20, 20), (42, 42), (43, 43), (50, 43)])
def test_a_risk_that_begins_ahead_asks_from_its_day_unless_the_re_evaluation_passes_first(
    risk_day: int, alert_day: int
) -> None:
    course = Course(day(0), None, [day(42)])
    (owed,) = owed_checks([course], [], at_risk_from=day(risk_day), thresholds=PROTOCOL)
    assert owed.alert_on == day(alert_day) and owed.due_on <= owed.alert_on


def test_a_corrected_sex_gives_another_egfr_and_one_withdrawn_by_a_person_stays_so(story: Story) -> None:
    story.result("CREATININE", "1.20", 5, "mg/dL")
    story.result("CREATININE", "1.10", 3, "mg/dL")
    rows = story.patient.lab_results.filter(analyte="EGFR")
    by_hand = rows.get(collected_on=story.days_ago(3))
    mark_in_error(row=by_hand, by=story.by, at=NOW, version=by_hand.version, reason="dehydrated")
    patient = story.patient
    edit_patient(patient=patient, by=story.by, at=NOW, version=patient.version, sex="MALE")
    old, new = rows.filter(collected_on=story.days_ago(5)).order_by("created_at", "pk")
    assert old.error_at == NOW and old.status == "ENTERED_IN_ERROR" and new.error_at is None
    assert new.value > old.value and new.derived_from == old.derived_from
    assert rows.filter(collected_on=story.days_ago(3), error_at=None).count() == 0
    edit_patient(patient=patient, by=story.by, at=NOW, version=patient.version, sex="UNKNOWN")
    assert rows.valid().count() == 0
    edit_patient(patient=patient, by=story.by, at=NOW, version=patient.version, sex="FEMALE")
    assert [row.value for row in rows.valid()] == [old.value]


def test_an_unknown_sex_that_becomes_known_gives_the_egfr_that_was_missing(story: Story) -> None:
    patient = story.patient
    edit_patient(patient=patient, by=story.by, at=NOW, version=patient.version, sex="UNKNOWN")
    story.starts(5)
    story.result("CREATININE", "3.5", 3, "mg/dL")
    assert story.rules() == []
    edit_patient(patient=patient, by=story.by, at=NOW, version=patient.version, sex="FEMALE")
    assert story.flag("KIDNEY").severity == "ACT_TODAY"


def test_a_creatinine_below_a_limit_gives_an_egfr_above_one(story: Story) -> None:
    entry = ResultEntry(Decimal("0.50"), "mg/dL", NOW, analyte="CREATININE", comparator="<")
    _, egfr = record_results(patient=story.patient, entries=[entry], by=story.by, at=NOW)
    assert (egfr.analyte, egfr.comparator) == ("EGFR", ">")
