"""What the protocol says of a regimen (pure): the one function for page, API, import and stored findings.

Levels: clinical facts 5.1 (A). Kidney: 5.3 (A, B, S). Contraindications: 5.4 (A, K). Interactions: 5.5. The
article's claims stand beside them, unverified, and pass nothing. Nothing is ever "all clear": what was not
checked is said.
"""

from protocols.thresholds import Thresholds
from regimens.checks import conditions, dose, kidney, pairing, timing
from regimens.checks.facts import IntakeFacts, Medicine, Pregnancy, RegimenFacts, Supplement
from regimens.checks.lines import Check, Severity, gravest_first, summary

__all__ = [
    "Check",
    "IntakeFacts",
    "Medicine",
    "Pregnancy",
    "RegimenFacts",
    "Severity",
    "Supplement",
    "check_regimen",
    "summary",
]

SUBJECTS = (dose, kidney, conditions, timing, pairing)


def check_regimen(facts: RegimenFacts, thresholds: Thresholds) -> tuple[Check, ...]:
    """All lines, the gravest first."""
    return gravest_first(check for subject in SUBJECTS for check in subject.checks(facts, thresholds))
