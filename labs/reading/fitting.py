"""What a reader makes of texts before they leave it (pure): printable, and no longer than what keeps them.

A text that names or measures something (MRN, unit, code) is never cut: the row gets a problem. What only
describes is cut, and shows it by an ellipsis; the raw row keeps its first 2,000 characters.
"""

import hashlib
from collections import Counter
from typing import Any

from labs.reading.reported import Reported

RAW = 2000
_PLACE = 60
_PROBLEM = 1000
_OTHERS = "others"
_KINDS = 500
# As long as the columns of LabResult and Patient.
_NAMING = {"mrn": 64, "unit": 32, "loinc": 10, "local_name": 200, "comparator": 2}
_DESCRIBING = {
    "family_name": 120, "given_name": 120, "sex": 16, "abnormal_flag": 20, "laboratory": 120, "method": 120,
    "analyzer": 120, "specimen": 60, "anticoagulant": 60, "storage": 60,
}  # fmt: skip
_SOURCE_ID = 200


def clean(text: str) -> str:
    """One line of printable characters."""
    if text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())


def raw_text(text: str) -> str:
    """The raw row, as far as it is kept; NUL cannot be."""
    return text[:RAW].replace("\x00", "\ufffd").rstrip("\r\n")


def reported(number: int, place: str, raw: str, problems: list[str], **told: Any) -> Reported:
    """The row with its texts fitted; `told` are fields of Reported as they were found."""
    found = [*problems]
    told["local_name"] = _local_name(told)
    for name, longest in _NAMING.items():
        told[name] = _named(name, clean(told.get(name, "")), longest, found)
    for name, longest in _DESCRIBING.items():
        told[name] = _cut(clean(told.get(name, "")), longest)
    told["source_id"] = source_id(clean(told.get("source_id", "")))
    problem = " ".join(f"{words.rstrip('.')}." for words in dict.fromkeys(found))
    return Reported(
        number=number, place=place[:_PLACE], raw=raw_text(raw), problem=_cut(clean(problem), _PROBLEM), **told
    )


def _local_name(told: dict[str, Any]) -> str:
    """Beside a LOINC code the name only describes."""
    name = clean(told.get("local_name", ""))
    return _cut(name, _NAMING["local_name"]) if told.get("loinc") else name


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def source_id(name: str) -> str:
    """A name of a result that fits: of one that is too long the end becomes its hash."""
    if len(name) <= _SOURCE_ID:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"{name[: _SOURCE_ID - len(digest) - 1]}#{digest}"


def pass_over(passed_over: Counter[str], what: str) -> None:
    """Count what is no result of ours; a file with too many kinds has the rest counted together."""
    kind = clean(what[:200])[:80]
    passed_over[kind if kind in passed_over or len(passed_over) < _KINDS else _OTHERS] += 1


def _named(name: str, text: str, longest: int, problems: list[str]) -> str:
    if len(text) <= longest:
        return text
    problems.append(f"The {name.replace('_', ' ')} is longer than {longest} characters: {text[:20]}…")
    return text[:longest]
