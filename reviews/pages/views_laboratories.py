"""Laboratories: what they call their tests, in which unit and interval results come, what changed in that."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import page
from accounts.keyset import page as page_of
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.records import StaleVersion
from audit.conflicts import with_theirs
from labs.models import LabNotice, Laboratory, LaboratoryTest
from reviews.acts.laboratories import name_test, see_notice, set_interval
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.forms_laboratories import IntervalForm, NewTestForm, TestForm
from reviews.pages.laboratories import MOST_NOTICES, TestLine, cards, lines, notices, unseen_notices

LABORATORIES_A_PAGE, TESTS_A_PAGE = 10, 100


@page(Act.IMPORT_RESULTS)
@require_GET
def laboratories(request: HttpRequest) -> HttpResponse:
    """Notices that nobody has seen, then the laboratories with their tests."""
    clinic = actor_of(request).clinic
    shown = page_of(
        Laboratory.objects.of(clinic).valid(), request.GET, order=("name", "id"), size=LABORATORIES_A_PAGE
    )
    unseen = unseen_notices(clinic)
    context = {
        "page": shown,
        "cards": cards(shown.rows),
        "notices": unseen[:MOST_NOTICES],
        "notice_count": unseen.count(),
        "tab": "laboratories",
    }
    return render(request, "labs/laboratories.html", context)


@page(Act.IMPORT_RESULTS)
@require_http_methods(["GET", "POST"])
def laboratory(request: HttpRequest, laboratory_id: UUID) -> HttpResponse:
    """One laboratory: all its tests, all its notices, and a form to name a test."""
    found, by, now = _laboratory(request, laboratory_id), actor_of(request), timezone.now()
    form = NewTestForm(request.POST or None)

    def save(given: dict[str, Any]) -> str:
        name = given["local_name"]
        try:
            test = name_test(laboratory=found, local_name=name, by=by, at=now, **form.told)
        except StaleVersion as known:
            means = TestLine.of(known.current).means
            raise ValidationError(
                {"local_name": [f"Kept already as: {means}. Change it in its row."]}
            ) from known
        messages.success(request, f"Kept what {test.local_name} is.")
        return reverse("reviews:laboratory", args=[found.pk])

    tried = (
        attempt(request, form, save, at=now, fields=_FIELDS) if request.method == "POST" else Attempt(form)
    )
    return tried.saved or _show(request, found, tried)


@page(Act.IMPORT_RESULTS)
@require_http_methods(["GET", "POST"])
def test_meaning(request: HttpRequest, laboratory_id: UUID, test_id: UUID) -> HttpResponse:
    """Say what a test is, or that it is something else than was said before."""
    test, by, now = _test(request, laboratory_id, test_id), actor_of(request), timezone.now()
    tried = Attempt(TestForm(initial=TestForm.of(test)))
    if request.method == "POST":
        form = TestForm(with_theirs(request.POST, TestForm.of(test)))

        def save(given: dict[str, Any]) -> str:
            told = form.told | {"local_name": test.local_name, "version": given["version"]}
            kept = name_test(laboratory=test.laboratory, by=by, at=now, **told)
            messages.success(request, f"Kept what {kept.local_name} is.")
            return reverse("reviews:laboratory", args=[laboratory_id])

        tried = attempt(request, form, save, at=now, row=test, theirs=TestForm.of, fields=_FIELDS)
    words = {
        "title": f"What is “{test.local_name}”?",
        "lead": "It holds for every later file. Results that are stored stay as they are.",
        "button": "Keep it for every later file",
    }
    return tried.saved or _form(request, test, tried, words)


@page(Act.IMPORT_RESULTS)
@require_http_methods(["GET", "POST"])
def test_interval(request: HttpRequest, laboratory_id: UUID, test_id: UUID) -> HttpResponse:
    """Enter the laboratory's own interval; two empty limits take it away."""
    test, by, now = _test(request, laboratory_id, test_id), actor_of(request), timezone.now()
    if not test.analyte:
        messages.warning(request, "Say first what this test is.")
        return redirect("reviews:laboratory_test", laboratory_id, test_id)
    tried = Attempt(IntervalForm(initial=IntervalForm.of(test), analyte=test.analyte))
    if request.method == "POST":

        def save(given: dict[str, Any]) -> str:
            kept = set_interval(test=test, by=by, at=now, **given)
            own = TestLine.of(kept).own or "no own interval"
            messages.success(request, f"{kept.local_name}: {own}.")
            return reverse("reviews:laboratory", args=[laboratory_id])

        form = IntervalForm(with_theirs(request.POST, IntervalForm.of(test)), analyte=test.analyte)
        tried = attempt(request, form, save, at=now, row=test, theirs=IntervalForm.of)
    words = {
        "title": f"Own interval of “{test.local_name}”",
        "lead": (
            "For results that come without an interval: one that came with a result always wins. Results that"
            " are stored stay as they were judged. Leave both empty to take it away."
        ),
        "button": "Keep this interval",
    }
    return tried.saved or _form(request, test, tried, words)


@page(Act.IMPORT_RESULTS)
@require_POST
def notice_seen(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Say that somebody has looked at a notice; goes back to the list, or to the laboratory's page."""
    by = actor_of(request)
    rows = LabNotice.objects.of(by.clinic).valid().select_related("test__laboratory")
    notice: LabNotice = get_object_or_404(rows, pk=notice_id)
    version = request.POST.get("version", "")
    try:
        number = int(version) if version.isascii() and version.isdigit() else 0
        see_notice(notice=notice, by=by, at=timezone.now(), version=number)
    except StaleVersion:
        messages.warning(request, "Somebody has seen this notice already.")
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, "Seen. The notice stays as history.")
    if "laboratory" in request.POST:
        return redirect("reviews:laboratory", notice.test.laboratory_id)
    return redirect("reviews:laboratories")


# Where the form has the fields of the act.
_FIELDS = {"analyte": "means"}


def _laboratory(request: HttpRequest, laboratory_id: UUID) -> Laboratory:
    rows = Laboratory.objects.of(actor_of(request).clinic).valid()
    found: Laboratory = get_object_or_404(rows, pk=laboratory_id)
    return found


def _test(request: HttpRequest, laboratory_id: UUID, test_id: UUID) -> LaboratoryTest:
    rows = LaboratoryTest.objects.of(actor_of(request).clinic).valid().select_related("laboratory")
    found: LaboratoryTest = get_object_or_404(
        rows.filter(laboratory=laboratory_id, laboratory__error_at=None), pk=test_id
    )
    return found


def _show(request: HttpRequest, laboratory: Laboratory, tried: Attempt) -> HttpResponse:
    tests = LaboratoryTest.objects.valid().filter(laboratory=laboratory)
    shown = page_of(tests, request.GET, order=("local_name", "id"), size=TESTS_A_PAGE)
    told = notices(laboratory.clinic).filter(test__laboratory=laboratory)
    unseen = told.filter(seen_at=None)
    context = tried.context() | {
        "laboratory": laboratory,
        "page": shown,
        "lines": lines(shown.rows),
        "notices": unseen[:MOST_NOTICES],
        "notice_count": unseen.count(),
        "seen": told.exclude(seen_at=None).order_by("-seen_at")[:MOST_NOTICES],
        "tab": "laboratories",
    }
    return render(request, "labs/laboratory.html", context, status=tried.status)


def _form(request: HttpRequest, test: LaboratoryTest, tried: Attempt, words: dict[str, str]) -> HttpResponse:
    line = TestLine.of(test)
    context = (
        tried.context(test) | words | {"test": test, "line": line, "fields": tried.form.visible_fields()}
    )
    return render(request, "labs/laboratory_test.html", context, status=tried.status)
