"""What the filters of the queue ask for, as conditions on flags.

A patient is listed by the worst flag that fits all filters together, so that what is selected and set aside
is what was asked for. The other flags stand beside it as "Also:", and a more urgent one says so.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.db.models.expressions import Combinable

from accounts.models import Membership
from patients.names import search_words
from reviews.models import in_hands_of

NO_OWNER = "none"


@dataclass(frozen=True)
class Wanted:
    """Empty fields ask for everything.

    `hands`: what that member looks after; `owner`: the id of who answers now, or NO_OWNER; `since`: raised
    after that moment; `text`: beginnings of words of the name or the MRN.
    """

    rule: str = ""
    hands: Membership | None = None
    owner: int | str = ""
    state: str = ""
    since: datetime | None = None
    text: str = ""

    def but(self, **fields: object) -> "Wanted":
        """The same with other fields."""
        return replace(self, **fields)  # type: ignore[arg-type]

    @property
    def asks(self) -> bool:
        """Whether it asks for anything less than everything."""
        return self != Wanted()

    @property
    def needs_holder(self) -> bool:
        """Whether it asks who answers for a flag."""
        return self.hands is not None or bool(self.owner)

    def conditions(self) -> Q:
        """On flags of `ranked`."""
        found = Q()
        if self.rule:
            found &= Q(rule=self.rule)
        if self.hands is not None:
            found &= in_hands_of(self.hands)
        if self.owner:
            found &= Q(holder=None if self.owner == NO_OWNER else self.owner)
        if self.state:
            found &= Q(standing_state=self.state)
        if self.since is not None:
            found &= Q(raised_at__gt=self.since)
        words = search_words(self.text)
        return found & Q(patient__search__prefixes=words) if words else found


def fits(wanted: Wanted) -> Combinable:
    """Whether a flag is what is wanted; TRUE where everything is."""
    conditions = wanted.conditions()
    return ExpressionWrapper(conditions, output_field=BooleanField()) if conditions else Value(True)
