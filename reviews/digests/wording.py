"""What a digest says (pure): numbers and links without an id; never a name, a value or a patient's number."""

from dataclasses import dataclass, fields
from datetime import datetime

from accounts.wording import clock, day

HEADLINES = {
    "act_today": "act today",
    "late": "late",
    "overdue": "overdue",
    "this_week": "review this week",
    "closing": "closing soon",
    "offered": "offered to you",
    "unowned": "without an owner",
    "unmatched": "unmatched results",
}
MINE, POOL, OFFERED, UNMATCHED, SETTINGS = (
    "/?mine=1", "/?owner=none", "/?mine=1", "/labs/unmatched/", "/settings/",
)  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """What asks for one clinician: their own patients by the most urgent flag, each patient once.

    `offered` and `unowned` are flags; `unmatched` are results of the clinic that wait for a person.
    """

    act_today: int = 0
    late: int = 0
    overdue: int = 0
    this_week: int = 0
    closing: int = 0
    offered: int = 0
    unowned: int = 0
    unmatched: int = 0

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))


def subject(counts: Counts) -> str:
    """`Dolomite: 2 act today, 1 late`: what is most urgent, in at most three parts."""
    parts = [f"{number} {words}" for name, words in HEADLINES.items() if (number := getattr(counts, name))]
    return f"Dolomite: {', '.join(parts[:3])}"


def body(counts: Counts, clinic: str, at: datetime, address: str) -> str:
    """The mail as plain text; `at` in the clinic's zone, `address` begins the links."""
    lines = [f"{clinic}, {_plain(day(at.date()))}, counted at {clock(at)}.", ""]
    lines += _part(
        counts,
        address + MINE,
        act_today="Act today",
        late="Late",
        overdue="Overdue",
        this_week="Review this week",
        closing="Window closes soon, nothing booked",
    )
    lines += _part(counts, address + OFFERED, offered="Flags offered to you")
    lines += _part(counts, address + POOL, unowned="Flags without an owner")
    lines += _part(counts, address + UNMATCHED, unmatched="Results that wait for a match")
    lines += ["Patients are counted once, by their most urgent flag. Names and values stay in Dolomite."]
    return "\n".join([*lines, f"Not wanted any more? {address}{SETTINGS}", ""])


def _part(counts: Counts, link: str, **named: str) -> list[str]:
    """The lines of the counts that are not zero, with the link to where they stand; none if all are zero."""
    found = [f"{words}: {number}" for name, words in named.items() if (number := getattr(counts, name))]
    return [*found, link, ""] if found else []


def _plain(words: str) -> str:
    """Without no-break spaces, which some mail programs show as signs."""
    return words.replace("\N{NO-BREAK SPACE}", " ")
