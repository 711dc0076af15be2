"""Who acts, in which clinic, from where."""

from dataclasses import dataclass

from accounts.models import Clinic, Membership, User


@dataclass(frozen=True)
class Actor:
    """The person (or the service) behind an act; `origin` is an address, a command or "sweep"."""

    user: User
    clinic: Clinic
    origin: str
    membership: Membership | None = None

    @classmethod
    def of(cls, membership: Membership, origin: str) -> "Actor":
        return cls(user=membership.user, clinic=membership.clinic, origin=origin, membership=membership)

    @classmethod
    def service(cls, clinic: Clinic, origin: str) -> "Actor":
        """The account in whose name a command or the sweep writes."""
        return cls(user=User.objects.service(), clinic=clinic, origin=origin)
