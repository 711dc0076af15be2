"""The API says what it can: as an OpenAPI document, and as a page under the strict policy of all pages."""

import json

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer


@pytest.mark.django_db
def test_the_schema_is_openapi_3_1(client: Client) -> None:
    answer = client.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    schema = json.loads(answer.content)
    assert schema["openapi"].startswith("3.1")
    assert schema["info"]["title"] == "Dolomite"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_readable_page_works_under_the_strict_policy(live_server: LiveServer, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.get_by_role("heading", name="Dolomite").wait_for()
    page.locator(".opblock, .no-operations, .wrapper").first.wait_for()
    assert [line for line in said if "Content Security Policy" in line or "Error" in line] == []
