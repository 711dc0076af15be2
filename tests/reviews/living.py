"""Letting the synthetic cohort live through twelve weeks, and counting what comes onto the queue."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from demo.clinics import Staff
from demo.happenings import Case
from demo.queue_work import Settle
from demo.telling import Story, tell
from patients.models import Patient, Status
from reviews.models import Flag, Rule
from reviews.moments import Moment
from reviews.queue import OPEN_RANKS, ranked

WEEKS = 12
DAYS = 7 * WEEKS
SATURDAY = 5
# Every night of the twelve weeks; rarely in the years before.
NIGHTLY = ((DAYS + 1, 1), (1000, 28))


@dataclass
class Watch:
    """Looks on, and works: each weekday morning what stands is settled, as the demo settles it.

    A row is new where a patient newly stands in a group that is not closed.
    """

    by: Actor
    begins_at: datetime
    cases: dict[UUID, Case] = field(default_factory=dict)
    standing: set[UUID] = field(default_factory=set)
    rows: Counter[str] = field(default_factory=Counter)
    nights: int = 0
    patient_nights: int = 0

    def see(self, at: datetime, case: Case | None) -> None:
        """After each happening its patient; after each night everybody, and then the work of the morning."""
        if case is not None:
            self.cases[case.patient.pk] = case
        if at < self.begins_at - timedelta(days=1):
            return
        self._count(at, case)
        if case is None and at >= self.begins_at:
            self.nights += 1
            self.patient_nights += _under_care(self.by, at)
            self._work(at)

    def _count(self, at: datetime, case: Case | None) -> None:
        heads = self._heads(at, case)
        about = {case.patient.pk} if case else self.standing | heads.keys()
        if at >= self.begins_at:
            self.rows.update(rule for patient, rule in heads.items() if patient not in self.standing)
        self.standing = (self.standing - about) | heads.keys()

    def _work(self, night: datetime) -> None:
        if night.weekday() >= SATURDAY:
            return
        flags = Flag.objects.of(self.by.clinic).standing().exclude(rule=Rule.RE_EVALUATION)
        for patient_id in set(flags.values_list("patient", flat=True)):
            case = self.cases[patient_id]
            morning = Settle((case.today - self.by.clinic.local_date(night)).days, hour=4)
            morning.happen(case)
            self._count(morning.at(case), case)

    @property
    def patients(self) -> float:
        """How many were under care, on an average night."""
        return self.patient_nights / self.nights

    def per_100_a_week(self, number: int) -> float:
        return round(number * 100 / self.patients / WEEKS, 2)

    @property
    def new_rows(self) -> float:
        """Per 100 patients and week."""
        return self.per_100_a_week(sum(self.rows.values()))

    def table(self) -> str:
        """Rule by rule: new rows that it headed, and flags that it raised, per 100 patients and week."""
        flags = Flag.objects.of(self.by.clinic).filter(raised_at__gte=self.begins_at)
        raised = Counter(flags.values_list("rule", flat=True))
        lines = [f"{self.patients:.0f} patients, {WEEKS} weeks; per 100 patients and week:"]
        lines += [f"{'rule':18}{'new rows':>10}{'flags':>10}"]
        for rule in sorted(self.rows | raised):
            rows, found = self.per_100_a_week(self.rows[rule]), self.per_100_a_week(raised[rule])
            lines.append(f"{rule:18}{rows:>10.2f}{found:>10.2f}")
        return "\n".join([*lines, f"{'all':18}{self.new_rows:>10.2f}"])

    def _heads(self, at: datetime, case: Case | None) -> dict[UUID, str]:
        """{patient in a group that is not closed: the rule of the most urgent flag}."""
        flags: Any = ranked(Moment.of(self.by.clinic, at)).filter(rank__in=OPEN_RANKS)
        if case is not None:
            flags = flags.filter(patient=case.patient)
        least_urgent_first = flags.order_by("-rank", "raised_at", "pk")
        return dict(least_urgent_first.values_list("patient", "rule"))


def live(by: Actor, stories: Iterable[Story], now: datetime) -> Watch:
    """Let the stories happen up to `now`; the last twelve weeks are watched."""
    watch = Watch(by, now - timedelta(days=DAYS))
    tell(Staff(by.clinic, by, by), list(stories), now, nights_until=NIGHTLY, seen=watch.see)
    return watch


def _under_care(by: Actor, at: datetime) -> int:
    active = Patient.objects.of(by.clinic).valid().filter(status__in=[Status.ACTIVE, Status.PAUSED])
    return active.filter(created_at__lte=at).count()
