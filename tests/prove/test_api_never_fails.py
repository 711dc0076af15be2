"""No input makes the API fail, and it answers nothing that it did not announce.

Schemathesis makes the cases from the OpenAPI document; half of them are put on rows that exist, so that acts
are reached and not only their refusals. Each case is taken back before the next.
"""

import json
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, encode_multipart
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core import NOT_SET
from schemathesis.transport.serialization import Binary

from accounts.tokens import issue_token
from tests.factories import NOW
from tests.stories import at_the_clock
from tests.walls.furniture import House, furnish

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
CASES_EACH = 100
JSON, FORM = "application/json", "multipart/form-data"
SEARCH = settings(
    max_examples=CASES_EACH,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Attacker:
    """Sends cases of one operation after another as a person with every role, and counts the answers."""

    def __init__(self, house: House) -> None:
        assert house.all_roles.membership
        secret, _ = issue_token(house.all_roles.membership, NOW)
        self.client = Client(raise_request_exception=False, headers={"Authorization": f"Token {secret}"})
        self.rows = {kind: str(row.pk) for kind, row in house.rows.items()}
        self.file = house.rows["exports"].files[0]["name"]
        self.random = Random(1)
        self.answers: Counter[tuple[str, str, int]] = Counter()
        self.unannounced: list[str] = []

    def attack(self, operation: Any) -> None:
        @given(case=operation.as_strategy())
        @SEARCH
        def run(case: Any) -> None:
            body = {} if case.body is NOT_SET else case.body
            with transaction.atomic():
                self.send(operation, case.query or {}, self.on_a_row(body), case.media_type or JSON)
                transaction.set_rollback(True)

        run()

    def send(self, operation: Any, query: dict[str, Any], body: Any, kind: str) -> None:
        cache.clear()  # throttling is another proof's
        method, path = operation.method.upper(), self.path(operation.path)
        try:
            address = f"{path}?{urlencode(query, doseq=True)}"
        except UnicodeEncodeError:  # no client can send it
            return
        data, kind = (b"", JSON) if method == "GET" else encoded(body, kind)
        answer = self.client.generic(method, address, data, content_type=kind)
        self.answers[method, operation.path, answer.status_code] += 1
        announced = operation.definition.raw["responses"]
        if str(answer.status_code) not in announced:
            self.unannounced.append(f"{method} {address} {data!r:.300}: {answer.status_code}")

    def path(self, path: str) -> str:
        kind, *more = path.removeprefix("/api/v1/").removeprefix("case-series/").split("/")
        row = self.rows.get(f"{kind}-{more[0]}") or self.rows.get(kind, "")
        return path.replace("{id}", row).replace("{name}", self.file)

    def on_a_row(self, body: Any) -> Any:
        """Every second body speaks of rows that exist, at the version that they have."""
        if not isinstance(body, dict) or self.random.random() < 0.5:
            return body
        known = {"patient": self.rows["patients"], "product": self.rows["products"], "version": 1}
        known["device"] = self.rows["wearables-devices"]
        return body | {name: value for name, value in known.items() if name in body}


def encoded(body: Any, kind: str) -> tuple[bytes | str, str]:
    """The body as it travels: a file as it is or in a form, all else as JSON."""
    if kind == FORM and isinstance(body, dict):
        fields = {name: file_of(value) for name, value in body.items() if value is not None}
        return encode_multipart(BOUNDARY, fields), f"{FORM}; boundary={BOUNDARY}"
    if isinstance(body, bytes | Binary):
        return bytes_of(body), kind
    return json.dumps(body), kind


def file_of(value: Any) -> Any:
    """A field of a form: a file where the document asks for one."""
    if isinstance(value, bytes | Binary):
        return SimpleUploadedFile("results.csv", bytes_of(value))
    return value if isinstance(value, str) else json.dumps(value)


def bytes_of(value: bytes | Binary) -> bytes:
    return value.data if isinstance(value, Binary) else value


def operations() -> Iterator[Any]:
    document = Client().get("/api/v1/schema/", {"format": "json"}).json()
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = found.ok()
        if not operation.path.endswith("/token/"):  # Argon2 is slow on purpose
            yield operation


def test_no_case_gets_a_5xx_or_an_answer_that_was_not_announced(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    at_the_clock(monkeypatch)
    attacker = Attacker(furnish("quarry", "Quillfeather"))
    tried = list(operations())
    for operation in tried:
        attacker.attack(operation)
    cases = attacker.answers.total()
    with capsys.disabled():
        request.config.get_terminal_writer().line(
            f"API: {cases} cases on {len(tried)} operations, {len(attacker.unannounced)} not announced;"
            f" upper bound {3 / cases:.2e} a case (95 %)"
        )
    assert len(tried) > 50
    assert cases > len(tried) * CASES_EACH / 2
    assert attacker.unannounced == []
