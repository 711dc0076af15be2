"""Damaged files: bytes changed anywhere, and JSON whose parts were moved, doubled, lost or exchanged."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.labs.reading.reads import samples

TOKENS = [
    b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b'"', b",", b";", b"\t", b"{", b"}", b"[", b"]", b":", b" ",
    b"null", b"true", b"1e999", b"-", b"9" * 400, b"\xff", b"\xc3\xbc", b"\xe9", b"0", b".", b"<", b"O",
    b"2100",
    b'""', b"\x0b", b"\x1c\r", b"\x00", b"\\X00\\", b"\\u0000", b"\xef\xbb\xbf", b"MSH|^~\\&|", b"OBX|1|NM|",
    b"PID",
    b"BTS|3\r", b"FHS|^~\\&|\r", b"OBR|2|", b"UNICODE UTF-8", b"8859/1", b"2026-02-30", b"31/12/2026", b"1,5",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, 0, -1, 10**30, 1e300, "", "x" * 300, "\0", "\u2028", "<", "NaN", "0.5O", [], {}, [[]], [None],
    {"reference": "#x"}, {"value": {}}, {"coding": [None]}, "2026-13-01", "9999-12-31T23:59:59Z", "cancelled",
    "Patient", "Observation", "Bundle",
]  # fmt: skip


def seeds(ending: str) -> list[bytes]:
    """The samples of one kind; of a large bundle its people and its first results."""
    return [_small(path.read_bytes()) if ending == "json" else path.read_bytes() for path in samples(ending)]


def _small(content: bytes) -> bytes:
    bundle = json.loads(content)
    kinds = ("Patient", "Observation", "DiagnosticReport", "Organization")
    kept = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] in kinds]
    ours = [e for e in kept if e["resource"].get("valueQuantity") or "name" in e["resource"]][:6] + kept[-2:]
    return json.dumps(bundle | {"entry": ours}).encode()


def mutant_of(seed: bytes, random: Random) -> bytes:
    """A few changes of the bytes."""
    content = bytearray(seed)
    for _ in range(random.choice([1, 1, 1, 2, 3, 8])):
        at = random.randrange(len(content) + 1)
        until = min(len(content), at + random.choice([0, 1, 1, 2, 5, 20, 200]))
        random.choice(_CHANGES)(content, at, until, random)
    return bytes(content)


def _copy(content: bytearray, at: int, until: int, random: Random) -> None:
    begin = random.randrange(len(content) + 1)
    content[at:until] = content[begin : begin + until - at]


def _token(content: bytearray, at: int, until: int, random: Random) -> None:
    content[at:until] = random.choice(TOKENS)


def _cut(content: bytearray, at: int, until: int, random: Random) -> None:
    del content[at:]


def _byte(content: bytearray, at: int, until: int, random: Random) -> None:
    content[at : at + 1] = bytes([random.randrange(256)])


def _lose(content: bytearray, at: int, until: int, random: Random) -> None:
    del content[at:until]


def _double(content: bytearray, at: int, until: int, random: Random) -> None:
    content[at:at] = content[at:until]


_CHANGES: list[Callable[[bytearray, int, int, Random], None]] = [
    _copy,
    _token,
    _token,
    _cut,
    _byte,
    _lose,
    _double,
]


def json_mutant_of(seed: bytes, random: Random) -> bytes:
    """A few changes of the parts of a JSON text, which stays JSON; sometimes with a key that stands twice."""
    content = json.loads(seed)
    for _ in range(random.choice([1, 1, 2, 4])):
        holder, key = _place(content, random)
        change = random.randrange(5)
        if change == 0:
            del holder[key]
        elif change == 1:
            holder[key] = random.choice(VALUES)
        elif change == 2:
            holder[key] = [holder[key], holder[key]]
        elif change == 3:
            other, name = _place(content, random)
            holder[key] = json.loads(json.dumps(other[name]))
        elif isinstance(holder, dict):
            holder[random.choice(["id", "value", "contained", "subject", "extension", "x"])] = holder[key]
    text = json.dumps(content)
    if random.random() < 0.1:
        text = text.replace('"status":', '"status": "final", "status":', 1)
    return text.encode()


def _place(content: Any, random: Random) -> tuple[Any, Any]:
    """Some object or list, and a key of it."""
    while True:
        keys = list(content) if isinstance(content, dict) else range(len(content))
        if not keys:
            return {"x": None}, "x"
        key = random.choice(keys)
        inside = content[key]
        if not (isinstance(inside, dict | list) and inside) or random.random() < 0.1:
            return content, key
        content = inside
