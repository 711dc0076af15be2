"""One line of what the protocol says of a regimen, and how many of them could be checked (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from regimens.dosing import plain


class Severity(StrEnum):
    """How grave a line is, the gravest first."""

    STOP = "STOP"
    NEEDS_REASON = "NEEDS_REASON"
    ATTENTION = "ATTENTION"
    INFORMATION = "INFORMATION"
    PASSED = "PASSED"
    NOT_CHECKED = "NOT_CHECKED"


@dataclass(frozen=True)
class Check:
    """One line; `field`: what a refusal points at; `subject`, `medication_id`: tell lines of one code apart.

    `review_from`: the day from which the line asks for review by a rule, `act_today` how urgently; None where
    it only informs. `holds_until`: the first day on which it no longer holds, where that is known.
    """

    code: str
    severity: Severity
    sentence: str
    mark: str
    source: str
    claim_id: str | None = None
    field: str = "intakes"
    subject: str = ""
    medication_id: UUID | None = None
    hours_apart: Decimal | None = None
    review_from: date | None = None
    act_today: bool = False
    holds_until: date | None = None


_UNCHECKED = (Severity.NOT_CHECKED, Severity.NEEDS_REASON)
_GRAVITY = tuple(Severity)


def gravest_first(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The lines in the order in which they are read."""
    return tuple(sorted(checks, key=lambda check: _GRAVITY.index(check.severity)))


def summary(checks: Sequence[Check]) -> str:
    """Such as "4 checked, 2 not checked"; what only informs is no check."""
    unchecked = sum(check.severity in _UNCHECKED for check in checks)
    said = sum(check.severity is Severity.INFORMATION for check in checks)
    return f"{len(checks) - unchecked - said} checked, {unchecked} not checked"


def daily(amount: Decimal) -> str:
    """`300 mg/day`."""
    return f"{plain(amount)} mg/day"
