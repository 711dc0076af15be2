"""The review queue: which patients ask for a look, in which order, and what each row says."""

from reviews.queue.groups import GROUPS, OPEN_RANKS, RANK, Group
from reviews.queue.holders import Holders
from reviews.queue.listing import CHIP_LABELS, LEAST, MORE, MOST, ROWS, Chip, Listed, Queue, more, queue
from reviews.queue.ranking import Rows, badge, next_window, ranked, unbooked, with_rank
from reviews.queue.wanted import NO_OWNER, Wanted

__all__ = [
    "CHIP_LABELS",
    "GROUPS",
    "LEAST",
    "MORE",
    "MOST",
    "NO_OWNER",
    "OPEN_RANKS",
    "RANK",
    "ROWS",
    "Chip",
    "Group",
    "Holders",
    "Listed",
    "Queue",
    "Rows",
    "Wanted",
    "badge",
    "more",
    "next_window",
    "queue",
    "ranked",
    "unbooked",
    "with_rank",
]
