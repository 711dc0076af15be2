"""The filters of the queue as they stand in an address, and what they ask for.

All are GET fields, so a selection is a link, works without scripts and can be saved. A value that means
nothing is left out, and the page says so.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Membership
from reviews.acts.looks import new_since
from reviews.models import STANDING, FlagState, Rule
from reviews.queue import NO_OWNER, Chip, Holders, Queue, Wanted

LONGEST_TEXT = 100
LONGEST_SHOWN = 40
ME = "me"
YES = "1"
STATES = [(state.value, state.label) for state in FlagState if state in STANDING]


@dataclass(frozen=True)
class Filters:
    """The fields of the address; empty ones ask for everything. `owner` is "me", "none" or an id."""

    rule: str = ""
    mine: str = ""
    owner: str = ""
    state: str = ""
    new: str = ""
    text: str = ""

    def but(self, **fields: str) -> "Filters":
        """The same with other fields."""
        return replace(self, **fields)

    @property
    def query(self) -> str:
        """As it stands in an address, always in the same order."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def wanted(self, membership: Membership, since: datetime | None) -> Wanted:
        """What they ask for, for this person; `since` is when their last sitting ended."""
        owners: dict[str, int | str] = {ME: membership.pk, NO_OWNER: NO_OWNER, "": ""}
        owner = owners.get(self.owner)
        return Wanted(
            rule=self.rule,
            hands=membership if self.mine else None,
            owner=int(self.owner) if owner is None else owner,
            state=self.state,
            since=since if self.new else None,
            text=self.text,
        )


@dataclass(frozen=True)
class Pill:
    """A filter by one rule, or by none: its address, and how many patients the page would then count."""

    key: str
    label: str
    count: int
    query: str
    is_on: bool


def pills(filters: Filters, found: Queue) -> list[Pill]:
    """All, and each rule that names somebody or is asked for; the other filters stay as they are."""
    rules = [chip for chip in found.chips if chip.count or chip.rule == filters.rule]
    chips = [Chip("", "All", found.everybody), *rules]
    return [
        Pill(c.rule or "ALL", c.label, c.count, filters.but(rule=c.rule).query, c.rule == filters.rule)
        for c in chips
    ]


def toggled(filters: Filters) -> dict[str, str]:
    """The address with "my patients", or "new", turned the other way."""
    return {
        "mine": filters.but(mine="" if filters.mine else YES).query,
        "new": filters.but(new="" if filters.new else YES).query,
    }


def read_filters(
    given: Mapping[str, str], holders: Holders, since: datetime | None
) -> tuple[Filters, list[str]]:
    """The filters of an address, and a sentence about each value that was left out."""
    left_out: list[str] = []

    def known(name: str, words: str, values: set[str]) -> str:
        value = given.get(name, "").replace("\0", "").strip()
        if value and value not in values:
            left_out.append(f"There is no {words} “{value[:LONGEST_SHOWN]}”. It was left out.")
        return value if value in values else ""

    text = " ".join(given.get("text", "").replace("\0", "").split())
    if len(text) > LONGEST_TEXT:
        left_out.append(f"Only the first {LONGEST_TEXT} letters of the name or MRN were looked for.")
    new = known("new", "choice for new flags", {YES})
    if new and since is None:
        left_out.append("This is the first time that you look at the queue: all of it is new to you.")
    filters = Filters(
        rule=known("rule", "rule", set(Rule.values)),
        mine=known("mine", "choice for my patients", {YES}),
        owner=known("owner", "owner", {ME, NO_OWNER, *map(str, holders.members)}),
        state=known("state", "state", {value for value, _ in STATES}),
        new=new if since else "",
        text=text[:LONGEST_TEXT].rstrip(),
    )
    return filters, left_out


def wanted_of(request: HttpRequest) -> Wanted:
    """What the address of a request asks for, for other pages than the queue itself."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    at = timezone.now()
    since = new_since(membership=membership, at=at)
    filters, _ = read_filters(request.GET, Holders.of(membership.clinic, at), since)
    return filters.wanted(membership, since)
