"""A regimen after its start: interruptions, switches, stops for harm, maintenance; each with its window."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.records import StaleVersion
from regimens.models import DoseStep, Intake, Product, Regimen
from reviews.acts.doses import change_dose
from reviews.acts.errors import mark_in_error
from reviews.acts.reevaluations import review_reevaluation
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry, RegimenEntry, StopEntry, SwitchEntry
from reviews.acts.regimens import start_regimen, stop_regimen, switch_product
from reviews.acts.sources import give_advice, interrupt_regimen, resume_regimen
from reviews.models import Reevaluation
from reviews.sweep import sweep
from tests.factories import ProtocolFactory
from tests.reviews.conftest import NOW, TODAY, Story, absent


def owed(story: Story) -> Reevaluation:
    row: Reevaluation = Reevaluation.objects.owed(TODAY).get(patient=story.patient)
    return row


def product(code: str) -> Product:
    return Product.objects.get(clinic=None, code=code)


def interrupted(story: Story, regimen: Regimen, from_days: int, until_days: int | None) -> Any:
    return interrupt_regimen(
        patient=story.patient,
        regimen=regimen,
        by=story.by,
        at=NOW,
        from_on=story.days_ago(from_days),
        until_on=None if until_days is None else story.days_ago(until_days),
    )


def stopped(story: Story, regimen: Regimen, reason: str, days: int = 0) -> Regimen:
    return stop_regimen(
        patient=story.patient,
        regimen=regimen,
        by=story.by,
        at=NOW,
        version=Regimen.objects.get(pk=regimen.pk).version,
        stopped_on=story.days_ago(days),
        reason=reason,
    )


def switched(story: Story, old: Regimen, code: str = "P05", days: int = 0, **more: Any) -> Regimen:
    entry = SwitchEntry(old, product(code), story.days_ago(days), [IntakeEntry(time(9), Decimal(2))], **more)
    return switch_product(patient=story.patient, by=story.by, at=NOW, version=old.version, entry=entry)


@pytest.mark.parametrize(("length", "cause"), [(7, "START"), (8, "INTERRUPTION"), (9, "INTERRUPTION")])
def test_more_than_seven_days_without_it_start_a_new_window(story: Story, length: int, cause: str) -> None:
    regimen = story.starts(30)
    interrupted(story, regimen, 20, 20 - length + 1)
    row = owed(story)
    assert row.cause == cause
    resumed_on = story.days_ago(20 - length)
    assert row.anchored_on == (resumed_on if cause == "INTERRUPTION" else story.days_ago(30))


def test_while_it_is_not_taken_nothing_is_in_the_ledger_and_nothing_is_found(story: Story) -> None:
    regimen = story.starts(30, 4)
    assert "DOSE_ABOVE_CAP" in story.rules()
    row = interrupted(story, regimen, 3, None)
    assert "DOSE_ABOVE_CAP" not in story.rules()
    resume_regimen(patient=story.patient, row=row, by=story.by, at=NOW, version=1, until_on=story.days_ago(1))
    assert "DOSE_ABOVE_CAP" in story.rules()


@pytest.mark.parametrize(
    ("from_days", "until_days", "field"),
    [(31, 20, "from_on"), (-1, None, "from_on"), (5, 6, "until_on"), (5, -1, "until_on"), (12, 8, "from_on")],
)
def test_an_impossible_interruption_is_refused_at_its_field(
    story: Story, from_days: int, until_days: int | None, field: str
) -> None:
    regimen = story.starts(30)
    interrupted(story, regimen, 10, 9)
    with pytest.raises(ValidationError) as refused:
        interrupted(story, regimen, from_days, until_days)
    assert field in refused.value.message_dict


def test_what_goes_on_is_resumed_once(story: Story) -> None:
    row = interrupted(story, story.starts(30), 10, None)
    resume: dict[str, Any] = {"patient": story.patient, "row": row, "by": story.by, "at": NOW}
    with pytest.raises(ValidationError, match="end is before"):
        resume_regimen(**resume, version=1, until_on=story.days_ago(11))
    resume_regimen(**resume, version=1, until_on=story.days_ago(2))
    with pytest.raises(ValidationError, match="taken again already"):
        resume_regimen(**resume, version=2, until_on=story.days_ago(1))
    with pytest.raises(StaleVersion):
        resume_regimen(**resume, version=1, until_on=story.days_ago(1))


def test_a_switch_is_one_stop_and_one_start_with_its_own_window(story: Story) -> None:
    old = story.starts(35)
    new = switched(story, old)
    old.refresh_from_db()
    assert (old.stopped_on, old.stop_reason) == (TODAY, "SWITCHED")
    assert (new.replaces_id, new.kidney_reason) == (old.pk, old.kidney_reason)
    assert (owed(story).cause, owed(story).anchored_on) == ("FORM_CHANGE", TODAY)
    assert story.rules() == []


def test_a_switch_to_the_same_product_is_a_change_of_dose(story: Story) -> None:
    old = story.starts(35)
    with pytest.raises(ValidationError, match="Change its dose instead"):
        switched(story, old, "P02")


def test_a_switch_entered_in_error_lets_the_first_product_run_on(story: Story) -> None:
    old = story.starts(35)
    story.changes(old, -7, units=2)
    new = switched(story, old)
    assert DoseStep.objects.valid().filter(regimen=old).count() == 1
    mark_in_error(row=new, by=story.by, at=NOW, version=new.version, reason="not taken")
    old.refresh_from_db()
    assert (old.stopped_on, old.stop_reason) == (None, "")
    planned = DoseStep.objects.valid().get(regimen=old, effective_on=TODAY + timedelta(days=7))
    assert Intake.objects.valid().filter(step=planned).count() == 1
    assert story.rules() == ["RE_EVALUATION"]


def test_a_switch_before_the_last_step_or_of_a_stale_version_is_refused(story: Story) -> None:
    old = story.starts(35)
    story.changes(old, 5)
    with pytest.raises(ValidationError, match="The last step is of"):
        switched(story, old, days=6)
    seen = old.version
    stopped(story, old, "NO_BENEFIT")
    old.version = seen
    with pytest.raises(StaleVersion):
        switched(story, old)


def test_nobody_chooses_switched_as_the_reason_of_a_stop(story: Story) -> None:
    with pytest.raises(ValidationError, match="The reason is one of"):
        stopped(story, story.starts(5), "SWITCHED")


@pytest.mark.parametrize(("day", "rules"), [(13, []), (14, ["RE_EVALUATION"]), (15, ["RE_EVALUATION"])])
def test_a_stop_for_harm_owes_a_safety_re_check_that_stopping_does_not_clear(
    story: Story, day: int, rules: list[str]
) -> None:
    stopped(story, story.starts(35), "HARM")
    assert story.rules() == []
    sweep(story.by.clinic, at=NOW + timedelta(days=day))
    assert story.rules() == rules


def test_a_stop_for_another_reason_owes_nothing(story: Story) -> None:
    stopped(story, story.starts(35), "NO_BENEFIT")
    assert not Reevaluation.objects.owed(TODAY).exists()


def test_the_safety_re_check_is_met_by_a_visit_without_adherence_and_outlives_a_new_start(
    story: Story,
) -> None:
    stopped(story, story.starts(60), "HARM", days=20)
    story.starts(5)
    assert story.rules() == ["RE_EVALUATION"]
    assert story.flag("RE_EVALUATION").inputs["cause"] == "SAFETY"
    story.visit(1, absent("TINGLING"), is_re_evaluation=True)
    assert story.rules() == []


def test_a_stop_told_at_a_visit_stops_it(story: Story) -> None:
    regimen = story.starts(35)
    story.visit(0, absent("TINGLING"), stop=StopEntry(regimen, story.days_ago(2), "PATIENT_CHOICE"))
    regimen.refresh_from_db()
    assert regimen.stopped_on == story.days_ago(2)
    assert story.rules() == []


def test_a_stop_that_cannot_be_takes_the_visit_back(story: Story) -> None:
    regimen = story.starts(35)
    story.changes(regimen, 5)
    with pytest.raises(ValidationError) as refused:
        story.visit(0, stop=StopEntry(regimen, story.days_ago(6), "HARM"))
    assert list(refused.value.message_dict) == ["stop.stopped_on"]
    assert not story.patient.visits.exists()


def met_by_visit(story: Story, days: int) -> None:
    story.visit(days, absent("TINGLING"), is_re_evaluation=True, adherence_percent=100)


@pytest.mark.parametrize(("met", "cause", "opens"), [(42, "MAINTENANCE", 90), (43, "MISSED_WINDOW", 28)])
def test_a_met_re_evaluation_owes_the_next(story: Story, met: int, cause: str, opens: int) -> None:
    story.starts(60)
    met_by_visit(story, 60 - met)
    row = owed(story)
    assert (row.cause, row.anchored_on) == (cause, story.days_ago(60 - met))
    assert row.opens_on == row.anchored_on + timedelta(days=opens)


def test_an_abnormal_result_that_met_it_asks_again_soon(story: Story) -> None:
    story.starts(40)
    interval: dict[str, Any] = {"reference_low": Decimal("0.46"), "reference_high": Decimal("0.60")}
    story.result("IONIZED_MG", "0.40", 3, **interval)
    row = owed(story)
    review_reevaluation(reevaluation=row, by=story.by, at=NOW, version=row.version)
    after = owed(story)
    assert (after.cause, after.anchored_on) == ("ABNORMAL_RESULT", TODAY)
    assert "result out of range" in after.trail


def test_a_change_of_dose_supersedes_what_was_owed_next(story: Story) -> None:
    regimen = story.starts(60)
    met_by_visit(story, 20)
    story.changes(regimen, 5)
    assert (owed(story).cause, owed(story).anchored_on) == ("DOSE_CHANGE", story.days_ago(5))


def test_maintenance_goes_on_as_long_as_each_is_met(story: Story) -> None:
    story.starts(300)
    for days in (262, 150, 40):
        met_by_visit(story, days)
    causes = Reevaluation.objects.valid().filter(patient=story.patient).order_by("anchored_on")
    assert [row.cause for row in causes] == ["START", "MAINTENANCE", "MAINTENANCE", "MAINTENANCE"]
    assert [row.met_on is None for row in causes] == [False, False, False, True]


def test_an_egfr_of_48_brings_the_window_forward_and_says_so(story: Story) -> None:
    story.starts(14)
    assert story.rules() == []
    story.result("EGFR", "48", 1, "mL/min/{1.73_m2}")
    assert "RE_EVALUATION" in story.rules()
    assert owed(story).trail.endswith(
        "2 weeks earlier because eGFR is 48.".replace("2 w", "2\N{NO-BREAK SPACE}w")
    )


@pytest.mark.parametrize(("specialist", "starts"), [("", False), ("Dr Renal, half the dose", True)])
def test_below_30_only_a_specialist_opens_a_start(story: Story, specialist: str, starts: bool) -> None:
    story.result("EGFR", "25", 3, "mL/min/{1.73_m2}")
    entry = RegimenEntry(
        product=product("P02"),
        started_on=TODAY,
        intakes=[IntakeEntry(time(9), Decimal(1))],
        specialist_note=specialist,
    )
    if starts:
        assert (
            start_regimen(patient=story.patient, by=story.by, at=NOW, entry=entry).specialist_note
            == specialist
        )
    else:
        with pytest.raises(ValidationError, match="contraindicated"):
            start_regimen(patient=story.patient, by=story.by, at=NOW, entry=entry)


@pytest.mark.parametrize(
    ("at", "told", "timing"),
    [
        (time(20, 59), {}, "WITH_FOOD"),
        (time(21), {}, "BEDTIME"),
        (time(21), {"timing": "WITH_FOOD"}, "WITH_FOOD"),
        (time(7), {"minutes_before_meal": 30}, "BEFORE_MEAL"),
    ],
)
def test_an_intake_is_with_food_or_at_bedtime_unless_it_is_told(
    story: Story, at: time, told: dict[str, Any], timing: str
) -> None:
    entry = RegimenEntry(product("P02"), TODAY, [IntakeEntry(at, Decimal(1), **told)], kidney_reason="drawn")
    start_regimen(patient=story.patient, by=story.by, at=NOW, entry=entry)
    assert Intake.objects.get().timing == timing


@pytest.mark.parametrize(
    "told",
    [{"timing": "BEFORE_MEAL"}, {"timing": "BEDTIME", "minutes_before_meal": 30}, {"timing": "FASTING"}],
)
def test_minutes_belong_to_an_intake_before_a_meal(story: Story, told: dict[str, Any]) -> None:
    entry = RegimenEntry(
        product("P02"), TODAY, [IntakeEntry(time(9), Decimal(1), **told)], kidney_reason="drawn"
    )
    with pytest.raises(ValidationError) as refused:
        start_regimen(patient=story.patient, by=story.by, at=NOW, entry=entry)
    assert "intakes" in refused.value.message_dict


def test_advice_of_the_future_is_refused(story: Story) -> None:
    tomorrow: date = TODAY + timedelta(days=1)
    with pytest.raises(ValidationError, match="in the future"):
        give_advice(patient=story.patient, by=story.by, at=NOW, given_on=tomorrow)


@pytest.mark.parametrize(("hour", "units", "cause"), [(9, 3, "START"), (9, 2, "DOSE_CHANGE")])
def test_other_times_of_the_same_dose_leave_the_window_as_it_is(
    story: Story, hour: int, units: int, cause: str
) -> None:
    regimen = story.starts(20)
    entry = DoseStepEntry(regimen, story.days_ago(5), [IntakeEntry(time(hour), Decimal(units))])
    change_dose(patient=story.patient, by=story.by, at=NOW, entry=entry)
    assert owed(story).cause == cause


def test_a_visit_in_error_takes_back_the_stop_that_was_told_at_it(story: Story) -> None:
    regimen = story.starts(35)
    story.changes(regimen, -7, units=2)
    visit = story.visit(0, absent("TINGLING"), stop=StopEntry(regimen, TODAY, "HARM"))
    assert story.rules() == []
    mark_in_error(row=visit, by=story.by, at=NOW, version=1, reason="other patient")
    regimen.refresh_from_db()
    assert (regimen.stopped_on, regimen.stop_visit) == (None, None)
    assert DoseStep.objects.valid().filter(regimen=regimen).count() == 2
    assert story.rules() == ["RE_EVALUATION"]
    assert not Reevaluation.objects.valid().filter(cause="SAFETY").exists()


def test_the_middle_of_two_switches_is_withdrawn_last(story: Story) -> None:
    second = switched(story, story.starts(35), "P05", days=5)
    third = switched(story, second, "P08")
    with pytest.raises(ValidationError, match="Withdraw that switch first"):
        mark_in_error(row=second, by=story.by, at=NOW, version=2, reason="test")
    mark_in_error(row=third, by=story.by, at=NOW, version=1, reason="test")
    mark_in_error(row=second, by=story.by, at=NOW, version=3, reason="test")
    assert [str(r.product.code) for r in Regimen.objects.active(TODAY)] == ["P02"]


def test_an_egfr_that_comes_after_it_was_met_reopens_nothing(story: Story) -> None:
    story.result("EGFR", "48", 41, "mL/min/{1.73_m2}")
    story.starts(40)
    met_by_visit(story, 22)
    story.result("EGFR", "62", 5, "mL/min/{1.73_m2}")
    assert "RE_EVALUATION" not in story.rules()
    assert Reevaluation.objects.valid().get(cause="START").met_on == story.days_ago(22)


def test_a_withdrawn_reading_leaves_the_next_low_one_flagged_under_a_later_version(story: Story) -> None:
    story.starts(20)
    first = story.result("EGFR", "25", 9, "mL/min/{1.73_m2}")
    story.result("EGFR", "24", 5, "mL/min/{1.73_m2}")
    story.result("EGFR", "23", 3, "mL/min/{1.73_m2}")
    ProtocolFactory.create(clinic=story.by.clinic, adopted_by=story.by.user)
    mark_in_error(row=first, by=story.by, at=NOW, version=first.version, reason="other patient")
    assert story.flag("KIDNEY").severity == "ACT_TODAY"
