"""The audit log: who did or saw what, to read and to filter."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.keyset import page as page_of
from accounts.models import Clinic, Membership
from accounts.permissions import Act
from audit.models import AuditEvent

ORDER = ("-at", "-id")


class EventsForm(forms.Form):
    """What to look for; every field may stay empty."""

    person = forms.ModelChoiceField(queryset=Membership.objects.none(), required=False, empty_label="Anybody")
    act = forms.RegexField(
        regex=r"^[A-Z_]{1,40}$", required=False, error_messages={"invalid": "Such as READ_CHART."}
    )
    first = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Past members too: what they did stays.
        members = Membership.objects.filter(clinic=clinic).select_related("user").order_by("user__name")
        person = self.fields["person"]
        person.queryset = members  # type: ignore[attr-defined]
        person.label_from_instance = lambda member: f"{member.user}{' (ended)' if member.ended_at else ''}"  # type: ignore[attr-defined]


@page(Act.SEE_AUDIT)
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """Newest first. Admins see no chart: of a patient's event the fields are named, not their values."""
    clinic = request.membership.clinic  # type: ignore[attr-defined]
    form = EventsForm(request.GET, clinic=clinic)
    found = AuditEvent.objects.filter(clinic=clinic)
    if form.is_valid():
        found = _filtered(found, clinic, form.cleaned_data)
    shown = page_of(found.select_related("user"), request.GET, order=ORDER)
    context = {
        "form": form,
        "page": shown,
        "events": [(event, _detail(event)) for event in shown.rows],
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "audit/events.html", context, status=200 if form.is_valid() else 400)


def _filtered(events: QuerySet[AuditEvent], clinic: Clinic, asked: dict[str, Any]) -> QuerySet[AuditEvent]:
    """Days are the clinic's own, both included."""
    if asked["person"]:
        events = events.filter(user=asked["person"].user_id)
    if asked["act"]:
        events = events.filter(act=asked["act"])
    if asked["first"]:
        events = events.filter(at__gte=datetime.combine(asked["first"], time.min, tzinfo=clinic.zone))
    if asked["last"]:
        after = datetime.combine(asked["last"] + timedelta(days=1), time.min, tzinfo=clinic.zone)
        events = events.filter(at__lt=after)
    return events


def _detail(event: AuditEvent) -> str:
    """What changed: values of the clinic's own rows, only names of fields of a patient's."""
    before, after = event.before or {}, event.after or {}
    names = sorted({*before, *after})
    if event.patient_id is not None:
        return ", ".join(names)
    return "; ".join(f"{name}: {_plain(before.get(name))} → {_plain(after.get(name))}" for name in names)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)
