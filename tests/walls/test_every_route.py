"""Every address, every method, every role, a stranger from another clinic, and nobody."""

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.actors import Actor
from accounts.permissions import MATRIX, Act, Role
from tests.walls.addresses import Route, addresses, crossed, routes
from tests.walls.furniture import House, models, rows_of
from tests.walls.table import ANYBODY, API, BY_TOKEN, OWN_ROWS, PAGES, SIGNED_IN, TABLE

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
METHODS = ("GET", "POST", "PATCH", "DELETE")
CASES = [(route, method) for route in routes() for method in TABLE.get(route.name, {})]
Houses = tuple[House, House]
pytestmark = pytest.mark.django_db
each_case = pytest.mark.parametrize(("route", "method"), CASES, ids=lambda part: getattr(part, "name", part))


def ask(who: Actor | None, method: str, address: str, body: dict[str, Any] | None = None) -> Any:
    """The answer to a person, or to nobody; what it did is taken back."""
    client = Client()
    is_api = address.startswith("/api/")
    with transaction.atomic():
        if who is not None:
            client.force_login(who.user, backend=BACKEND)
        data: Any = json.dumps(body or {}) if is_api else body
        kind = {"content_type": "application/json"} if is_api and method != "GET" else {}
        answer = getattr(client, method.lower())(address, None if method == "GET" else data, **kind)
        transaction.set_rollback(True)
    return answer


def is_sent_to_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and str(answer["Location"]).startswith("/accounts/login/")


def is_let_in(answer: Any) -> bool:
    """Something of the view itself: also a form that refuses its fields, or a version that is stale."""
    return answer.status_code in (200, 201, 204, 302, 400, 409) and not is_sent_to_sign_in(answer)


def may(role: Role, needs: Act | str) -> bool:
    return needs in (ANYBODY, SIGNED_IN) or needs in MATRIX[role]


def test_the_table_knows_every_route_and_no_other() -> None:
    assert {route.name for route in routes()} == set(TABLE)


def test_every_model_has_a_row_in_both_clinics(untouched: Houses) -> None:
    empty = {
        f"{model._meta.label} of {house.mark}"
        for house in untouched
        for model in models()
        if not rows_of(model, house.clinic).exists()
    }
    assert empty == set()


@each_case
def test_nobody_is_sent_to_sign_in(route: Route, method: str, untouched: Houses) -> None:
    for address, _ in addresses(route, untouched[0]):
        answer = ask(None, method, address)
        if TABLE[route.name][method] == ANYBODY:
            assert answer.status_code < 500
            assert answer.status_code not in (403, 404, 405)
        elif route.name in API:
            assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token"), address
        else:
            assert is_sent_to_sign_in(answer), (address, answer.status_code)


@each_case
@pytest.mark.parametrize("role", list(Role))
def test_a_role_does_what_the_matrix_says_and_nothing_else(
    route: Route, method: str, role: Role, untouched: Houses
) -> None:
    needs = TABLE[route.name][method]
    house = untouched[0]
    for address, _ in addresses(route, house):
        answer = ask(house.people[role], method, address, accepted(route, house.people[role]))
        if needs == BY_TOKEN:
            assert answer.status_code == 401
        elif route.name in OWN_ROWS:
            assert answer.status_code == (404 if may(role, needs) else 403), (address, answer.status_code)
        elif may(role, needs):
            assert is_let_in(answer) or route.name == "account_logout", (address, answer.status_code)
        else:
            assert answer.status_code == 403, (address, answer.status_code)


@each_case
def test_a_stranger_finds_no_row_of_another_clinic(route: Route, method: str, untouched: Houses) -> None:
    """Whoever has every role in the neighbouring clinic, so that only the wall can be what refuses."""
    house, neighbour = untouched
    stranger = neighbour.all_roles
    for address, named in addresses(route, house):
        if named:
            answer = ask(stranger, method, address)
            assert answer.status_code == 404, (address, answer.status_code)
            assert house.mark not in answer.content.decode()
    for address in crossed(route, neighbour, house):
        assert ask(stranger, method, address).status_code == 404, address


@each_case
def test_a_stranger_reads_nothing_of_another_clinic_at_home(
    route: Route, method: str, untouched: Houses
) -> None:
    house, neighbour = untouched
    for address, _ in addresses(route, neighbour):
        answer = ask(neighbour.all_roles, method, address)
        told = b"".join(answer) if answer.streaming else answer.content
        assert house.mark not in told.decode(), address


@pytest.mark.parametrize(
    "name",
    [
        "visits", "regimens", "lab-results", "medications", "conditions", "modifiers", "co-treatments",
        "other-sources", "diet-advice",
    ],
)  # fmt: skip
def test_a_stranger_writes_nothing_about_another_clinics_patient(name: str, untouched: Houses) -> None:
    house, neighbour = untouched
    body = bodies(house, neighbour)[name]
    assert ask(neighbour.all_roles, "POST", f"/api/v1/{name}/", body).status_code == 404
    own = body | {"patient": str(neighbour.rows["patients"].pk)}
    assert ask(neighbour.all_roles, "POST", f"/api/v1/{name}/", own).status_code == 201


def test_a_stranger_takes_neither_product_nor_membership_nor_regimen_of_another_clinic(
    untouched: Houses,
) -> None:
    house, neighbour = untouched
    mine = bodies(neighbour, neighbour)
    start = mine["regimens"] | {"product": str(house.rows["products"].pk)}
    assert ask(neighbour.all_roles, "POST", "/api/v1/regimens/", start).status_code == 404
    step = {
        "effective_on": "2026-03-12",
        "intakes": [{"at": "08:00", "units": 1}],
        "regimen": str(house.rows["regimens"].pk),
    }
    visit = mine["visits"] | {"dose_step": step}
    assert ask(neighbour.all_roles, "POST", "/api/v1/visits/", visit).status_code == 404
    patient, owner = neighbour.rows["patients"], house.rows["memberships"].pk
    change = {"version": patient.version, "owner": owner}
    assert ask(neighbour.all_roles, "PATCH", f"/api/v1/patients/{patient.pk}/", change).status_code == 404
    assert ask(neighbour.all_roles, "POST", "/accounts/clinic/", {"membership": owner}).status_code == 404


@pytest.mark.parametrize("route", [r for r in routes() if r.name in TABLE], ids=lambda route: route.name)
def test_no_route_takes_a_method_that_the_table_does_not_know(route: Route, untouched: Houses) -> None:
    if route.name.startswith("account_"):
        return  # allauth's own pages; their POST is in the table
    house = untouched[0]
    for method in set(METHODS) - set(TABLE[route.name]):
        address, _ = addresses(route, house)[0]
        # The one looks at the token before the method, the other knows no method at all.
        refused = {"api-token": 401, "fhir:nothing": 404}.get(route.name, 405)
        assert ask(house.all_roles, method, address).status_code == refused, (method, address)


def accepted(route: Route, who: Actor) -> dict[str, Any] | None:
    """A body where the empty one would not reach the view's own answer."""
    chooses = route.name == "accounts:choose_clinic" and who.membership
    return {"membership": who.membership.pk} if chooses and who.membership else None


def bodies(theirs: House, mine: House) -> dict[str, dict[str, Any]]:
    """What makes a row about a patient of theirs, complete but for the wall."""
    about = {"patient": str(theirs.rows["patients"].pk)}
    return {
        "visits": about | {"visited_on": "2026-03-12"},
        "regimens": about
        | {
            "product": str(mine.rows["products"].pk),
            "started_on": "2026-03-12",
            "intakes": [{"at": "08:00", "units": 1}],
            "kidney_reason": "Creatinine ordered",
        },
        "lab-results": about
        | {"loinc": "2823-3", "value": 4.1, "unit": "mmol/L", "collected_at": "2026-03-12T08:00:00Z"},
        "medications": about | {"code": "OMEPRAZOLE"},
        "conditions": about | {"code": "DIABETES"},
        "modifiers": about | {"code": "PPI"},
        "co-treatments": about | {"code": "SSRI"},
        "other-sources": about | {"product": str(mine.rows["products"].pk), "units_per_day": 1},
        "diet-advice": about | {"given_on": "2026-03-12"},
    }


def test_the_table_speaks_of_pages_and_api_apart() -> None:
    assert not set(PAGES) & set(API)
