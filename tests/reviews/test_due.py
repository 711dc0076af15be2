"""The nightly check of whom time or an act concerns finds all that a check of everybody finds."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.long_work import WorkState
from accounts.models import Clinic
from patients.models import Patient
from protocols.models import Protocol
from reviews.acts.doses import change_dose
from reviews.acts.patients import change_status
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry
from reviews.acts.regimens import stop_regimen
from reviews.due import due_since
from reviews.models import Flag, ProtocolRun, RunKind, Sweep
from reviews.moments import Moment
from reviews.sweep import sweep
from tests.reviews.conftest import NOW, Story, absent, present

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def night(clinic: Clinic, at: datetime, **how: Any) -> Sweep:
    row = sweep(clinic, at=at, **how)
    assert row is not None and not row.error, row and row.error
    return row


def changed(row: Sweep) -> int:
    counts: list[int] = [*row.raised.values(), *row.cleared.values()]
    return sum(counts)


def test_the_first_check_looks_at_everybody_and_the_next_only_at_whom_it_concerns(story: Story) -> None:
    story.starts(10)
    clinic = story.by.clinic
    assert night(clinic, NOW, only_due=True).is_thorough
    second = night(clinic, NOW + DAY, only_due=True)
    assert not second.is_thorough
    assert due_since(Moment.of(clinic, NOW + 2 * DAY)) == []


@pytest.mark.parametrize(("days", "rules"), [(27, []), (28, ["RE_EVALUATION"]), (29, ["RE_EVALUATION"])])
def test_a_window_that_opens_is_found_on_its_day(days: int, rules: list[str], story: Story) -> None:
    story.starts(0)
    night(story.by.clinic, NOW, only_due=True)
    night(story.by.clinic, NOW + timedelta(days=24), only_due=True)
    row = night(story.by.clinic, NOW + timedelta(days=days), only_due=True)
    assert not row.is_thorough
    assert story.rules() == rules


def test_nights_that_were_missed_are_made_good(story: Story) -> None:
    story.starts(23)
    night(story.by.clinic, NOW, only_due=True)
    row = night(story.by.clinic, NOW + 6 * DAY, only_due=True)
    assert not row.is_thorough and story.rules() == ["RE_EVALUATION"]


@pytest.mark.parametrize(("days", "is_thorough"), [(6, False), (7, True), (40, True)])
def test_each_week_everybody_is_looked_at(days: int, is_thorough: bool, story: Story) -> None:
    night(story.by.clinic, NOW, only_due=True)
    assert night(story.by.clinic, NOW + days * DAY, only_due=True).is_thorough is is_thorough


def test_a_clock_that_was_set_back_makes_it_look_at_everybody(story: Story) -> None:
    night(story.by.clinic, NOW, only_due=True)
    assert night(story.by.clinic, NOW - DAY, only_due=True).is_thorough


def test_whom_the_last_check_could_not_read_is_looked_at_again(story: Story) -> None:
    clinic = story.by.clinic
    row = night(clinic, NOW, only_due=True)
    Sweep.objects.filter(pk=row.pk).update(not_evaluable={"SYMPTOM": [str(story.patient.pk)]})
    assert due_since(Moment.of(clinic, NOW + DAY)) == [story.patient.pk]


def test_whoever_was_acted_on_about_the_last_check_is_looked_at(story: Story) -> None:
    """An act of before midnight that was stored after the check had read the record."""
    clinic = story.by.clinic
    night(clinic, NOW + timedelta(minutes=30), only_due=True)
    story.visit(0, absent("FATIGUE"))
    assert due_since(Moment.of(clinic, NOW + DAY)) == [story.patient.pk]


def test_while_a_version_is_being_adopted_everybody_is_looked_at(story: Story) -> None:
    clinic = story.by.clinic
    night(clinic, NOW, only_due=True)
    run = ProtocolRun.objects.create(
        clinic=clinic, protocol=Protocol.objects.in_force(clinic), kind=RunKind.ADOPT, values={},
        asked_at=NOW, asked_by=story.by.user,
    )  # fmt: skip
    assert due_since(Moment.of(clinic, NOW + DAY)) is None
    ProtocolRun.objects.filter(pk=run.pk).update(finished_at=NOW - DAY, state=WorkState.DONE)
    assert due_since(Moment.of(clinic, NOW + DAY)) is not None


def test_a_failed_check_is_no_check(story: Story) -> None:
    clinic = story.by.clinic
    night(clinic, NOW, only_due=True)
    Sweep.objects.create(clinic=clinic, on=NOW.date() + DAY, started_at=NOW + DAY, error="down")
    story.starts(0)
    Flag.objects.all().delete()
    assert night(clinic, NOW + 2 * DAY, only_due=True).is_thorough is False


ACTS: tuple[Callable[[Story, random.Random], Any], ...] = (
    lambda story, dice: story.starts(0, units=dice.randint(1, 5)),
    lambda story, dice: story.visit(
        0, present(dice.choice(["TINGLING", "PALPITATIONS"]), dice.randint(1, 3))
    ),
    lambda story, dice: story.visit(0, absent("TINGLING"), gad7_total=dice.randint(0, 21)),
    lambda story, dice: story.result("IONIZED_MG", str(Decimal(dice.randint(30, 80)) / 100), 0),
    lambda story, dice: story.result("EGFR", str(dice.randint(20, 90)), 0, unit="mL/min/{1.73_m2}"),
    lambda story, dice: plan(story, dice.randint(1, 20), dice.randint(1, 6)),
    lambda story, dice: pause(story, dice.randint(1, 20)),
    lambda story, dice: stop(story),
)


def plan(story: Story, ahead: int, units: int) -> None:
    regimen = story.patient.regimens.filter(error_at=None, stopped_on=None).first()
    if regimen:
        intakes = [IntakeEntry(time(8), Decimal(units))]
        entry = DoseStepEntry(regimen, story.days_ago(-ahead), intakes, "planned", above_level_reason="told")
        change_dose(patient=story.patient, by=story.by, at=story.now, entry=entry)


def pause(story: Story, ahead: int) -> None:
    story.patient.refresh_from_db()
    change_status(
        patient=story.patient, by=story.by, at=story.now, version=story.patient.version, status="PAUSED",
        reason="away", returns_on=story.days_ago(-ahead),
    )  # fmt: skip


def stop(story: Story) -> None:
    regimen = story.patient.regimens.filter(error_at=None, stopped_on=None).first()
    if regimen:
        stop_regimen(
            patient=story.patient, regimen=regimen, by=story.by, at=story.now, version=regimen.version,
            stopped_on=story.days_ago(0), reason="HARM",
        )  # fmt: skip


def lived(stories: list[Story], dice: random.Random) -> Iterator[datetime]:
    """Random acts on random days, some of them refused; gives each moment at which a night falls."""
    at = NOW
    for _ in range(25):
        at += timedelta(days=dice.choice([1, 1, 1, 2, 5]), minutes=dice.randint(0, 50))
        for story in stories:
            story.now = at
            if dice.random() < 0.4:
                try:
                    dice.choice(ACTS)(story, dice)
                except ValidationError:
                    continue
        yield at + timedelta(hours=12)


@pytest.mark.parametrize("seed", range(3))
def test_it_finds_all_that_a_check_of_everybody_finds(
    seed: int, story: Story, another: Callable[[], Story]
) -> None:
    dice, clinic = random.Random(seed), story.by.clinic
    stories = [story, *(another() for _ in range(3))]
    sparing = 0
    for at in lived(stories, dice):
        row = night(clinic, at, only_due=True)
        sparing += not row.is_thorough
        everybody = night(clinic, at, dry_run=True)
        assert changed(everybody) == 0, (everybody.raised, everybody.cleared)
    assert sparing > 10 and Flag.objects.count() > 5
    assert Patient.objects.count() == len(stories)
