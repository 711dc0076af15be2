"""The addresses of a route in a furnished clinic, read off the route itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.walls.furniture import ENTRIES, House

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# The kind of row that a parameter of a page names; `pk` of the API is of the resource's kind.
ROW_OF = {
    "patient_id": "patients",
    "visit_id": "visits",
    "flag_id": "flags",
    "regimen_id": "regimens",
    "reevaluation_id": "re-evaluations",
    "source_id": "other-sources",
    "interruption_id": "interruptions",
    "device_id": "wearables-devices",
    "import_id": "lab-imports",
    "import_row_id": "unmatched-rows",
    "laboratory_id": "laboratories",
    "test_id": "laboratory-tests",
    "notice_id": "lab-notices",
    "expected_id": "expected-results",
    "membership_id": "memberships",
    "view_id": "saved-views",
    "backtest_id": "protocols-backtests",
    "absence_id": "absences",
}
PK_OF = {
    "caseseries:definition": "definitions",
    "caseseries:checklist": "definitions",
    "caseseries:export": "exports",
    "caseseries:download": "exports",
    "caseseries:cancel_export": "exports",
    "caseseries:retry_export": "exports",
    "caseseries:release_export": "exports",
}
# The rows of a house that go out as FHIR, and as what.
FHIR_ROWS = {
    "patients": "Patient",
    "lab-results": "Observation",
    "dose-steps": "MedicationStatement",
    "medications": "MedicationStatement",
    "other-sources": "MedicationStatement",
    "visits": "Encounter",
    "flags": "Flag",
}
BESIDE = ["other-sources", "interruptions", "diet-advice"]
CALLED = ["contact-attempts"]
WORN = ["wearables-devices", "wearables-batches"]
WITHDRAWABLE = ["visits", "lab-results", "regimens", "dose-steps", *CALLED, *BESIDE, *WORN, *ENTRIES]
API_NAME = re.compile(
    r"api-(?:case-series-)?(.+)-(?:detail|end|entered-in-error|dose-steps|stop|switch|supervise|resume|review|book|unreachable|reachable|acknowledge|snooze|resolve|undo|assign|offer|accept|decline|file|count|adopt|cancel|seen|withdraw|rows|commit|discard|check|match|refuse|take-back|retry|release|settle-dose|symptom-episodes|as-of|open-matters|statements)"
)


@dataclass(frozen=True)
class Route:
    """One URL pattern; `parameters` are the names in it."""

    name: str
    parameters: tuple[str, ...]


def routes() -> list[Route]:
    return sorted(_walk(get_resolver()), key=lambda route: route.name)


def _walk(resolver: URLResolver, before: str = "", namespace: str = "") -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern, path, f"{namespace}{inner}")
        elif isinstance(pattern, URLPattern):
            yield Route(f"{namespace}{pattern.name}", tuple(PARAMETER.findall(path)))


def addresses(route: Route, house: House) -> list[tuple[str, dict[str, str]]]:
    """(address, {parameter: kind of row}) for each way in which the route can name rows of the house."""
    found = []
    for kind in _kinds(route):
        values, named = {}, {}
        for parameter in route.parameters:
            values[parameter] = _value(route, parameter, kind, house)
            if (row := _row_kind(route, parameter, kind)) is not None:
                named[parameter] = row
        found.append((reverse(route.name, kwargs=values), named))
    return found


def crossed(route: Route, mine: House, theirs: House) -> list[str]:
    """Addresses that name a row of mine and one of theirs: through my own patient to their regimen."""
    found = []
    for kind in _kinds(route):
        named = [p for p in route.parameters if _row_kind(route, p, kind) is not None]
        for foreign in named if len(named) > 1 else []:
            values = {p: _value(route, p, kind, theirs if p == foreign else mine) for p in route.parameters}
            found.append(reverse(route.name, kwargs=values))
    return found


def _kinds(route: Route) -> list[str]:
    if "model" in route.parameters:
        return WITHDRAWABLE
    if "resource_type" in route.parameters:
        return list(FHIR_ROWS)
    return list(ENTRIES) if "kind" in route.parameters else [""]


def _row_kind(route: Route, parameter: str, kind: str) -> str | None:
    if parameter in ("entry_id", "row_id"):
        return kind
    if parameter == "pk":
        named = API_NAME.fullmatch(route.name)
        return PK_OF[route.name] if named is None else named.group(1)
    if parameter == "resource_id":
        return kind or "patients"
    return ROW_OF.get(parameter)


def _value(route: Route, parameter: str, kind: str, house: House) -> Any:
    row = _row_kind(route, parameter, kind)
    if row is not None:
        return house.rows[row].pk
    if parameter in ("kind", "model"):
        return kind
    if parameter == "resource_type":
        return FHIR_ROWS[kind]
    if parameter == "group":
        return "overdue"
    if parameter == "reading_kind":
        return house.rows["wearables-source-orders"].kind
    if parameter == "secret":
        return house.rows["calendar-secret"]
    if parameter == "name":
        return house.rows["exports"].files[0]["name"]
    raise LookupError(f"{route.name} has a parameter {parameter!r} that no wall knows. Add it to ROW_OF.")
