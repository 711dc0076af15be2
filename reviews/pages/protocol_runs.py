"""A run of the protocol as its card shows it: how far it is, what it found, why it stands still."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.long_work import WorkState
from reviews.adopting import left_out
from reviews.models import ProtocolRun, Rule, RunKind

# Rung at once, and each minute by the clock: who waits longer waits for a process that does not run.
PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class RunCard:
    """`rules` has (rule, flags that newly stand, flags that cleared); of a count: that would."""

    run: ProtocolRun
    at: datetime

    @property
    def is_count(self) -> bool:
        return self.run.kind == RunKind.COUNT

    @property
    def is_under_way(self) -> bool:
        return self.run.state in (WorkState.WAITING, WorkState.RUNNING)

    @property
    def is_done(self) -> bool:
        return self.run.state == WorkState.DONE

    @property
    def waits_long(self) -> bool:
        """Nobody took it up: worker or clock do not run."""
        return self.run.state == WorkState.WAITING and self.at - self.run.asked_at > PATIENCE

    @property
    def was_interrupted(self) -> bool:
        lease = self.run.lease_until
        return self.run.state == WorkState.RUNNING and lease is not None and lease <= self.at

    @property
    def rules(self) -> list[tuple[str, int, int]]:
        return [
            (str(rule.label), self.run.raised.get(rule, 0), self.run.cleared.get(rule, 0))
            for rule in Rule
            if rule in self.run.raised or rule in self.run.cleared
        ]

    @property
    def raised(self) -> int:
        return sum(self.run.raised.values())

    @property
    def cleared(self) -> int:
        return sum(self.run.cleared.values())

    @property
    def left_out(self) -> list[str]:
        """Keys of the patients whom it could not recompute."""
        return left_out(self.run)
