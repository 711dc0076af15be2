"""The addresses that a row links to, as text.

A page of rows has two hundred of them, and looking each up takes as long as all else in the templates.
"""

from functools import cache
from uuid import UUID

from django.urls import reverse

from reviews.models import Flag

_ANY = UUID(int=0)
# {name in the template: name of the address}, by what the address is about.
OF_FLAG = {
    "flag": "reviews:flag",
    "resolve": "reviews:resolve_flag",
    "snooze": "reviews:snooze_flag",
    "acknowledge": "reviews:acknowledge_flag",
    "assign": "reviews:assign_flag",
    "offer": "reviews:offer_flag",
    "accept": "reviews:accept_flag",
    "decline": "reviews:decline_flag",
}
OF_PATIENT = {"chart": "patients:chart", "log_visit": "reviews:log_visit", "report": "reviews:report_symptom"}
OF_REEVALUATION = {"review": "reviews:review_reevaluation", "book": "reviews:book_reevaluation"}


def addresses_of(flag: Flag) -> dict[str, str]:
    """Every address of a row by its name in the template."""
    found = {name: _address(route, flag.pk) for name, route in OF_FLAG.items()}
    found |= {name: _address(route, flag.patient_id) for name, route in OF_PATIENT.items()}
    if flag.reevaluation_id is not None:
        found |= {name: _address(route, flag.reevaluation_id) for name, route in OF_REEVALUATION.items()}
    return found


def _address(route: str, row: UUID) -> str:
    return _pattern(route).replace(str(_ANY), str(row))


@cache
def _pattern(route: str) -> str:
    """Looked up once: addresses do not change while the app runs."""
    return reverse(route, args=[_ANY])
