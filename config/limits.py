"""How much one request may bring: what is too big is refused before it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from fhir.serving.bundles import outcome


class BodySizeMiddleware:
    """413 for a body above DATA_UPLOAD_MAX_MEMORY_SIZE bytes, and for files above FILES_UPLOAD_MAX_SIZE.

    Django itself checks forms only, and the API reads its bodies past that check. Files come as multipart,
    go to disk as they come, and have limits of their own where they are read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_files = request.content_type == "multipart/form-data"
        limit = settings.FILES_UPLOAD_MAX_SIZE if has_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) <= limit:
            return self.get_response(request)
        reason = f"The request has {int(length):,} bytes; at most {limit:,} are taken."
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": reason}, status=413)
        if request.path.startswith("/fhir/"):
            said = outcome(("too-long", reason, ""))
            return JsonResponse(said, status=413, content_type="application/fhir+json")
        return HttpResponse(reason, status=413, content_type="text/plain")
