"""Parts of FHIR resources that may be malformed anywhere (pure): what is not of its kind counts as absent."""

import re
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from labs.reading.moments import BadDate, Stamp, written

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}.*)?")
_MRN = "MR"


def text_at(content: Any, *path: str) -> str:
    """The text at the end of a path of keys; empty when there is none."""
    for key in path:
        content = content.get(key) if isinstance(content, dict) else None
    return content if isinstance(content, str) else ""


def objects_at(content: Any, key: str) -> list[dict[str, Any]]:
    """The objects in a list."""
    found = content.get(key) if isinstance(content, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def part_at(content: Any, key: str) -> dict[str, Any]:
    """An object inside an object; empty when there is none."""
    found = content.get(key) if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}


def codes_of(concept: Any) -> list[str]:
    """The codes of a CodeableConcept, whatever their system."""
    return [text_at(coding, "code") for coding in objects_at(concept, "coding")]


def words_of(concept: Any) -> str:
    """What a CodeableConcept says to people."""
    codings = objects_at(concept, "coding")
    shown = (text_at(coding, name) for name in ("display", "code") for coding in codings)
    return text_at(concept, "text") or next((words for words in shown if words), "")


def references_of(entry: Any, resource: dict[str, Any]) -> list[str]:
    """The ways in which other resources may point at that of an entry."""
    kind, own = text_at(resource, "resourceType"), text_at(resource, "id")
    return [name for name in (text_at(entry, "fullUrl"), f"{kind}/{own}" if own else "") if name]


def targets_of(reference: str) -> Iterator[str]:
    """What a reference may be called in this file: as it stands, without version, without server."""
    yield reference
    plain = reference.partition("/_history/")[0]
    yield plain
    yield "/".join(plain.split("/")[-2:])


def mrn_of(identifiers: list[dict[str, Any]]) -> str:
    """The identifier of type MR, else the only one there is; none when several are left."""
    told = [i for i in identifiers if text_at(i, "value").strip() and text_at(i, "use") != "old"]
    numbers = {text_at(i, "value").strip() for i in told if _MRN in codes_of(part_at(i, "type"))}
    numbers = numbers or {text_at(i, "value").strip() for i in told}
    return numbers.pop() if len(numbers) == 1 else ""


def stamp_of(text: str, zone: ZoneInfo) -> Stamp:
    """A FHIR date or dateTime with a day at least; raises BadDate."""
    if not _DATE.fullmatch(text):
        raise BadDate(f"Not a complete date: {text[:40]}")
    return written(text).stamp(zone)
