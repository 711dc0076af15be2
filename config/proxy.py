"""Who asks, when a proxy with TLS stands in front."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class ClientAddressMiddleware:
    """Take the client's address from the proxy: lockout, throttling and the audit log all read REMOTE_ADDR.

    Only the last entry counts, which our own proxy wrote; a client can write the ones before it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.headers.get("X-Forwarded-For", "")
        address = forwarded.rpartition(",")[2].strip()
        if address:
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)
