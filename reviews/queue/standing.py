"""One pass over the standing flags of a clinic: who heads the rows of each group, and every count.

The rows, their counts, the chips and the badge come out of one statement over `ranked`, so they cannot
disagree, and 5,000 flags are read once and not a dozen times. Beside `reviews.raising` the only raw SQL of
the room: Django's queries read such a part anew for every count.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Case, IntegerField, Value, When

from reviews.models import Rule
from reviews.moments import Moment
from reviews.queue.groups import LAST_OPEN, OPEN_RANKS
from reviews.queue.holders import Holders
from reviews.queue.ranking import ranked, ranked_alone
from reviews.queue.wanted import Wanted, fits

_BITS = {rule: 1 << place for place, rule in enumerate(Rule)}
_ORDER = "is_late DESC, emergency DESC, is_heartbeat DESC, grade DESC, since_on, id"


@dataclass(frozen=True)
class Place:
    """Where one flag stands: its group, and since when it waits. `heads` says that it leads a row."""

    flag: UUID
    patient: UUID
    rank: int
    since_on: date
    heads: bool


@dataclass(frozen=True)
class Tally:
    """One group: how many patients stand in it, and when the next snooze ends."""

    count: int = 0
    next_snooze: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """Groups by rank, and counts of patients with a flag in an open group.

    `badge`: without any filter; `no_owner`: of those with any standing flag, open or closed, for whom nobody
    answers; `any_rule`: with all filters but the rule's; `new`: of what is wanted, those
    with a flag that is new; `by_rule`: what the page would count if it were asked for that rule. `places` are
    all standing flags of the patients whose rows were asked for, in the order of groups and rows.
    """

    groups: dict[int, Tally] = field(default_factory=dict)
    badge: int = 0
    no_owner: int = 0
    any_rule: int = 0
    new: int = 0
    by_rule: dict[str, int] = field(default_factory=dict)
    places: Sequence[Place] = ()

    def of(self, rank: int) -> Tally:
        return self.groups.get(rank) or Tally()

    @property
    def wanted(self) -> int:
        """Patients in the open groups: the headline."""
        return sum(self.of(rank).count for rank in OPEN_RANKS)

    def first(self, numbers: dict[int, int]) -> list[Place]:
        """The flags of the first so many rows of each group of `numbers`, the heads in order."""
        left, kept = dict(numbers), set()
        for place in self.places:
            if place.heads and left.get(place.rank, 0) > 0:
                left[place.rank] -= 1
                kept.add(place.patient)
        return [place for place in self.places if place.patient in kept]


def standing(
    now: Moment,
    wanted: Wanted,
    holders: Holders,
    *,
    new_since: datetime | None = None,
    first: int = 0,
    most: int = 0,
) -> Standing:
    """What stands, with the flags of at most `most` rows of each group from place `first` on."""
    select, params = _select(now, wanted, holders, new_since)
    with connection.cursor() as cursor:
        cursor.execute(f"{_BEGIN}{select}{_END}", [*params, first, first + most])
        ((found,),) = cursor.fetchall()
    told = json.loads(found)
    badge, no_owner, any_rule, new, *by_rule = told["counts"]
    return Standing(
        groups={rank: Tally(count, _moment(snooze)) for rank, count, snooze in told["groups"] or ()},
        badge=badge,
        no_owner=no_owner,
        any_rule=any_rule,
        new=new,
        by_rule=dict(zip(_BITS, by_rule, strict=True)),
        places=[_place(*row) for row in told["places"] or ()],
    )


def _place(flag: str, patient: str, rank: int, since_on: str, heads: bool) -> Place:
    return Place(UUID(flag), UUID(patient), rank, date.fromisoformat(since_on), heads)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _select(
    now: Moment, wanted: Wanted, holders: Holders, new_since: datetime | None
) -> tuple[str, Sequence[Any]]:
    """The flags with their keys, their rule as a bit, and which filters each fits."""
    never = Value(False, output_field=BooleanField())
    answered = When(owner__in=holders.answered, then=Value(False))
    bits = (When(rule=rule, then=Value(bit)) for rule, bit in _BITS.items())
    flags = (ranked if wanted.needs_holder else ranked_alone)(now).annotate(
        rule_bit=Case(*bits, output_field=IntegerField()),
        unheld=Case(answered, default=Value(True), output_field=BooleanField()),
        fits=fits(wanted),
        fits_but_rule=fits(wanted.but(rule="")),
        fits_and_new=fits(wanted.but(since=new_since)) if new_since else never,
    )
    columns = flags.order_by().values_list(
        "pk", "patient_id", "rank", "is_late", "emergency", "is_heartbeat", "grade", "since_on",
        "snoozed_until", "rule_bit", "unheld", "fits", "fits_but_rule", "fits_and_new",
    )  # fmt: skip
    sql, params = columns.query.sql_with_params()
    return sql, params


_BEGIN = """
    WITH standing (
        id, patient_id, rank, is_late, emergency, is_heartbeat, grade, since_on, snoozed_until, rule_bit,
        unheld, fits, fits_but_rule, fits_and_new
    ) AS MATERIALIZED ("""
_RULE_COUNTS = ", ".join(f"count(*) FILTER (WHERE rules & {bit} > 0)" for bit in _BITS.values())
# Text, not JSON: then the driver hands it over as it came, and the uuids are read once.
_END = f"""
    ),
    patients AS (
        SELECT bool_or(rank <= {LAST_OPEN}) AS asks, bool_or(unheld) AS unheld,
            bool_or(fits_but_rule AND rank <= {LAST_OPEN}) AS any_rule,
            bool_or(fits_and_new AND rank <= {LAST_OPEN}) AS is_new,
            bit_or(rule_bit) FILTER (WHERE fits_but_rule AND rank <= {LAST_OPEN}) AS rules
        FROM standing GROUP BY patient_id
    ),
    heads AS (
        SELECT DISTINCT ON (patient_id) * FROM standing WHERE fits ORDER BY patient_id, rank, {_ORDER}
    ),
    placed AS (
        SELECT id, patient_id, rank, snoozed_until, row_number() OVER (PARTITION BY rank ORDER BY {_ORDER}) AS n
        FROM heads
    ),
    shown AS (
        SELECT s.*, p.rank AS of_row, p.n, s.id = p.id AS leads
        FROM placed p JOIN standing s ON s.patient_id = p.patient_id WHERE p.n > %s AND p.n <= %s
    )
    SELECT json_build_object(
        'counts', (
            SELECT json_build_array(
                count(*) FILTER (WHERE asks), count(*) FILTER (WHERE unheld), count(*) FILTER (WHERE any_rule),
                count(*) FILTER (WHERE is_new), {_RULE_COUNTS}
            ) FROM patients
        ),
        'groups', (
            SELECT json_agg(json_build_array(rank, n, snooze))
            FROM (SELECT rank, count(*) AS n, min(snoozed_until) AS snooze FROM heads GROUP BY rank) AS g
        ),
        'places', (
            SELECT json_agg(json_build_array(id, patient_id, rank, since_on, leads) ORDER BY of_row, n, rank, {_ORDER})
            FROM shown
        )
    )::text
"""  # noqa: E501, S608  # names of our own
