"""Pasted lines, each of which should name one patient: by the MRN, or by beginnings of name and MRN.

Exactly one match is a match; none or several are for a person to decide. Two queries find them all.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import IntegerField, Q, Value

from accounts.models import Clinic
from patients.models import Patient, Status
from patients.names import mrns_alike, search_words, tidy_mrn
from reviews.acts.mornings import MOST

LONGEST_LINE = 200
# So many candidates are offered of a line that means several.
OFFERED = 5
_BETWEEN_DIGITS = re.compile(r"(?<=\d)\s(?=\d)")


@dataclass(frozen=True)
class Line:
    """One line as typed, its number from 1, and whom it may mean; `more` when there are others beside."""

    number: int
    text: str
    found: list[Patient]
    more: bool = False

    @property
    def patient(self) -> Patient | None:
        """The only one it can mean, among the living."""
        return self.found[0] if len(self.found) == 1 and not self.has_died else None

    @property
    def has_died(self) -> bool:
        return len(self.found) == 1 and self.found[0].status == Status.DECEASED

    @property
    def words(self) -> str:
        """Why nobody was added."""
        if self.has_died:
            return f"{self.found[0]} has died."
        if not self.found:
            return "Nobody in this clinic has this MRN or name."
        return f"More than {OFFERED} patients match." if self.more else f"{len(self.found)} patients match."


def lines_of(text: str) -> list[str]:
    """The lines that hold something, without outer blanks. Raises ValidationError: too many, too long."""
    lines = [line.replace("\0", "").strip() for line in text.splitlines()]
    return checked([line for line in lines if line])


def checked(lines: Sequence[str]) -> list[str]:
    """The same lines; raises ValidationError that names the line."""
    if len(lines) > MOST:
        raise ValidationError({"lines": [f"Paste at most {MOST} lines; these are {len(lines)}."]})
    long = [n for n, line in enumerate(lines, 1) if len(line) > LONGEST_LINE]
    if long:
        raise ValidationError({"lines": [f"Line {long[0]} is longer than {LONGEST_LINE} characters."]})
    return list(lines)


def matched(clinic: Clinic, lines: Sequence[str]) -> list[Line]:
    """Each line with whom it may mean."""
    by_mrn = _by_mrn(clinic, lines)
    by_name = _by_name(clinic, [(n, text) for n, text in enumerate(lines, 1) if n not in by_mrn])
    found = {**by_name, **by_mrn}
    return [
        Line(n, text, found.get(n, [])[:OFFERED], more=len(found.get(n, [])) > OFFERED)
        for n, text in enumerate(lines, 1)
    ]


def _by_mrn(clinic: Clinic, lines: Sequence[str]) -> dict[int, list[Patient]]:
    """{number of the line: the patient of that very MRN}."""
    alike = {n: mrns_alike(tidy_mrn(text)) for n, text in enumerate(lines, 1)}
    wanted = set().union(*alike.values()) if alike else set()
    rows = {row.mrn: row for row in Patient.objects.of(clinic).valid().filter(mrn__in=wanted)}
    found = {n: [rows[mrn] for mrn in mrns if mrn in rows] for n, mrns in alike.items()}
    return {n: patients for n, patients in found.items() if patients}


def _by_name(clinic: Clinic, lines: Iterable[tuple[int, str]]) -> dict[int, list[Patient]]:
    """{number of the line: up to one more than is offered}, in order of name; one query for all lines."""
    asked: list[Any] = []
    for n, text in lines:
        ways = [search_words(text), search_words(_BETWEEN_DIGITS.sub("", text))]
        named = Q()
        for words in filter(None, ways):
            named |= Q(search__prefixes=words)
        if named:
            rows = Patient.objects.of(clinic).valid().filter(named)
            rows = rows.annotate(line=Value(n, output_field=IntegerField()))
            asked.append(rows.order_by("family_name", "given_name", "pk")[: OFFERED + 1])
    found: dict[int, list[Patient]] = defaultdict(list)
    if asked:
        for patient in asked[0].union(*asked[1:], all=True):
            found[patient.line].append(patient)
    for patients in found.values():
        patients.sort(key=lambda one: (one.family_name, one.given_name, one.pk))
    return found
