"""The one door of every page: signed in, bound to a clinic, and allowed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.permissions import Act, roles_that_may

View = Callable[..., HttpResponse]


def _to_sign_in(address: str) -> HttpResponse:
    """Sign-in, and then back to `address`; from the start page, to the start that the roles open."""
    return redirect("account_login") if address == "/" else redirect_to_login(address)


def page(act: Act | None) -> Callable[[View], View]:
    """Decorate a view: nobody goes to sign-in, no clinic chosen goes to the chooser, a role that may not
    gets 403 with the roles that may. `None` asks only for a clinic. The act is kept on the view as `act`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request.get_full_path())
            membership = request.membership  # type: ignore[attr-defined]
            if membership is None:
                return redirect("accounts:choose_clinic")
            if act is not None and not membership.may(act):
                return render(
                    request, "403.html", {"roles": roles_that_may(act), "act": act.label}, status=403
                )
            return view(request, *args, **kwargs)

        guarded.act = act  # type: ignore[attr-defined]
        return guarded

    return decorate
