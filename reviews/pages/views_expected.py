"""Results that are expected: the list of the clinic, noting what was ordered, withdrawing that."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import page
from accounts.keyset import page as page_of
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.wording import listed
from audit.record import record
from labs.analytes import Analyte
from labs.models import ExpectedResult, Owed
from patients.access import patient_of
from patients.banner import banner_of
from reviews.acts.expected import order_result, withdraw_expected
from reviews.acts.flags import ORDER_DAYS
from reviews.moments import Moment
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.expected_lines import ExpectedLine, lines, owed
from reviews.pages.forms_expected import SHOWN, OrderForm, WithdrawForm
from reviews.sentences import analyte_name


@page(Act.SEE_PATIENTS)
@require_GET
def expected(request: HttpRequest) -> HttpResponse:
    """What has not come, the longest overdue first. Reading the list is audited."""
    by, at = actor_of(request), timezone.now()
    now = Moment.of(by.clinic, at)
    asked = request.GET.get("show", "")
    show = asked if asked in SHOWN else ""
    asked_for = {
        "overdue": Q(due_on__lt=now.on),
        "ordered": Q(why=Owed.ORDERED),
        "mine": Q(patient__owner=by.membership),
    }
    rows = owed(now).filter(asked_for.get(show, Q()))
    shown = page_of(rows, request.GET, order=("due_on", "id"))
    record("READ_LIST", by=by, at=at, after={"list": "expected-results"})
    context = {
        "page": shown,
        "lines": lines(shown.rows, now.on),
        "filters": [(name, words, name == show) for name, words in SHOWN.items()],
        "show": show,
        "limits": now.thresholds,
        "may_withdraw": _may(request, Act.RESOLVE),
        "tab": "expected",
    }
    return render(request, "labs/expected.html", context)


@page(Act.RECORD_RESULT)
@require_http_methods(["GET", "POST"])
def order(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Note that results were ordered for a patient: all that are chosen, or none."""
    patient, by, at = patient_of(request, patient_id), actor_of(request), timezone.now()
    now = Moment.of(by.clinic, at)

    def save(given: dict[str, Any]) -> str:
        with transaction.atomic():
            for analyte in given["analytes"]:
                order_result(patient=patient, analyte=analyte, due_on=given["due_on"], by=by, at=at)
        names = listed([analyte_name(analyte) for analyte in given["analytes"]])
        messages.success(request, f"Noted as ordered: {names}.")
        return reverse("patients:chart", args=[patient.pk])

    initial = {"analytes": [Analyte.IONIZED_MG], "due_on": now.on + timedelta(days=ORDER_DAYS)}
    form = OrderForm(request.POST or None, initial=initial)
    tried = attempt(request, form, save, at=at, fields=_FIELDS) if request.method == "POST" else Attempt(form)
    context = tried.context() | {
        "patient": patient,
        "banner": banner_of(patient, now.on),
        "grace": now.thresholds.lab_not_back_days,
    }
    return tried.saved or render(request, "labs/order.html", context, status=tried.status)


@page(Act.RESOLVE)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, expected_id: UUID) -> HttpResponse:
    """Say that an ordered result will not come, and why; a flag that it has not come is cleared."""
    by, at = actor_of(request), timezone.now()
    rows = ExpectedResult.objects.of(by.clinic).valid().filter(patient__error_at=None)
    row: ExpectedResult = get_object_or_404(rows.select_related("patient"), pk=expected_id)

    def save(given: dict[str, Any]) -> str:
        withdraw_expected(expected=row, by=by, at=at, **given)
        messages.success(request, f"Withdrawn: {row.get_analyte_display()} of {row.patient}.")
        return reverse("reviews:expected_results")

    tried = Attempt(WithdrawForm())
    if request.method == "POST":
        tried = attempt(request, WithdrawForm(request.POST), save, at=at, row=row, theirs=WithdrawForm.of)
    on = by.clinic.local_date(at)
    context = tried.context(row) | {
        "patient": row.patient,
        "banner": banner_of(row.patient, on),
        "line": ExpectedLine.of(row, on),
    }
    return tried.saved or render(request, "labs/withdraw.html", context, status=tried.status)


# Where the form has the fields of the act.
_FIELDS = {"analyte": "analytes"}


def _may(request: HttpRequest, act: Act) -> bool:
    return bool(request.membership.may(act))  # type: ignore[attr-defined]
