"""The members page of admins."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.forms import MemberForm, MembershipForm
from accounts.middleware import actor_of
from accounts.models import Membership
from accounts.permissions import MATRIX, Act, Role
from accounts.records import StaleVersion
from accounts.refusals import show_refusals
from audit.members import AddedMember, add_member, change_roles, end_membership


@page(Act.MANAGE_MEMBERS)
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, and a form to add one more. A one-time password is in this answer only."""
    form, added = MemberForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        added = _add(request, form)
        if added is not None:
            form = MemberForm()
    status = 400 if form.is_bound else 200
    return render(
        request, "accounts/members.html", _context(request) | {"form": form, "added": added}, status=status
    )


def _add(request: HttpRequest, form: MemberForm) -> AddedMember | None:
    try:
        return add_member(by=actor_of(request), at=timezone.now(), **form.cleaned_data)
    except ValidationError as refused:
        show_refusals(form, refused)
        return None


@page(Act.MANAGE_MEMBERS)
@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Change one member's roles, or end the membership."""
    by = actor_of(request)
    rows = Membership.objects.active().filter(clinic=by.clinic).select_related("user", "clinic")
    membership = get_object_or_404(rows, pk=membership_id)
    shown = {"version": membership.version, "roles": membership.roles}
    form = MembershipForm(_posted(request, membership), initial=shown)
    status = 200
    if request.method == "POST":
        status = _change(request, form, membership)
        if status == 302:
            return redirect("accounts:members")
    context = {"form": form, "membership": membership, "role_words": _role_words()}
    context["version"] = rows.get(pk=membership.pk).version if status == 409 else form["version"].value()
    return render(request, "accounts/member.html", context, status=status)


def _posted(request: HttpRequest, membership: Membership) -> dict[str, object] | None:
    """Ending asks for no roles: those that the member has stand in for them."""
    if request.method != "POST":
        return None
    roles = membership.roles if "end" in request.POST else request.POST.getlist("roles")
    return {"roles": roles, "version": request.POST.get("version")}


def _change(request: HttpRequest, form: MembershipForm, membership: Membership) -> int:
    """Do what the pressed button says; the status of the answer."""
    if not form.is_valid():
        return 400
    by, now, version = actor_of(request), timezone.now(), form.cleaned_data["version"]
    try:
        if "end" in request.POST:
            end_membership(membership=membership, by=by, at=now, version=version)
            messages.success(request, f"{membership.user} is no longer a member.")
        else:
            change_roles(
                membership=membership, by=by, at=now, version=version, roles=form.cleaned_data["roles"]
            )
            messages.success(request, f"{membership.user}: {membership.role_words.lower()}.")
    except ValidationError as refused:
        show_refusals(form, refused)
        return 400
    except StaleVersion as stale:
        form.add_error(
            None,
            f"Changed meanwhile: the roles are now {stale.current.role_words.lower()}. "
            "Save again to keep yours.",
        )
        return 409
    return 302


def _context(request: HttpRequest) -> dict[str, object]:
    by = actor_of(request)
    active = Membership.objects.active().filter(clinic=by.clinic)
    return {
        "members": active.select_related("user").order_by("user__name", "user__email"),
        "role_words": _role_words(),
    }


def _role_words() -> list[tuple[str, str]]:
    """What each role may do, read from the matrix."""
    return [
        (str(role.label), ", ".join(sorted(str(act.label) for act in Act if act in MATRIX[role])))
        for role in Role
    ]
