"""What is put around resources: their meta, bundles, and outcomes that say what went wrong."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from fhir.serving.asking import CURSOR, Question
from fhir.serving.elements import Element, instant
from fhir.serving.paging import Found
from fhir.serving.source import Here, Source

DIGITS = 12


def resource_of(source: Source, row: Any, here: Here) -> Element:
    """The resource with its meta.

    Its version is that of the row and a digest of the content: some of the content follows from other rows
    or from the day, and changes without the row.
    """
    shown = source.shown(row, here)
    content = json.dumps(shown, sort_keys=True).encode()
    version = f"{row.version}-{hashlib.sha256(content).hexdigest()[:DIGITS]}"
    meta = {"versionId": version, "lastUpdated": instant(row.changed_at, here.zone)}
    return {"resourceType": shown.pop("resourceType"), "id": shown.pop("id"), "meta": meta} | shown


def searchset(
    found: Found, question: Question, here: Here, path: str, first: Iterable[Element] = ()
) -> Element:
    """A page as a Bundle; `first` are resources that stand before the rows."""
    resources = [*first, *(resource_of(source, row, here) for source, row in found.rows)]
    address = f"{here.base}/{path}"
    links = [{"relation": "self", "url": _with(address, [*question.heeded, (CURSOR, question.cursor)])}]
    if found.next:
        links.append({"relation": "next", "url": _with(address, [*question.heeded, (CURSOR, found.next)])})
    bundle: Element = {"resourceType": "Bundle", "type": "searchset", "total": found.total, "link": links}
    entries = [_entry(resource, here) for resource in resources]
    return bundle | ({"entry": entries} if entries else {})


def outcome(*issues: tuple[str, str, str]) -> Element:
    """(code of FHIR's issue types, sentence, parameter or "") of each thing that is wrong."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {"severity": "error", "code": code, "diagnostics": sentence}
            | ({"expression": [f"http.{name}"]} if name.isidentifier() else {})
            for code, sentence, name in issues
        ],
    }


def _entry(resource: Element, here: Here) -> Element:
    address = f"{here.base}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": address, "resource": resource, "search": {"mode": "match"}}


def _with(address: str, pairs: list[tuple[str, str]]) -> str:
    query = urlencode([(name, text) for name, text in pairs if text])
    return f"{address}?{query}" if query else address
