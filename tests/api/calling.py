"""A program that calls the API with a token, as a person of a clinic."""

import json
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actors import Actor
from accounts.tokens import issue_token

ROOT = "/api/v1/"
JSON = "application/json"


class Caller:
    """`get`, `post` and `patch` take the path below the root; `once` is the Idempotency-Key."""

    def __init__(self, by: Actor) -> None:
        assert by.membership is not None
        secret, self.token = issue_token(by.membership, timezone.now())
        self.client = APIClient(raise_request_exception=False)
        self.client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"{ROOT}{path}", query)

    def post(self, path: str, /, *, once: str | None = None, **body: Any) -> Any:
        headers = {"Idempotency-Key": once} if once is not None else {}
        return self.client.post(f"{ROOT}{path}", json.dumps(body), content_type=JSON, headers=headers)

    def patch(self, path: str, /, **body: Any) -> Any:
        return self.client.patch(f"{ROOT}{path}", json.dumps(body), content_type=JSON)


def results(answer: Any) -> list[dict[str, Any]]:
    """The rows of a list; fails when it was refused."""
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def made(answer: Any) -> dict[str, Any]:
    """What a POST made; fails when it was refused."""
    assert answer.status_code == 201, answer.content
    row: dict[str, Any] = answer.json()
    return row


def done(answer: Any) -> dict[str, Any]:
    """The row after an act; fails when it was refused."""
    assert answer.status_code == 200, answer.content
    row: dict[str, Any] = answer.json()
    return row


def faults(answer: Any) -> dict[str, Any]:
    """The fields that a 400 names."""
    assert answer.status_code == 400, answer.content
    named: dict[str, Any] = answer.json()
    return named
