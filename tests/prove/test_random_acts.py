"""Do A, do B, mark A in error: 300 random stories, where the suite tries 40."""

import sys
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.actors import Actor
from tests.reviews.conftest import Story, a_patient_of
from tests.reviews.conftest import by as by
from tests.reviews.test_entered_in_error import ACTS, THOROUGH, Do, leaves_what_b_alone_would

STORIES = 300


@pytest.mark.prove
@pytest.mark.django_db
def test_a_withdrawn_act_leaves_no_trace_in_many_stories(
    by: Actor,
    capsys: pytest.CaptureFixture[str],
) -> None:
    numbers, told = count(1), []

    def another() -> Story:
        return Story(by, a_patient_of(by, str(next(numbers))))

    @settings(THOROUGH, max_examples=STORIES)
    @given(before=st.lists(ACTS, max_size=3), a=ACTS, b=ACTS)
    def leaves_no_trace(before: list[Do], a: Do, b: Do) -> None:
        leaves_what_b_alone_would(by, another, before, a, b)
        told.append(a)

    leaves_no_trace()
    assert len(told) >= STORIES
    with capsys.disabled():
        bound = 3 / len(told)
        sys.stdout.write(
            f"\nwithdrawn acts that left a trace: 0 of {len(told)}, at most {bound:.1%} (95 %)\n"
        )
