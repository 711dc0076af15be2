"""Results in FHIR R4 JSON (pure): a Bundle, an Observation, or a DiagnosticReport with results inside.

A bundle is read twice: first what results point at, then the results. A third reading between the two looks
for reports, only where some result does not say itself whose it is or when it was sampled.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from labs.reading.fhir_around import Around
from labs.reading.fhir_found import Found, contained_in
from labs.reading.fhir_observations import Result
from labs.reading.fhir_parts import part_at, references_of, text_at
from labs.reading.fitting import pass_over, reported
from labs.reading.intervals import LeftOut
from labs.reading.json_entries import Entry, as_text, entries
from labs.reading.reported import FileRead, Reported, Unreadable
from labs.reading.texts import TextFile

_ALONE = ("Observation", "DiagnosticReport")


def read_fhir(file: TextFile, zone: ZoneInfo, *, on: date) -> FileRead:
    """The rows of a resource; raises Unreadable for what is no JSON, is cut, or is no FHIR."""
    around, needy = Around(zone, on), set[str]()
    top = Entry(0, {})
    for entry in entries(file):
        if entry.number:
            _learn(entry, around, needy)
        else:
            top = entry
    kind = _kind_of(top)
    if kind == "Bundle" and needy:
        _learn_reports(file, around, needy)
    words = f"FHIR {kind} ({text_at(top.content, 'type')})" if kind == "Bundle" else f"FHIR {kind}"
    read = FileRead("FHIR_R4", iter(()), [words, f"Encoding: {file.label}"])
    read.rows = _rows(file, top, around, read)
    return read


def _kind_of(top: Entry) -> str:
    kind = text_at(top.content, "resourceType")
    if not kind:
        raise Unreadable("This is JSON, and no FHIR resource: it has no resourceType.")
    if top.faults and kind == "Bundle":
        raise Unreadable(f"The bundle cannot be read: {top.faults[0]}.")
    if kind != "Bundle" and (kind not in _ALONE or "entry" in top.content):
        raise Unreadable(
            f"A FHIR {kind[:40]} holds no results. A Bundle, Observation or DiagnosticReport is due."
        )
    return kind


def _resource_of(entry: Entry) -> dict[str, Any]:
    return part_at(entry.content, "resource")


def _learn(entry: Entry, around: Around, needy: set[str]) -> None:
    resource = _resource_of(entry)
    if text_at(resource, "resourceType") != "Observation":
        around.add(entry.content, resource, entry.faults)
        return
    says_when = {"effectiveDateTime", "effectivePeriod"} & resource.keys()
    if "subject" not in resource or not says_when:
        needy.update(references_of(entry.content, resource))


def _learn_reports(file: TextFile, around: Around, needy: set[str]) -> None:
    for entry in entries(file):
        resource = _resource_of(entry) if entry.number else {}
        if text_at(resource, "resourceType") == "DiagnosticReport":
            around.add_report(resource, needy)


def _rows(file: TextFile, top: Entry, around: Around, read: FileRead) -> Iterator[Reported]:
    left_out = LeftOut()
    for number, found in enumerate(_all_found(file, top, around, read), start=1):
        if isinstance(found, Found):
            yield Result(found, around, left_out).reported(number)
        else:
            yield reported(number, f"entry {found.number}", as_text(found.content), found.faults)
    read.dialect.extend(left_out.words())


def _all_found(file: TextFile, top: Entry, around: Around, read: FileRead) -> Iterator[Found | Entry]:
    if text_at(top.content, "resourceType") != "Bundle":
        yield from _found_in(top, top.content, "resource", around, read)
        return
    for entry in entries(file):
        if entry.number:
            yield from _found_in(entry, _resource_of(entry), f"entry {entry.number}", around, read)


def _found_in(
    entry: Entry, resource: dict[str, Any], place: str, around: Around, read: FileRead
) -> Iterator[Found | Entry]:
    kind, names = text_at(resource, "resourceType"), references_of(entry.content, resource)
    name = names[0] if names else ""
    if kind == "Observation":
        lent = next((around.reports[n] for n in names if n in around.reports), {})
        contained = resource.get("contained")
        inside = [c for c in contained if isinstance(c, dict)] if isinstance(contained, list) else []
        yield from _ours([Found(resource, place, name, lent, inside, entry.faults)], read)
    elif any("resource" in fault for fault in entry.faults):
        # Which kind of resource it is depends on which of two keys is believed.
        yield entry
    elif kind != "Patient":
        pass_over(read.passed_over, kind or "entry without resource")
        if kind == "DiagnosticReport":
            yield from _ours(contained_in(resource, place, name, entry.faults), read)


def _ours(found: list[Found], read: FileRead) -> Iterator[Found]:
    for one in found:
        kind = one.passed_over_as
        if kind:
            pass_over(read.passed_over, kind)
        else:
            yield one
