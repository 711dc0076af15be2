"""The review queue: one row per patient, the most urgent standing flag first.

Everything is decided by SQL over the standing flags of one clinic: which flag speaks for its patient, in
which group it stands, and in which order. The number of queries does not grow with the number of flags.
"""

from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber, TruncDate

from accounts.models import Membership
from patients.symptoms import Symptom, triaged_as
from reviews.models import Flag, Reevaluation, Rule, Severity
from reviews.moments import Moment
from reviews.queue_rows import Row, rows_of
from reviews.sentences import READS

# Rows with `rank` and the other annotations of `ranked`, which the types do not know.
Rows = QuerySet[Any]
ROWS = 50
HEARTBEAT = [symptom for symptom in Symptom if triaged_as(symptom) is Symptom.IRREGULAR_HEARTBEAT]


@dataclass(frozen=True)
class Group:
    """One group of the queue; `rank` is its place, and the closed ones count in no headline and no badge."""

    rank: int
    key: str
    name: str
    words: str
    icon: str
    css: str
    tone: str = ""
    closed: bool = False


GROUPS = (
    Group(
        0, "ACT_TODAY", "Act today",
        "irregular heartbeat, symptom grade 3–4, alert limit, eGFR below 30, medicine that magnesium binds",
        "circle-alert", "act-today", "late",
    ),
    Group(
        1, "LATE", "Late", "not looked at within the time that the rule gives",
        "alarm-clock", "act-today", "late",
    ),
    Group(
        2, "OVERDUE", "Overdue", "past 6 weeks with no result and no re‑evaluation visit",
        "clock-alert", "overdue", "over",
    ),
    Group(
        3, "THIS_WEEK", "Review this week",
        "symptoms grade 1–2, results out of range, kidney checks, doses, medicines", "eye", "this-week",
    ),
    Group(
        4, "WINDOW_OPEN", "Window open", "4 to 6 weeks after a start or a dose change; results back",
        "calendar-clock", "window-open", closed=True,
    ),
    Group(
        5, "SNOOZED", "Snoozed", "put aside until a moment that somebody chose",
        "clock", "snoozed", closed=True,
    ),
)  # fmt: skip
RANK = {group.key: group.rank for group in GROUPS}
OPEN_RANKS = [group.rank for group in GROUPS if not group.closed]
ORDER = ("-is_late", "-emergency", "-is_heartbeat", "-grade", "since_on", "pk")


@dataclass(frozen=True)
class Wanted:
    """What the filters ask for: one rule or all, everybody's patients or only those of `owner`."""

    rule: str = ""
    owner: Membership | None = None


@dataclass(frozen=True)
class Listed:
    """A group with the rows shown of it; `more_from` is the offset of the next ones, None at the end."""

    group: Group
    count: int
    rows: list[Row]
    more_from: int | None
    next_snooze: Any = None


@dataclass(frozen=True)
class Chip:
    """One filter with how many patients it names."""

    rule: str
    label: str
    count: int


@dataclass
class Queue:
    """All that the page shows."""

    groups: list[Listed] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    everybody: int = 0
    patients: int = 0
    act_today: int = 0


CHIP_LABELS = {
    Rule.RE_EVALUATION: "Re‑evaluation",
    Rule.SYMPTOM: "Symptoms",
    Rule.LAB_OUT_OF_RANGE: "Results",
    Rule.KIDNEY: "Kidney",
    Rule.OUTCOME_WORSE: "GAD‑7",
    Rule.LAB_NOT_BACK: "Not back",
    Rule.DOSE_ABOVE_CAP: "Dose",
    Rule.INTERACTION: "Interaction",
}


def queue(now: Moment, wanted: Wanted) -> Queue:
    """The first rows of every group, with counts of patients."""
    counts = _counts(_wanted(ranked(now), wanted))
    pages = [_page(now, wanted, group, 0) for group in GROUPS if counts[group.rank]]
    rows = _rows(now, list(chain.from_iterable(pages)))
    snoozed = _next_snooze(now, wanted) if counts[RANK["SNOOZED"]] else None
    groups = [
        _listed(group, counts[group.rank], rows.get(group.rank, []), 0, snoozed)
        for group in GROUPS
        if counts[group.rank] or group.key == "ACT_TODAY"
    ]
    return Queue(
        groups=groups,
        chips=_chips(now, wanted),
        everybody=_asking(_wanted(ranked(now), Wanted(owner=wanted.owner))),
        patients=sum(counts[rank] for rank in OPEN_RANKS),
        act_today=counts[RANK["ACT_TODAY"]],
    )


def more(now: Moment, wanted: Wanted, key: str, offset: int) -> Listed:
    """The rows of one group from `offset` on."""
    group = GROUPS[RANK[key]]
    count = _counts(_wanted(ranked(now), wanted))[group.rank]
    rows = _rows(now, _page(now, wanted, group, offset)).get(group.rank, [])
    return _listed(group, count, rows, offset, None)


def badge(now: Moment) -> int:
    """How many patients have a flag that asks for a look: what the menu shows."""
    return _asking(ranked(now))


def _asking(flags: Rows) -> int:
    asking = flags.filter(rank__in=OPEN_RANKS)
    return int(asking.aggregate(n=Count("patient", distinct=True))["n"])


def next_window(now: Moment) -> Reevaluation | None:
    """The re-evaluation of the clinic whose window opens next."""
    ahead = Reevaluation.objects.of(now.clinic).owed(now.on).filter(opens_on__gt=now.on)
    first: Reevaluation | None = ahead.order_by("opens_on", "pk").first()
    return first


def ranked(now: Moment) -> Rows:
    """Standing flags with `rank` (their group) and the keys of the order inside a group."""
    return (
        Flag.objects.of(now.clinic)
        .standing()
        .as_of(now.on, now.at)
        .annotate(
            rank=_rank(),
            is_heartbeat=_yes(Q(symptom_answer__symptom__in=HEARTBEAT)),
            grade=Coalesce("symptom_answer__grade", 0),
            since_on=Coalesce(
                "reevaluation__closes_on",
                "symptom_answer__visit__visited_on",
                "lab_result__collected_on",
                "expected_result__due_on",
                "outcome__answered_on",
                "finding__review_from",
                # What was found may read otherwise by now.
                TruncDate("raised_at"),
            ),
        )
    )


def _rank() -> Case:
    """Snoozed last; a result that came back waits with the open windows; what is past its time is late."""
    return Case(
        When(standing_state="SNOOZED", then=RANK["SNOOZED"]),
        When(severity=Severity.ACT_TODAY, then=RANK["ACT_TODAY"]),
        When(reevaluation__result__isnull=False, then=RANK["WINDOW_OPEN"]),
        When(urgency="WINDOW_OPEN", then=RANK["WINDOW_OPEN"]),
        When(urgency="OVERDUE", then=RANK["OVERDUE"]),
        When(is_late=True, then=RANK["LATE"]),
        default=RANK["THIS_WEEK"],
        output_field=IntegerField(),
    )


def _yes(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _counts(flags: Rows) -> dict[int, int]:
    """{rank: patients whose most urgent flag is of that rank}, in one pass.

    Who has a flag of this rank or a more urgent one, less who has a more urgent one.
    """
    upto = {
        f"upto_{group.rank}": Count("patient", distinct=True, filter=Q(rank__lte=group.rank))
        for group in GROUPS
    }
    found = flags.order_by().aggregate(**upto)
    totals = [0, *(found[name] for name in upto)]
    return {group.rank: totals[n + 1] - totals[n] for n, group in enumerate(GROUPS)}


def _page(now: Moment, wanted: Wanted, group: Group, offset: int) -> list[UUID]:
    """The flags that head the rows of one group, in order.

    Window functions read the standing flags once: a join of the flags with themselves, which would say the
    same, is planned as a nested loop when the table has just grown (90 s for 5,000 flags, measured).
    """
    flags = _wanted(ranked(now), wanted).annotate(
        place=Window(RowNumber(), partition_by=F("patient"), order_by=["rank", *ORDER]),
        most_urgent=Window(Min("rank"), partition_by=F("patient")),
    )
    heads = flags.filter(place=1, most_urgent=group.rank).order_by(*ORDER)
    return list(heads.values_list("pk", flat=True)[offset : offset + ROWS])


def _wanted(flags: Rows, wanted: Wanted) -> Rows:
    if wanted.owner is not None:
        flags = flags.filter(patient__owner=wanted.owner)
    if wanted.rule:
        others = Flag.objects.standing().filter(patient=OuterRef("patient"), rule=wanted.rule)
        flags = flags.filter(Exists(others))
    return flags


def _chips(now: Moment, wanted: Wanted) -> list[Chip]:
    flags = _wanted(ranked(now), Wanted(owner=wanted.owner)).filter(rank__in=OPEN_RANKS)
    counts = dict(flags.order_by().values_list("rule").annotate(Count("patient", distinct=True)))
    return [Chip(rule, label, counts.get(rule, 0)) for rule, label in CHIP_LABELS.items()]


def _next_snooze(now: Moment, wanted: Wanted) -> Any:
    snoozed = _wanted(ranked(now), wanted).filter(rank=RANK["SNOOZED"])
    return snoozed.aggregate(first=Min("snoozed_until"))["first"]


def _listed(group: Group, count: int, rows: list[Row], offset: int, snoozed: Any) -> Listed:
    end = offset + len(rows)
    return Listed(
        group, count, rows, end if rows and end < count else None, snoozed if group.key == "SNOOZED" else None
    )


def _rows(now: Moment, heads: list[UUID]) -> dict[int, list[Row]]:
    """{rank: rows} of the flags `heads`, in that order."""
    found = ranked(now).filter(pk__in=heads).select_related("patient", *READS)
    flags = sorted(found, key=lambda flag: heads.index(flag.pk))
    others = ranked(now).filter(patient__in=[flag.patient_id for flag in flags]).exclude(pk__in=heads)
    return rows_of(now, flags, others.select_related(*READS).order_by("rank", *ORDER))
