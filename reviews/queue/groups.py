"""The groups of the queue: which flags stand together, and whether they count."""

from dataclasses import dataclass

from protocols.thresholds import Thresholds


@dataclass(frozen=True)
class Group:
    """One group of the queue; `rank` is its place, and the closed ones count in no headline and no badge.

    `words` say the rule of the group; `{days}` in them is the protocol's `unbooked_days`.
    """

    rank: int
    key: str
    name: str
    words: str
    icon: str
    css: str
    tone: str = ""
    closed: bool = False

    def rule_words(self, limits: Thresholds) -> str:
        """The rule of the group under the protocol in force."""
        return self.words.format(days=limits.unbooked_days)


GROUPS = (
    Group(
        0, "ACT_TODAY", "Act today",
        "irregular heartbeat, symptom grade 3–4, alert limit, eGFR below 30, medicine that magnesium binds",
        "circle-alert", "act-today", "late",
    ),
    Group(
        1, "LATE", "Late", "not looked at within the time that the rule gives",
        "alarm-clock", "act-today", "late",
    ),
    Group(
        2, "OVERDUE", "Overdue", "past 6 weeks with no result and no re‑evaluation visit",
        "clock-alert", "overdue", "over",
    ),
    Group(
        3, "THIS_WEEK", "Review this week",
        "symptoms grade 1–2, results out of range, kidney checks, doses, medicines", "eye", "this-week",
    ),
    Group(
        4, "CLOSING", "Window closes soon", "at most {days} days left and nothing booked",
        "calendar-x", "closing", "over",
    ),
    Group(
        5, "WINDOW_OPEN", "Window open", "4 to 6 weeks after a start or a dose change; results back",
        "calendar-clock", "window-open", closed=True,
    ),
    Group(
        6, "SNOOZED", "Snoozed", "put aside until a moment that somebody chose",
        "clock", "snoozed", closed=True,
    ),
)  # fmt: skip
RANK = {group.key: group.rank for group in GROUPS}
OPEN_RANKS = [group.rank for group in GROUPS if not group.closed]
# The closed groups come last, so one comparison tells whether a flag counts.
LAST_OPEN = max(OPEN_RANKS)
