"""Missed windows: the list, its file, booking stable patients together, and one attempt to reach somebody."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import page
from accounts.idempotency import Answer, BodyDiffers, InProgress, new_key, once, page_key
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.records import StaleVersion
from accounts.refusals import show_refusals
from audit.record import record
from patients.access import patient_of
from patients.banner import banner_of
from patients.models import Patient
from reviews.acts.booking import book_stable
from reviews.acts.contacts import MAY_REMOVE, log_contact
from reviews.acts.reach import mark_reachable, mark_unreachable
from reviews.models import ContactAttempt, Reevaluation
from reviews.moments import Moment
from reviews.pages.act_pages import SAVED_ALREADY, STILL_SAVING, Attempt, attempt
from reviews.pages.forms_contacts import ContactForm, ReachForm, RescheduleForm
from reviews.pages.moment import now_of
from reviews.pages.recall_file import recall_file
from reviews.pages.recall_lines import SHOWN, SIZE, lines_of, ordered, recall_page
from reviews.pages.views_booking import back_of, owed_of
from reviews.recalls import rungs_of

LARGEST_OFFSET = 1_000_000
MEANWHILE = "Somebody changed the patient meanwhile. Look at the status above, then save again."


@page(Act.SEE_QUEUE)
@require_safe
def recall(request: HttpRequest) -> HttpResponse:
    """Who did not come, what is due next first. Reading the list is audited."""
    return _show_recall(request, RescheduleForm(), 200)


@page(Act.SEE_QUEUE)
@require_safe
def recall_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file, all of it."""
    by, now, show = actor_of(request), now_of(request), _asked(request)
    membership = request.membership  # type: ignore[attr-defined]
    record("READ_LIST", by=by, at=now.at, after={"list": "recall", "file": "csv"})
    named = f'attachment; filename="missed-windows-{now.on}.csv"'
    kind = "text/csv; charset=utf-8"
    content = recall_file(lines_of(now, ordered(now, membership, show)))
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": named})


@page(Act.BOOK)
@require_POST
def reschedule(request: HttpRequest) -> HttpResponse:
    """Book one day for all that are ticked; the page says what became of each. A double click is one."""
    by, now, form = actor_of(request), now_of(request), RescheduleForm(request.POST)
    if not form.is_valid():
        return _show_recall(request, form, 400)
    day = form.cleaned_data["booked_on"]

    def act() -> Answer:
        told = book_stable(rows=_ticked(request), by=by, at=now.at, booked_on=day)
        return Answer(200, [[str(one.reevaluation.pk), one.refused] for one in told])

    key = page_key(request) or new_key()
    sent = repr((request.POST.getlist("row"), day)).encode()
    membership = request.membership  # type: ignore[attr-defined]
    try:
        answer = once(membership, request.path, key, sent, at=now.at, act=act)
    except ValidationError as refused:
        show_refusals(form, refused)
        return _show_recall(request, form, 400)
    except (BodyDiffers, InProgress) as twice:
        form.add_error(None, SAVED_ALREADY if isinstance(twice, BodyDiffers) else STILL_SAVING)
        return _show_recall(request, form, 409)
    return _show_booked(request, now, answer.body, day)


@page(Act.CONTACT)
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, reevaluation_id: UUID) -> HttpResponse:
    """One attempt to reach the patient of a re-evaluation, with what follows from how it ended."""
    by, now = actor_of(request), now_of(request)
    owed = owed_of(by.clinic, reevaluation_id)
    may_remove = request.membership.may(Act.CHANGE_STATUS)  # type: ignore[attr-defined]

    def save(given: dict[str, Any]) -> str:
        try:
            logged = log_contact(patient=owed.patient, by=by, at=now.at, contact=form.contact(owed))
        except StaleVersion as stale:
            if isinstance(stale.current, Patient):
                raise ValidationError({"": [MEANWHILE]}) from stale
            raise
        again = " Contactable again." if logged.reached_again else ""
        said = logged.attempt.get_outcome_display().lower()
        messages.success(request, f"{owed.patient}: attempt logged, {said}.{again}")
        return back_of(request, owed)

    form = ContactForm(initial={"attempted_at": now.at}, may_remove=may_remove)
    tried = Attempt(form)
    if request.method == "POST":
        form = ContactForm(request.POST, may_remove=may_remove)
        tried = attempt(request, form, save, at=now.at, row=owed)
    else:
        record("READ_CHART", by=by, at=now.at, of=owed, patient_id=owed.patient_id)
    if tried.saved:
        return tried.saved
    owed = owed_of(by.clinic, reevaluation_id)
    context = tried.context(owed) | _about(owed, now) | {
        "back": back_of(request, owed),
        "may_remove": may_remove,
        "removable": [str(outcome.value) for outcome in MAY_REMOVE],
    }  # fmt: skip
    return render(request, "reviews/contact.html", context, status=tried.status)


@page(Act.CHANGE_STATUS)
@require_http_methods(["GET", "POST"])
def reach(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say that a patient cannot be reached, and why; or that one who could not be can be again."""
    patient, by, now = patient_of(request, patient_id), actor_of(request), now_of(request)
    is_lost = patient.unreachable_since is not None

    def save(given: dict[str, Any]) -> str:
        act = mark_reachable if is_lost else mark_unreachable
        act(patient=patient, by=by, at=now.at, **given)
        words = "contactable again" if is_lost else "not contactable; recall ends"
        messages.success(request, f"{patient}: {words}.")
        return reverse("patients:chart", args=[patient.pk])

    tried = Attempt(ReachForm(is_lost=is_lost))
    if request.method == "POST":
        tried = attempt(request, ReachForm(request.POST, is_lost=is_lost), save, at=now.at, row=patient)
    if tried.saved:
        return tried.saved
    fresh = patient_of(request, patient_id)
    attempts = ContactAttempt.objects.of(by.clinic).valid().filter(patient=fresh)
    context = tried.context(fresh) | {
        "patient": fresh,
        "banner": banner_of(fresh, now.on),
        "is_lost": is_lost,
        "attempts": attempts.select_related("created_by"),
    }
    return render(request, "reviews/reach.html", context, status=tried.status)


def _about(owed: Reevaluation, now: Moment) -> dict[str, Any]:
    """The re-evaluation with its patient, its step, and what was tried before."""
    attempts = ContactAttempt.objects.of(now.clinic).valid().filter(reevaluation=owed)
    rung = rungs_of([owed], now)[owed.pk]
    return {
        "owed": owed,
        "patient": owed.patient,
        "banner": banner_of(owed.patient, now.on),
        "now": now,
        "rung": rung,
        "step": rung.words(now.on),
        "attempts": attempts.select_related("created_by"),
    }


def _show_recall(request: HttpRequest, form: RescheduleForm, status: int) -> HttpResponse:
    by, now, show = actor_of(request), now_of(request), _asked(request)
    membership = request.membership  # type: ignore[attr-defined]
    record("READ_LIST", by=by, at=now.at, after={"list": "recall"})
    context = {
        "now": now,
        "page": recall_page(now, membership, show, _offset(request)),
        "size": SIZE,
        "filters": [(name, words, name == show) for name, words in SHOWN.items()],
        "show": show,
        "form": form,
        "once": request.POST.get("once") if status == 400 else new_key(),
        "ticked": request.POST.getlist("row"),
        "limits": now.thresholds,
        "may": {name: membership.may(act) for name, act in _MAY.items()},
    }
    return render(request, "reviews/recall.html", context, status=status)


def _show_booked(request: HttpRequest, now: Moment, told: list[list[str]], day: Any) -> HttpResponse:
    """What became of each that was ticked."""
    rows = Reevaluation.objects.of(now.clinic).filter(pk__in=[key for key, _ in told])
    found = {str(row.pk): row for row in rows.select_related("patient")}
    lines = [(found[key], refused) for key, refused in told if key in found]
    context = {"lines": lines, "day": day, "done": sum(not refused for _, refused in lines)}
    return render(request, "reviews/rescheduled.html", context)


def _ticked(request: HttpRequest) -> list[tuple[Reevaluation, int]]:
    """The rows that were ticked, each as "id:version"; what is no row of this clinic is passed over."""
    clinic = request.membership.clinic  # type: ignore[attr-defined]
    wanted: dict[UUID, int] = {}
    for told in request.POST.getlist("row")[:SIZE]:
        key, _, version = told.partition(":")
        try:
            wanted[UUID(key)] = int(version)
        except ValueError:
            continue
    rows = Reevaluation.objects.of(clinic).valid().filter(pk__in=wanted, patient__error_at=None)
    found = {row.pk: row for row in rows.select_related("patient")}
    return [(found[key], version) for key, version in wanted.items() if key in found]


_MAY = {"book": Act.BOOK, "contact": Act.CONTACT, "remove": Act.CHANGE_STATUS}


def _asked(request: HttpRequest) -> str:
    asked = request.POST.get("show", "") or request.GET.get("show", "")
    return asked if asked in SHOWN else ""


def _offset(request: HttpRequest) -> int:
    asked = request.GET.get("from", "")
    return min(int(asked), LARGEST_OFFSET) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
