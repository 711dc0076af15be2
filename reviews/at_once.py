"""A step of a file of results that is short is done in the request that asks for it, else by a worker.

Whoever drops a file of an ordinary day sees its rows at once; nobody waits at a page for minutes.
"""

from functools import partial

from django.db import transaction
from django.utils import timezone

from labs.models import Import, ImportStage
from reviews.importing.counting import counts_checked, counts_settled
from reviews.importing.steps import work_on
from reviews.tasks import ring_import

# Own assumption (S): about 1,500 rows are read, and 500 results stored, within a few seconds.
LARGEST_READ_AT_ONCE = 256 * 1024
MOST_STORED_AT_ONCE = 500


def take_step(source: Import) -> Import:
    """Do the step that the file waits for, or ring a worker; the row as it stands then. For views only."""
    source.refresh_from_db()
    if is_short(source):
        work_on(source.pk, timezone.now)
    else:
        transaction.on_commit(partial(ring_import, source.pk))
    source.refresh_from_db()
    return source


def is_short(source: Import) -> bool:
    """Whether a request can do what the file waits for."""
    if source.stage == ImportStage.COMMITTING:
        counts = counts_checked(source)
        return counts["ready"] + counts["converted"] <= MOST_STORED_AT_ONCE
    if source.stage == ImportStage.UNDOING:
        return counts_settled(source)["stored"] <= MOST_STORED_AT_ONCE
    return source.size < LARGEST_READ_AT_ONCE
