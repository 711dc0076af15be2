"""Reads one value of a definition each, and says in a sentence what cannot be (pure)."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

Read = Callable[[object], Any]


class BadDefinition(ValueError):
    """A definition that cannot be; `errors` gives the sentences of each key."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(" ".join(f"{key}: {' '.join(said)}" for key, said in errors.items()))
        self.errors = dict(errors)


class Faults:
    """Collects what is wrong, so that all is said at once. `inside`: the object that holds the keys."""

    def __init__(self, inside: str = "") -> None:
        self._prefix = f"{inside}." if inside else ""
        self._errors: dict[str, list[str]] = defaultdict(list)

    def add(self, key: str, sentence: str) -> None:
        self._errors[f"{self._prefix}{key}"].append(sentence)

    def unless(self, holds: bool, key: str, sentence: str) -> None:
        if not holds:
            self.add(key, sentence)

    def raise_if_any(self) -> None:
        if self._errors:
            raise BadDefinition(self._errors)


def read_keys(
    values: Mapping[str, Any], readers: Mapping[str, Read], faults: Faults, what: str
) -> dict[str, Any]:
    """The values of the known keys; unknown keys and bad values go to `faults`, by their names."""
    for key in sorted(set(values) - set(readers)):
        faults.add(key, f"{key} is not a key of {what}. It knows {', '.join(sorted(readers))}.")
    read: dict[str, Any] = {}
    for key in sorted(set(readers) & set(values)):
        try:
            read[key] = readers[key](values[key])
        except (TypeError, ValueError) as error:
            faults.add(key, str(error))
    return read


def whole(least: int, most: int) -> Read:
    """A whole number within its bounds, both included."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"Enter a whole number from {least} to {most}.")
        return value

    return read


def amount(most: int) -> Read:
    """A number from 0 to `most`, as number or as text: an exact Decimal, without needless zeros."""
    sentence = f"Enter a number from 0 to {most}, with at most 4 decimals."

    def read(value: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise ValueError(sentence)
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise ValueError(sentence) from None
        exact = number.is_finite() and 0 <= number <= most and number == round(number, 4)
        if not exact:
            raise ValueError(sentence)
        return Decimal(plain(number))

    return read


def plain(number: Decimal) -> str:
    """A number without needless zeros, so that 250 and 250.0 are one definition."""
    return f"{number.normalize():f}" if number else "0"


def one_of(names: Mapping[str, Any], what: str) -> Read:
    """One name of a closed list."""

    def read(value: object) -> Any:
        if not isinstance(value, str) or value not in names:
            raise ValueError(f"{value!r} is not {what}. It is one of {', '.join(names)}.")
        return names[value]

    return read


def several(read: Read) -> Read:
    """A list of at least one value, each once, in the order of their names; None and "none" are the same."""

    def read_list(value: object) -> tuple[Any, ...]:
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not value:
            raise ValueError("Send a list with at least one name, or null.")
        return tuple(sorted({read(one) for one in value}))

    return read_list


def maybe(read: Read) -> Read:
    """The same, or None."""
    return lambda value: None if value is None else read(value)


_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ENTER_A_DAY = "Enter a date as YYYY-MM-DD."


def day(value: object) -> date:
    """A date, or its ISO text."""
    if isinstance(value, date):
        return value
    # `fromisoformat` alone would also take weeks and dates without hyphens.
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise ValueError(_ENTER_A_DAY)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(_ENTER_A_DAY) from None
