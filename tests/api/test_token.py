"""Signing in to the API: tokens that are stored hashed, end, and belong to one membership."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import ApiToken
from accounts.permissions import Role
from accounts.tokens import revoke_tokens
from tests.api.calling import Caller, faults, results
from tests.factories import PASSWORD, MembershipFactory
from tests.stories import Clock, a_clinic, a_clinician, a_patient

pytestmark = pytest.mark.django_db
EMAIL = "ada@example.test"


def sign_in(**change: Any) -> Any:
    return APIClient().post("/api/v1/token/", {"email": EMAIL, "password": PASSWORD} | change, format="json")


def get(secret: str, path: str = "patients/") -> Any:
    return APIClient().get(f"/api/v1/{path}", headers={"Authorization": f"Token {secret}"})


def test_e_mail_and_password_give_a_token_that_opens_the_clinics_rows() -> None:
    by = a_clinician(email=EMAIL, password=PASSWORD)
    patient = a_patient(by)
    answer = sign_in(email="Ada@Example.test").json()
    assert (answer["clinic"], answer["roles"]) == ("northgate", ["CLINICIAN"])
    assert answer["expires_at"] == "2026-03-13T03:00:00Z"
    assert [row["id"] for row in results(get(answer["token"]))] == [str(patient.pk)]


def test_only_the_digest_of_the_secret_is_stored() -> None:
    a_clinician(email=EMAIL, password=PASSWORD)
    secret = sign_in().json()["token"]
    (token,) = ApiToken.objects.all()
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert not any(secret in str(value) for value in vars(token).values())


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"email": "nobody@example.test"}])
def test_who_is_not_known_or_mistypes_learns_the_same(change: dict[str, str]) -> None:
    a_clinician(email=EMAIL, password=PASSWORD)
    answer = sign_in(**change)
    assert (answer.status_code, answer.json()) == (
        401,
        {"detail": "The e-mail address or the password is wrong."},
    )
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": ""}, "email"),
        ({"password": ""}, "password"),
        ({"email": "a\x00b"}, "email"),
        ({"email": ["a"]}, "email"),
    ],
)
def test_a_bad_body_is_refused_with_the_field(change: dict[str, Any], field: str) -> None:
    assert list(faults(sign_in(**change))) == [field]


def test_five_failures_lock_the_address_even_for_the_right_password(clock: Clock) -> None:
    clock.at = datetime.now(UTC)  # axes also reads the clock of the machine
    a_clinician(email=EMAIL, password=PASSWORD)
    tried = [sign_in(password="wrong").status_code for _ in range(5)]
    assert tried[:4] == [401, 401, 401, 401]
    locked = sign_in()
    assert (locked.status_code, list(locked.json())) == (429, ["detail"])
    assert not ApiToken.objects.exists()


def test_a_success_forgives_the_failures_before_it() -> None:
    a_clinician(email=EMAIL, password=PASSWORD)
    for _ in range(2):
        assert [sign_in(password="wrong").status_code for _ in range(3)] == [401, 401, 401]
        assert sign_in().status_code == 200


def test_sign_ins_are_throttled() -> None:
    tried = [sign_in(email=f"a{n}@example.test").status_code for n in range(11)]
    assert tried == [401] * 10 + [429]


def test_who_is_a_member_of_several_clinics_says_which() -> None:
    by = a_clinician(email=EMAIL, password=PASSWORD)
    MembershipFactory.create(user=by.user, clinic=a_clinic("southbank"), roles=[Role.RESEARCHER])
    assert "northgate, southbank" in faults(sign_in())["clinic"][0]
    assert "northgate, southbank" in faults(sign_in(clinic="eastside"))["clinic"][0]
    answer = sign_in(clinic="southbank").json()
    assert answer["roles"] == ["RESEARCHER"]
    assert get(answer["token"]).status_code == 403


def test_a_member_of_no_clinic_gets_no_token() -> None:
    by = a_clinician(email=EMAIL, password=PASSWORD)
    MembershipFactory._meta.model.objects.filter(user=by.user).update(
        ended_at="2026-03-01T00:00:00Z", ended_by=by.user
    )
    assert sign_in().status_code == 403


def test_a_token_ends_after_its_hours(clock: Clock) -> None:
    by = a_clinician()
    caller = Caller(by)
    clock.forward(hours=settings.API_TOKEN_HOURS, seconds=-1)
    assert caller.get("patients/").status_code == 200
    clock.forward(seconds=1)
    answer = caller.get("patients/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")


def test_a_token_ends_with_the_membership_the_person_or_its_revocation() -> None:
    ended, inactive, revoked = a_clinician(), a_clinician(a_clinic("b")), a_clinician(a_clinic("c"))
    callers = [Caller(by) for by in (ended, inactive, revoked)]
    assert ended.membership and revoked.membership
    ended.membership.ended_at, ended.membership.ended_by = "2026-03-12T00:00:00Z", ended.user
    ended.membership.save()
    inactive.user.is_active = False
    inactive.user.save()
    assert revoke_tokens(revoked.membership, callers[2].token.expires_at - timedelta(hours=1)) == 1
    assert [caller.get("patients/").status_code for caller in callers] == [401, 401, 401]


def test_signing_out_ends_the_token() -> None:
    caller = Caller(a_clinician())
    assert caller.client.delete("/api/v1/token/").status_code == 204
    assert caller.get("patients/").status_code == 401
    assert APIClient().delete("/api/v1/token/").status_code == 401


@pytest.mark.parametrize(
    "header", ["Token", "Token a b", "Token not-a-secret", "Token \xff", "Token " + "x" * 5000]
)
def test_a_header_that_is_no_token_is_401(header: str) -> None:
    assert APIClient().get("/api/v1/patients/", headers={"Authorization": header}).status_code == 401


def test_an_old_token_in_the_header_does_not_keep_from_signing_in() -> None:
    a_clinician(email=EMAIL, password=PASSWORD)
    body = {"email": EMAIL, "password": PASSWORD}
    answer = APIClient().post("/api/v1/token/", body, format="json", headers={"Authorization": "Token old"})
    assert answer.status_code == 200


def test_use_is_noted_once_a_minute(clock: Clock) -> None:
    caller = Caller(a_clinician())

    def noted() -> Any:
        caller.get("patients/")
        return ApiToken.objects.get(pk=caller.token.pk).last_used_at

    first = noted()
    assert first == clock.at
    clock.forward(seconds=59)
    assert noted() == first
    clock.forward(seconds=1)
    assert noted() == clock.at


def test_a_browser_session_reads_and_needs_the_csrf_token_to_write() -> None:
    by = a_clinician()
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(by.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/api/v1/patients/").status_code == 200
    assert browser.post("/api/v1/patients/", {}, format="json").status_code == 403
    free = APIClient()
    free.force_login(by.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert free.post("/api/v1/patients/", {}, format="json").status_code == 400


def test_a_session_that_is_bound_to_no_clinic_is_refused() -> None:
    by = a_clinician()
    MembershipFactory.create(user=by.user, clinic=a_clinic("southbank"))
    browser = APIClient()
    browser.force_login(by.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = browser.get("/api/v1/patients/")
    assert (answer.status_code, "Choose a clinic" in answer.json()["detail"]) == (403, True)
