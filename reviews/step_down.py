"""The step down that the founding article tells of for twitching: proposed as such, never applied (pure).

Claim C33 (mark C): "a lower dose of 250 mg put it right". No study was found, and twitching is a sign of low
magnesium and calcium too (rule RF12), so the proposal stands beside what to check first.
"""

from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal

from accounts.wording import NO_BREAK, number
from patients.symptoms import Symptom
from protocols.thresholds import Thresholds


@dataclass(frozen=True)
class StepDown:
    """Elemental mg per day."""

    from_mg: Decimal
    to_mg: Decimal
    mark: str = "C"
    claim: str = "C33"

    @property
    def sentence(self) -> str:
        """The article's words as the article's."""
        to_mg, from_mg = (f"{number(mg)}{NO_BREAK}mg/day" for mg in (self.to_mg, self.from_mg))
        return (
            f"Article: lowering to {to_mg} elemental put twitching right, unverified. Now {from_mg}. "
            "Twitching is a sign of low magnesium or calcium too: check first."
        )


def step_down(present: Set[str], dose_mg: Decimal, thresholds: Thresholds) -> StepDown | None:
    """The proposal, where twitching is present and more than the article's amount is taken."""
    if Symptom.MUSCLE_TWITCHING not in present or dose_mg <= thresholds.article_step_down_mg:
        return None
    return StepDown(dose_mg, thresholds.article_step_down_mg)
