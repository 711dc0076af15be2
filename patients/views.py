"""The list of patients and its search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.keyset import page as page_of
from accounts.permissions import Act
from patients.models import Patient, Status, Visit, VisitKind

ORDER = ("family_name", "given_name", "id")


@page(Act.SEE_PATIENTS)
@require_GET
def patient_list(request: HttpRequest) -> HttpResponse:
    """Found by the first letters of names and MRN, in order of name. `for=visit` leads on to a visit."""
    membership = request.membership  # type: ignore[attr-defined]
    search = request.GET.get("search", "").replace("\x00", "").strip()[:100]
    status = request.GET.get("status", "")
    patients = Patient.objects.of(membership.clinic).valid().found_by(search)
    if status in Status.values:
        patients = patients.filter(status=status)
    shown = page_of(patients.select_related("owner__user"), request.GET, order=ORDER)
    _add_last_visits(shown.rows)
    context = {
        "search": search,
        "status": status,
        "statuses": Status.choices,
        "page": shown,
        "for_visit": request.GET.get("for") == "visit",
        "today": membership.clinic.local_date(timezone.now()),
        "may_register": membership.may(Act.EDIT_PATIENTS),
    }
    return render(request, "patients/list.html", context)


def _add_last_visits(patients: list[Patient]) -> None:
    """The day of the last visit, for the rows that are shown and no others; a message is no visit."""
    visits = Visit.objects.valid().filter(patient__in=[patient.pk for patient in patients])
    visits = visits.exclude(kind=VisitKind.MESSAGE)
    newest = visits.order_by("patient", "-visited_on").distinct("patient")
    days = dict(newest.values_list("patient", "visited_on"))
    for patient in patients:
        patient.last_visit_on = days.get(patient.pk)  # type: ignore[attr-defined]
