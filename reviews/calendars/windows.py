"""What stands in a clinician's calendar: windows that are owed, and visits that are booked."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.absences import holder_of
from accounts.models import Membership
from patients.models import Patient
from reviews.calendars.feed import Entry, initials
from reviews.models import Reevaluation

# A window that closed unmet stays in the calendar for as long; the queue keeps it for ever.
KEPT_AFTER = timedelta(days=60)
WINDOW, BOOKED = "Re-evaluation", "Visit booked"


def owed_to(membership: Membership, at: datetime) -> QuerySet[Reevaluation]:
    """Re-evaluations of recalled patients whom the member answers for, as owner or deputy."""
    on = membership.clinic.local_date(at)
    watched = (
        Patient.objects.of(membership.clinic).valid().recalled(on).annotate(holder=holder_of("owner", on))
    )
    owed = Reevaluation.objects.of(membership.clinic).owed(on).filter(closes_on__gte=on - KEPT_AFTER)
    rows: QuerySet[Reevaluation] = owed.filter(patient__in=watched.filter(holder=membership.pk).values("pk"))
    return rows.select_related("patient").order_by("opens_on", "pk")


def entries_of(membership: Membership, at: datetime) -> Iterator[Entry]:
    """Each window, and the visit that is booked for it."""
    for owed in owed_to(membership, at):
        who = initials(owed.patient.given_name, owed.patient.family_name)
        yield Entry(f"window {owed.pk}", f"{WINDOW} {who}", owed.opens_on, owed.closes_on)
        if owed.booked_on is not None:
            yield Entry(f"visit {owed.pk}", f"{BOOKED} {who}", owed.booked_on, owed.booked_on)
