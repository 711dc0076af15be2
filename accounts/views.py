"""The pages about the person who is signed in: which clinic, and which theme."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts.context import THEMES, home_of
from accounts.middleware import SESSION_KEY
from accounts.models import Membership

YEAR_SECONDS = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
def choose_clinic(request: HttpRequest) -> HttpResponse:
    """Bind the session to one of the person's own memberships; anybody else's is not found."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    mine = (
        Membership.objects.active()
        .filter(user=request.user)
        .select_related("clinic")
        .order_by("clinic__name")
    )
    if request.method == "POST":
        asked = request.POST.get("membership", "")
        chosen = get_object_or_404(mine, pk=int(asked) if asked.isascii() and asked.isdigit() else None)
        request.session[SESSION_KEY] = chosen.pk
        return redirect(home_of(chosen))
    return render(request, "account/choose_clinic.html", {"memberships": mine})


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in a cookie of this browser and go back to the page; nobody needs to be signed in."""
    response = redirect(_own_address(request, request.POST.get("next", "")))
    wanted = request.POST.get("theme", "")
    response.set_cookie(
        "theme",
        wanted if wanted in THEMES else "system",
        max_age=YEAR_SECONDS,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Lax",
    )
    return response


def _own_address(request: HttpRequest, address: str) -> str:
    """`address` if it is a page of ours, else the start page: never a way out to another site."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours else "/"
