"""What an OBX measures and how it says so (pure): OBX-3, OBX-11 and OBX-5 by OBX-2."""

from dataclasses import dataclass
from decimal import Decimal

from labs.reading.loincs import is_loinc, is_ours
from labs.reading.numbers import NotANumber, measured, number

# Table 0396, and its object identifier.
_LOINC_SYSTEMS = frozenset({"LN", "LOINC", "2.16.840.1.113883.6.1"})
NUMERIC = frozenset({"NM", "SN", "ST", "CE", "CWE", "CNE", ""})
# Table 0085. Since v2.8: B and V change nothing of the value, A tells the patient anew and so replaces.
STATUSES = {
    "P": "PRELIMINARY", "F": "FINAL", "C": "CORRECTED", "X": "CANCELLED", "D": "DELETED", "W": "WRONG",
    "A": "CORRECTED", "B": "FINAL", "V": "FINAL", "U": "FINAL",
}  # fmt: skip
# No result yet, or none asked for.
NOT_YET = frozenset("IRSNO")


@dataclass(frozen=True)
class Code:
    """OBX-3: a LOINC code, or only what the laboratory calls the test."""

    loinc: str
    local: str
    name: str

    @property
    def is_foreign(self) -> bool:
        """A LOINC code that is right and no analyte of ours."""
        return bool(self.loinc) and not is_ours(self.loinc) and is_loinc(self.loinc)

    @property
    def identity(self) -> str:
        """What names the test in the name of a result."""
        return self.loinc or self.local or self.name

    @property
    def problem(self) -> str:
        """Why a code cannot be LOINC, though it says so."""
        wrong = bool(self.loinc) and not is_ours(self.loinc) and not is_loinc(self.loinc)
        return f"{self.loinc[:20]} is no LOINC code: its check digit is wrong" if wrong else ""


def code_of(components: list[str]) -> Code:
    """The LOINC code of any of the three codings, one that is ours before others; else the first coding."""
    parts = components + [""] * (12 - len(components))
    codings = [tuple(parts[at : at + 3]) for at in (0, 3, 9)]
    named = [(code, name) for code, name, system in codings if code and system in _LOINC_SYSTEMS]
    named += [(code, name) for code, name, system in codings if not system and is_ours(code)]
    ours = [pair for pair in named if is_ours(pair[0])] or named
    local, name, _ = next((c for c in codings if c[0] or c[1]), ("", "", ""))
    if ours:
        return Code(ours[0][0], local, name or ours[0][1])
    return Code("", local, name or local)


def structured(parts: list[str]) -> tuple[str, Decimal]:
    """SN: `^182`, `<^0.2`; raises NotANumber for ratios, ranges and what is none."""
    comparator, first, separator, second = (*parts, "", "", "", "")[:4]
    if separator or second:
        raise NotANumber(f"{''.join(parts)[:40]} is a range or a ratio, not one number")
    if comparator not in ("", "=", "<", ">", "<=", ">="):
        raise NotANumber(f"Not a comparator: {comparator[:10]}")
    return comparator.replace("=", "") if comparator == "=" else comparator, number(first)


def plain_value(text: str) -> tuple[str, Decimal]:
    """NM, ST and their like: a number with a decimal point, perhaps with a comparator; raises NotANumber."""
    return measured(text)
