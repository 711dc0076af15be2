"""What a person has typed about a patient and not saved: kept on the server, for that person alone."""

from collections.abc import Iterable
from datetime import datetime

from django.http import QueryDict

from accounts.models import Membership
from patients.models import Patient
from reviews.models import Draft

VISIT = "VISIT"
# Longer than any field of the form.
LONGEST_VALUE = 10_000


def draft_of(membership: Membership, patient: Patient) -> Draft | None:
    """The person's draft of a visit of this patient."""
    return Draft.objects.filter(membership=membership, patient=patient, form=VISIT).first()


def keep_draft(
    membership: Membership, patient: Patient, posted: QueryDict, names: Iterable[str], at: datetime
) -> Draft:
    """Keep the form's own fields, and of each no more than a field can hold; NUL cannot be stored."""
    typed = {name: str(posted.get(name, "")) for name in sorted(names)}
    payload = {name: value.replace("\0", "")[:LONGEST_VALUE] for name, value in typed.items() if value}
    draft, _ = Draft.objects.update_or_create(
        membership=membership,
        patient=patient,
        form=VISIT,
        defaults={"payload": payload, "base_version": patient.version, "saved_at": at},
    )
    return draft


def drop_draft(membership: Membership, patient: Patient) -> None:
    """Forget it: saved, or discarded by the person."""
    Draft.objects.filter(membership=membership, patient=patient, form=VISIT).delete()
