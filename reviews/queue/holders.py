"""Who answers for the flags of a clinic today, by member: read once, for the rows and for the filter.

The twin in Python of `accounts.absences.holder_of`, which a test compares; written into the query of the
rows, the same would cost more than the rows.
"""

from dataclasses import dataclass
from datetime import datetime

from accounts.absences import covering, who_may_answer
from accounts.models import Clinic, Membership
from reviews.models import Flag


@dataclass(frozen=True)
class Holders:
    """`members` may answer for flags, in order of name; `deputies` stand in for who is away today."""

    members: dict[int, Membership]
    deputies: dict[int, list[int]]
    at: datetime

    @classmethod
    def of(cls, clinic: Clinic, at: datetime) -> "Holders":
        """Two short queries."""
        away = covering(clinic.local_date(at)).filter(clinic=clinic).order_by("from_on", "pk")
        deputies: dict[int, list[int]] = {}
        for member, deputy in away.values_list("membership_id", "deputy_id"):
            deputies.setdefault(member, []).append(deputy)
        return cls({member.pk: member for member in who_may_answer(clinic)}, deputies, at)

    @property
    def answered(self) -> list[int]:
        """The owners for whose flags somebody answers now: they themselves, or a deputy who is there."""
        return [owner for owner in self.members if self.holder(Flag(owner_id=owner)) is not None]

    def holder(self, flag: Flag) -> Membership | None:
        """Who answers for the flag now; None is the pool."""
        owner = self.members.get(flag.owner_id or 0)
        if owner is None or owner.pk not in self.deputies:
            return owner
        there = (pk for pk in self.deputies[owner.pk] if pk in self.members and pk not in self.deputies)
        return self.members.get(next(there, 0))

    def offered_to(self, flag: Flag) -> Membership | None:
        """To whom the flag is offered, while the offer stands."""
        stands = flag.offer_ends_at is not None and flag.offer_ends_at > self.at
        return self.members.get(flag.offered_to_id or 0) if stands else None
