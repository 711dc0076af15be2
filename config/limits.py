"""How much one request may bring: what is too big is refused before it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse


class BodySizeMiddleware:
    """413 for a form or a JSON body above DATA_UPLOAD_MAX_MEMORY_SIZE bytes.

    Django itself checks forms only, and the API reads its bodies past that check. Files come as multipart
    and have their own limits where they are read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.headers.get("Content-Length", "")
        too_big = length.isdecimal() and int(length) > limit
        if not too_big or request.content_type == "multipart/form-data":
            return self.get_response(request)
        reason = f"The request has {int(length):,} bytes; at most {limit:,} are taken."
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": reason}, status=413)
        return HttpResponse(reason, status=413, content_type="text/plain")
