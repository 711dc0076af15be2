"""The queue page of a large clinic beside the same page of an empty clinic, through Django's client.

The client runs middleware, sign-in, permissions and templates in this process, without the network.
"""

from datetime import datetime

from django.db import connection
from django.test import Client

from accounts.models import Clinic, Jurisdiction, Membership, User
from accounts.permissions import Role
from benchmarks.measure import Measured, Ratio
from reviews.models import Flag

WARM_UP = 3
RESOLVE = """
    UPDATE reviews_flag SET state = 'RESOLVED', action = 'ADVISED', closed_at = %s, closed_by_id = %s
    WHERE clinic_id = %s AND state = 'OPEN' AND id NOT IN (
        SELECT id FROM reviews_flag WHERE clinic_id = %s AND state = 'OPEN' ORDER BY md5(id::text) LIMIT %s
    )
"""


def measure(clinic: Clinic, at: datetime, flags: int, requests: int, measured: Measured) -> int:
    """Leave so many flags open, and ask for both pages in turn; returns how many flags stand."""
    empty, _ = Clinic.objects.get_or_create(
        slug="empty", defaults={"name": "Empty", "jurisdiction": Jurisdiction.US}
    )
    pages = {
        "queue, large clinic": _signed_in(clinic),
        "queue, empty clinic": _signed_in(empty),
    }
    person = User.objects.get(email=f"clinician@{clinic.slug}.test")
    with connection.cursor() as cursor:
        cursor.execute(RESOLVE, [at, person.pk, clinic.pk, clinic.pk, flags])
        cursor.execute("ANALYZE reviews_flag")
    for client in list(pages.values()) * WARM_UP:
        _get(client)
    for _ in range(requests):
        for name, client in pages.items():
            measured.run(name, lambda client=client: _get(client))  # type: ignore[misc]
    return Flag.objects.of(clinic).standing().count()


def ratios(measured: Measured) -> list[Ratio]:
    large, empty = (measured.percentile_95(f"queue, {name} clinic") for name in ("large", "empty"))
    return [Ratio("queue p95, large / empty clinic", large / empty)]


def _signed_in(clinic: Clinic) -> Client:
    email = f"clinician@{clinic.slug}.test"
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name="Dr Bench")
    Membership.objects.get_or_create(user=user, clinic=clinic, defaults={"roles": [Role.CLINICIAN]})
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _get(client: Client) -> None:
    answer = client.get("/")
    if answer.status_code != 200:
        raise RuntimeError(f"The queue page answered {answer.status_code}.")
