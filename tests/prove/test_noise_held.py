"""The noise of the queue with as many people as a clinic has: 120 over twelve weeks."""

import sys
from collections.abc import Callable, Iterator

import pytest

from demo.telling import Story
from tests.reviews.living import live
from tests.reviews.test_noise_held import MOST, NOW, as_a_rule, as_it_comes
from tests.stories import a_clinic, a_clinician

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
PEOPLE = 120


@pytest.mark.parametrize("stories", [as_a_rule, as_it_comes])
def test_120_people_bring_at_most_eight_rows_for_100_of_them_a_week(
    stories: Callable[[int], Iterator[Story]], capsys: pytest.CaptureFixture[str]
) -> None:
    watch = live(a_clinician(a_clinic()), stories(PEOPLE), NOW)
    with capsys.disabled():
        sys.stdout.write(f"\n{stories.__name__}: {watch.table()}\n")
    assert watch.rows and watch.new_rows <= MOST, watch.table()
