"""A queue that floods is not read: synthetic people over twelve weeks, and the rows that they bring."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest

from demo.cohort import cohort
from demo.lives import lives
from demo.telling import Story
from tests.reviews.living import DAYS, live
from tests.stories import a_clinic, a_clinician

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
# The design's aim is 6 to 8 new rows for 100 patients in a week; without any rule there would be none.
MOST = 8
PEOPLE, SEED = 20, 20260312


def as_a_rule(people: int) -> Iterator[Story]:
    """The cohort of the demo, in which most things go as they should."""
    return cohort(Random(SEED), people, 400001, "US")


def as_it_comes(people: int) -> Iterator[Story]:
    """The lives of the measured population: some re-evaluations are late, some do not happen."""
    return lives(Random(SEED), people)


def test_twelve_weeks_bring_at_most_eight_rows_for_100_patients_a_week(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The noisier of the two ways to live, with few people; tests/prove has both with many."""
    watch = live(a_clinician(a_clinic()), as_it_comes(PEOPLE), NOW)
    with capsys.disabled():
        sys.stdout.write(f"\n{watch.table()}\n")
    assert watch.nights == DAYS
    assert watch.rows and watch.new_rows <= MOST, watch.table()
    before = dict(watch.rows)
    watch.see(NOW, None)
    assert watch.rows == before, "a row that stands is not new a second time"
