"""Whom a night concerns: patients for whom a day of the record has come, or about whom something was done.

Every act brings the flags of its patient in step at once, so between two checks only time changes anything: a
window opens, a planned step begins, a patient is due back. Each of these is a date in a row, and all dates on
which the rules depend stand here. So the nightly check costs what became due, not what there is.

Nothing rests on that alone. A check looks at everybody when none did for a week, when the last one was of a
later day, or when a version of the protocol is being adopted; and a property test compares both ways.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, Q, QuerySet, UUIDField, Value

from accounts.long_work import WorkState
from audit.models import AuditEvent
from labs.models import ExpectedResult, Import, ImportRow
from patients.models import Patient
from regimens.models import Finding, Regimen
from reviews.models import ProtocolRun, Reevaluation, RunKind, Sweep
from reviews.moments import Moment

# Everybody is looked at at least so often.
THOROUGH_EVERY = timedelta(days=7)
# An act that began before the last check and ended after it was not seen by it. No transaction takes so long.
LONGEST_ACT = timedelta(hours=1)


def due_since(now: Moment) -> list[UUID] | None:
    """The keys of the patients whom time or an act concerns since the last check; None is everybody."""
    last = Sweep.objects.of(now.clinic).complete().first()
    if last is None or last.on > now.on or not _was_thorough(now, last) or _is_adopting(now, last):
        return None
    since = last.started_at - LONGEST_ACT
    unread = (UUID(key) for key in chain.from_iterable(last.not_evaluable.values()))
    return sorted({*_dated(now, last.on), *_acted_on(now, since), *_imported(now, since), *unread})


def among(keys: list[UUID]) -> Func:
    """Rows of these patients, however many: the keys go as one array."""
    array = Value(keys, output_field=ArrayField(UUIDField()))
    return Func(
        F("patient_id"), array, arg_joiner=" = ANY(", template="%(expressions)s)", output_field=BooleanField()
    )


def _was_thorough(now: Moment, last: Sweep) -> bool:
    rows = Sweep.objects.of(now.clinic).complete().filter(is_thorough=True)
    newest = rows.values_list("on", flat=True).first()
    return newest is not None and now.on - newest < THOROUGH_EVERY


def _is_adopting(now: Moment, last: Sweep) -> bool:
    """A run brings live facts under another version: what it does to each patient is no act of its own."""
    runs = ProtocolRun.objects.filter(clinic=now.clinic, kind=RunKind.ADOPT)
    done = Q(finished_at__isnull=False, finished_at__lt=last.started_at - LONGEST_ACT)
    return runs.exclude(done | Q(state=WorkState.FAILED)).exists()


# Each date on which a rule depends (reviews/rules.py), and where it stands.
_DATES: tuple[tuple[Callable[[], QuerySet[Any]], str, tuple[str, ...]], ...] = (
    (lambda: Reevaluation.objects.owing(), "patient_id", ("opens_on", "superseded_on", "stopped_on")),
    (lambda: ExpectedResult.objects.awaited(), "patient_id", ("alert_on",)),
    (lambda: Finding.objects.reviewable(), "patient_id", ("holds_from", "holds_until", "review_from")),
    (lambda: Regimen.objects.valid(), "patient_id", ("started_on", "stopped_on")),
    (lambda: Patient.objects.valid(), "pk", ("returns_on",)),
)


def _dated(now: Moment, since: date) -> Iterator[UUID]:
    """Those for whom one of the dates that rules read lies after `since` and not after today."""
    for rows, key, names in _DATES:
        for name in names:
            came = {f"{name}__gt": since, f"{name}__lte": now.on}
            yield from rows().filter(clinic=now.clinic, **came).order_by().values_list(key, flat=True)


def _acted_on(now: Moment, since: datetime) -> Iterator[UUID]:
    """Those whose record somebody wrote to; reading it changes nothing."""
    events = AuditEvent.objects.filter(clinic=now.clinic, at__gte=since, patient_id__isnull=False)
    rows = events.exclude(act__startswith="READ").order_by().values_list("patient_id", flat=True)
    yield from (key for key in rows.distinct() if key is not None)


def _imported(now: Moment, since: datetime) -> Iterator[UUID]:
    """Those about whom a file was stored or taken back, which is one act on many."""
    files = Import.objects.filter(Q(committed_at__gte=since) | Q(undone_at__gte=since), clinic=now.clinic)
    rows = ImportRow.objects.filter(source__in=files, patient__isnull=False).order_by()
    yield from rows.values_list("patient_id", flat=True).distinct()
