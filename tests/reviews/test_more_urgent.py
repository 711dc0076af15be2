"""A symptom that becomes more urgent asks again, however long it is known."""

from datetime import timedelta

import pytest

from reviews.acts.entries import add_entry
from reviews.acts.errors import mark_in_error
from reviews.acts.flags import resolve
from tests.reviews.conftest import NOW, Story, absent, present


@pytest.fixture
def palpitations(story: Story) -> Story:
    """Known, flagged, and dealt with by a person."""
    story.starts(20)
    story.visit(3, present("PALPITATIONS"))
    flag = story.flag("SYMPTOM")
    resolve(flag=flag, by=story.by, at=NOW - timedelta(days=2), version=flag.version, action="ADVISED")
    return story


def test_palpitations_that_come_with_near_fainting_are_an_emergency(palpitations: Story) -> None:
    palpitations.visit(1, present("PALPITATIONS"))
    assert palpitations.rules() == []
    palpitations.visit(0, present("PALPITATIONS"), present("PRESYNCOPE", 2))
    standing = list(palpitations.patient.flags.standing())
    assert [flag.emergency for flag in standing] == [True, True]
    reasons = {flag.inputs["symptom"]: flag.inputs["reason"] for flag in standing}
    assert reasons == {"PALPITATIONS": "MORE_URGENT", "PRESYNCOPE": "NEW"}


def test_mild_diarrhoea_with_dizziness_is_for_today(story: Story) -> None:
    story.starts(20)
    story.visit(2, present("DIZZINESS"))
    story.visit(0, present("DIZZINESS"), present("DIARRHOEA", 1))
    assert {f.severity for f in story.patient.flags.standing() if f.inputs["visited_on"] == "2026-03-12"} == {
        "ACT_TODAY"
    }


@pytest.mark.parametrize(("code", "rules"), [("DIGOXIN", ["SYMPTOM"]), ("LEVOTHYROXINE", [])])
def test_nausea_asks_only_where_it_is_urgent(story: Story, code: str, rules: list[str]) -> None:
    add_entry(patient=story.patient, by=story.by, at=NOW, kind="medications", code=code)
    story.starts(20)
    story.visit(0, present("NAUSEA"))
    assert story.rules() == rules


def test_a_flag_gives_way_when_a_correction_makes_its_cause_more_or_less_urgent(story: Story) -> None:
    story.starts(20)
    story.visit(0, present("TINGLING"))
    weekly = story.flag("SYMPTOM")
    low = story.result("EGFR", "25", 1, "mL/min/{1.73_m2}")
    urgent = story.flag("SYMPTOM")
    assert (weekly.severity, urgent.severity) == ("THIS_WEEK", "ACT_TODAY")
    assert (urgent.previous, urgent.due_by < weekly.due_by) == (weekly, True)
    mark_in_error(row=low, by=story.by, at=NOW, version=low.version, reason="another patient's")
    assert story.flag("SYMPTOM").severity == "THIS_WEEK"


def test_what_a_person_resolved_stays_resolved_when_it_becomes_urgent_later(palpitations: Story) -> None:
    add_entry(patient=palpitations.patient, by=palpitations.by, at=NOW, kind="medications", code="DIGOXIN")
    assert palpitations.rules() == []


def test_severe_anxiety_asks_although_the_rise_was_dealt_with(story: Story) -> None:
    story.visit(20, gad7_total=5)
    story.starts(19)
    story.visit(5, gad7_total=9)
    flag = story.flag("OUTCOME_WORSE")
    resolve(flag=flag, by=story.by, at=NOW, version=flag.version, action="ADVISED")
    story.visit(3, gad7_total=10)
    assert story.rules() == []
    story.visit(0, gad7_total=16)
    assert story.flag("OUTCOME_WORSE").inputs["reason"] == "SEVERE"


def test_a_total_that_was_told_too_late_lets_the_next_one_ask(story: Story) -> None:
    story.visit(90, gad7_total=5)
    story.visit(60, gad7_total=12)
    assert story.rules() == []
    story.visit(0, absent("TINGLING"), gad7_total=12)
    assert story.rules() == ["OUTCOME_WORSE"]
