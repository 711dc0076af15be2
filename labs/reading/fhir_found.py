"""Observations where they stand in a file, and which of them are results of ours (pure)."""

from dataclasses import dataclass, field
from typing import Any

from labs.reading.fhir_around import LENT
from labs.reading.fhir_parts import codes_of, objects_at, part_at, text_at
from labs.reading.loincs import is_loinc, is_ours

_LOINC = "http://loinc.org"
_NOT_YET = ("registered", "unknown")


@dataclass
class Found:
    """An Observation and where it stands; `contained` are the resources inside it or its report."""

    resource: dict[str, Any]
    place: str
    name: str = ""
    lent: dict[str, Any] = field(default_factory=dict)
    contained: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def loinc(self) -> str:
        """The LOINC code that is ours, else the first one."""
        codings = objects_at(part_at(self.resource, "code"), "coding")
        codes = [text_at(coding, "code") for coding in codings if text_at(coding, "system") == _LOINC]
        return next((code for code in codes if is_ours(code)), next(filter(None, codes), ""))

    @property
    def passed_over_as(self) -> str:
        """The kind under which what is no result of ours is counted; empty for a result."""
        code, status = self.loinc, text_at(self.resource, "status")
        if is_ours(code):
            return f"Observation status {status}" if status in _NOT_YET else ""
        if code and (is_loinc(code) or not self._is_laboratory):
            return f"Observation {code}"
        if code or (self._is_laboratory and part_at(self.resource, "valueQuantity")):
            return ""
        return "Observation without LOINC"

    @property
    def _is_laboratory(self) -> bool:
        categories = objects_at(self.resource, "category")
        return any("laboratory" in codes_of(category) for category in categories)


def contained_in(report: dict[str, Any], place: str, name: str, faults: list[str]) -> list[Found]:
    """The results inside a DiagnosticReport."""
    contained = objects_at(report, "contained")
    lent = {key: report[key] for key in LENT if key in report}
    named = [text_at(i, "value") for i in objects_at(report, "identifier")]
    report_name = next(filter(None, named), name)
    return [
        Found(
            resource, f"{place}, contained {at}",
            f"{report_name}#{text_at(resource, 'id') or at}" if report_name else "", lent, contained, faults,
        )
        for at, resource in enumerate(contained, start=1)
        if text_at(resource, "resourceType") == "Observation"
    ]  # fmt: skip
