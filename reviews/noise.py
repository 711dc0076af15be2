"""The noise budget: how much each rule asks, how much of it led to something, and why the rest did not."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import Clinic, Membership
from accounts.permissions import MATRIX, Act
from reviews.backtest.standing import ACTED, ANSWERED
from reviews.models import Action, ClearedBecause, Flag, FlagAct, FlagEvent, FlagState, Rule

WEEKS = 12
# Of the words that people wrote, the most frequent of each rule.
MOST_WORDS = 5


@dataclass
class Noise:
    """One rule. `per_clinician_week`: flags raised, per clinician and week, to two places.

    Closed flags of these weeks: `acted` by a person; `answered`, because what was asked for came; `dismissed`
    with no action; `lapsed`, because the cause went away. `reasons` of what was answered or lapsed, `words`
    of what was dismissed, `snoozed` how often something was put aside, `snooze_words` why.
    """

    rule: Rule
    raised: int = 0
    per_clinician_week: Decimal = Decimal(0)
    acted: int = 0
    answered: int = 0
    dismissed: int = 0
    lapsed: int = 0
    standing: int = 0
    snoozed: int = 0
    reasons: list[tuple[str, int]] = field(default_factory=list)
    words: list[tuple[str, int]] = field(default_factory=list)
    snooze_words: list[tuple[str, int]] = field(default_factory=list)

    @property
    def closed(self) -> int:
        return self.acted + self.answered + self.dismissed + self.lapsed

    @property
    def acted_percent(self) -> int | None:
        """Of the closed flags, how many were resolved with an action; None where none was closed."""
        return round(self.acted * 100 / self.closed) if self.closed else None


@dataclass(frozen=True)
class Budget:
    """The last twelve weeks of a clinic; `clinicians` are the active members who may resolve a flag."""

    since: datetime
    clinicians: int
    rules: list[Noise]


def noise(clinic: Clinic, at: datetime) -> Budget:
    """Four queries, however many flags there are. A flag counts in the weeks in which it was raised."""
    since = at - timedelta(weeks=WEEKS)
    clinicians = _clinicians(clinic)
    rules = {rule: Noise(rule) for rule in Rule}
    flags = Flag.objects.of(clinic).filter(raised_at__gte=since, raised_at__lte=at)
    _count_flags(rules, flags)
    _count_words(rules, flags)
    _count_snoozes(rules, clinic, since, at)
    for line in rules.values():
        share = Decimal(line.raised) / (WEEKS * max(clinicians, 1))
        line.per_clinician_week = share.quantize(Decimal("0.01"))
    return Budget(since, clinicians, list(rules.values()))


def _clinicians(clinic: Clinic) -> int:
    roles = [role.value for role in MATRIX if Act.RESOLVE in MATRIX[role]]
    return Membership.objects.active().filter(clinic=clinic, roles__overlap=roles).count()


def _count_flags(rules: dict[Rule, Noise], flags: QuerySet[Flag]) -> None:
    found = flags.order_by().values_list("rule", "state", "action", "cleared_because")
    reasons: dict[Rule, Counter[str]] = {rule: Counter() for rule in rules}
    for rule, state, action, because, number in found.annotate(Count("pk")):
        line = rules[Rule(rule)]
        line.raised += number
        name = _fate(state, action, because)
        setattr(line, name, getattr(line, name) + number)
        if state == FlagState.CLEARED:
            reasons[Rule(rule)][str(ClearedBecause(because).label)] += number
    for rule, counted in reasons.items():
        rules[rule].reasons = counted.most_common()


def _fate(state: str, action: str, because: str) -> str:
    if state == FlagState.RESOLVED:
        return "acted" if action in ACTED else "dismissed"
    if state == FlagState.CLEARED:
        return "answered" if because in ANSWERED else "lapsed"
    return "standing"


def _count_words(rules: dict[Rule, Noise], flags: QuerySet[Flag]) -> None:
    """The notes of "no action", alike ones together."""
    dismissed = flags.filter(state=FlagState.RESOLVED, action=Action.NO_ACTION).order_by()
    for rule, words in _grouped(dismissed.values_list("rule", "note").annotate(Count("pk"))).items():
        rules[rule].words = words


def _count_snoozes(rules: dict[Rule, Noise], clinic: Clinic, since: datetime, at: datetime) -> None:
    events = FlagEvent.objects.filter(clinic=clinic, act=FlagAct.SNOOZED, at__range=(since, at)).order_by()
    found = list(events.values_list("flag__rule", "detail__note").annotate(Count("pk")))
    for rule, _, number in found:
        rules[Rule(rule)].snoozed += number
    for of, words in _grouped((rule, note, number) for rule, note, number in found if note).items():
        rules[of].snooze_words = words


def _grouped(rows: Any) -> dict[Rule, list[tuple[str, int]]]:
    """{rule: the most frequent words}; case, spaces and a full stop make no difference."""
    counted: dict[Rule, Counter[str]] = {}
    shown: dict[str, str] = {}
    for rule, note, number in rows:
        words = " ".join(note.split())
        folded = words.rstrip(".").casefold()
        shown.setdefault(folded, words)
        counted.setdefault(Rule(rule), Counter())[folded] += number
    return {
        rule: [(shown[folded], number) for folded, number in words.most_common(MOST_WORDS)]
        for rule, words in counted.items()
    }
