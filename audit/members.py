"""Members of a clinic: adding, changing roles, ending; in this room because each leaves an event."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts.actors import Actor
from accounts.models import Clinic, Membership, User
from accounts.permissions import Role
from accounts.records import StaleVersion
from audit.record import record

PASSWORD_BYTES = 12


@dataclass(frozen=True)
class AddedMember:
    """The new membership; `password` is set for a new person only, and is kept nowhere in clear."""

    membership: Membership
    password: str


@transaction.atomic
def add_member(*, by: Actor, at: datetime, email: str, name: str, roles: Sequence[str]) -> AddedMember:
    """Add a person by e-mail. Somebody new gets a one-time password; who has an account keeps theirs.

    Raises ValidationError for a person who is a member already, or whose account is closed.
    """
    _hold(by.clinic)
    user = User.objects.filter(email__iexact=email).first()
    password = ""
    if user is None:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        user = User.objects.create_user(email, password, name=name.strip())
    if not user.is_active:
        raise ValidationError({"email": ["This account is closed."]})
    if Membership.objects.active().filter(user=user, clinic=by.clinic).exists():
        raise ValidationError({"email": [f"{user} is a member already."]})
    membership = Membership.objects.create(user=user, clinic=by.clinic, roles=_ordered(roles))
    record("ADD_MEMBER", by=by, at=at, of=membership, after={"email": user.email, "roles": membership.roles})
    return AddedMember(membership, password)


@transaction.atomic
def change_roles(
    *, membership: Membership, by: Actor, at: datetime, version: int, roles: Sequence[str]
) -> Membership:
    """Give a member other roles. Raises StaleVersion, or ValidationError where no admin would be left."""
    _hold(by.clinic)
    if Role.ADMIN not in roles:
        _keep_an_admin(membership)
    before = {"roles": membership.roles}
    _update(membership, version, roles=_ordered(roles))
    record("CHANGE_ROLES", by=by, at=at, of=membership, before=before, after={"roles": membership.roles})
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: Actor, at: datetime, version: int) -> Membership:
    """Take a person out of the clinic, at once. Raises StaleVersion; ValidationError for the last admin."""
    _hold(by.clinic)
    _keep_an_admin(membership)
    _update(membership, version, ended_at=at, ended_by=by.user)
    record("END_MEMBERSHIP", by=by, at=at, of=membership, before={"roles": membership.roles})
    return membership


def _hold(clinic: Clinic) -> None:
    """One change of members at a time, so that two cannot each take away "the other" admin."""
    Clinic.objects.select_for_update().get(pk=clinic.pk)


def _keep_an_admin(membership: Membership) -> None:
    admins = Membership.objects.active().filter(clinic=membership.clinic, roles__contains=[Role.ADMIN])
    if not admins.exclude(pk=membership.pk).exists():
        raise ValidationError({"roles": ["A clinic needs an admin. Make somebody else admin first."]})


def _update(membership: Membership, version: int, **changes: object) -> None:
    rows = Membership.objects.filter(pk=membership.pk, version=version, ended_at=None)
    if not rows.update(version=F("version") + 1, **changes):
        raise StaleVersion(Membership.objects.get(pk=membership.pk))
    membership.refresh_from_db()


def _ordered(roles: Sequence[str]) -> list[str]:
    """Each role once, in the order of the matrix."""
    return [role.value for role in Role if role in roles]
