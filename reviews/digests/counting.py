"""The numbers of a digest, from the queryset that the queue, its badge and its files use."""

from collections import Counter

from django.db.models import Min

from accounts.models import Membership
from reviews.digests.wording import Counts
from reviews.models import in_hands_of
from reviews.moments import Moment
from reviews.queue import OPEN_RANKS, RANK, ranked
from reviews.waiting import waiting


def counts_of(membership: Membership, now: Moment) -> Counts:
    """What asks for the member now; four statements, whatever the number of flags."""
    asking = ranked(now).order_by().filter(rank__in=OPEN_RANKS)
    mine = asking.filter(in_hands_of(membership)).values("patient").annotate(most=Min("rank"))
    by_rank = Counter(mine.values_list("most", flat=True))
    return Counts(
        act_today=by_rank[RANK["ACT_TODAY"]],
        late=by_rank[RANK["LATE"]],
        overdue=by_rank[RANK["OVERDUE"]],
        this_week=by_rank[RANK["THIS_WEEK"]],
        closing=by_rank[RANK["CLOSING"]],
        offered=asking.filter(is_offered=True, offered_to=membership).count(),
        unowned=asking.filter(holder=None).count(),
        unmatched=waiting(now.clinic, now.at).count,
    )
