"""Who is away, until when, and who stands in: to read, to add to, and to end early."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.absences import who_may_answer
from accounts.access import page
from accounts.actors import Actor
from accounts.middleware import actor_of
from accounts.models import Absence, Membership
from accounts.permissions import Act
from accounts.refusals import show_refusals
from accounts.wording import listed
from audit.absences import add_absence, end_absence, stands_in_for
from audit.forms_absences import AbsenceForm


@dataclass(frozen=True)
class Line:
    """One absence as the list shows it; `gap` says on which account the flags are in the pool instead."""

    absence: Absence
    is_now: bool
    gap: str
    may_end: bool


@page(Act.SAY_AWAY)
@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Everybody who is away today or later, and a form to add an absence."""
    by, now = actor_of(request), timezone.now()
    member: Membership = request.membership  # type: ignore[attr-defined]
    form = AbsenceForm(request.POST if request.method == "POST" else None, membership=member)
    if request.method == "POST" and form.is_valid():
        try:
            given = {"member": member, **form.cleaned_data}
            absence = add_absence(by=by, at=now, **given)
        except ValidationError as refused:
            show_refusals(form, refused)
        else:
            messages.success(request, _added(absence))
            return redirect("accounts:absences")
    context = {"form": form, "lines": _lines(by, by.clinic.local_date(now))}
    context["may_answer"] = who_may_answer(by.clinic).filter(pk=member.pk).exists()
    return render(request, "accounts/absences.html", context, status=400 if form.is_bound else 200)


@page(Act.SAY_AWAY)
@require_POST
def end(request: HttpRequest, absence_id: int) -> HttpResponse:
    """The member is back today, or does not leave."""
    by = actor_of(request)
    rows = Absence.objects.filter(clinic=by.clinic).select_related("membership__user")
    absence = get_object_or_404(rows, pk=absence_id)
    try:
        end_absence(absence=absence, by=by, at=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{absence.membership.user} is here from today.")
    return redirect("accounts:absences")


def _added(absence: Absence) -> str:
    """What was saved; and whose flags lose their deputy by it."""
    words = f"{absence.deputy.user} stands in for {absence.membership.user}."
    left = stands_in_for(absence.membership, absence.from_on, absence.until_on)
    if not left:
        return words
    names = listed(sorted({str(other.membership.user) for other in left}))
    return f"{words} {absence.membership.user} stood in for {names}: name somebody else, or the pool has it."


def _lines(by: Actor, today: date) -> list[Line]:
    """Today's absences and those ahead, in order of the first day; two queries."""
    rows = Absence.objects.filter(clinic=by.clinic, until_on__gte=today)
    found = list(rows.select_related("membership__user", "deputy__user").order_by("from_on", "pk"))
    answering = {member.pk for member in who_may_answer(by.clinic)}
    ours = by.membership is not None and by.membership.may(Act.MANAGE_MEMBERS)
    return [
        Line(
            absence=row,
            is_now=row.from_on <= today,
            gap=_gap(row, found, answering),
            may_end=ours or (by.membership is not None and row.membership_id == by.membership.pk),
        )
        for row in found
    ]


def _gap(row: Absence, found: list[Absence], answering: set[int]) -> str:
    """Why the deputy does not hold these flags; empty when the deputy does."""
    if row.deputy_id not in answering:
        return "may not resolve flags any more: the pool has them"
    for other in found:
        meets = other.from_on <= row.until_on and other.until_on >= row.from_on
        if other.membership_id == row.deputy_id and meets:
            return "is away on some of these days too: then the pool has them"
    return ""
