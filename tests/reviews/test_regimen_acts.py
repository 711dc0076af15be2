"""Starting, lowering and stopping: what must be refused, and what must never be."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.records import StaleVersion
from regimens.models import DoseStep, Regimen
from reviews.acts.entries import add_entry, end_entry
from reviews.acts.errors import mark_in_error
from reviews.acts.flags import resolve
from reviews.acts.regimens import stop_regimen
from tests.reviews.conftest import NOW, TODAY, Story


def stops(story: Story, regimen: Regimen) -> Regimen:
    return stop_regimen(
        patient=story.patient, regimen=regimen, by=story.by, at=NOW, version=regimen.version,
        stopped_on=TODAY, reason="KIDNEY",
    )  # fmt: skip


def test_below_30_a_dose_is_lowered_and_not_raised(story: Story) -> None:
    regimen = story.starts(20, units=3)
    story.result("EGFR", "25", 1, "mL/min/{1.73_m2}")
    with pytest.raises(ValidationError, match="contraindicated"):
        story.changes(regimen, 1, units=4)
    assert (
        story.changes(regimen, 1, units=1).dose().elemental_mg_per_day
        == regimen.product.elemental_mg_per_unit
    )
    with pytest.raises(ValidationError, match="contraindicated"):
        story.changes(regimen, 0, units=2)


def test_a_regimen_with_a_planned_step_can_be_stopped_today(story: Story) -> None:
    regimen = story.starts(20)
    planned = story.changes(regimen, -5)
    stops(story, regimen)
    planned.refresh_from_db()
    assert planned.error_at == NOW and planned.intakes.filter(error_at=None).count() == 0
    owed = story.patient.reevaluations.valid().get()
    assert (owed.stopped_on, owed.superseded_on) == (TODAY, None)


def test_a_stop_before_a_step_that_was_taken_is_refused(story: Story) -> None:
    regimen = story.starts(20)
    story.changes(regimen, 5)
    with pytest.raises(ValidationError, match="last step"):
        stop_regimen(
            patient=story.patient, regimen=regimen, by=story.by, at=NOW, version=regimen.version,
            stopped_on=story.days_ago(6), reason="HARM",
        )  # fmt: skip


def test_a_regimen_or_an_entry_of_another_patient_is_refused(
    story: Story, another: Callable[[], Story]
) -> None:
    regimen = story.starts(20)
    entry = add_entry(patient=story.patient, by=story.by, at=NOW, kind="conditions", code="CKD")
    other = another()
    with pytest.raises(ValidationError, match="another patient"):
        stops(other, regimen)
    with pytest.raises(ValidationError, match="another patient"):
        end_entry(patient=other.patient, entry=entry, by=story.by, at=NOW, version=entry.version, until=TODAY)


def test_a_step_is_not_added_to_a_regimen_that_somebody_stopped_meanwhile(story: Story) -> None:
    opened_before = story.starts(20)
    stops(story, Regimen.objects.get(pk=opened_before.pk))
    with pytest.raises(ValidationError, match="has stopped by then"):
        story.changes(opened_before, 0)
    assert DoseStep.objects.valid().count() == 1


def test_of_two_who_withdraw_one_row_the_second_is_told(story: Story) -> None:
    opened_before = story.starts(20)
    row = Regimen.objects.get(pk=opened_before.pk)
    mark_in_error(row=row, by=story.by, at=NOW, version=row.version, reason="twice")
    with pytest.raises(StaleVersion):
        mark_in_error(row=opened_before, by=story.by, at=NOW, version=opened_before.version, reason="twice")


@pytest.mark.parametrize(("ended", "starts"), [(None, False), (1, True)])
def test_a_diagnosis_on_the_chart_is_a_contraindication_whoever_asked(
    story: Story, ended: int | None, starts: bool
) -> None:
    entry = add_entry(
        patient=story.patient, by=story.by, at=NOW, kind="conditions", code="MYASTHENIA_GRAVIS",
        since=story.days_ago(300), until=None if ended is None else story.days_ago(ended),
    )  # fmt: skip
    assert entry.holds_on(TODAY) is not starts
    if starts:
        assert story.starts(0).pk
    else:
        with pytest.raises(ValidationError, match="Myasthenia gravis: specialist only"):
            story.starts(0)


def test_a_planned_step_is_checked_with_its_own_dose(story: Story) -> None:
    regimen = story.starts(20, units=2)
    story.changes(regimen, -5, units=4)
    story.now = NOW + timedelta(days=5)
    story.visit(0)
    finding = story.patient.findings.get(check_code="LEVEL", holds_until=None)
    assert "399.6 mg/day elemental is above" in finding.sentence


def test_a_step_is_planned_at_most_a_year_ahead(story: Story) -> None:
    regimen = story.starts(20)
    with pytest.raises(ValidationError, match="a year ahead"):
        story.changes(regimen, -367)


def test_a_result_that_was_there_before_is_no_answer_to_an_order(story: Story) -> None:
    story.starts(20)
    story.result("POTASSIUM", "5.6", 0)
    flag = story.flag("LAB_OUT_OF_RANGE")
    resolve(flag=flag, by=story.by, at=NOW + timedelta(minutes=5), version=flag.version, action="LAB_ORDERED")
    order = story.patient.expected_results.get(why="ORDERED")
    assert (order.analyte, order.met_by) == ("POTASSIUM", None)
    story.now = NOW + timedelta(hours=3)
    repeated = story.result("POTASSIUM", "4.4", 0)
    order.refresh_from_db()
    assert order.met_by == repeated
