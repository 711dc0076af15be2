"""The API describes itself, in OpenAPI 3.1, without a warning, and completely."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.resources import KEY_HEADER

OPERATIONS = ("get", "post", "patch", "delete")


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file: Path = tmp_path_factory.mktemp("schema") / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    described: dict[str, Any] = yaml.safe_load(file.read_text())
    return described


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in OPERATIONS
    ]


def test_it_is_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")


def test_the_contract_is_all_there(schema: dict[str, Any]) -> None:
    rows = ["patients", "visits", "regimens", "products", "lab-results", "re-evaluations", "flags"]
    rows += ["medications", "conditions", "modifiers", "co-treatments"]
    expected = {f"/api/v1/{name}/" for name in rows} | {"/api/v1/token/"}
    acts = {
        "flags": ["acknowledge", "snooze", "resolve", "undo"],
        "regimens": ["dose-steps", "stop", "entered-in-error"],
        "re-evaluations": ["review"],
        **{
            name: ["end", "entered-in-error"]
            for name in ("medications", "conditions", "modifiers", "co-treatments")
        },
        **{name: ["entered-in-error"] for name in ("visits", "lab-results", "dose-steps")},
    }
    expected |= {f"/api/v1/{name}/{{id}}/{act}/" for name, named in acts.items() for act in named}
    assert expected <= set(schema["paths"])


def test_every_post_says_that_it_takes_a_key_and_how_it_refuses(schema: dict[str, Any]) -> None:
    posts = [(path, operation) for path, method, operation in operations(schema) if method == "post"]
    for path, operation in posts:
        if path == "/api/v1/token/":
            continue
        assert KEY_HEADER in [parameter["name"] for parameter in operation["parameters"]], path
        assert {"400", "401", "403", "409", "422"} <= set(operation["responses"]), path


def test_every_operation_has_words(schema: dict[str, Any]) -> None:
    silent = [
        f"{method} {path}"
        for path, method, operation in operations(schema)
        if not operation.get("description")
    ]
    assert silent == []


def test_anybody_reads_the_document_and_its_readable_form_without_another_site(client: Client) -> None:
    """It tells of no clinic and no person; nothing is inline or from elsewhere, so the CSP lets it run."""
    assert client.get("/api/v1/schema/").status_code == 200
    page = client.get("/api/v1/docs/").content.decode()
    assert page.count("<script") == page.count("<script src=") == 3
    assert "<style" not in page
    assert "//" not in page.replace('src="//', "")
    script = client.get("/api/v1/docs/", {"script": ""})
    assert (script.status_code, script["Content-Type"].split(";")[0]) == (200, "application/javascript")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_readable_form_shows_the_operations_in_a_browser(live_server: Any, page: Page) -> None:
    page.goto(f"{live_server.url}/api/v1/docs/")
    visits = page.locator("#operations-tag-visits")
    expect(visits).to_be_visible(timeout=20_000)
    visits.click()
    expect(page.locator("#operations-visits-visits_create")).to_be_visible()
