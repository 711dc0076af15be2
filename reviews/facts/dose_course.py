"""How the dose of one patient went, change by change."""

from datetime import timedelta
from itertools import pairwise

from reviews.challenges import DoseChange
from reviews.facts.record import Record

A_DAY = timedelta(days=1)


def dose_changes(record: Record) -> list[DoseChange]:
    """Every day, until today, on which the elemental mg per day (over all regimens) changed, oldest first.

    Interruptions count: they are days without.
    """
    days = {step.effective_on for step in record.steps}
    days |= {step.regimen.stopped_on for step in record.steps if step.regimen.stopped_on}
    for gap in record.interruptions:
        days.add(gap.from_on)
        if gap.until_on:
            days.add(gap.until_on + A_DAY)
    past = sorted(on for on in days if on <= record.now.on)
    if not past:
        return []
    looked_at = [past[0] - A_DAY, *past]
    doses = [(on, record.dose_on(on).elemental_mg_per_day) for on in looked_at]
    return [DoseChange(on, was, now) for (_, was), (on, now) in pairwise(doses) if was != now]
