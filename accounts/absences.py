"""Who is away on a day, who stands in, and whose flags a member therefore answers for.

Expressions for queries of rooms above, each a part of the one statement that uses it. A day is the clinic's
local date.
"""

from datetime import date

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable

from accounts.models import Absence, Clinic, Membership
from accounts.permissions import MATRIX, Act

# Who may resolve a flag may answer for it.
ANSWERING = [role.value for role in MATRIX if Act.RESOLVE in MATRIX[role]]


def may_answer(member: str = "") -> Q:
    """The membership at the path `member` (empty: the row itself) is active and may resolve flags."""
    path = f"{member}__" if member else ""
    return Q(
        **{
            f"{path}ended_at__isnull": True,
            f"{path}user__is_active": True,
            f"{path}roles__overlap": ANSWERING,
        }
    )


def who_may_answer(clinic: Clinic) -> QuerySet[Membership]:
    """The members of a clinic who can own a flag, by name."""
    found = Membership.objects.filter(may_answer(), clinic=clinic).select_related("user")
    return found.order_by("user__name", "pk")


def covering(on: date) -> QuerySet[Absence]:
    """The absences that the day lies in; both ends count."""
    return Absence.objects.filter(from_on__lte=on, until_on__gte=on)


def is_away(member: Membership, on: date) -> bool:
    return covering(on).filter(membership=member).exists()


def holder_of(owner: str, on: date) -> Combinable:
    """The id of the membership that answers on a day for what the membership at the path `owner` owns.

    Empty, which is the pool, when the owner's membership ended or may no longer resolve; for an absent
    owner the deputy, one hop: empty again when the deputy is away too, or gone.
    """
    away = covering(on).filter(membership=OuterRef(f"{owner}_id"))
    there = ~Exists(covering(on).filter(membership=OuterRef("deputy_id")))
    deputy = away.filter(may_answer("deputy"), there).order_by("from_on", "pk").values("deputy_id")
    return Case(
        When(~may_answer(owner), then=Value(None)),
        When(Exists(away), then=Subquery(deputy[:1])),
        default=F(f"{owner}_id"),
        output_field=BigIntegerField(),
    )
