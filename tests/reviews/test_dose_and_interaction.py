"""Rules DOSE_ABOVE_CAP and INTERACTION: at once, when time passes, and when something changes later."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from regimens.models import Finding, Product, Regimen
from reviews.acts.doses import change_dose
from reviews.acts.entries import add_entry, end_entry
from reviews.acts.errors import mark_in_error
from reviews.acts.flags import resolve
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry, Supervision
from reviews.acts.regimens import stop_regimen, supervise
from reviews.acts.sources import add_source, end_source, interrupt_regimen
from reviews.models import Flag
from reviews.sweep import sweep
from tests.reviews.conftest import NOW, TODAY, Story

EGFR = "mL/min/{1.73_m2}"


def at_night(story: Story, days: int) -> list[str]:
    """The rules that stand after the sweep of so many days later."""
    sweep(story.by.clinic, at=NOW + timedelta(days=days))
    return story.rules()


def well(story: Story, units: int = 4) -> Regimen:
    """A normal eGFR, and a start of today: 4 tablets are 399.6 mg elemental."""
    story.result("EGFR", "92", 5, EGFR)
    return story.starts(0, units)


def supervised(story: Story, regimen: Regimen, again_on: date, note: str = "weekly calls") -> None:
    supervise(
        patient=story.patient,
        regimen=regimen,
        by=story.by,
        at=NOW,
        version=Regimen.objects.get(pk=regimen.pk).version,
        supervision=Supervision(note, story.by.membership, again_on),
    )


def takes(story: Story, code: str, *times: str, **more: Any) -> Any:
    told = [time.fromisoformat(words) for words in times]
    return add_entry(
        patient=story.patient, by=story.by, at=NOW, kind="medications", code=code, taken_at=told, **more
    )


def cleared(rule: str) -> list[str]:
    return list(Flag.objects.filter(rule=rule, state="CLEARED").values_list("cleared_because", flat=True))


def test_above_350_mg_without_supervision_flags_at_once(story: Story) -> None:
    well(story)
    flag = story.flag("DOSE_ABOVE_CAP")
    assert (flag.severity, flag.emergency) == ("THIS_WEEK", False)
    assert "Supervision lacks a note" in flag.inputs["sentence"]


def test_with_note_supervisor_and_date_it_clears_until_the_date_has_passed(story: Story) -> None:
    regimen = well(story)
    supervised(story, regimen, TODAY + timedelta(days=14))
    assert (story.rules(), cleared("DOSE_ABOVE_CAP")) == ([], ["NO_LONGER_HOLDS"])
    assert at_night(story, 13) == []
    assert at_night(story, 14) == []
    assert at_night(story, 15) == ["DOSE_ABOVE_CAP"]


def test_a_new_date_asks_again_although_the_last_flag_was_resolved(story: Story) -> None:
    regimen = well(story)
    supervised(story, regimen, TODAY + timedelta(days=2))
    assert at_night(story, 3) == ["DOSE_ABOVE_CAP"]
    flag = story.flag("DOSE_ABOVE_CAP")
    later = NOW + timedelta(days=3)
    resolve(flag=flag, by=story.by, at=later, version=flag.version, action="ADVISED", note="Seen.")
    supervised(story, regimen, TODAY + timedelta(days=9))
    assert at_night(story, 9) == []
    assert at_night(story, 10) == ["DOSE_ABOVE_CAP"]


@pytest.mark.parametrize(("units", "flags"), [(3, []), (4, ["DOSE_ABOVE_CAP"])])
def test_299_7_mg_is_below_and_399_6_mg_above(story: Story, units: int, flags: list[str]) -> None:
    well(story, units)
    assert story.rules() == flags


@pytest.mark.parametrize(("units", "flags"), [(2, []), (3, ["DOSE_ABOVE_CAP"])])
def test_in_the_eu_300_mg_without_an_egfr_flags(story: Story, units: int, flags: list[str]) -> None:
    story.by.clinic.jurisdiction = "EU"
    story.by.clinic.save()
    story.starts(0, units)
    assert story.rules() == flags


def test_in_the_eu_300_mg_with_a_normal_egfr_only_asks_for_a_reason(story: Story) -> None:
    story.by.clinic.jurisdiction = "EU"
    story.by.clinic.save()
    well(story, 3)
    assert story.rules() == []
    assert Finding.objects.get(check_code="LEVEL").severity == "NEEDS_REASON"
    # The eGFR of five days ago is a year old then.
    assert "DOSE_ABOVE_CAP" not in at_night(story, 359)
    assert "DOSE_ABOVE_CAP" in at_night(story, 360)


def test_a_lower_egfr_that_comes_later_flags_the_dose(story: Story) -> None:
    regimen = well(story, 4)
    supervised(story, regimen, TODAY + timedelta(days=300))
    assert story.rules() == []
    story.result("EGFR", "55", 0, EGFR)
    assert story.rules() == ["DOSE_ABOVE_CAP", "KIDNEY"]


def test_an_antacid_beside_it_counts_and_ends_with_its_day(story: Story) -> None:
    well(story, 3)
    antacid = Product.objects.get(clinic=None, code="X1")
    row = add_source(patient=story.patient, by=story.by, at=NOW, product=antacid, units_per_day=Decimal(1))
    assert story.flag("DOSE_ABOVE_CAP").inputs["sentence"].startswith("466.4 mg/day elemental is above")
    yesterday = TODAY - timedelta(days=1)
    end_source(patient=story.patient, row=row, by=story.by, at=NOW, version=1, until=yesterday)
    assert "DOSE_ABOVE_CAP" not in story.rules()


def test_two_regimens_above_the_level_together_make_one_flag(story: Story) -> None:
    well(story, 3)
    story.starts(0, 3)
    assert [flag.rule for flag in Flag.objects.standing().filter(rule="DOSE_ABOVE_CAP")] == ["DOSE_ABOVE_CAP"]


def test_a_lower_dose_clears_it(story: Story) -> None:
    regimen = story.starts(3, 4)
    story.changes(regimen, 0, units=2)
    assert "DOSE_ABOVE_CAP" not in story.rules()
    assert cleared("DOSE_ABOVE_CAP") == ["NO_LONGER_HOLDS"]


def test_a_regimen_entered_in_error_takes_its_flag_along(story: Story) -> None:
    regimen = well(story)
    mark_in_error(row=regimen, by=story.by, at=NOW, version=regimen.version, reason="other patient")
    assert cleared("DOSE_ABOVE_CAP") == ["ENTERED_IN_ERROR"]


def test_a_planned_dose_flags_on_its_day(story: Story) -> None:
    regimen = well(story, 3)
    story.changes(regimen, -10, units=5)
    assert at_night(story, 9) == []
    assert at_night(story, 10) == ["DOSE_ABOVE_CAP"]


def test_a_medicine_that_comes_later_flags_at_known_times(story: Story) -> None:
    well(story, 1)
    takes(story, "LEVOTHYROXINE", "07:00")
    flag = story.flag("INTERACTION")
    assert (flag.severity, flag.inputs["hours_apart"]) == ("THIS_WEEK", 1)
    assert flag.inputs["sentence"].startswith("Levothyroxine 07:00 is 1")


def test_a_time_that_is_not_known_is_a_question_and_no_flag(story: Story) -> None:
    well(story, 1)
    takes(story, "LEVOTHYROXINE")
    assert story.rules() == []
    assert Finding.objects.get(check_code="INTERACTION").severity == "NOT_CHECKED"


@pytest.mark.parametrize(
    "code", ["CIPROFLOXACIN", "DOXYCYCLINE", "DOLUTEGRAVIR", "RALTEGRAVIR", "MYCOPHENOLATE"]
)
def test_five_groups_are_for_today_whether_or_not_their_times_are_known(story: Story, code: str) -> None:
    well(story, 1)
    takes(story, code)
    assert story.flag("INTERACTION").severity == "ACT_TODAY"


@pytest.mark.parametrize("code", ["OMEPRAZOLE", "FUROSEMIDE", "AMLODIPINE", "SULFONYLUREA"])
def test_monitor_only_medicines_never_flag(story: Story, code: str) -> None:
    well(story, 1)
    takes(story, code, "08:00")
    assert "INTERACTION" not in story.rules()


def test_other_clock_times_clear_it(story: Story) -> None:
    regimen = story.starts(3, 1)
    takes(story, "LEVOTHYROXINE", "07:00")
    entry = DoseStepEntry(regimen, TODAY, [IntakeEntry(time(21), Decimal(1))])
    change_dose(patient=story.patient, by=story.by, at=NOW, entry=entry)
    assert "INTERACTION" not in story.rules()
    assert cleared("INTERACTION") == ["NO_LONGER_HOLDS"]


def test_a_course_ends_by_date_without_anybody_writing(story: Story) -> None:
    well(story, 1)
    takes(story, "CIPROFLOXACIN", "08:00", until=TODAY + timedelta(days=5))
    assert at_night(story, 5) == ["INTERACTION"]
    assert at_night(story, 6) == []


def test_a_second_course_flags_although_the_first_was_resolved(story: Story) -> None:
    well(story, 1)
    first = takes(story, "CIPROFLOXACIN", "08:00", since=TODAY)
    flag = story.flag("INTERACTION")
    resolve(flag=flag, by=story.by, at=NOW, version=flag.version, action="ADVISED", note="Told to wait.")
    assert story.rules() == []
    end_entry(patient=story.patient, entry=first, by=story.by, at=NOW, version=1, until=TODAY)
    takes(story, "CIPROFLOXACIN", "08:00", since=TODAY)
    assert story.rules() == ["INTERACTION"]


def test_stopping_magnesium_clears_both(story: Story) -> None:
    regimen = well(story)
    takes(story, "RALTEGRAVIR", "08:00")
    assert story.rules() == ["DOSE_ABOVE_CAP", "INTERACTION"]
    stop_regimen(
        patient=story.patient,
        regimen=regimen,
        by=story.by,
        at=NOW,
        version=regimen.version,
        stopped_on=TODAY,
        reason="INTERACTION",
    )
    assert story.rules() == []


def test_the_finding_keeps_the_version_that_found_it(story: Story) -> None:
    well(story)
    assert {finding.protocol_id for finding in Finding.objects.all()} == {
        story.flag("DOSE_ABOVE_CAP").protocol_id
    }


def told(story: Story, value: str, since_days: int | None = None) -> None:
    since = None if since_days is None else story.days_ago(since_days)
    story.now += timedelta(minutes=1)
    add_entry(
        patient=story.patient,
        by=story.by,
        at=story.now,
        kind="modifiers",
        code="PREGNANCY",
        value=value,
        since=since,
    )


@pytest.mark.parametrize("since_days", [40, None])
def test_a_pregnancy_that_is_told_later_counts_since_whenever_it_holds(
    story: Story, since_days: int | None
) -> None:
    story.by.clinic.jurisdiction = "EU"
    story.by.clinic.save()
    well(story, 3)
    told(story, "NOT_PREGNANT", 10)
    assert story.rules() == []
    told(story, "PREGNANT", since_days)
    assert story.rules() == ["DOSE_ABOVE_CAP"]
    for no_answer in ("UNKNOWN", ""):
        told(story, no_answer, 0)
        assert story.rules() == ["DOSE_ABOVE_CAP"]
    told(story, "NOT_PREGNANT", 0)
    assert story.rules() == []


def test_for_another_reason_it_asks_again_although_the_first_was_resolved(story: Story) -> None:
    story.by.clinic.jurisdiction = "EU"
    story.by.clinic.save()
    story.starts(0, 3)
    flag = story.flag("DOSE_ABOVE_CAP")
    assert "no eGFR of the last 12" in flag.inputs["sentence"]
    resolve(flag=flag, by=story.by, at=NOW, version=flag.version, action="ADVISED", note="Drawn today.")
    story.result("EGFR", "92", 0, EGFR)
    assert story.rules() == []
    told(story, "PREGNANT")
    assert story.rules() == ["DOSE_ABOVE_CAP"]


def test_what_is_taken_again_tomorrow_asks_tomorrow(story: Story) -> None:
    regimen = story.starts(5, 4)
    assert "DOSE_ABOVE_CAP" in story.rules()
    interrupt_regimen(
        patient=story.patient, regimen=regimen, by=story.by, at=NOW, from_on=story.days_ago(2), until_on=TODAY
    )
    assert "DOSE_ABOVE_CAP" not in story.rules()
    assert "DOSE_ABOVE_CAP" in at_night(story, 1)


def test_the_first_date_to_check_again_counts_whoever_watches_the_newest(story: Story) -> None:
    first = well(story, 4)
    supervised(story, first, TODAY + timedelta(days=2))
    second = story.starts(0, 1)
    supervised(story, second, TODAY + timedelta(days=300))
    assert story.rules() == []
    assert at_night(story, 3) == ["DOSE_ABOVE_CAP"]


@pytest.mark.parametrize("days", [-1, 367])
def test_a_date_to_check_again_is_within_a_year(story: Story, days: int) -> None:
    regimen = well(story)
    with pytest.raises(ValidationError) as refused:
        supervised(story, regimen, TODAY + timedelta(days=days))
    assert list(refused.value.message_dict) == ["check_again_on"]


def test_who_supervises_is_a_clinician(story: Story) -> None:
    regimen = well(story)
    story.by.membership.roles = ["RESEARCHER"]
    with pytest.raises(ValidationError, match="A clinician who works here supervises"):
        supervised(story, regimen, TODAY)
