"""The export attacks itself: every layer of every file is searched for everybody's identifiers (pure).

One pass over the files, whatever the number of people: each token of a text is looked up, not each identifier
searched. What the sieve lets through is then compared with the identifiers themselves.
"""

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from pathlib import Path

from caseseries.exporting.dates import days_in, serials_in
from caseseries.exporting.decoding import IN_TEXT, Fewest, readings
from caseseries.exporting.layers import Layer, layers_of
from caseseries.exporting.needles import DATE, WORD, Sieve, Someone, folded, needles_of

# What may stand between two words of a name, and between two groups of a number.
NAMES = re.compile(r"[^\W\d_]+(?:[\s,;:\"'._/|>-]{1,3}[^\W\d_]+)*")
NUMBERS = re.compile(r"[^\W_]+(?:[ \-./_()+@]{1,2}[^\W_]+)*")
GROUP = re.compile(r"[^\W_]+")
# A figure with its decimals is one number, and not two.
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
LONGEST = 6
FEWEST_JOINED_DIGITS = 7

People = Callable[[], Iterable[Someone]]


@dataclass(frozen=True, order=True)
class Hit:
    """An identifier in a file; never the identifier itself."""

    where: str
    kind: str

    def __str__(self) -> str:
        return f"{self.where} holds {self.kind} of a patient or member."


@dataclass(frozen=True)
class Allowed:
    """What the export says by itself: its words, its figures, and the days that it states."""

    words: Collection[str] = ()
    figures: Container[str] = ()
    days: Collection[date] = ()


@dataclass
class Search:
    """One attack: `people` gives everybody anew, so that nobody's identifiers are kept."""

    people: People
    allowed: Allowed
    sieve: Sieve = field(default_factory=Sieve)
    suspects: dict[str, set[str]] = field(default_factory=dict)
    hits: set[Hit] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sieve.add(self.people(), self.allowed.words)
        self.sieve.days -= set(self.allowed.days)

    def read(self, layer: Layer) -> None:
        for text, fewest in readings(layer.content):
            plain = folded(text)
            for token in tokens_of(plain, fewest):
                if layer.is_syntax and token.isdigit():
                    continue
                if token in self.sieve and token not in self.allowed.figures:
                    self.suspects.setdefault(token, set()).add(layer.where)
            self._read_days(plain, layer.where, has_serials=fewest == IN_TEXT and not layer.is_syntax)

    def _read_days(self, text: str, where: str, *, has_serials: bool) -> None:
        found = set(days_in(text))
        if has_serials:
            own, words = self.allowed.figures, self.allowed.words
            found |= {day for number, day in serials_in(text) if number not in own and number not in words}
        if found & self.sieve.days:
            self.hits.add(Hit(where, DATE))

    def verdict(self) -> list[Hit]:
        """The hits in order: what passed the sieve and is somebody's."""
        for person in self.people() if self.suspects else ():
            for kind, token in needles_of(person, self.allowed.words):
                self.hits |= {Hit(where, kind) for where in self.suspects.get(token, ())}
        return sorted(self.hits)


def attack(files: Iterable[Path], people: People, allowed: Allowed, renew: Callable[[], None]) -> list[Hit]:
    """Where somebody's identifiers are in the files; `renew` is called for each layer."""
    search = Search(people, allowed)
    for layer in (layer for path in files for layer in layers_of(path)):
        search.read(layer)
        renew()
    return search.verdict()


def words_in(layers: Iterable[Layer]) -> set[str]:
    """Every token of some layers: those of an export of nobody are the report's own."""
    texts = ((folded(text), fewest) for layer in layers for text, fewest in readings(layer.content))
    return {token for text, fewest in texts for token in tokens_of(text, fewest)}


def tokens_of(text: str, fewest: Fewest) -> Iterator[str]:
    """Words and numbers of a folded text, and what neighbours give when they are joined."""
    for run in set(NAMES.findall(text)):
        yield from _joined(WORD.findall(run), fewest)
    decimals = {figure.replace(".", "") for figure in DECIMAL.findall(text)}
    yield from (figure for figure in decimals if len(figure) >= FEWEST_JOINED_DIGITS)
    for run in set(NUMBERS.findall(DECIMAL.sub(",", text))):
        groups = GROUP.findall(run)
        for token in _joined(groups, fewest):
            # Figures side by side are no number of anybody, unless it is as long as a telephone's.
            if token in groups or not token.isdigit() or len(token) >= FEWEST_JOINED_DIGITS:
                yield token


def _joined(parts: list[str], fewest: Fewest) -> Iterator[str]:
    for start, first in enumerate(parts):
        if len(first) >= fewest.alone:
            yield first
        more = accumulate(parts[start : start + LONGEST])
        yield from (token for token in more if len(token) >= fewest.joined and token != first)
