"""The frame around every page: menu by role, theme by cookie, day by clinic, one clinic at a time."""

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from django.test import Client, RequestFactory

from accounts import context
from accounts.middleware import SESSION_KEY
from accounts.models import Clinic, Membership, User
from accounts.permissions import Role

REST = ["Case series", "Protocol", "Products"]


def shell_of(*roles: Role, cookie: str = "", zone: str = "UTC") -> context.Shell:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    if roles:
        clinic = Clinic(name="Northgate Clinic", time_zone=zone)
        request.membership = Membership(user=User(name="Elena"), clinic=clinic, roles=list(roles))  # type: ignore[attr-defined]
    return context.shell(request)["shell"]


@pytest.mark.parametrize(
    "roles, labels",
    [
        (
            [Role.CLINICIAN],
            ["Review queue", "Today", "Missed windows", "Patients", "Labs import", *REST],
        ),
        (
            [Role.ASSISTANT],
            ["Review queue", "Today", "Missed windows", "Patients", "Labs import", "Protocol", "Products"],
        ),
        ([Role.RESEARCHER], ["Case series", "Protocol"]),
        ([Role.ADMIN], ["Protocol", "Members and roles", "Audit log"]),
        ([Role.ADMIN, Role.RESEARCHER], ["Case series", "Protocol", "Members and roles", "Audit log"]),
        ([], []),
    ],
)
def test_the_menu_holds_what_the_roles_may_open(roles: list[Role], labels: list[str]) -> None:
    assert [item.label for item in shell_of(*roles).nav] == labels


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ADMIN])
def test_who_sees_no_patient_gets_no_patient_search(role: Role) -> None:
    assert not shell_of(role).sees_patients
    assert not shell_of(role).may_log_visit


def test_who_cares_for_patients_can_search_them_and_log_visits() -> None:
    assert shell_of(Role.ASSISTANT).sees_patients
    assert shell_of(Role.ASSISTANT).may_log_visit


@pytest.mark.parametrize("cookie, theme", [("", "system"), ("dark", "dark"), ('"><script>', "system")])
def test_the_theme_is_one_of_three_whatever_the_cookie_says(cookie: str, theme: str) -> None:
    assert shell_of(cookie=cookie).theme == theme


def test_the_theme_goes_round() -> None:
    assert [shell_of(cookie=theme).next_theme for theme in context.THEMES] == ["light", "dark", "system"]


def test_today_is_the_day_where_the_clinic_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.context.timezone.now", lambda: datetime(2026, 3, 12, 2, 30, tzinfo=UTC))
    assert shell_of(Role.CLINICIAN, zone="America/New_York").today.isoformat() == "2026-03-11"
    assert shell_of(Role.CLINICIAN, zone="Pacific/Auckland").today.isoformat() == "2026-03-12"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "posted, back, kept",
    [
        ({"theme": "dark", "next": "/accounts/login/?next=/"}, "/accounts/login/?next=/", "dark"),
        ({"theme": "dark", "next": "https://elsewhere.test/"}, "/", "dark"),
        ({"theme": "dark", "next": "//elsewhere.test/"}, "/", "dark"),
        ({"theme": "pink"}, "/", "system"),
    ],
)
def test_choosing_a_theme_stays_on_this_site(
    client: Client, posted: dict[str, str], back: str, kept: str
) -> None:
    response = client.post("/accounts/theme/", posted)
    assert response["Location"] == back
    assert response.cookies["theme"].value == kept
    assert response.cookies["theme"]["httponly"]


@pytest.mark.django_db
def test_a_theme_is_not_changed_by_following_a_link(client: Client) -> None:
    assert client.get("/accounts/theme/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.fixture
def elena(db: None) -> User:
    """A person of three clinics; a fourth is somebody else's."""
    user = User.objects.create_user("elena@clinic.test", "correct horse battery", name="Elena")
    other = User.objects.create_user("omar@clinic.test", "correct horse battery", name="Omar")
    for person, slug in [(user, "north"), (user, "south"), (user, "east"), (other, "west")]:
        clinic = Clinic.objects.create(name=slug.title(), slug=slug)
        Membership.objects.create(user=person, clinic=clinic, roles=[Role.CLINICIAN])
    return user


def test_who_is_in_several_clinics_chooses_one_of_them(client: Client, elena: User) -> None:
    client.force_login(elena)
    page = client.get("/accounts/clinic/").content.decode()
    assert "North" in page and "South" in page and "West" not in page
    south = elena.memberships.get(clinic__slug="south")
    response = client.post("/accounts/clinic/", {"membership": south.pk})
    assert response["Location"] == "/"
    assert client.session[SESSION_KEY] == south.pk


@pytest.mark.parametrize("asked", ["", "x", "-1", "²", "99999999999999999999"])
def test_a_clinic_that_is_not_there_is_not_found(client: Client, elena: User, asked: str) -> None:
    client.force_login(elena)
    assert client.post("/accounts/clinic/", {"membership": asked}).status_code == HTTPStatus.NOT_FOUND
    assert SESSION_KEY not in client.session


def test_another_persons_clinic_is_not_found(client: Client, elena: User) -> None:
    client.force_login(elena)
    west = Membership.objects.get(clinic__slug="west")
    assert client.post("/accounts/clinic/", {"membership": west.pk}).status_code == HTTPStatus.NOT_FOUND
    assert SESSION_KEY not in client.session


def test_who_has_left_a_clinic_cannot_choose_it(client: Client, elena: User) -> None:
    south = elena.memberships.filter(clinic__slug="south")
    south.update(ended_at=datetime(2026, 1, 1, tzinfo=UTC), ended_by=elena)
    client.force_login(elena)
    response = client.post("/accounts/clinic/", {"membership": south.get().pk})
    assert response.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.django_db
def test_nobody_is_led_to_sign_in_before_choosing(client: Client) -> None:
    assert client.get("/accounts/clinic/")["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_the_sign_in_page_stands_and_says_what_was_wrong(client: Client) -> None:
    assert "Sign in" in client.get("/accounts/login/").content.decode()
    refused = client.post("/accounts/login/", {"login": "nobody@clinic.test", "password": "wrong"})
    assert "Not signed in." in refused.content.decode()
    assert "unsafe-inline" not in refused["Content-Security-Policy"]
