"""The life of one flag, as the docs tell it, in plain Python: what each act does, and what is refused.

It knows nothing of the database. `tests.reviews.test_flag_machine` walks it beside the real one.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

STANDING = ("OPEN", "ACKNOWLEDGED", "SNOOZED")
UNDO, OFFER = timedelta(minutes=10), timedelta(days=3)
SNOOZE_URGENT, SNOOZE = timedelta(hours=4), timedelta(days=30)
WORDY, NOT_FOR_EMERGENCIES = ("REFERRED", "NO_ACTION"), ("LAB_ORDERED", "NO_ACTION")


@dataclass(frozen=True)
class Life:
    """What an undo puts back."""

    state: str = "OPEN"
    snoozed_until: datetime | None = None
    owner: str | None = None
    offered_to: str | None = None
    offer_ends_at: datetime | None = None


@dataclass(frozen=True)
class Done:
    """One act in the history: `before` is the life that it changed."""

    act: str
    by: str | None
    at: datetime
    before: Life


@dataclass
class Ward:
    """The people of the clinic: who may own, who left, who is away from when until when and for whom."""

    clinicians: list[str]
    left: set[str] = field(default_factory=set)
    absences: list[tuple[str, str, date, date]] = field(default_factory=list)

    def can_own(self, who: str | None) -> bool:
        return who in self.clinicians and who not in self.left

    def deputy_of(self, who: str, on: date) -> tuple[bool, str | None]:
        """Whether the person is away, and who stands in if that one can."""
        for member, deputy, first, last in self.absences:
            if member == who and first <= on <= last:
                return True, deputy if self.can_own(deputy) and not self.is_away(deputy, on) else None
        return False, None

    def is_away(self, who: str, on: date) -> bool:
        return any(member == who and first <= on <= last for member, _, first, last in self.absences)


@dataclass
class FlagModel:
    """One flag: `urgent` is act today. Each act answers whether it was done."""

    ward: Ward
    urgent: bool
    emergency: bool
    at: datetime
    on: date
    life: Life = field(default_factory=Life)
    version: int = 1
    history: list[Done] = field(default_factory=list)
    cause_stands: bool = True

    @property
    def stands(self) -> bool:
        return self.life.state in STANDING

    @property
    def standing_state(self) -> str:
        until = self.life.snoozed_until
        over = self.life.state == "SNOOZED" and until is not None and until <= self.at
        return "OPEN" if over else self.life.state

    @property
    def holder(self) -> str | None:
        owner = self.life.owner
        if owner is None or not self.ward.can_own(owner):
            return None
        away, deputy = self.ward.deputy_of(owner, self.on)
        return deputy if away else owner

    @property
    def offer(self) -> str | None:
        """Who may accept now."""
        to, ends = self.life.offered_to, self.life.offer_ends_at
        holds = ends is not None and ends > self.at and self.stands and self.ward.can_own(to)
        return to if holds else None

    def hands(self, who: str) -> bool:
        """Whether a clinician looks after it."""
        return self.holder == who or self.offer == who or (self.holder is None and self.urgent)

    def acknowledge(self, by: str) -> bool:
        return self.stands and self._do("ACKNOWLEDGED", by, state="ACKNOWLEDGED", snoozed_until=None)

    def snooze(self, by: str, span: timedelta, reason: str) -> bool:
        longest = SNOOZE_URGENT if self.urgent else SNOOZE
        fits = timedelta(0) < span <= longest and not self.emergency and bool(reason or not self.urgent)
        return self.stands and fits and self._do("SNOOZED", by, state="SNOOZED", snoozed_until=self.at + span)

    def resolve(self, by: str, action: str, note: str) -> bool:
        fits = bool(note or action not in WORDY)
        fits = fits and not (self.emergency and action in NOT_FOR_EMERGENCIES)
        return self.stands and fits and self._do("RESOLVED", by, state="RESOLVED", snoozed_until=None)

    def assign(self, by: str, owner: str | None) -> bool:
        if owner is None:
            fits = self.holder == by
        elif owner == by:
            fits = self.life.owner != by or self.offer is not None
        else:
            fits = self.holder is None
        fits = fits and (owner is None or self._can_take_on(owner))
        return self.stands and fits and self._do("ASSIGNED", by, owner=owner, **_NO_OFFER)

    def offers(self, by: str, to: str) -> bool:
        fits = self.holder == by and to not in (self.life.owner, self.holder, self.offer)
        fits = fits and self._can_take_on(to)
        ends = self.at + OFFER
        return self.stands and fits and self._do("OFFERED", by, offered_to=to, offer_ends_at=ends)

    def accept(self, by: str) -> bool:
        return self.offer == by and self._do("ACCEPTED", by, owner=by, **_NO_OFFER)

    def decline(self, by: str, reason: str) -> bool:
        return self.offer == by and bool(reason) and self._do("DECLINED", by, **_NO_OFFER)

    def undo(self, by: str) -> bool:
        """Back to the life before one's own last act; a cause that went away meanwhile clears it at once."""
        last = self.history[-1] if self.history else None
        if last is None or last.by != by or last.act == "UNDONE" or last.at < self.at - UNDO:
            return False
        self._write("UNDONE", by, last.before)
        return self._clear_if_gone()

    def cause_goes(self) -> bool:
        self.cause_stands = False
        return self._clear_if_gone()

    def _clear_if_gone(self) -> bool:
        if self.stands and not self.cause_stands:
            self._write("CLEARED", None, replace(self.life, state="CLEARED", snoozed_until=None))
        return True

    def _can_take_on(self, who: str) -> bool:
        return self.ward.can_own(who) and not self.ward.is_away(who, self.on)

    def _do(self, act: str, by: str, **changes: Any) -> bool:
        self._write(act, by, replace(self.life, **changes))
        return True

    def _write(self, act: str, by: str | None, after: Life) -> None:
        self.history.append(Done(act, by, self.at, self.life))
        self.life, self.version = after, self.version + 1


_NO_OFFER: dict[str, Any] = {"offered_to": None, "offer_ends_at": None}
