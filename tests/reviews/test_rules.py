"""Each rule: what raises it, what does not, on the day before, the day, the day after."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from reviews.acts.entries import add_entry
from reviews.acts.patients import change_status
from reviews.models import Severity
from reviews.sweep import sweep
from tests.reviews.conftest import NOW, Story, absent, present

INTERVAL: dict[str, Any] = {"reference_low": Decimal("0.46"), "reference_high": Decimal("0.60")}


@pytest.mark.parametrize(
    ("days", "rules"),
    [
        (27, []),
        (28, ["RE_EVALUATION"]),
        (29, ["RE_EVALUATION"]),
        (42, ["RE_EVALUATION"]),
        (43, ["KIDNEY", "RE_EVALUATION"]),
    ],
)
def test_a_re_evaluation_flags_from_day_28_and_the_kidney_check_when_its_window_has_passed(
    story: Story, days: int, rules: list[str]
) -> None:
    story.starts(days)
    assert story.rules() == rules


def test_a_change_of_dose_opens_a_new_window_and_closes_the_one_before(story: Story) -> None:
    regimen = story.starts(60)
    story.result("CREATININE", "0.9", 50, "mg/dL")
    assert story.rules() == ["RE_EVALUATION"]
    story.changes(regimen, 10)
    assert story.rules() == []


@pytest.mark.parametrize(
    "symptom", ["TINGLING", "MUSCLE_TWITCHING", "IRREGULAR_HEARTBEAT", "FATIGUE", "PALPITATIONS"]
)
def test_a_present_symptom_flags_and_absent_or_not_asked_do_not(story: Story, symptom: str) -> None:
    story.starts(20)
    story.visit(2, absent(symptom))
    story.visit(1)
    assert story.rules() == []
    story.visit(0, present(symptom))
    assert story.rules() == ["SYMPTOM"]


def test_irregular_heartbeat_is_act_today_and_with_fainting_an_emergency(story: Story) -> None:
    story.starts(20)
    story.visit(1, present("IRREGULAR_HEARTBEAT"))
    flag = story.flag("SYMPTOM")
    assert (flag.severity, flag.emergency) == (Severity.ACT_TODAY, False)
    story.visit(0, present("SYNCOPE", None), present("IRREGULAR_HEARTBEAT", 2))
    assert any(f.emergency for f in story.patient.flags.standing())


def test_tingling_is_due_in_72_hours_and_fatigue_in_7_days(story: Story) -> None:
    story.starts(20)
    story.visit(0, present("TINGLING"), present("FATIGUE"))
    due = {f.symptom_answer.symptom: f.due_by - f.raised_at for f in story.patient.flags.standing()}
    assert due == {"TINGLING": timedelta(hours=72), "FATIGUE": timedelta(days=7)}


def test_a_symptom_from_before_the_first_dose_is_baseline_unless_act_today(story: Story) -> None:
    story.starts(20)
    story.visit(0, present("TINGLING", 1, story.days_ago(21)))
    assert story.rules() == []
    story.visit(0, present("IRREGULAR_HEARTBEAT", 1, story.days_ago(21)))
    assert story.rules() == ["SYMPTOM"]


def test_anxiety_headache_and_flushing_are_recorded_and_never_flag(story: Story) -> None:
    story.starts(20)
    story.visit(0, present("ANXIETY", 3), present("HEADACHE", 3), present("FLUSHING", 2))
    assert story.rules() == []


def test_a_visit_recorded_more_than_30_days_late_never_flags(story: Story) -> None:
    story.starts(60)
    story.result("CREATININE", "0.9", 50, "mg/dL")
    story.visit(31, present("TINGLING"))
    assert story.rules() == ["RE_EVALUATION"]
    story.visit(30, present("TINGLING"))
    assert story.rules() == ["RE_EVALUATION", "SYMPTOM"]


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ("0.430", []),
        ("0.429", ["LAB_OUT_OF_RANGE"]),
        ("0.460", []),
        ("0.639", []),
        ("0.640", ["LAB_OUT_OF_RANGE"]),
    ],
)
def test_ionized_magnesium_flags_beyond_the_margin_of_the_laboratory_s_own_interval(
    story: Story, value: str, rules: list[str]
) -> None:
    story.starts(20)
    story.result("IONIZED_MG", value, 5, **INTERVAL)
    assert story.rules() == rules


def test_two_borderline_results_on_the_same_side_flag(story: Story) -> None:
    story.starts(20)
    story.result("IONIZED_MG", "0.45", 9, **INTERVAL)
    assert story.rules() == []
    story.result("IONIZED_MG", "0.44", 5, **INTERVAL)
    assert story.rules() == ["LAB_OUT_OF_RANGE"]


def test_before_the_first_dose_only_alert_limits_flag(story: Story) -> None:
    story.result("IONIZED_MG", "0.40", 5, **INTERVAL)
    assert story.rules() == []
    story.result("IONIZED_MG", "0.34", 4, **INTERVAL)
    assert story.flag("LAB_OUT_OF_RANGE").severity == Severity.ACT_TODAY


def test_only_the_newest_result_flags_and_history_older_than_90_days_does_not(story: Story) -> None:
    story.starts(200)
    story.result("CREATININE", "0.9", 150, "mg/dL")
    story.visit(150, absent("TINGLING"), is_re_evaluation=True, adherence_percent=100)
    story.result("IONIZED_MG", "0.55", 3, **INTERVAL)
    story.result("IONIZED_MG", "0.40", 10, **INTERVAL)
    story.result("TOTAL_MG", "0.50", 91)
    story.visit(2, absent("TINGLING"), is_re_evaluation=True, adherence_percent=100)
    assert story.rules() == []


def test_vitamin_d_out_of_range_never_flags(story: Story) -> None:
    story.starts(20)
    story.result("VITAMIN_D_25OH", "20", 3, "nmol/L")
    assert story.rules() == []


@pytest.mark.parametrize(
    ("egfr", "severity"),
    [("29.9", Severity.ACT_TODAY), ("30", Severity.THIS_WEEK), ("59.9", Severity.THIS_WEEK)],
)
def test_an_egfr_below_60_flags_while_magnesium_is_taken(story: Story, egfr: str, severity: str) -> None:
    story.starts(20)
    story.result("EGFR", egfr, 3, "mL/min/{1.73_m2}")
    assert story.flag("KIDNEY").severity == severity


def test_an_egfr_of_60_does_not_flag_nor_one_of_45_without_a_regimen(story: Story) -> None:
    story.result("EGFR", "45", 4, "mL/min/{1.73_m2}")
    assert story.rules() == []
    story.result("EGFR", "60", 3, "mL/min/{1.73_m2}")
    story.starts(2)
    assert story.rules() == []


def test_a_band_below_60_flags_once_and_again_after_a_fall_of_a_quarter(story: Story) -> None:
    story.starts(30)
    story.visit(0, absent("TINGLING"), is_re_evaluation=True, adherence_percent=100)
    for days, egfr in ((9, "58"), (6, "50"), (3, "43.5")):
        story.result("EGFR", egfr, days, "mL/min/{1.73_m2}")
    raised = [f.lab_result.canonical_value for f in story.patient.flags.standing()]
    assert sorted(raised) == [Decimal("43.5"), Decimal("58")]


def test_an_unknown_egfr_flags_at_once_for_somebody_at_risk(story: Story) -> None:
    story.starts(5)
    assert story.rules() == []
    add_entry(patient=story.patient, by=story.by, at=NOW, kind="conditions", code="DIABETES")
    assert story.rules() == ["KIDNEY"]


def test_gad7_flags_when_it_rises_by_4_or_reaches_15(story: Story) -> None:
    story.visit(20, gad7_total=8)
    story.starts(19)
    story.visit(3, gad7_total=11)
    assert story.rules() == []
    story.visit(2, gad7_total=12)
    assert story.rules() == ["OUTCOME_WORSE"]


def test_a_paused_patient_is_not_recalled_until_the_return_date_but_act_today_still_flags(
    story: Story,
) -> None:
    story.starts(30)
    patient = story.patient
    patient.refresh_from_db()
    change_status(
        patient=patient, by=story.by, at=NOW, version=patient.version, status="PAUSED", reason="travel",
        returns_on=(NOW + timedelta(days=10)).date(),
    )  # fmt: skip
    assert story.rules() == []
    story.visit(0, present("TINGLING"))
    assert story.rules() == []
    story.visit(0, present("IRREGULAR_HEARTBEAT"))
    assert story.rules() == ["SYMPTOM"]
    sweep(story.by.clinic, at=NOW + timedelta(days=10))
    assert story.rules() == ["RE_EVALUATION", "SYMPTOM", "SYMPTOM"]
