"""Reading the question of a search: what it asks for, how much of it, and from where on.

A parameter that is not known is refused: to pass it over would show more than was asked for. Who wants that
says `Prefer: handling=lenient`, and sees in the link "self" what was heeded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.http import QueryDict

from fhir.serving.dates import asked as date_asked
from fhir.serving.offered import Parameter
from fhir.serving.source import Here, Token, key_of

DEFAULT_COUNT, LARGEST_COUNT = 50, 200
CURSOR = "_cursor"
# What else a search may say; each is heeded where the answer is made.
RESULT = ("_count", "_sort", "_format", CURSOR)
SORTS = ("date", "-date", "_lastUpdated", "-_lastUpdated", "_id", "-_id")
MOST_VALUES = 200
_COMMA, _BAR = re.compile(r"(?<!\\),"), re.compile(r"(?<!\\)\|")


class Refusal(Exception):
    """A question that cannot be answered: a sentence for each fault, with the parameter that it is in."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(sentence for _, sentence in faults))
        self.faults = faults


@dataclass(frozen=True)
class Criterion:
    """One parameter as often as it was given: any of its values will do."""

    name: str
    parameter: Parameter
    values: list[Any]


@dataclass(frozen=True)
class Question:
    """A search as it was understood. `heeded` are its pairs of name and text, for the links of the answer."""

    criteria: list[Criterion] = field(default_factory=list)
    count: int = DEFAULT_COUNT
    sort: str = ""
    cursor: str = ""
    heeded: list[tuple[str, str]] = field(default_factory=list)

    def asks_by(self, *ways: str) -> bool:
        return any(criterion.parameter.way in ways for criterion in self.criteria)

    def patients(self) -> set[UUID | None]:
        """The patients whom it names; None stands for what can be no patient."""
        asked = (c for c in self.criteria if c.parameter.way == "by_patient")
        return {value for criterion in asked for value in criterion.values}


@dataclass(frozen=True)
class Sizes:
    """How large a page may be, and how large it is when nobody says."""

    default: int = DEFAULT_COUNT
    largest: int = LARGEST_COUNT


def read_question(
    given: QueryDict,
    offered: Mapping[str, Parameter],
    here: Here,
    *,
    lenient: bool,
    sorts: tuple[str, ...] = SORTS,
    sizes: Sizes = Sizes(),
) -> Question:
    """Understand a query; raises Refusal with everything that is wrong with it."""
    faults: list[tuple[str, str]] = []
    criteria, heeded = [], []
    plain = {"count": sizes.default, "sort": "", "cursor": ""}
    for name, text in ((name, text) for name, texts in given.lists() for text in texts):
        known = name in offered or name in RESULT
        if not known and lenient:
            continue
        try:
            if not known:
                raise ValueError(_unknown(name, offered))
            if name in offered:
                criteria.append(_criterion(name, offered[name], text, here))
            elif name != "_format":
                plain[name[1:]] = _result(name, text, sorts, sizes)
        except ValueError as fault:
            faults.append((name, str(fault)))
        if name != CURSOR:
            heeded.append((name, text))
    if faults:
        raise Refusal(faults)
    return Question(criteria, heeded=heeded, **plain)  # type: ignore[arg-type]


def _unknown(name: str, offered: Mapping[str, Parameter]) -> str:
    base, _, modifier = name.partition(":")
    if modifier and base in offered:
        return f"The modifier {modifier!r} of {base} is not offered."
    return f"{name!r} is not offered here: {', '.join(sorted(offered))} are."


def _criterion(name: str, parameter: Parameter, text: str, here: Here) -> Criterion:
    if "\x00" in text:
        raise ValueError("The value holds a NUL, which no text has.")
    if not text.strip():
        raise ValueError("The value is empty.")
    texts = _COMMA.split(text)
    if len(texts) > MOST_VALUES:
        raise ValueError(f"{len(texts)} values are more than the {MOST_VALUES} that one parameter may have.")
    return Criterion(name, parameter, [_value(name, parameter.type, part, here) for part in texts])


def _value(name: str, type: str, text: str, here: Here) -> Any:
    if type == "date":
        return date_asked(text, here.zone)
    if type == "instant":
        return replace(date_asked(text, here.zone), prefix="ge")
    if type == "reference":
        return _key(text, here, "Encounter" if name == "encounter" else "Patient")
    if name == "_id":
        return key_of(text)
    return _token(text) if type == "token" else _plain(text)


def _key(text: str, here: Here, kind: str) -> UUID | None:
    """An id, `Patient/` and an id, or the whole address at this server."""
    return key_of(text.removeprefix(f"{here.base}/").removeprefix(f"{kind}/"))


def _token(text: str) -> Token:
    """`code`, `system|code`, `system|` or `|code`."""
    system, *code = _BAR.split(text, maxsplit=1)
    return Token(_plain(code[0]), _plain(system)) if code else Token(_plain(system))


def _plain(text: str) -> str:
    return re.sub(r"\\([\\,|$])", r"\1", text).strip()


def _result(name: str, text: str, sorts: tuple[str, ...], sizes: Sizes) -> int | str:
    if name == "_count":
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ValueError(f"{text!r} is not a whole number.")
        return min(int(text), sizes.largest)
    if name == "_sort" and text not in sorts:
        raise ValueError(f"{text!r} is not offered: {', '.join(sorts)} are.")
    return text
