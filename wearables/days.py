"""The stored readings of a patient as days: what each device said of each kind on each day of the clinic."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count
from django.db.models.functions import TruncDate

from accounts.models import Clinic
from wearables.kinds import Kind
from wearables.models import Reading
from wearables.sources import SourceDay


class Middle(Aggregate):
    """The median; of two in the middle the lower, so that it is a value that was measured, and exact."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def source_days(
    clinic: Clinic, devices: Sequence[UUID], first: date, last: date
) -> dict[Kind, list[SourceDay]]:
    """The days from `first` to `last`, by the database: one row a day, however often a sensor spoke."""
    ends = [datetime.combine(day, time.min, tzinfo=clinic.zone) for day in (first, last + timedelta(days=1))]
    readings = Reading.objects.of(clinic).valid().filter(device__in=devices, at__gte=ends[0], at__lt=ends[1])
    days: Any = (
        readings.annotate(on=TruncDate("at", tzinfo=clinic.zone))
        .values_list("kind", "device_id", "on")
        .annotate(middle=Middle("canonical_value"), count=Count("pk"))
    )
    found: dict[Kind, list[SourceDay]] = defaultdict(list)
    for kind, device, on, middle, count in days.order_by():
        found[Kind(kind)].append(SourceDay(device, on, middle, count))
    return dict(found)
