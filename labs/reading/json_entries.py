"""A FHIR bundle read entry by entry (pure), so that it is never held as a whole; and what is wrong with its
JSON.

Every cut of a JSON text is seen: it is not complete. A key that stands twice in one object leaves open which
of the two is meant; such an entry is marked, and so is one with a number that nothing can hold.
"""

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import ijson

from labs.reading.numbers import NotANumber, within
from labs.reading.reported import Unreadable
from labs.reading.texts import TextFile

_CHUNK = 1 << 16
_DEEPEST = 60
_LONGEST_TOKEN = 8 << 20
_LARGEST_ENTRY = 16 << 20
_MOST_EVENTS = 100_000
_PRIVATE = "\ue000"


@dataclass
class Entry:
    """One object of `Bundle.entry`, counted from 1; or with number 0 all of the file but its entries."""

    number: int
    content: Any
    faults: list[str] = field(default_factory=list)


class _Bytes:
    """The file as UTF-8 for the parser, which raises when a token or an entry does not end."""

    def __init__(self, file: TextFile) -> None:
        self._stream, self._decoder = file.stream, codecs.getincrementaldecoder(file.codec)()
        self._is_utf_8 = file.codec == "utf-8"
        self._stream.seek(file.start)
        self.events = self.size = self.entry_begun = self.events_begun = 0
        self._events_before = self._quiet = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        if not self._is_utf_8:
            chunk = self._decoder.decode(chunk, final=not chunk and size != 0).encode()
        self.size += len(chunk)
        self._quiet = 0 if self.events > self._events_before else self._quiet + len(chunk)
        self._events_before = self.events
        too_many = self.events - self.events_begun > _MOST_EVENTS
        if too_many or self._quiet > _LONGEST_TOKEN or self.size - self.entry_begun > _LARGEST_ENTRY:
            raise Unreadable("A part of the file is far too large for a result.")
        return chunk


def entries(file: TextFile) -> Iterator[Entry]:
    """The entries in their order, at the end the file around them; raises Unreadable for what is no JSON."""
    source, read = _Bytes(file), 0
    try:
        for entry in _entries(source):
            read = entry.number or read
            source.entry_begun, source.events_begun = source.size, source.events
            yield entry
    except Unreadable as error:
        raise Unreadable(f"{error} (after entry {read})") from None
    except ijson.JSONError as error:
        raise Unreadable(_words(error, read)) from None
    except (ArithmeticError, ValueError, SystemError) as error:
        raise Unreadable(f"A number after entry {read} has too many digits.") from error


def _entries(source: _Bytes) -> Iterator[Entry]:
    events = _counted(source)
    first, _ = next(events)
    if first != "start_map":
        raise Unreadable("This is JSON, and no FHIR resource: it must be one object")
    around: dict[str, Any] = {}
    faults: list[str] = []
    for name, key in events:
        if name == "end_map":
            break
        if key in around:
            raise Unreadable(f"The key {key!r} stands twice at the top level")
        name, value = next(events)
        if key == "entry" and name == "start_array":
            around[key] = None
            yield from _array(events)
        else:
            around[key] = _built(name, value, events, faults)
    # The parser refuses what follows the object.
    for _ in events:
        pass
    yield Entry(0, around, faults)


def _counted(source: _Bytes) -> Iterator[tuple[str, Any]]:
    for event in ijson.basic_parse(source, buf_size=_CHUNK):
        source.events += 1
        yield event


def _array(events: Iterator[tuple[str, Any]]) -> Iterator[Entry]:
    for number, (name, value) in enumerate(events, start=1):
        if name == "end_array":
            return
        faults: list[str] = []
        yield Entry(number, _built(name, value, events, faults), faults)


def _built(
    name: str, value: Any, events: Iterator[tuple[str, Any]], faults: list[str], depth: int = 0
) -> Any:
    """One value; raises Unreadable for one that is nested too deep."""
    if depth > _DEEPEST:
        raise Unreadable(f"The file is nested deeper than {_DEEPEST} levels")
    if name == "start_map":
        return _object(events, faults, depth)
    if name == "start_array":
        items = []
        for name, value in events:
            if name == "end_array":
                break
            items.append(_built(name, value, events, faults, depth + 1))
        return items
    if name == "number":
        _check_number(value, faults)
    return value


def _object(events: Iterator[tuple[str, Any]], faults: list[str], depth: int) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, key in events:
        if name == "end_map":
            break
        if key in content:
            faults.append(f"The key {key[:40]!r} stands twice in one object")
        name, value = next(events)
        content[key] = _built(name, value, events, faults, depth + 1)
    return content


def _check_number(value: Any, faults: list[str]) -> None:
    try:
        if isinstance(value, Decimal):
            within(value)
    except NotANumber as error:
        faults.append(str(error))


def _words(error: Exception, read: int) -> str:
    """What the parser says, without the part of the file that it shows."""
    told = error.args[0] if error.args else ""
    text = told.decode(errors="replace") if isinstance(told, bytes) else str(told)
    why = (text.strip().splitlines() or ["damaged"])[0].strip().rstrip(".")[:80]
    if "EOF" in why:
        return (
            f"The file ends in the middle of its JSON, after entry {read}: it is cut. Ask for the whole file."
        )
    if "trailing garbage" in why:
        return "More than one JSON text stands in the file. One FHIR resource is due, such as a Bundle."
    return f"This is not JSON ({why}), after entry {read}."


def as_text(content: Any) -> str:
    """The JSON of a resource, its numbers as they stood."""
    text = json.dumps(content, ensure_ascii=False, default=lambda number: f"{_PRIVATE}{number}{_PRIVATE}")
    return text.replace(f'"{_PRIVATE}', "").replace(f'{_PRIVATE}"', "")
