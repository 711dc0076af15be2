"""Settings: what the browser is told, what production gets, and that every place names the same variables."""

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import LazySettings
from django.core.checks import run_checks
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config import checks
from config.local import BASE_DIR
from config.privacy import NoStoreMiddleware
from config.proxy import ClientAddressMiddleware

PRODUCTION = {
    "SECRET_KEY": "a-key-that-is-long-enough-and-has-many-different-characters-0123456789",
    "ALLOWED_HOSTS": "dolomite.example",
    "BEHIND_PROXY": "1",
    "HTTPS": "1",
    "DEBUG": "0",
    "DEMO": "0",
    "LOG_JSON": "1",
}
# Read by the tests, by PostgreSQL's image or by tools; not by Dolomite.
OF_OTHERS = {"REDIS_URL", "DJANGO_SETTINGS_MODULE"}
READ = re.compile(r'(?:env(?:\.\w+)?\(|environ\.get\(|Env\(\)\.\w+\()\s*"([A-Z_]+)"')


def production(words: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *words],
        env=environment | PRODUCTION,
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
    )


def read_by_the_app() -> set[str]:
    return {name for file in (BASE_DIR / "config").glob("*.py") for name in READ.findall(file.read_text())}


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
    return loaded


def interpolated() -> set[str]:
    """What compose takes from the environment; `$$` is a dollar sign for the container's shell."""
    return set(re.findall(r"(?<!\$)\$\{(\w+)", (BASE_DIR / "docker-compose.yml").read_text()))


def example_lines() -> list[str]:
    return (BASE_DIR / ".env.example").read_text().splitlines()


def examples() -> set[str]:
    return {line.partition("=")[0] for line in example_lines() if line and not line.startswith("#")}


def test_the_example_has_every_variable_that_something_reads_and_no_other() -> None:
    assert read_by_the_app() | interpolated() == examples()


def test_every_variable_of_the_example_has_a_comment() -> None:
    lines = example_lines()
    bare = [
        line
        for before, line in pairwise(lines)
        if re.match("[A-Z_]+=", line) and not before.startswith(("# ", "OWNER_DATABASE_PASSWORD="))
    ]
    assert bare == []


def test_compose_gives_the_app_only_what_it_reads() -> None:
    for name, service in compose()["services"].items():
        if "build" in service:
            assert set(service["environment"]) <= read_by_the_app(), name


def test_the_build_names_only_known_variables() -> None:
    text = "".join((BASE_DIR / name).read_text() for name in ("Makefile", ".ci/run", "Dockerfile"))
    named = set(re.findall(r"\b([A-Z][A-Z_]*_[A-Z]+|PORT|HTTPS|DEMO|DEBUG)=", text))
    of_tools = {"DEBIAN_FRONTEND", "PIP_NO_CACHE_DIR", "PIP_DISABLE_PIP_VERSION_CHECK"}
    assert named - of_tools <= read_by_the_app() | OF_OTHERS


def test_the_deploy_check_is_clean_on_production_settings(process_environment: dict[str, str]) -> None:
    words = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = production(words, process_environment)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_the_deploy_check_refuses_an_owner_connection(process_environment: dict[str, str]) -> None:
    as_owner = process_environment | {"DOLOMITE_DB_ROLE": "owner"}
    done = production(["manage.py", "check", "--deploy"], as_owner)
    assert done.returncode == 1
    assert "dolomite.E001" in done.stderr


@pytest.mark.django_db
def test_the_owner_is_found_out_inside_the_process(owner: None) -> None:
    (error,) = checks.application_does_not_own_tables(None)
    assert error.id == "dolomite.E001"


@pytest.mark.django_db
def test_the_application_role_owns_nothing() -> None:
    assert checks.application_does_not_own_tables(None) == []
    assert connection.settings_dict["OPTIONS"]["assume_role"] == "dolomite_app"


def test_all_other_checks_are_clean() -> None:
    assert run_checks() == []


def test_production_cookies_are_bound_to_the_host(process_environment: dict[str, str]) -> None:
    names = ["SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE"]
    names += ["SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SECURE_SSL_REDIRECT", "DEBUG"]
    code = f"import json, config.settings as s; print(json.dumps([getattr(s, n) for n in {names}]))"
    done = production(["-c", code], process_environment)
    assert dict(zip(names, json.loads(done.stdout), strict=True)) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SECURE_SSL_REDIRECT": True,
        "DEBUG": False,
    }


def test_production_has_no_demo_room(process_environment: dict[str, str]) -> None:
    done = production(["manage.py", "seed_demo"], process_environment)
    assert done.returncode == 1
    assert "Unknown command: 'seed_demo'" in done.stderr


def test_production_without_a_key_does_not_start(process_environment: dict[str, str]) -> None:
    incomplete = {name: value for name, value in process_environment.items() if name != "SECRET_KEY"}
    words = [sys.executable, "-c", "import config.wsgi"]
    done = subprocess.run(words, env=incomplete, cwd=BASE_DIR, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Set the SECRET_KEY environment variable" in done.stderr


@pytest.mark.django_db
def test_the_browser_is_told_to_take_nothing_from_elsewhere(client: Client) -> None:
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert set(policy.split("; ")) == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    }


@pytest.mark.parametrize(
    ("path", "signed_in", "kept"), [("/", True, False), ("/", False, True), ("/api/v1/", False, False)]
)
def test_pages_of_a_person_are_not_kept(rf: RequestFactory, path: str, signed_in: bool, kept: bool) -> None:
    class Person:
        is_authenticated = signed_in

    request = rf.get(path)
    request.user = Person()  # type: ignore[assignment]
    response = NoStoreMiddleware(lambda _: HttpResponse())(request)
    assert ("no-store" not in response.headers.get("Cache-Control", "")) is kept


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [("198.51.100.7", "198.51.100.7"), ("1.2.3.4, 198.51.100.7", "198.51.100.7"), ("", "127.0.0.1")],
)
def test_behind_a_proxy_only_its_own_word_counts(rf: RequestFactory, forwarded: str, address: str) -> None:
    request = rf.get("/", headers={"x-forwarded-for": forwarded})
    ClientAddressMiddleware(lambda _: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == address


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/visits/", "/accounts/login/"])
def test_ten_megabytes_are_refused_before_they_are_read(client: Client, path: str) -> None:
    answer = client.post(path, b"x" * 10_000_000, content_type="application/json")
    assert answer.status_code == 413
    assert "10,000,000 bytes; at most 2,621,440" in answer.content.decode()


@pytest.mark.django_db
def test_files_have_a_limit_of_their_own(client: Client, settings: LazySettings) -> None:
    settings.FILES_UPLOAD_MAX_SIZE = 3_000_000
    sent = {"type": "multipart/form-data; boundary=x", "length": "3000001"}
    answer = client.generic(
        "POST", "/labs/import/", b"", content_type=sent["type"], headers={"content-length": sent["length"]}
    )
    assert answer.status_code == 413
    settings.FILES_UPLOAD_MAX_SIZE = 3_000_001
    assert client.post("/labs/import/", {"note": "x"}).status_code == 302


def test_compose_is_valid_and_names_only_services_that_exist() -> None:
    words = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run([sys.executable, *words], cwd=BASE_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    services = compose()["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services, f"{name} depends on {needed}"
            assert how["condition"] != "service_healthy" or "healthcheck" in services[needed], needed


def test_compose_keeps_the_database_off_the_network_and_every_lasting_service_watched() -> None:
    services = compose()["services"]
    assert {name for name, service in services.items() if "ports" in service} == {"web", "mllp"}
    assert all(port.startswith("127.0.0.1:") for port in services["mllp"]["ports"])
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"migrate"}
    built = [service for service in services.values() if "build" in service]
    assert {service["image"] for service in built} == {"dolomite:latest"}
    owners = [name for name in services if "DOLOMITE_DB_ROLE" in services[name].get("environment", {})]
    assert owners == ["migrate"]


def test_the_image_is_built_from_the_lock_and_runs_as_nobody_special() -> None:
    lines = (BASE_DIR / "Dockerfile").read_text().splitlines()
    assert "RUN pip install --require-hashes -r requirements.txt" in lines
    assert lines.index("USER dolomite") < next(i for i, line in enumerate(lines) if line.startswith("CMD"))
    assert Path(BASE_DIR / ".dockerignore").read_text().splitlines().count(".env") == 1
