"""The life of a flag at length: 80 random walks, where the suite takes 12."""

import sys

import pytest

from tests.reviews.test_flag_machine import walk

WALKS, STEPS = 80, 40


@pytest.mark.prove
@pytest.mark.django_db
def test_a_flag_lives_as_the_model_says_in_many_walks(capsys: pytest.CaptureFixture[str]) -> None:
    told = walk(WALKS, STEPS)
    acts = told["done"] + told["refused"]
    assert told["done"] > WALKS and told["refused"] > WALKS
    with capsys.disabled():
        sys.stdout.write(
            f"\nacts on a flag that differ from the model: 0 of {acts} ({told['done']} done,"
            f" {told['refused']} refused), at most {3 / acts:.2%} (95 %)\n"
        )
