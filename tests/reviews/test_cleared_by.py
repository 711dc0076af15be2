"""What clears a flag, each condition in the transaction that changes the fact; and what does not."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from patients.models import SymptomAnswer
from reviews.acts.entries import add_entry
from reviews.acts.errors import mark_in_error
from reviews.acts.flags import resolve
from reviews.acts.patients import change_status
from reviews.acts.reevaluations import review_reevaluation
from reviews.acts.regimens import stop_regimen
from reviews.models import Flag, Reevaluation
from reviews.sweep import sweep
from tests.reviews.conftest import NOW, TODAY, Story, absent, present

INTERVAL: dict[str, Any] = {"reference_low": Decimal("0.46"), "reference_high": Decimal("0.60")}


def cleared(story: Story, rule: str) -> str:
    """Why the last flag of the rule was cleared; the event tells the same moment."""
    flag = Flag.objects.filter(patient=story.patient, rule=rule, state="CLEARED").latest("raised_at", "id")
    assert flag.events.filter(act="CLEARED", at=flag.closed_at or NOW).count() == 1
    assert flag.closed_by is None
    return flag.cleared_because


def owed(story: Story) -> Reevaluation:
    row: Reevaluation = Reevaluation.objects.owed(TODAY).get(patient=story.patient)
    return row


def test_a_re_evaluation_is_met_by_a_full_visit(story: Story) -> None:
    story.starts(35)
    story.visit(0, absent("TINGLING"), is_re_evaluation=True, adherence_percent=90)
    assert cleared(story, "RE_EVALUATION") == "MET_BY_VISIT"


@pytest.mark.parametrize("missing", [{"is_re_evaluation": False}, {"adherence_percent": None}])
def test_a_visit_that_is_not_marked_or_lacks_adherence_does_not_meet_it(
    story: Story, missing: dict[str, object]
) -> None:
    story.starts(35)
    story.visit(0, absent("TINGLING"), **{"is_re_evaluation": True, "adherence_percent": 90, **missing})
    assert story.rules() == ["RE_EVALUATION"]


def test_a_visit_that_asked_no_symptom_does_not_meet_it(story: Story) -> None:
    story.starts(35)
    story.visit(0, is_re_evaluation=True, adherence_percent=90)
    assert story.rules() == ["RE_EVALUATION"]


@pytest.mark.parametrize(("days_after_start", "meets"), [(27, False), (28, True), (29, True), (43, True)])
def test_a_visit_meets_from_the_day_the_window_opens(
    story: Story, days_after_start: int, meets: bool
) -> None:
    story.starts(50)
    story.result("CREATININE", "0.9", 49, "mg/dL")
    story.visit(50 - days_after_start, absent("TINGLING"), is_re_evaluation=True, adherence_percent=90)
    assert story.rules() == ([] if meets else ["RE_EVALUATION"])


def test_a_result_alone_does_not_meet_it_a_review_does(story: Story) -> None:
    story.starts(35)
    story.result("TOTAL_MG", "0.85", 1)
    assert story.rules() == ["RE_EVALUATION"]
    row = owed(story)
    review_reevaluation(reevaluation=row, by=story.by, at=NOW, version=row.version)
    assert cleared(story, "RE_EVALUATION") == "MET_BY_RESULT"


def test_a_doubtful_sample_never_counts(story: Story) -> None:
    story.starts(35)
    story.result("TOTAL_MG", "0.85", 1, haemolysed=True)
    assert owed(story).result is None


def test_the_clinic_chooses_which_magnesium_counts(story: Story) -> None:
    story.by.clinic.re_evaluation_analyte = "IONIZED"
    story.by.clinic.save()
    story.starts(35)
    story.result("TOTAL_MG", "0.85", 1)
    assert owed(story).result is None
    story.result("IONIZED_MG", "0.52", 1)
    assert owed(story).result.analyte == "IONIZED_MG"


def test_a_re_evaluation_is_superseded_by_the_next_step_and_stays_missed(story: Story) -> None:
    regimen = story.starts(50)
    story.result("CREATININE", "0.9", 49, "mg/dL")
    story.changes(regimen, 0)
    assert cleared(story, "RE_EVALUATION") == "SUPERSEDED"
    missed = Reevaluation.objects.get(patient=story.patient, anchored_on=story.days_ago(50))
    assert missed.met_on is None and missed.closes_on < missed.superseded_on


def test_a_planned_step_ends_the_window_only_on_its_day(story: Story) -> None:
    regimen = story.starts(35)
    story.changes(regimen, -3)
    assert story.rules() == ["RE_EVALUATION"]
    sweep(story.by.clinic, at=NOW + timedelta(days=2))
    assert story.rules() == ["RE_EVALUATION"]
    sweep(story.by.clinic, at=NOW + timedelta(days=3))
    assert cleared(story, "RE_EVALUATION") == "SUPERSEDED"


def test_a_visit_that_meets_and_changes_the_dose_meets_first(story: Story) -> None:
    regimen = story.starts(35)
    story.changes(regimen, 0)
    story.visit(0, absent("TINGLING"), is_re_evaluation=True, adherence_percent=90)
    first = Reevaluation.objects.get(patient=story.patient, anchored_on=story.days_ago(35))
    assert first.met_on == TODAY


def test_a_re_evaluation_is_stopped_with_the_regimen(story: Story) -> None:
    regimen = story.starts(35)
    stop_regimen(
        patient=story.patient,
        regimen=regimen,
        by=story.by,
        at=NOW,
        version=regimen.version,
        stopped_on=TODAY,
        reason="NO_BENEFIT",
    )
    assert cleared(story, "RE_EVALUATION") == "STOPPED"


def test_a_patient_who_left_is_no_longer_recalled(story: Story) -> None:
    story.starts(35)
    story.patient.refresh_from_db()
    change_status(
        patient=story.patient,
        by=story.by,
        at=NOW,
        version=story.patient.version,
        status="LEFT",
        reason="moved",
    )
    assert cleared(story, "RE_EVALUATION") == "NOT_RECALLED"


def test_what_is_marked_in_error_takes_its_flags_with_it(story: Story) -> None:
    regimen = story.starts(35)
    visit = story.visit(0, present("TINGLING"), gad7_total=5)
    low = story.result("IONIZED_MG", "0.40", 1, **INTERVAL)
    for row, rule in ((visit, "SYMPTOM"), (low, "LAB_OUT_OF_RANGE"), (regimen, "RE_EVALUATION")):
        row.refresh_from_db()
        mark_in_error(row=row, by=story.by, at=NOW, version=row.version, reason="wrong patient")
        assert cleared(story, rule) == "ENTERED_IN_ERROR"
    assert story.rules() == []


def test_a_later_absent_answer_or_a_dose_change_does_not_clear_a_symptom(story: Story) -> None:
    regimen = story.starts(20)
    story.visit(5, present("TINGLING"))
    story.changes(regimen, 4)
    story.visit(0, absent("TINGLING"))
    assert story.rules() == ["SYMPTOM"]


def test_a_later_normal_value_does_not_clear_a_result_out_of_range(story: Story) -> None:
    story.starts(20)
    story.result("IONIZED_MG", "0.40", 5, **INTERVAL)
    story.result("IONIZED_MG", "0.52", 1, **INTERVAL)
    assert story.rules() == ["LAB_OUT_OF_RANGE"]


def test_an_egfr_from_30_is_cleared_by_a_milder_band_below_30_is_not(story: Story) -> None:
    story.starts(20)
    story.result("EGFR", "45", 9, "mL/min/{1.73_m2}")
    story.result("EGFR", "72", 5, "mL/min/{1.73_m2}")
    assert cleared(story, "KIDNEY") == "MILDER_BAND"
    story.result("EGFR", "25", 3, "mL/min/{1.73_m2}")
    story.result("EGFR", "72", 1, "mL/min/{1.73_m2}")
    assert story.rules() == ["KIDNEY"]


def test_a_kidney_check_is_cleared_by_an_egfr_and_owes_the_next_in_a_year(story: Story) -> None:
    add_entry(patient=story.patient, by=story.by, at=NOW, kind="conditions", code="CKD")
    story.starts(5)
    assert story.rules() == ["KIDNEY"]
    story.result("EGFR", "80", 1, "mL/min/{1.73_m2}")
    assert cleared(story, "KIDNEY") == "ARRIVED"
    following = story.patient.expected_results.valid().get(met_by=None)
    assert following.owed_from == story.days_ago(1).replace(year=TODAY.year + 1)


def test_a_kidney_check_ends_with_the_regimen(story: Story) -> None:
    add_entry(patient=story.patient, by=story.by, at=NOW, kind="conditions", code="CKD")
    regimen = story.starts(5)
    stop_regimen(
        patient=story.patient,
        regimen=regimen,
        by=story.by,
        at=NOW,
        version=regimen.version,
        stopped_on=TODAY,
        reason="KIDNEY",
    )
    assert cleared(story, "KIDNEY") == "STOPPED"


@pytest.mark.parametrize(("days", "raised"), [(13, False), (14, True), (15, True)])
def test_an_ordered_result_is_chased_7_days_past_its_date_and_cleared_when_it_comes(
    story: Story, days: int, raised: bool
) -> None:
    story.starts(10)
    story.visit(0, present("FATIGUE"))
    flag = story.flag("SYMPTOM")
    resolve(
        flag=flag, by=story.by, at=NOW, version=flag.version, action="LAB_ORDERED", analytes=["POTASSIUM"]
    )
    sweep(story.by.clinic, at=NOW + timedelta(days=days))
    assert ("LAB_NOT_BACK" in story.rules()) is raised
    if raised:
        story.now = NOW + timedelta(days=days)
        story.result("POTASSIUM", "4.1", 0)
        assert cleared(story, "LAB_NOT_BACK") == "ARRIVED"


def test_an_order_that_answered_an_act_today_flag_is_chased_after_one_day(story: Story) -> None:
    story.starts(10)
    story.visit(0, present("IRREGULAR_HEARTBEAT"))
    flag = story.flag("SYMPTOM")
    resolve(flag=flag, by=story.by, at=NOW, version=flag.version, action="LAB_ORDERED", expected_by=TODAY)
    sweep(story.by.clinic, at=NOW + timedelta(days=1))
    assert story.rules() == ["LAB_NOT_BACK"]


def test_a_symptom_still_present_at_the_next_re_evaluation_after_a_resolve_flags_again(story: Story) -> None:
    story.starts(29)
    story.visit(3, present("TINGLING"))
    flag = story.flag("SYMPTOM")
    resolve(flag=flag, by=story.by, at=NOW - timedelta(days=2), version=flag.version, action="ADVISED")
    story.visit(1, present("TINGLING"))
    assert "SYMPTOM" not in story.rules()
    story.visit(0, present("TINGLING"), is_re_evaluation=True, adherence_percent=80)
    assert story.flag("SYMPTOM").inputs["reason"] == "STILL_PRESENT"
    assert SymptomAnswer.objects.filter(review_reason="STILL_PRESENT").count() == 1
