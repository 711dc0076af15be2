"""One FHIR R4 Observation as a row (pure); what is wrong with it names the element.

Each result is validated by `fhir.resources` (its R4B models serve R4 here), which knows every element.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from fhir.resources.R4B.observation import Observation
from pydantic import ValidationError

from labs.reading.fhir_around import Around
from labs.reading.fhir_found import Found
from labs.reading.fhir_parts import codes_of, objects_at, part_at, stamp_of, text_at, words_of
from labs.reading.fitting import reported
from labs.reading.intervals import Interval, LeftOut, NotAnInterval, interval
from labs.reading.json_entries import as_text
from labs.reading.loincs import is_ours
from labs.reading.moments import BadDate, Stamp, happened
from labs.reading.numbers import NotANumber, number, within
from labs.reading.reported import Reported

T = TypeVar("T")
_STATUSES = {
    "preliminary": "PRELIMINARY", "final": "FINAL", "corrected": "CORRECTED", "amended": "CORRECTED",
    "cancelled": "CANCELLED", "entered-in-error": "WRONG",
}  # fmt: skip
_TAKEN_BACK = ("CANCELLED", "WRONG")
_COMPARATORS = ("", "<", "<=", ">=", ">")


class Unfit(ValueError):
    """An element that says what no result can be."""


class Result:
    """One result while it is read."""

    def __init__(self, found: Found, around: Around, left_out: LeftOut) -> None:
        self._found, self._around, self._left_out = found, around, left_out
        lent = {key: value for key, value in found.lent.items() if key not in found.resource}
        if {"effectiveDateTime", "effectivePeriod"} & found.resource.keys():
            lent = {key: value for key, value in lent.items() if not key.startswith("effective")}
        self._told: dict[str, Any] = {**lent, **found.resource}
        self._problems = list(found.faults)

    def reported(self, number: int) -> Reported:
        """The row; it is read as far as it can be, also when the resource is not valid."""
        self._problems += invalid(self._found.resource)
        person = self._around.person(self._told.get("subject"), self._found.contained)
        if person.problem:
            self._problems.append(person.problem)
        sample = self._around.sample(self._told.get("specimen"), self._found.contained)
        told = self._measured() | self._times(sample.collected)
        return reported(
            number, self._found.place, as_text(self._found.resource), self._problems, **told,
            mrn=person.mrn, family_name=person.family_name, given_name=person.given_name,
            birth_date=person.birth_date, sex=person.sex, loinc=self._found.loinc,
            local_name=words_of(self._told.get("code")), specimen=sample.kind,
            anticoagulant=sample.anticoagulant, haemolysed=sample.haemolysed,
            laboratory=self._around.laboratory(objects_at(self._told, "performer"), self._found.contained),
            method=words_of(self._told.get("method")), analyzer=text_at(self._told, "device", "display"),
            abnormal_flag=" ".join(filter(None, map(_flag, objects_at(self._told, "interpretation")))),
            source_id=self._source_id(),
        )  # fmt: skip

    def _read(self, element: str, reader: Callable[[], T]) -> T | None:
        try:
            return reader()
        except (NotANumber, BadDate, Unfit) as error:
            self._problems.append(f"{element}: {error}")
            return None

    def _measured(self) -> dict[str, Any]:
        status = self._read("status", self._status) or "FINAL"
        quantity = part_at(self._told, "valueQuantity")
        unit = _unit(quantity)
        if self._found.loinc and not is_ours(self._found.loinc):
            self._problems.append(
                f"code: {self._found.loinc[:20]} is no LOINC code: its check digit is wrong"
            )
        if status in _TAKEN_BACK:
            return {"status": status, "unit": unit}
        low, high = self._read("referenceRange", lambda: self._interval(unit)) or (None, None)
        return {
            "status": status,
            "unit": unit,
            "value": self._read("valueQuantity.value", lambda: _value(quantity)),
            "comparator": self._read("valueQuantity.comparator", lambda: _comparator(quantity)) or "",
            "reference_low": low,
            "reference_high": high,
        }

    def _status(self) -> str:
        status = text_at(self._told, "status")
        if status not in _STATUSES:
            raise Unfit(f"{status[:40]!r} is no status of a result")
        return _STATUSES[status]

    def _interval(self, unit: str) -> Interval:
        """The normal interval; those for treatment, for pregnancy or beyond alarm are not compared with."""
        normal = [part for part in objects_at(self._told, "referenceRange") if _is_normal(part)]
        if len(normal) != 1:
            return None, None
        low, high = part_at(normal[0], "low"), part_at(normal[0], "high")
        if not low and not high:
            return self._interval_in_words(text_at(normal[0], "text"), unit)
        for end in (low, high):
            if _unit(end) not in ("", unit):
                raise Unfit(f"the interval is in {_unit(end)[:20]}, the value in {unit[:20]}")
        return _value(low) if low else None, _value(high) if high else None

    def _interval_in_words(self, words: str, unit: str) -> Interval:
        try:
            return interval(words, number, unit)
        except (NotAnInterval, NotANumber):
            self._left_out.add(words)
            return None, None

    def _times(self, collected: str) -> dict[str, Any]:
        told = text_at(self._told, "effectiveDateTime") or text_at(self._told, "effectivePeriod", "start")
        stamp = self._read("effectiveDateTime", lambda: self._stamp(told or collected))
        return {
            "collected_at": self._read("effectiveDateTime", lambda: self._happened(stamp)),
            "zone_assumed": bool(stamp and stamp.zone_assumed),
            "reported_at": self._read("issued", self._issued),
        }

    def _stamp(self, text: str) -> Stamp:
        if not text:
            raise BadDate("the sample time is missing")
        return stamp_of(text, self._around.zone)

    def _happened(self, stamp: Stamp | None) -> datetime | None:
        return happened(stamp, self._around.on) if stamp else None

    def _issued(self) -> datetime | None:
        text = text_at(self._told, "issued")
        return self._happened(stamp_of(text, self._around.zone)) if text else None

    def _source_id(self) -> str:
        """The identifier that the laboratory gave the result, else where it stands."""
        for identifier in objects_at(self._found.resource, "identifier"):
            if text_at(identifier, "value"):
                return "|".join(filter(None, (text_at(identifier, "system"), text_at(identifier, "value"))))
        return self._found.name


def invalid(resource: dict[str, Any]) -> list[str]:
    """Why the resource is no valid Observation, by its first fault."""
    for element in ("effectiveDateTime", "issued"):
        # A number here would count as seconds since 1970.
        if not isinstance(resource.get(element, ""), str):
            return [f"{element}: not a date in quotes"]
    try:
        Observation.model_validate(resource)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return [f"{'.'.join(map(str, first['loc']))}: {first['msg']}"]
    except Exception as error:
        # Validators of the library trip over some malformed values.
        return [f"Not a valid Observation: {type(error).__name__}"]
    return []


def _value(quantity: dict[str, Any]) -> Decimal:
    value = quantity.get("value")
    if isinstance(value, str):
        return number(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise NotANumber("no numeric value")
    return within(Decimal(value))


def _comparator(quantity: dict[str, Any]) -> str:
    comparator = text_at(quantity, "comparator")
    if comparator not in _COMPARATORS:
        raise Unfit(f"{comparator[:20]!r} is none of <, <=, >=, >")
    return comparator


def _unit(quantity: dict[str, Any]) -> str:
    return text_at(quantity, "code") or text_at(quantity, "unit")


def _is_normal(interval_of: dict[str, Any]) -> bool:
    codes = codes_of(part_at(interval_of, "type"))
    return not interval_of.get("appliesTo") and (not codes or "normal" in codes)


def _flag(interpretation: dict[str, Any]) -> str:
    return next(filter(None, codes_of(interpretation)), "") or text_at(interpretation, "text")
