"""Whether the house is well: `/healthz`, for a load balancer and for a person. Asks no sign-in, tells no patient."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def health(request: HttpRequest) -> JsonResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        ok = True
    except DatabaseError:
        ok = False
    return JsonResponse({"database": ok}, status=200 if ok else 503)
