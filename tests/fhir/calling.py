"""A program that reads FHIR with a token, as a person of a clinic."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.utils import timezone

from accounts.actors import Actor
from accounts.tokens import issue_token

ROOT = "/fhir/R4/"
BASE = "http://testserver/fhir/R4"
Json = dict[str, Any]


class Reader:
    """`ask` takes the path below the root, with its query; `get` and `found` fail when it is refused."""

    def __init__(self, by: Actor, word: str = "Token") -> None:
        assert by.membership is not None
        secret, self.token = issue_token(by.membership, timezone.now())
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"{word} {secret}"}

    def ask(self, path: str, query: Any = None, **headers: str) -> Any:
        sent = self.headers | {name.replace("_", "-"): text for name, text in headers.items()}
        return self.client.get(f"{ROOT}{path}", query, headers=sent)

    def get(self, path: str, **query: Any) -> Json:
        answer = self.ask(path, query)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/fhir+json"
        said: Json = answer.json()
        return said

    def found(self, path: str, **query: Any) -> list[Json]:
        """The resources of one page."""
        return resources(self.get(path, **query))

    def ids(self, path: str, **query: Any) -> set[str]:
        return {resource["id"] for resource in self.found(path, **query)}

    def pages(self, path: str, **query: Any) -> Iterator[Json]:
        """The bundle and those that follow it, by their links."""
        bundle = self.get(path, **query)
        yield bundle
        while following := link(bundle, "next"):
            there = urlsplit(following)
            assert there.scheme and there.netloc == "testserver"
            bundle = self.get(f"{there.path.removeprefix(ROOT)}?{there.query}")
            yield bundle

    def all(self, path: str, **query: Any) -> list[Json]:
        return [resource for bundle in self.pages(path, **query) for resource in resources(bundle)]


def resources(bundle: Json) -> list[Json]:
    assert bundle["resourceType"] == "Bundle" and bundle["type"] == "searchset"
    return [entry["resource"] for entry in bundle.get("entry", [])]


def link(bundle: Json, relation: str) -> str:
    urls: list[str] = [one["url"] for one in bundle["link"] if one["relation"] == relation]
    return urls[0] if urls else ""


def refusal(answer: Any, status: int) -> Json:
    """The first issue of an OperationOutcome."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer["Content-Type"] == "application/fhir+json"
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome" and outcome["issue"]
    first: Json = outcome["issue"][0]
    assert first["severity"] == "error" and first["code"] and first["diagnostics"]
    return first
