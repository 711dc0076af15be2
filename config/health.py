"""Whether the house is well: `/healthz`, for a load balancer and for a person.

It asks for no sign-in and tells nothing of any patient, and of clinics only how many. It judges by progress:
a clinic whose day is not checked makes it unwell, whichever of clock, broker and worker stands still. A
broker that is down is told and is no failure by itself: what matters is in the database.
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
from reviews.freshness import troubles

# A clinic is swept once on each of its days; the longest day with a change of clocks has 25 hours.
SWEEP_LATE = timedelta(hours=26)
ILLS = ("sweep_late", "clinics_late", "clinics_failed", "clinics_partial")


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when the app can work and every clinic is checked, wholly and in time, else 503."""
    answer: dict[str, Any] = {"database": "up", "broker": "up" if broker_is_up() else "down"}
    try:
        answer |= sweep_state(timezone.now())
    except DatabaseError:
        answer |= {"database": "down", "sweep_late": False}
    well = answer["database"] == "up" and not any(answer.get(name) for name in ILLS)
    return JsonResponse(answer | {"status": "ok" if well else "unwell"}, status=200 if well else 503)


def sweep_state(at: datetime) -> dict[str, Any]:
    """When the last sweep finished, its age in seconds, whether that is too long; and what ails clinics."""
    finished_at = apps.get_model("reviews", "Sweep").objects.aggregate(last=Max("finished_at"))["last"]
    since, found = finished_at or installed_at() or at, troubles(at)
    return {
        "last_sweep_at": finished_at,
        "last_sweep_age_seconds": finished_at and round((at - finished_at).total_seconds()),
        "sweep_late": at - since > SWEEP_LATE,
        "clinics_late": found.late,
        "clinics_failed": found.failed,
        "clinics_partial": found.partial,
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
