"""At the live numbers the past comes out as it was, and nothing of having lived it again is left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from accounts.actors import Actor
from demo.clinics import Staff
from demo.cohort import cohort
from demo.stories import STORIES
from demo.telling import tell
from patients.models import Patient
from protocols.models import Protocol
from reviews.backtest.comparing import OVERDUE, RE_EVALUATION
from reviews.backtest.history import history_of
from reviews.backtest.replaying import nights_of, replay
from reviews.backtest.standing import Span, asked_of, read_flags
from reviews.backtest.working import work_batch
from reviews.models import Backtest, Flag, Rule
from tests.database import empty_tables
from tests.stories import a_clinic, a_clinician

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
# Symptoms, overdue windows, a switch, an interruption, a withdrawn start, a pause, leaving, a death.
TOLD = (
    "103417", "104882", "105216", "106120", "106338", "106233", "106702", "106719", "104377", "104918",
    "102457", "100731",
)  # fmt: skip
MONTHS, COHORT = 6, 4


@dataclass(frozen=True)
class Lives:
    by: Actor
    span: Span

    def patients(self) -> list[Patient]:
        return list(Patient.objects.of(self.by.clinic).order_by("pk"))


@pytest.fixture(scope="module")
def lives(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Lives]:
    """Some people of the synthetic cohort and twelve told ones, lived once for all tests."""
    with django_db_blocker.unblock():
        by = a_clinician(a_clinic())
        chance = Random(7)
        told = [story for story in STORIES if story.mrn in TOLD]
        tell(Staff(by.clinic, by, by), [*told, *cohort(chance, COHORT, 300001, "US")], NOW)
        until = by.clinic.local_date(NOW)
    yield Lives(by, Span(by.clinic, until - timedelta(days=30 * MONTHS), until, NOW))
    with django_db_blocker.unblock():
        empty_tables()


def tried(lives: Lives, **numbers: Any) -> Backtest:
    """A finished backtest."""
    row = Backtest.objects.create(
        clinic=lives.by.clinic,
        protocol=Protocol.objects.in_force(lives.by.clinic),
        tried=numbers,
        since=lives.span.since,
        until=lives.span.until,
        asked_at=NOW,
        asked_by=lives.by.user,
    )
    hold = Backtest.objects.take_hold(row.pk, NOW)
    while hold and work_batch(hold, NOW):
        pass
    row.refresh_from_db()
    assert (row.state, row.error, row.done) == ("DONE", "", len(lives.patients()))
    return row


def sums(row: Backtest, name: str) -> dict[str, int]:
    """{rule: the count, or all of its kinds together}."""
    counts = {rule: line[name] for rule, line in row.found["rules"].items()}
    return {rule: sum(n.values()) if isinstance(n, dict) else n for rule, n in counts.items()}


def in_days(lives: Lives, day: date) -> bool:
    return lives.span.holds(day)


def test_the_told_lives_are_there(lives: Lives) -> None:
    assert len(lives.patients()) == COHORT + len(TOLD)
    raised = {str(rule) for rule in Flag.objects.values_list("rule", flat=True)}
    assert raised >= {Rule.RE_EVALUATION, Rule.SYMPTOM, Rule.INTERACTION, Rule.DOSE_ABOVE_CAP}


def test_each_question_is_asked_again_on_its_day_and_no_other(lives: Lives) -> None:
    protocol, nights = Protocol.objects.in_force(lives.by.clinic), nights_of(lives.span)
    compared = 0
    for patient in lives.patients():
        then = asked_of(read_flags(patient), lives.span)
        live = replay(patient, history_of(patient), protocol, lives.span, nights, protocol.thresholds).asked
        wanted = sorted((str(a.cause), a.line, a.on) for a in then if in_days(lives, a.on))
        assert sorted((str(a.cause), a.line, a.on) for a in live if in_days(lives, a.on)) == wanted
        compared += len(wanted)
    assert compared > 15


def test_at_the_live_number_all_flags_are_reproduced(lives: Lives) -> None:
    row = tried(lives, re_evaluation_closes_days=42)
    assert sums(row, "then") == sums(row, "same") == sums(row, "now")
    nothing = dict.fromkeys(row.found["rules"], 0)
    for name in ("gone", "days", "new", "moved_in", "not_reproduced", "not_raised"):
        assert sums(row, name) == nothing
    real = Flag.objects.filter(raised_at__gte=lives.span.begins_at, raised_at__lte=NOW)
    again = real.filter(previous__isnull=False).count()
    assert sum(n for rule, n in sums(row, "then").items() if rule != OVERDUE) == real.count() - again


def test_a_window_that_opens_a_week_later_asks_later_and_nothing_is_kept_but_the_counts(lives: Lives) -> None:
    before = dump()
    line = tried(lives, re_evaluation_opens_days=35).found["rules"][RE_EVALUATION]
    after = dump()
    assert {name for name, rows in after.items() if before[name] != rows} == {"reviews_backtest"}
    later = {int(days): number for days, number in line["days"].items()}
    assert 7 in later and min(later) > 0
    assert line["then"] == line["same"] + sum(later.values()) + sum(line["gone"].values())


def dump() -> dict[str, str]:
    """{table: a digest of its rows}."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
            found[table] = str(cursor.fetchone()[0])
    return found


def test_numbers_of_two_rules_tried_together_move_only_what_they_are_about(lives: Lives) -> None:
    dose = {"supplement_level_us_mg": "150", "supplement_level_eu_mg": "150", "supervision_above_mg": "150"}
    rules = tried(lives, re_evaluation_closes_days=56, **dose).found["rules"]
    assert rules[OVERDUE]["now"] < rules[OVERDUE]["then"]
    above = rules["DOSE_ABOVE_CAP"]
    assert above["new"] > 0 and above["now"] >= above["same"] + above["new"]
    for rule in ("SYMPTOM", "INTERACTION"):
        assert rules[rule]["same"] == rules[rule]["then"] == rules[rule]["now"]
