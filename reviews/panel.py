"""The panel: every patient of the clinic in exactly one group, so that nobody is lost.

Each group is stated by itself, in one SQL expression; there is no "all others". Who fits none stays without a
group, and then the sum is not the number of patients, which is counted apart: that is how a mistake shows.
Count, list, file, API and e-mail all read `panelled`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import BaseExpression

from patients.models import Patient, Status
from regimens.models import Interruption, Regimen
from reviews.models import Flag, FlagState, Reevaluation, ReevaluationCause, Sweep
from reviews.moments import Moment
from reviews.queue.holders import Holders

# The count takes some 12 microseconds a patient (0.24 s for 20,000, measured on two busy cores). Above so
# many patients a page shows what the last check counted, and counts anew only where it is asked to.
LARGE = 2_000


@dataclass(frozen=True)
class PanelGroup:
    """One group: its name in the data, in an address and on the page, and what it holds in words."""

    key: str
    name: str
    words: str
    stands_out: bool = False

    @property
    def slug(self) -> str:
        return self.key.lower().replace("_", "-")


# In the order of the page; who belongs where is decided by `_grouping`.
GROUPS = (
    PanelGroup("NOT_DUE", "Not due", "the window of the re‑evaluation has not opened"),
    PanelGroup("WINDOW_OPEN", "Window open", "the re‑evaluation is due now, or its result is back"),
    PanelGroup("OVERDUE", "Overdue", "the window of the re‑evaluation has closed"),
    PanelGroup("SNOOZED", "Snoozed", "the re‑evaluation is due and was put aside until later"),
    PanelGroup("ON_HOLD", "On hold", "every regimen that runs is interrupted"),
    PanelGroup("NO_DUE_DATE", "No due date", "a regimen runs and no re‑evaluation is owed", stands_out=True),
    PanelGroup("NO_REGIMEN", "No regimen", "no regimen runs, and no stop for harm waits for its re‑check"),
    PanelGroup("NOT_CONTACTABLE", "Not contactable", "nobody can be reached"),
    PanelGroup("PAUSED", "Paused", "not yet due back"),
    PanelGroup("LEFT", "Left", "no longer under this clinic's care"),
    PanelGroup("DECEASED", "Deceased", "died"),
)
NO_OWNER = PanelGroup(
    "NO_OWNER", "No owner", "a flag stands, and nobody of the clinic answers for it", stands_out=True
)
EVERYBODY = PanelGroup("ALL", "All patients", "every patient of the clinic, with the group of each")
LISTS = {group.slug: group for group in (*GROUPS, NO_OWNER, EVERYBODY)}


@dataclass(frozen=True)
class Panel:
    """How many patients are in each group, and how many the clinic has, as counted at `at`."""

    counts: Mapping[str, int]
    total: int
    at: datetime

    @property
    def placed(self) -> int:
        return sum(self.counts.values())

    @property
    def adds_up(self) -> bool:
        return self.placed == self.total

    @property
    def mismatch(self) -> str:
        """What does not add up, in words; empty when all is well."""
        return "" if self.adds_up else f"The groups hold {self.placed} of {self.total} patients."

    @property
    def lines(self) -> list[tuple[PanelGroup, int]]:
        """Each group with its count, in the order of the page."""
        return [(group, self.counts.get(group.key, 0)) for group in GROUPS]


@dataclass(frozen=True)
class PagePanel:
    """What the strip on the queue page shows; `is_live` when it was counted just now."""

    panel: Panel
    no_owner: int
    is_live: bool


def panelled(now: Moment) -> QuerySet[Any]:
    """The patients of the clinic with `panel`, the one group of each as of `now`; null is a mistake."""
    patients: QuerySet[Any] = Patient.objects.of(now.clinic).valid().annotate(panel=_grouping(now))
    return patients


def panel(now: Moment) -> Panel:
    """Count the groups, and beside them the patients, in one statement and so at one instant."""
    patients = Patient.objects.of(now.clinic).valid().order_by()
    everybody = patients.values("clinic").annotate(n=Count("pk")).values("n")
    rows = panelled(now).order_by().values("panel").annotate(n=Count("pk"), total=Subquery(everybody))
    found = {row["panel"]: row for row in rows}
    counts = {group.key: found[group.key]["n"] if group.key in found else 0 for group in GROUPS}
    return Panel(counts, next((row["total"] for row in found.values()), 0), now.at)


def keep_panel(row: Sweep, now: Moment) -> None:
    """Count for a sweep that has ended, and say where the sum is not the number of patients.

    After its transaction, because counting everybody takes longer than finding who became due.
    """
    counted = panel(now)
    row.panel, row.mismatch = dict(counted.counts), counted.mismatch
    row.save(update_fields=["panel", "mismatch"])


def panel_for_page(now: Moment, no_owner: int | None = None) -> PagePanel:
    """The panel as it stands; in a clinic too large to count at each look, as its last check counted it.

    The queue has counted `no_owner` with its rows; else it is counted here.
    """
    last = Sweep.objects.of(now.clinic).complete().first()
    no_owner = without_owner(now).count() if no_owner is None else no_owner
    if last is None or last.finished_at is None or last.patients <= LARGE or not last.panel:
        return PagePanel(panel(now), no_owner, is_live=True)
    return PagePanel(Panel(last.panel, last.patients, last.finished_at), no_owner, is_live=False)


def without_owner(now: Moment) -> QuerySet[Any]:
    """Patients with a standing flag for which nobody answers: without owner, or whose owner left or is away
    without a deputy who is there.
    """
    holders = Holders.of(now.clinic, now.at)
    answered = [owner for owner in holders.members if holders.holder(Flag(owner_id=owner)) is not None]
    nobody = Q(owner=None) | ~Q(owner__in=answered)
    flags = Flag.objects.of(now.clinic).standing().filter(nobody, patient=OuterRef("pk"))
    return panelled(now).filter(Exists(flags))


def members_of(now: Moment, group: PanelGroup) -> QuerySet[Any]:
    """The patients that one number of the panel counts, with `due_on`, by which the re-evaluation is due."""
    if group is NO_OWNER:
        patients = without_owner(now)
    else:
        patients = panelled(now) if group is EVERYBODY else panelled(now).filter(panel=group.key)
    owed = _owed(now).filter(patient=OuterRef("pk")).order_by("closes_on").values("closes_on")[:1]
    listed: QuerySet[Any] = patients.annotate(due_on=Subquery(owed)).select_related("owner__user")
    return listed


def _grouping(now: Moment) -> Case:
    """Who is deceased, left, paused or out of reach comes first, then who has nothing to re-check now.

    A stop for harm owes its re-check although no regimen runs: that patient is due like any other. Each
    subquery stands once, because PostgreSQL builds each one that it meets.
    """
    running = Regimen.objects.of(now.clinic).active(now.on).filter(patient=OuterRef("pk"))
    halted = Interruption.objects.of(now.clinic).valid().filter(from_on__lte=now.on)
    halted = halted.exclude(until_on__lt=now.on)
    taken = running.exclude(pk__in=halted.values("regimen"))
    safety = _owed(now).filter(cause=ReevaluationCause.SAFETY, patient=OuterRef("pk"))
    return _case(
        (Q(status=Status.DECEASED), "DECEASED"),
        (Q(status=Status.LEFT), "LEFT"),
        (Q(status=Status.PAUSED, returns_on__gt=now.on), "PAUSED"),
        (Q(unreachable_since__isnull=False), "NOT_CONTACTABLE"),
        (Exists(taken) | Exists(safety), _by_due_date(now)),
        (Exists(running), "ON_HOLD"),
        (~Exists(running), "NO_REGIMEN"),
    )


def _by_due_date(now: Moment) -> Case:
    """What is due and was not put aside decides; of two that are owed, the more urgent one."""
    asleep = Flag.objects.of(now.clinic).filter(
        state=FlagState.SNOOZED, snoozed_until__gt=now.at, reevaluation__isnull=False
    )
    owed = _owed(now).filter(patient=OuterRef("pk"))
    awake = owed.exclude(pk__in=asleep.values("reevaluation"))
    return _case(
        # What has closed has opened: said as well, the index of owed windows is read no further than today.
        (Exists(awake.filter(closes_on__lt=now.on, opens_on__lte=now.on)), "OVERDUE"),
        (Exists(awake.filter(opens_on__lte=now.on)), "WINDOW_OPEN"),
        (Exists(owed.filter(opens_on__lte=now.on)), "SNOOZED"),
        (Exists(owed.filter(opens_on__gt=now.on)), "NOT_DUE"),
        (~Exists(owed), "NO_DUE_DATE"),
    )


def _owed(now: Moment) -> QuerySet[Any]:
    owed: QuerySet[Any] = Reevaluation.objects.of(now.clinic).owed(now.on)
    return owed


def _case(*branches: tuple[Q | BaseExpression, str | Case]) -> Case:
    """The first condition that holds decides; null where none does."""
    whens = [
        When(condition, then=Value(then) if isinstance(then, str) else then) for condition, then in branches
    ]
    return Case(*whens, output_field=CharField())
