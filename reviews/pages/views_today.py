"""Today: the morning's list of one person, kept in their order, and moving on from visit to visit."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import page
from accounts.actors import Actor
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.wording import count
from audit.record import record
from patients.access import patient_of
from patients.models import Patient
from reviews.acts.mornings import (
    LAST_PLACE,
    MOST,
    add_to_morning,
    booked_for,
    clear,
    move,
    places_of,
    put_at,
    remove,
)
from reviews.moments import Moment
from reviews.morning_lines import LONGEST_LINE, Line, lines_of, matched
from reviews.mornings import morning_of

# What the buttons of the page send, and of one row.
DOES = ("add", "choose", "bookings", "clear")
ROW_DOES = ("up", "down", "remove")
SKIP = "skip"


@dataclass(frozen=True)
class Waiting:
    """A line that named nobody, or several, with the place that it keeps."""

    line: Line
    place: int


@page(Act.LOG_VISIT)
@require_http_methods(["GET", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """The list; or lines, bookings and choices added to it. Nothing that was pasted is lost."""
    if request.method != "POST":
        return _show(request, 200)
    does = request.POST.get("do", "")
    if does not in DOES:
        return _show(request, 400, faults=["Choose what to do with the list."])
    by, at = actor_of(request), timezone.now()
    try:
        if does == "add":
            return _add_lines(request, by, request.POST.get("lines", ""))
        if does == "choose":
            return _choose(request, by)
        if does == "bookings":
            booked = booked_for(by, by.clinic.local_date(at))
            twice = add_to_morning(by=by, at=at, patients=list(enumerate(booked, 1)))
            _say_added(request, len(booked) - len(twice), twice, "Nobody is booked for today.")
        else:
            messages.success(
                request, f"The list is cleared: {count(clear(by=by, at=at), 'patient')} taken off."
            )
    except ValidationError as refused:
        return _show(request, 400, faults=refused.messages, text=request.POST.get("lines", ""))
    return redirect("reviews:today")


@page(Act.LOG_VISIT)
@require_POST
def place(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Move one patient of the list up or down, or take them off."""
    patient, by, at = patient_of(request, patient_id), actor_of(request), timezone.now()
    does = request.POST.get("do", "")
    if does not in ROW_DOES:
        return _show(request, 400, faults=["Choose what to do with this patient."])
    if does == "remove":
        if remove(by=by, at=at, patient_id=patient.pk):
            messages.success(request, f"{patient} is taken off the list.")
    else:
        move(by=by, at=at, patient_id=patient.pk, up=does == "up")
    return redirect("reviews:today")


def _add_lines(request: HttpRequest, by: Actor, text: str) -> HttpResponse:
    """Add what names exactly one patient; the rest is shown back with its place. Raises ValidationError."""
    lines = lines_of(text)
    if not lines:
        raise ValidationError({"lines": ["Paste at least one MRN or name, one per line."]})
    at, found = timezone.now(), matched(by.clinic, lines)
    last = places_of(by, by.clinic.local_date(at)).last()
    start = last.place if last else 0
    named = [(line.number, line.patient) for line in found if line.patient is not None]
    twice = add_to_morning(by=by, at=at, patients=named)
    waiting = [Waiting(line, start + line.number) for line in found if line.patient is None]
    _say_added(request, len(named) - len(twice), twice, "")
    return _show(request, 200, waiting=waiting) if waiting else redirect("reviews:today")


def _choose(request: HttpRequest, by: Actor) -> HttpResponse:
    """The choices made for lines that waited; what was typed anew is looked up again, at its place."""
    at, told = timezone.now(), _told(request)
    again = [(place, text) for place, text, chosen in told if not chosen]
    found = matched(by.clinic, [text for _, text in again])
    added, twice, waiting = 0, [], []
    wanted = [(place, _patient(by, chosen)) for place, _, chosen in told if chosen and chosen != SKIP]
    for (at_place, _), line in zip(again, found, strict=True):
        if line.patient is None:
            waiting.append(Waiting(line, at_place))
        else:
            wanted.append((at_place, line.patient))
    for at_place, patient in sorted(wanted, key=lambda pair: pair[0]):
        if put_at(by=by, at=at, place=at_place, patient=patient):
            added += 1
        else:
            twice.append(patient)
    _say_added(request, added, twice, "")
    return _show(request, 200, waiting=waiting) if waiting else redirect("reviews:today")


def _told(request: HttpRequest) -> list[tuple[int, str, str]]:
    """(place, text, chosen) of every line that was shown back; chosen is a patient's id, SKIP or nothing."""
    found = []
    for number in range(1, MOST + 1):
        text = request.POST.get(f"text-{number}", "").replace("\0", "").strip()[:LONGEST_LINE]
        at_place = request.POST.get(f"place-{number}", "")
        chosen = request.POST.get(f"chosen-{number}", "")
        if text and chosen != SKIP:
            digits = at_place.isascii() and at_place.isdigit() and len(at_place) <= len(str(LAST_PLACE))
            found.append((int(at_place) if digits else 0, text, chosen))
    return found


def _patient(by: Actor, key: str) -> Patient:
    """Who was chosen; 404 for another clinic's."""
    try:
        found: Patient | None = Patient.objects.of(by.clinic).valid().filter(pk=UUID(key)).first()
    except ValueError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


def _say_added(request: HttpRequest, added: int, twice: list[Patient], nothing: str) -> None:
    if added:
        messages.success(request, f"{count(added, 'patient')} added.")
    if twice:
        names = "; ".join(dict.fromkeys(str(patient) for patient in twice))
        messages.warning(request, f"On the list already: {names}.")
    if nothing and not added and not twice:
        messages.warning(request, nothing)


def _show(
    request: HttpRequest,
    status: int,
    *,
    waiting: list[Waiting] | None = None,
    faults: list[str] | None = None,
    text: str = "",
) -> HttpResponse:
    by, at = actor_of(request), timezone.now()
    now = Moment.of(by.clinic, at)
    record("READ_LIST", by=by, at=at, after={"list": "today"})
    context = {
        "now": now,
        "morning": morning_of(by, now, _after(request)),
        "follows": "after" in request.GET,
        "waiting": waiting or [],
        "faults": faults or [],
        "text": text,
        "most": MOST,
    }
    return render(request, "reviews/today.html", context, status=status)


def _after(request: HttpRequest) -> UUID | None:
    """The patient whose visit was just logged."""
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None
