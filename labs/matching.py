"""Whose a reported row is (pure): an MRN that agrees with the name or the birth date, and nothing weaker.

A result on the wrong chart is harm, a parked one is work. So an MRN alone never matches, nor does a name with
a birth date; what contradicts the chart parks the row, and a person decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from labs.reading.reported import Reported
from patients.names import fold

# What stands for "no number" in many systems, and therefore names nobody.
PLACEHOLDERS = frozenset({"", "na", "none", "null", "unknown", "unbekannt", "test", "x"})


@dataclass(frozen=True)
class Known:
    """A patient of the clinic, as far as a row can be compared."""

    mrn: str
    family_name: str
    given_name: str
    birth_date: date


def names_nobody(mrn: str) -> bool:
    """A blank, a placeholder, or a run of one digit: `000`, `N/A`, `999999`."""
    plain = "".join(letter for letter in fold(mrn) if letter.isalnum())
    return plain in PLACEHOLDERS or (plain.isdigit() and len(set(plain)) == 1)


def contradiction(row: Reported, known: Known) -> str:
    """Why the row, which carries the MRN of `known`, is not taken to be theirs; empty when it is.

    The birth date must agree where it is told, with one of the names where those are told. Without a birth
    date both names must agree.
    """
    has_name = bool(row.family_name or row.given_name)
    if row.birth_date is not None and row.birth_date != known.birth_date:
        return f"MRN {row.mrn} is of a patient of another birth date{_and_name(row, known)}."
    if row.birth_date is not None:
        differs = has_name and not any(_names_agree(row, known))
        return f"MRN {row.mrn} is of a patient of another name, born on the same day." if differs else ""
    if not has_name:
        return f"Only the MRN {row.mrn} is given: name or birth date must agree with it."
    return "" if all(_names_agree(row, known)) else f"MRN {row.mrn} is of a patient of another name."


def _and_name(row: Reported, known: Known) -> str:
    if not (row.family_name or row.given_name) or all(_names_agree(row, known)):
        return ""
    return " and another name"


def _names_agree(row: Reported, known: Known) -> tuple[bool, bool]:
    return (
        _agree(row.family_name, known.family_name),
        _agree(row.given_name, known.given_name),
    )


def _agree(told: str, known: str) -> bool:
    """The same words without accents, case and punctuation; more given names on one side do not matter."""
    ours, theirs = _words(told), _words(known)
    return bool(ours and theirs) and (ours[: len(theirs)] == theirs or theirs[: len(ours)] == ours)


def _words(name: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in fold(name)).split()


def unknown_mrn(row: Reported, born_the_same_day: Iterable[Known]) -> str:
    """Why nobody is matched by an MRN that the clinic does not have, with what a person may check."""
    if names_nobody(row.mrn):
        return "The row has no MRN. Ask the laboratory, or match it here."
    similar = [f"{k.family_name.upper()}, {k.given_name}, MRN {k.mrn}" for k in born_the_same_day]
    if not similar:
        return f"No patient has the MRN {row.mrn}."
    others = "; ".join(similar[:3])
    return f"No patient has the MRN {row.mrn}. Born on the same day: {others}. Check the request form."
