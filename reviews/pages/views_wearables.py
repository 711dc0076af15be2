"""Wearables of one patient: devices, days, batches; what can be added, ended, ordered and uploaded."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.wording import count
from audit.conflicts import with_theirs
from audit.record import record as record_event
from patients.access import patient_of
from patients.banner import banner_of
from patients.models import Patient
from reviews.acts.devices import add_device, choose_sources, end_device
from reviews.moments import Moment
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.chart_context import CLAIM
from reviews.pages.chart_record import ChartRecord
from reviews.pages.forms_entries import EndForm
from reviews.pages.forms_wearables import DeviceForm, OrderForm, UploadForm
from reviews.pages.reading_files import Fault, faults_of, store_file, without_lines
from reviews.pages.wearables_page import PERIODS, kind_cards
from wearables.kinds import KINDS, Kind
from wearables.models import Device, ReadingBatch
from wearables.record import Wearables

# Of the batches, the newest so many are listed.
MOST_BATCHES = 20


@page(Act.SEE_PATIENTS)
@require_GET
def wearables(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Devices, each kind day by day, and what came when. Reading it is audited like the chart."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()
    record_event("READ_CHART", by=by, at=now, of=patient, patient_id=patient.pk, after={"tab": "wearables"})
    rows = ChartRecord(patient, Moment.of(by.clinic, now))
    period = request.GET.get("period", "3m")
    period = period if period in PERIODS else "3m"
    shown = Wearables.of_days(patient, by.clinic, rows.now.on, PERIODS[period][1])
    batches = ReadingBatch.objects.of(by.clinic).valid().filter(patient=patient)
    membership = request.membership  # type: ignore[attr-defined]
    context = {
        "patient": patient,
        "banner": banner_of(patient, rows.now.on),
        "claim": CLAIM,
        "devices": [(device, [Kind(kind).label for kind in device.measures]) for device in shown.devices],
        "cards": kind_cards(shown, rows),
        "batches": batches.select_related("created_by")[:MOST_BATCHES],
        "batch_count": batches.count(),
        "periods": [(code, label, code == period) for code, (label, _) in PERIODS.items()],
        "may_write": membership.may(Act.WRITE_CONTEXT),
        "may_error": membership.may(Act.MARK_IN_ERROR),
        **Attempt(UploadForm(devices=shown.devices)).context(),
    }
    return render(request, "wearables/index.html", context)


@page(Act.WRITE_CONTEXT)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Store a file of readings: all of it, or nothing with every faulty line named."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()
    devices = list(Device.objects.of(by.clinic).valid().filter(patient=patient))
    faults: list[Fault] = []

    def save(given: dict[str, Any]) -> str:
        told: dict[str, Any] = {"devices": devices, "chosen": given["device"], "file": given["file"]}
        try:
            recorded = store_file(patient=patient, by=by, at=now, **told)
        except ValidationError as refused:
            faults.extend(faults_of(refused))
            raise without_lines(refused, faults) from refused
        stored = f"Stored {count(recorded.stored, 'reading')}"
        again = f"; {count(recorded.already_stored, 'reading')} stood there already"
        messages.success(request, f"{stored}{again if recorded.already_stored else ''}.")
        return _page_of(patient)

    tried = Attempt(UploadForm(devices=devices))
    if request.method == "POST":
        tried = attempt(request, UploadForm(request.POST, request.FILES, devices=devices), save, at=now)
    return _answer(request, patient, tried, "wearables/upload.html", {"faults": faults})


@page(Act.WRITE_CONTEXT)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say what the patient wears."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()

    def save(given: dict[str, Any]) -> str:
        device = add_device(patient=patient, by=by, at=now, **given)
        messages.success(request, f"Added {device}.")
        return _page_of(patient)

    form = DeviceForm(request.POST or None)
    tried = attempt(request, form, save, at=now) if request.method == "POST" else Attempt(form)
    return _answer(request, patient, tried, "wearables/device.html", {})


@page(Act.WRITE_CONTEXT)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, patient_id: UUID, device_id: UUID) -> HttpResponse:
    """Say on which day it was worn last."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()
    device = get_object_or_404(Device.objects.of(by.clinic).valid().filter(patient=patient), pk=device_id)

    def save(given: dict[str, Any]) -> str:
        end_device(patient=patient, device=device, by=by, at=now, **given)
        messages.success(request, f"Ended {device}.")
        return _page_of(patient)

    tried = Attempt(EndForm(initial={"until": device.until or by.clinic.local_date(now)}))
    if request.method == "POST":
        form = EndForm(with_theirs(request.POST, EndForm.of(device)))
        tried = attempt(request, form, save, at=now, row=device, theirs=EndForm.of)
    return _answer(request, patient, tried, "wearables/end.html", {"device": device}, device)


@page(Act.WRITE_CONTEXT)
@require_http_methods(["GET", "POST"])
def order(request: HttpRequest, patient_id: UUID, reading_kind: str) -> HttpResponse:
    """Put the devices of a kind in the order in which they speak."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), timezone.now()
    if reading_kind not in list(Kind):
        raise Http404
    kind = Kind(reading_kind)
    shown = Wearables.of_days(patient, by.clinic, by.clinic.local_date(now), PERIODS["1y"][1])
    devices, choice = shown.order_of(kind), shown.choices.get(kind)

    def save(given: dict[str, Any]) -> str:
        chosen = {"devices": given["order"], "on_chart": given["on_chart"], "version": given["version"]}
        choose_sources(patient=patient, by=by, at=now, kind=kind, **chosen)
        messages.success(request, f"{kind.label}: the order is kept.")
        return _page_of(patient)

    form = OrderForm(initial={"on_chart": choice is None or choice.on_chart}, devices=devices)
    tried = Attempt(form)
    if request.method == "POST":
        tried = attempt(request, OrderForm(request.POST, devices=devices), save, at=now, theirs=OrderForm.of)
    extra = {
        "kind": KINDS[kind],
        "places": [form_field for form_field in tried.form if form_field.name.startswith("place_")],
    }
    return _answer(request, patient, tried, "wearables/order.html", extra, choice)


def _page_of(patient: Patient) -> str:
    return reverse("reviews:wearables", args=[patient.pk])


def _answer(
    request: HttpRequest,
    patient: Patient,
    tried: Attempt,
    template: str,
    extra: dict[str, Any],
    row: Any = None,
) -> HttpResponse:
    """Where to go on after success, else the page of the form."""
    if tried.saved:
        return tried.saved
    on = actor_of(request).clinic.local_date(timezone.now())
    context = tried.context(row) | extra | {"patient": patient, "banner": banner_of(patient, on)}
    return render(request, template, context, status=tried.status)
