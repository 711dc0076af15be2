"""Trying other numbers on the past, and stopping that: nothing of a patient changes by either."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from accounts.actors import Actor
from accounts.long_work import WorkState
from accounts.models import Clinic
from audit.record import record
from protocols.checking import BadThresholds
from protocols.models import Protocol
from reviews.backtest.intervals import FEWEST, intervals
from reviews.backtest.numbers import checked_numbers
from reviews.models import Backtest
from reviews.tasks import ring_backtest

SHORTEST_MONTHS, LONGEST_MONTHS = 3, 24
UNFINISHED = (WorkState.WAITING, WorkState.RUNNING)


@transaction.atomic
def try_numbers(*, by: Actor, at: datetime, tried: Mapping[str, Any], months: int) -> Backtest:
    """Have a worker live through the past `months` with the numbers `tried` ({name: value}) as well.

    The same that is under way is the answer. Raises ValidationError at `months`, at each number that cannot
    be, and where the days hold too few intervals to say anything.
    """
    Clinic.objects.select_for_update(no_key=True).get(pk=by.clinic.pk)
    live = Protocol.objects.in_force(by.clinic)
    numbers = _checked(live, tried)
    if not SHORTEST_MONTHS <= months <= LONGEST_MONTHS:
        raise ValidationError({"months": f"Choose {SHORTEST_MONTHS} to {LONGEST_MONTHS} months."})
    until = by.clinic.local_date(at)
    since = _months_before(until, months)
    there_are = intervals(by.clinic, since, until)
    if there_are < FEWEST:
        few = f"Backtest needs at least {FEWEST} past intervals; there are {there_are}."
        raise ValidationError({NON_FIELD_ERRORS: [few]})
    same = Backtest.objects.of(by.clinic).filter(protocol=live, tried=numbers, since=since, until=until)
    row = same.filter(state__in=UNFINISHED).first()
    if row is None:
        row = Backtest.objects.create(
            clinic=by.clinic,
            protocol=live,
            tried=numbers,
            since=since,
            until=until,
            asked_at=at,
            asked_by=by.user,
        )
        after = {"tried": numbers, "since": str(since), "until": str(until)}
        record("BACKTEST_PROTOCOL", by=by, at=at, of=row, after=after)
        transaction.on_commit(partial(ring_backtest, row.pk))
    return row


@transaction.atomic
def cancel_backtest(*, backtest: Backtest, by: Actor, at: datetime) -> Backtest:
    """Stop one that is under way: its worker writes nothing more. Raises ValidationError when finished."""
    row: Backtest = Backtest.objects.of(by.clinic).select_for_update(no_key=True).get(pk=backtest.pk)
    if row.state not in UNFINISHED:
        raise ValidationError("This backtest is finished already.")
    row.state, row.finished_at, row.lease_until = WorkState.FAILED, at, None
    row.error = f"Cancelled by {by.user}."
    row.save()
    record("CANCEL_BACKTEST", by=by, at=at, of=row, after={"done": row.done, "total": row.total})
    return row


def _checked(live: Protocol, tried: Mapping[str, Any]) -> dict[str, Any]:
    if not tried:
        raise ValidationError({"tried": "Choose a number to try."})
    try:
        return checked_numbers(live.values, tried)
    except BadThresholds as bad:
        raise ValidationError({name: list(said) for name, said in bad.faults.items()}) from bad


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(years, month + 1, number)
        except ValueError:
            continue
    return date(years, month + 1, day.day)
