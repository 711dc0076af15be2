"""What a member leaves open, for the page of a room below that cannot ask for flags itself."""

from dataclasses import dataclass

from django import template
from django.db.models import Count

from accounts.models import Membership
from patients.models import Patient
from reviews.models import Flag

register = template.Library()


@dataclass(frozen=True)
class OpenWork:
    """Standing flags that the member owns, of how many patients, and patients that are the member's."""

    flags: int
    flagged_patients: int
    patients: int


@register.simple_tag
def open_work(member: Membership) -> OpenWork:
    """Counted by owner, whoever stands in today."""
    flags = Flag.objects.of(member.clinic).standing().filter(owner=member)
    counts = flags.aggregate(flags=Count("pk"), patients=Count("patient", distinct=True))
    patients = Patient.objects.of(member.clinic).valid().filter(owner=member)
    return OpenWork(counts["flags"], counts["patients"], patients.count())
