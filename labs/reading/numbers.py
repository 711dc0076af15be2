"""Numbers as laboratories write them (pure): never guessed, and refused with the reason."""

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

# What a result can be stored as; a larger number is a mistake, and 1E+999999 must not reach any arithmetic.
TOO_LARGE = Decimal(10) ** 8

_COMPARATOR = re.compile(r"\s*(<=|>=|=<|=>|<|>|≤|≥|=)?\s*(.*)", re.DOTALL)
_COMPARATORS = {"≤": "<=", "≥": ">=", "=<": "<=", "=>": ">=", "=": ""}
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:([.,])[0-9]{1,20})?")
# 1.234 may be a little more than one, or a thousand and more.
_UNCLEAR = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[.,'’  ][0-9]{3})+(?:[.,][0-9]+)?")
_DATE = re.compile(r"[0-9]{1,4}[./-][0-9A-Za-z]{1,3}[./-][0-9]{1,4}")
_LOOKALIKES = {"O": ("O", "zero"), "o": ("o", "zero"), "l": ("l", "one"), "I": ("I", "one")}
_LOOKS_LIKE = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})


class NotANumber(ValueError):
    """What is no number; the message says why."""


def number(text: str, sign: str = ".") -> Decimal:
    """A plain number with `sign` before its decimals; raises NotANumber."""
    plain = text.strip().replace("−", "-")
    found = _NUMBER.fullmatch(plain)
    if found is None or found[1] not in (None, sign):
        raise NotANumber(_why_not(plain))
    return within(Decimal(plain.replace(",", ".")))


def within(value: Decimal) -> Decimal:
    """The number itself; raises NotANumber for one that no result has."""
    if not value.is_finite() or abs(value) >= TOO_LARGE:
        raise NotANumber(f"Not a number that a result can have: {_short(str(value))}")
    return value


def measured(text: str, sign: str = ".") -> tuple[str, Decimal]:
    """Comparator and number: `<0.20`, `≥ 60`, `0.42`; raises NotANumber."""
    comparator, rest = split_comparator(text)
    return comparator, number(rest, sign)


def split_comparator(text: str) -> tuple[str, str]:
    """`<`, `<=`, `>`, `>=` or nothing, and what follows it."""
    found = _COMPARATOR.fullmatch(text)
    comparator, rest = (found[1] or "", found[2]) if found else ("", text)
    return _COMPARATORS.get(comparator, comparator), rest.strip()


def _why_not(plain: str) -> str:
    if not plain:
        return "No value"
    for letter in plain:
        if letter in _LOOKALIKES and _NUMBER.fullmatch(plain.translate(_LOOKS_LIKE)):
            wrong, meant = _LOOKALIKES[letter]
            return f"Not a number: letter {wrong} instead of {meant}"
    if _DATE.fullmatch(plain):
        return f"Not a number: {_short(plain)} is a date, perhaps made by a spreadsheet"
    if _GROUPED.fullmatch(plain) and not _NUMBER.fullmatch(plain):
        return f"Not a number: {_short(plain)} has a thousands separator, which is never guessed"
    return f"Not a number: {_short(plain)}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


@dataclass
class DecimalSign:
    """Point or comma, decided by all cells of a column together."""

    sure: Counter[str] = field(default_factory=Counter)
    unclear: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def see(self, text: str) -> None:
        """Take a cell into account; one that is no number says nothing."""
        _, plain = split_comparator(text)
        found = _NUMBER.fullmatch(plain)
        if found is None or found[1] is None:
            return
        (self.unclear if _UNCLEAR.fullmatch(plain) else self.sure)[found[1]] += 1
        self.first.setdefault(found[1], plain[:40])

    @property
    def is_mixed(self) -> bool:
        """Some cells have a point, others a comma."""
        return len(self.first) > 1

    @property
    def sign(self) -> str:
        """The sign of the column; a point when no cell has any."""
        return "," if self.first.keys() == {","} else "."

    @property
    def is_proved(self) -> bool:
        """Whether some cell can be read in one way only."""
        return bool(self.sure) and not self.is_mixed

    def number(self, text: str, proof: "DecimalSign | None" = None) -> Decimal:
        """The number in a cell of this column; raises NotANumber.

        `proof` is another column of the same file, which decides where this one leaves a doubt.
        """
        plain = text.strip()
        found = _NUMBER.fullmatch(plain)
        if found is not None and found[1]:
            self._refuse_doubt(plain, proof)
        return number(plain, self.sign)

    def _refuse_doubt(self, plain: str, proof: "DecimalSign | None") -> None:
        if self.is_mixed:
            both = " and ".join(self.first[sign] for sign in sorted(self.first))
            raise NotANumber(
                f"Not a number: {plain[:40]}, for the column mixes decimal comma and point ({both})"
            )
        proved = self.is_proved or (proof is not None and proof.is_proved and proof.sign == self.sign)
        if _UNCLEAR.fullmatch(plain) and not proved:
            raise NotANumber(f"Not a number: {plain} may be with decimals or thousands, and no cell decides")
