"""Whether the house is well: `/healthz`, for a load balancer and for a person.

It asks for no sign-in and tells nothing of any patient. A broker that is down is told and is no failure: what
matters is in the database, and the next sweep finds it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError, OperationalError

from config.celery import app

# A clinic is swept once on each of its days; the longest day with a change of clocks has 25 hours.
SWEEP_LATE = timedelta(hours=26)


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when the app can work and the sweep is not late, else 503."""
    answer: dict[str, Any] = {"database": "up", "broker": "up" if broker_is_up() else "down"}
    try:
        answer |= sweep_state(timezone.now())
    except DatabaseError:
        answer |= {"database": "down", "sweep_late": False}
    well = answer["database"] == "up" and not answer["sweep_late"]
    return JsonResponse(answer | {"status": "ok" if well else "unwell"}, status=200 if well else 503)


def sweep_state(at: datetime) -> dict[str, Any]:
    """When the last sweep finished, its age in seconds, and whether that is too long ago."""
    finished_at = apps.get_model("reviews", "Sweep").objects.aggregate(last=Max("finished_at"))["last"]
    since = finished_at or installed_at() or at
    return {
        "last_sweep_at": finished_at,
        "last_sweep_age_seconds": finished_at and round((at - finished_at).total_seconds()),
        "sweep_late": at - since > SWEEP_LATE,
    }


def installed_at() -> datetime | None:
    """When the tables were made: until a first sweep could be late, its absence is no failure."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(applied) FROM django_migrations")
        moment: datetime | None = cursor.fetchone()[0]
    return moment


def broker_is_up() -> bool:
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=1)
    except (KombuError, OperationalError, OSError):
        return False
    return True
