"""The texts in the fields of an HL7 v2 message, with escapes undone (pure).

A dozen fields of a message are read, so they are split when they are asked for. The library `hl7` splits
every field of every segment into five levels of objects, which takes longer than all the rest of an import;
tests hold both against each other, field by field.
"""

import re
from collections.abc import Callable

from labs.reading.hl7_strict import Header, Segment

_NULL = '""'


class Splitter:
    """Takes fields of one message apart."""

    def __init__(self, header: Header) -> None:
        self._component, self._repetition, self._escape, self._part = tuple(header.encoding[:4])
        self._unescape = unescape(header)

    def text(
        self, segment: Segment | None, field: int, component: int = 1, part: int = 1, nth: int = 1
    ) -> str:
        """One part of a field, counted from 1 as HL7 does; empty where the message has none."""
        text = segment.field(field) if segment is not None else ""
        if not text:
            return ""
        for mark, at in ((self._repetition, nth), (self._component, component), (self._part, part)):
            if mark in text:
                parts = text.split(mark)
                text = parts[at - 1] if at <= len(parts) else ""
            elif at > 1:
                return ""
        return self.plain(text)

    def components(self, field: str) -> list[str]:
        """The components of a field that is not repeated."""
        return [self.plain(text) for text in field.split(self._component)]

    def repetitions(self, segment: Segment, field: int) -> int:
        """How often a field is repeated."""
        return segment.field(field).count(self._repetition) + 1

    def plain(self, text: str) -> str:
        """A text without escapes, and without the mark for "nothing"."""
        if self._escape in text:
            text = self._unescape(text)
        return "" if text == _NULL else text.strip()


def unescape(header: Header) -> Callable[[str], str]:
    """What undoes the escapes of a message; of formatting and unknown ones nothing is left."""
    component, repetition, escape, part = tuple(header.encoding[:4])
    meant = {"F": header.separator, "S": component, "R": repetition, "E": escape, "T": part, ".br": " "}
    mark = re.escape(escape)
    pattern = re.compile(f"{mark}([^{mark}]*){mark}")

    def character(found: re.Match[str]) -> str:
        name = found[1]
        if name[:1] == "X" and re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", name[1:]):
            return bytes.fromhex(name[1:]).decode("cp1252", errors="replace")
        return meant.get(name, "")

    return lambda text: pattern.sub(character, text)
