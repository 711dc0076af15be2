"""Absences: a member is away and a deputy stands in; in this room because each act leaves an event."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.absences import who_may_answer
from accounts.actors import Actor
from accounts.models import Absence, Clinic, Membership
from accounts.permissions import Act
from accounts.wording import day
from audit.record import record

# Longer is a slip of the hand.
LONGEST = timedelta(days=366)


@transaction.atomic
def add_absence(
    *, by: Actor, at: datetime, member: Membership, deputy: Membership, from_on: date, until_on: date
) -> Absence:
    """Say that a member is away from one day until another, both included, and who stands in.

    For oneself, or as an admin for somebody else. Raises ValidationError with the fields.
    """
    _hold(by.clinic)
    today = by.clinic.local_date(at)
    _stop_if_any(
        {
            "member": _about_member(by, member),
            "deputy": _about_deputy(member, deputy, from_on, until_on),
            "until_on": _about_days(from_on, until_on, today),
            "from_on": _about_overlap(member, from_on, until_on),
        }
    )
    absence = Absence.objects.create(
        clinic=by.clinic, membership=member, deputy=deputy, from_on=from_on, until_on=until_on,
        created_at=at, created_by=by.user,
    )  # fmt: skip
    record("ADD_ABSENCE", by=by, at=at, of=absence, after=_told(absence))
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: Actor, at: datetime) -> None:
    """The member is back today, or does not leave: what is left of the absence is taken away.

    For oneself, or as an admin for somebody else. Raises ValidationError when it is over, or ended already.
    """
    _hold(by.clinic)
    absence = _still_there(absence)
    today = by.clinic.local_date(at)
    _stop_if_any({"member": _about_who_says(by, absence.membership)})
    if absence.until_on < today:
        raise ValidationError({"until_on": [f"This absence was over on {day(absence.until_on)}."]})
    before, object_id = _told(absence), absence.pk
    if absence.from_on >= today:
        absence.delete()
    else:
        absence.until_on = today - timedelta(days=1)
        absence.save(update_fields=["until_on"])
    absence.pk = object_id
    record("END_ABSENCE", by=by, at=at, of=absence, before=before, after={"back_on": str(today)})


def stands_in_for(member: Membership, from_on: date, until_on: date) -> list[Absence]:
    """The absences on these days for which the member is the deputy."""
    theirs = Absence.objects.filter(deputy=member, from_on__lte=until_on, until_on__gte=from_on)
    return list(theirs.select_related("membership__user"))


def _hold(clinic: Clinic) -> None:
    """One change of absences at a time, so that two people do not name each other."""
    Clinic.objects.select_for_update().get(pk=clinic.pk)


def _still_there(absence: Absence) -> Absence:
    found = Absence.objects.select_related("membership__user", "deputy__user").filter(pk=absence.pk).first()
    if found is None:
        raise ValidationError("This absence was ended already.")
    return found


def _about_member(by: Actor, member: Membership) -> str:
    if not who_may_answer(by.clinic).filter(pk=member.pk).exists():
        return "Choose a member of this clinic who may resolve flags; nobody else needs a deputy."
    return _about_who_says(by, member)


def _about_who_says(by: Actor, member: Membership) -> str:
    mine = by.membership is not None and by.membership.pk == member.pk
    may = by.membership is not None and by.membership.may(Act.MANAGE_MEMBERS)
    return "" if mine or may else "Only an admin says this for somebody else."


def _about_deputy(member: Membership, deputy: Membership, from_on: date, until_on: date) -> str:
    if deputy.pk == member.pk:
        return "Nobody stands in for oneself. Choose another member."
    if not who_may_answer(member.clinic).filter(pk=deputy.pk).exists():
        return "Choose a member of this clinic who may resolve flags."
    away = _overlapping(deputy, from_on, until_on)
    return f"{deputy.user} is away {_days(away)}." if away else ""


def _about_days(from_on: date, until_on: date, today: date) -> str:
    if until_on < from_on:
        return f"{day(until_on)} is before {day(from_on)}."
    if until_on > from_on + LONGEST:
        return "At most a year at a time."
    return f"{day(until_on)} has passed." if until_on < today else ""


def _about_overlap(member: Membership, from_on: date, until_on: date) -> str:
    other = _overlapping(member, from_on, until_on)
    return f"{member.user} is away {_days(other)} already. End that absence first." if other else ""


def _overlapping(member: Membership, from_on: date, until_on: date) -> Absence | None:
    return Absence.objects.filter(membership=member, from_on__lte=until_on, until_on__gte=from_on).first()


def _days(absence: Absence) -> str:
    return f"from {day(absence.from_on)} to {day(absence.until_on)}"


def _stop_if_any(sentences: dict[str, str]) -> None:
    errors = {name: [sentence] for name, sentence in sentences.items() if sentence}
    if errors:
        raise ValidationError(errors)


def _told(absence: Absence) -> dict[str, str]:
    return {
        "member": str(absence.membership.user),
        "deputy": str(absence.deputy.user),
        "from_on": str(absence.from_on),
        "until_on": str(absence.until_on),
    }
