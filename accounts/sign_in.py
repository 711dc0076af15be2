"""Sign-in as allauth and axes ask for it: by e-mail, no sign-up, and locked after repeated failures."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.context import home_of
from accounts.middleware import membership_of


class ClosedAdapter(DefaultAccountAdapter):
    """Members are made by an admin of their clinic; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Not everybody has a queue: each starts on the first page that the roles open."""
        return home_of(membership_of(request))


def attempted_email(request: HttpRequest | None, credentials: dict[str, str] | None) -> str:
    """The address that somebody tried to sign in with, from the API's or the form's field."""
    given = credentials or {}
    typed = given.get("email") or given.get("username")
    if typed is None and request is not None:
        typed = request.POST.get("login")
    return (typed or "").strip().lower()


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: object = None
) -> HttpResponse:
    """The answer while an address is locked: it never says whether the address is known."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "Too many failed sign-ins. Try again in 15 minutes."}, status=429)
    return render(request, "account/locked.html", status=429)
