"""The whole check of one clinic: the sweep, and after it the panel."""

from datetime import date, datetime

from accounts.models import Clinic
from reviews.models import Sweep
from reviews.moments import Moment
from reviews.panel import keep_panel
from reviews.sweep import sweep


def check(
    clinic: Clinic,
    *,
    at: datetime,
    on: date | None = None,
    dry_run: bool = False,
    only_due: bool = False,
) -> Sweep | None:
    """Sweep as `reviews.sweep.sweep` does, and count every patient's place, which locks nothing."""
    row = sweep(clinic, at=at, on=on, dry_run=dry_run, only_due=only_due)
    if row is not None and not row.error and not dry_run:
        keep_panel(row, Moment.of(clinic, at, row.on))
    return row
