"""The queue page of a large clinic beside a page of the same clinic that shows nothing, eight at once.

Eight people ask at the same time through Django's client, each in a thread with a session and a connection
of its own: middleware, sign-in, permissions, queries and templates, without the network. The page that shows
nothing is the list of patients under a name that nobody has; menu, badge and session are the same.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

from django.db import connection, connections
from django.test import Client
from django.test.utils import override_settings

from accounts.models import Clinic, Membership, User
from accounts.permissions import Role
from benchmarks.measure import Measured, Ratio
from reviews.models import Flag

AT_ONCE = 8
WARM_UP = 3
GOAL = 2
QUEUE, EMPTY = "queue page, 8 at once", "empty signed-in page, 8 at once"
PAGES = {EMPTY: "/patients/?search=qqqqqqqq", QUEUE: "/"}
RESOLVE = """
    UPDATE reviews_flag SET state = 'RESOLVED', action = 'ADVISED', closed_at = %s, closed_by_id = %s
    WHERE clinic_id = %s AND state = 'OPEN' AND id NOT IN (
        SELECT id FROM reviews_flag WHERE clinic_id = %s AND state = 'OPEN' ORDER BY md5(id::text) LIMIT %s
    )
"""


def measure(clinic: Clinic, at: datetime, flags: int, requests: int, measured: Measured) -> int:
    """Leave so many flags open, and ask for both pages in turn; returns how many flags stand.

    `requests` are those of each page, rounded down to whole rounds of eight.
    """
    clients = [_signed_in(clinic, number) for number in range(AT_ONCE)]
    person = User.objects.get(email=_email(clinic, 0))
    with connection.cursor() as cursor:
        cursor.execute(RESOLVE, [at, person.pk, clinic.pk, clinic.pk, flags])
        cursor.execute("ANALYZE reviews_flag")
    # As in production: DEBUG keeps every statement of a request.
    with override_settings(DEBUG=False), ThreadPoolExecutor(AT_ONCE) as desks:
        for number in range(WARM_UP + max(requests // AT_ONCE, 1)):
            for name, address in PAGES.items():
                _round(desks, clients, address, measured, name if number >= WARM_UP else f"warm-up, {name}")
        list(desks.map(lambda _: connections.close_all(), clients))
    for name in PAGES:
        del measured.seconds[f"warm-up, {name}"]
    return Flag.objects.of(clinic).standing().count()


def ratios(measured: Measured) -> list[Ratio]:
    queue, empty = (measured.percentile_95(name) for name in (QUEUE, EMPTY))
    return [Ratio("queue page / empty signed-in page, p95", queue / empty, GOAL)]


def _round(
    desks: ThreadPoolExecutor, clients: list[Client], address: str, measured: Measured, name: str
) -> None:
    """All ask in the same moment; each answer is timed by itself."""
    start = Barrier(len(clients))

    def ask(client: Client) -> None:
        start.wait()
        measured.run(name, _get(client, address))

    list(desks.map(ask, clients))


def _email(clinic: Clinic, number: int) -> str:
    return f"clinician{number}@{clinic.slug}.test"


def _signed_in(clinic: Clinic, number: int) -> Client:
    email = _email(clinic, number)
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, name=f"Dr Bench {number}"
    )
    Membership.objects.get_or_create(user=user, clinic=clinic, defaults={"roles": [Role.CLINICIAN]})
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _get(client: Client, address: str) -> Callable[[], None]:
    def get() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}.")

    return get
