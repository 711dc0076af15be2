"""What must not be found: the identifiers of people in the form in which texts are searched for them (pure).

Two rules keep the search useful. A word that the report itself uses (a patient named *Grace* or *Still*) is
searched only beside the other name; a number that is shorter than 5 digits is a figure, not an identifier.
docs/adr/0021-releasing-an-export.md has both, with what they cost.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

NAME, NUMBER, CONTACT, KEY, DATE = "a name", "a record number", "a contact", "a key", "a date"
FEWEST_LETTERS, FEWEST_DIGITS, LOCAL_DIGITS = 3, 5, 7
ACCENTS = re.compile("[\u0300-\u036f]")
WORD = re.compile(r"[^\W\d_]+")
LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")
# 2^27 bits: with a million identifiers fewer than 1 of 100 tokens is looked up in vain.
BITS = 1 << 27


@dataclass(frozen=True)
class Someone:
    """What names or reaches one person; `days` are the dates that bear on it."""

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    days: tuple[date, ...] = ()


def folded(text: str) -> str:
    """Without case and accents: *ÉMILIE* and *émilie* are `emilie`."""
    if text.isascii():
        return text.lower()
    return ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def needles_of(person: Someone, words: Collection[str]) -> Iterator[tuple[str, str]]:
    """(kind, token) of one person; `words` are those of the report's own."""
    parts = [WORD.findall(folded(name)) for name in person.names]
    for part in (part for name in parts for part in name):
        if len(part) >= FEWEST_LETTERS and part not in words:
            yield NAME, part
    joined = ["".join(name) for name in parts if name]
    for first in joined:
        # Both orders: what stands side by side is the person, however short or common each word is.
        pairs = (first + other for other in joined if other != first)
        yield from ((NAME, pair) for pair in pairs if len(pair) >= FEWEST_LETTERS and pair not in words)
    for kind, texts in ((NUMBER, person.numbers), (CONTACT, person.contacts), (KEY, person.keys)):
        yield from ((kind, token) for text in texts for token in _tokens(text, words))
    for contact in person.contacts:
        # A telephone number may stand without its country and area.
        if len(local := _digits(contact)[-LOCAL_DIGITS:]) == LOCAL_DIGITS:
            yield CONTACT, local


def _tokens(text: str, words: Collection[str]) -> Iterator[str]:
    """The whole without its separators, and its digits alone, where they are enough to be an identifier."""
    whole, digits = "".join(LETTERS_AND_DIGITS.findall(folded(text))), _digits(text)
    if len(digits) >= FEWEST_DIGITS and digits not in words:
        yield digits
    if whole != digits and len(whole) >= FEWEST_DIGITS and whole not in words:
        yield whole


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isascii() and c.isdigit())


@dataclass
class Sieve:
    """Which tokens may be an identifier. Of fixed size, however many people there are; never misses one."""

    days: set[date] = field(default_factory=set)
    bits: bytearray = field(default_factory=lambda: bytearray(BITS // 8))

    def add(self, people: Iterable[Someone], words: Collection[str]) -> None:
        for person in people:
            self.days.update(person.days)
            for _, token in needles_of(person, words):
                place = hash(token) % BITS
                self.bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, token: str) -> bool:
        place = hash(token) % BITS
        return bool(self.bits[place >> 3] >> (place & 7) & 1)
