"""The rows of one patient as they stood at a moment: only for a savepoint that is taken back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from accounts.models import User
from patients.models import Patient
from reviews.backtest.history import History, Key, as_of
from reviews.models import Flag, FlagState, Reevaluation

OPEN_AGAIN: dict[str, Any] = {
    "state": FlagState.OPEN, "closed_at": None, "closed_by": None, "action": "", "cleared_because": "",
    "snoozed_until": None,
}  # fmt: skip
NOT_MET: dict[str, Any] = {
    "met_on": None, "met_by_result": None, "met_by_visit": None, "result": None, "superseded_on": None,
    "stopped_on": None,
}  # fmt: skip
NOT_REVIEWED: dict[str, Any] = {"reviewed_at": None, "reviewed_by": None, "reviewed_result": None}


def put_back(patient: Patient, history: History, begin: datetime | None, by: User) -> None:
    """What was told later is hidden, flags and re-evaluations of later give way; `begin` None: before all.

    What follows from the record is left as it is: the first `rebuild` brings it in step.
    """
    said, hidden = as_of(history.words, begin)
    write(said.items())
    for model, keys in _by_model(hidden).items():
        model._default_manager.filter(pk__in=keys).update(error_at=F("created_at"), error_by=by)
    _flags(patient, begin)
    _windows(patient, begin, by)


def write(said: Iterable[tuple[Key, Mapping[str, Any]]]) -> None:
    """Let rows say something; those of one table that say the same are written at once."""
    alike: dict[tuple[Any, ...], list[Any]] = {}
    for (model, pk), says in said:
        alike.setdefault((model, tuple(sorted(says.items(), key=lambda item: item[0]))), []).append(pk)
    for (model, fields), keys in alike.items():
        model._default_manager.filter(pk__in=keys).update(**dict(fields))


def _by_model(keys: Iterable[Key]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for model, pk in keys:
        found.setdefault(model, []).append(pk)
    return found


def _flags(patient: Patient, begin: datetime | None) -> None:
    """Those that stood at `begin` stand again; a later one is cleared, which blocks no new one."""
    flags = Flag.objects.filter(patient=patient)
    later = flags if begin is None else flags.filter(raised_at__gt=begin)
    later.update(**OPEN_AGAIN | {"state": FlagState.CLEARED, "closed_at": F("raised_at")})
    if begin is not None:
        flags.filter(raised_at__lte=begin, closed_at__gt=begin).update(**OPEN_AGAIN)


def _windows(patient: Patient, begin: datetime | None, by: User) -> None:
    """Those that had ended keep their row; those on the queue too, unmet; all others are made anew."""
    rows = Reevaluation.objects.valid().filter(patient=patient)
    standing = Flag.objects.standing().filter(patient=patient, reevaluation__isnull=False)
    on = date.min if begin is None else patient.clinic.local_date(begin)
    ended = Q(met_on__lte=on) | Q(superseded_on__lte=on) | Q(stopped_on__lte=on)
    closed = (
        set() if begin is None else {*rows.filter(ended, created_at__lte=begin).values_list("pk", flat=True)}
    )
    kept = {*standing.values_list("reevaluation", flat=True)} - closed
    rows.exclude(pk__in=closed | kept).update(error_at=F("created_at"), error_by=by)
    rows.filter(pk__in=kept).update(**NOT_MET)
    reviewed = rows if begin is None else rows.filter(reviewed_at__gt=begin)
    reviewed.update(**NOT_REVIEWED)
