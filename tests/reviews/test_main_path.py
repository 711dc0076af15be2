"""The demonstration of the whole app, through the acts: from a start to a reviewed result."""

from decimal import Decimal

import pytest

from reviews.acts.errors import mark_in_error
from reviews.acts.reevaluations import review_reevaluation
from reviews.models import Flag, FlagState, Reevaluation
from tests.reviews.conftest import TODAY, Story, present

pytestmark = pytest.mark.django_db


def test_three_flags_stand_then_a_review_clears_and_an_error_raises_again(story: Story) -> None:
    story.result("CREATININE", "0.94", 35, "mg/dL")
    story.starts(35)
    limits = {"reference_low": Decimal("0.46"), "reference_high": Decimal("0.60")}
    story.result("IONIZED_MG", "0.42", 20, **limits)  # type: ignore[arg-type]
    story.visit(0, present("MUSCLE_TWITCHING", 2, story.days_ago(7)))
    assert story.rules() == ["LAB_OUT_OF_RANGE", "RE_EVALUATION", "SYMPTOM"]

    back = story.result("IONIZED_MG", "0.50", 0)
    owed = Reevaluation.objects.in_state(TODAY).get(patient=story.patient)
    assert owed.state == "RESULT_BACK"

    review_reevaluation(reevaluation=owed, by=story.by, at=story.now, version=owed.version)
    cleared = Flag.objects.get(patient=story.patient, rule="RE_EVALUATION")
    assert (cleared.state, cleared.cleared_because) == (FlagState.CLEARED, "MET_BY_RESULT")
    assert cleared.reevaluation.met_by_result == back

    mark_in_error(row=back, by=story.by, at=story.now, version=back.version, reason="Wrong tube")
    assert story.flag("RE_EVALUATION").previous == cleared
