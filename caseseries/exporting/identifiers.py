"""Everybody whose identifiers must be in no file: the patients and members of a clinic, one by one."""

import re
from collections.abc import Iterator

from accounts.models import Clinic, Membership
from caseseries.exporting.needles import Someone
from patients.models import Patient
from regimens.models import Regimen

MAIL = re.compile(r"\S+@\S+")


def people_of(clinic: Clinic) -> Iterator[Someone]:
    """All of the clinic, those with withdrawn rows too; read anew at each call, never all at once."""
    yield Someone(names=(clinic.name,), keys=(clinic.slug, bytes(clinic.export_key).hex()))
    for name, email in Membership.objects.filter(clinic=clinic).values_list("user__name", "user__email"):
        yield Someone(names=(name,), contacts=(email,))
    told = ("pk", "mrn", "family_name", "given_name", "contact", "birth_date")
    for key, mrn, family, given, contact, born in Patient.objects.of(clinic).values_list(*told).iterator():
        yield Someone((family, given), (mrn,), _contacts(contact), (str(key),), (born,))
    days = Regimen.objects.of(clinic).values_list("started_on", "stopped_on").order_by().distinct()
    for started, stopped in days.iterator():
        yield Someone(days=(started, stopped) if stopped else (started,))


def _contacts(text: str) -> tuple[str, ...]:
    """Each address, and the rest, which is a telephone number most often."""
    return (*MAIL.findall(text), MAIL.sub(" ", text))
