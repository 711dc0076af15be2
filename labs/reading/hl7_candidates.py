"""Which OBX may be results of ours, what others are counted as, and how a laboratory names them (pure)."""

import re
from dataclasses import dataclass

from labs.reading.hl7_codes import NOT_YET, NUMERIC, STATUSES, Code, code_of
from labs.reading.hl7_orders import Order
from labs.reading.hl7_split import Splitter
from labs.reading.hl7_strict import Message, Segment
from labs.reading.loincs import is_ours

TAKEN_BACK = ("CANCELLED", "DELETED", "WRONG")
CODED = ("CE", "CWE", "CNE")
_BEGINS_LIKE_A_NUMBER = re.compile(r"[<>≤≥=]*\s*[+-]?[0-9.,]")
_CLASH = "another OBX of the order has the same code, OBX-4, time and status, and another value"


@dataclass(frozen=True)
class Candidate:
    """An OBX that may be a result of ours."""

    obx: Segment
    code: Code

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others of its order: code and OBX-4."""
        return self.code.identity, self.obx.field(4).strip()


def candidate_of(obx: Segment, split: Splitter) -> Candidate | str:
    """The candidate; or, of what is no result of ours, the kind under which it is counted."""
    code = code_of(split.components(obx.field(3)))
    kind, status = obx.field(2).strip(), obx.field(11).strip()
    if code.is_foreign:
        return code.loinc
    if status in NOT_YET:
        return f"{code.identity}, not reported yet ({status})"
    takes_back = STATUSES.get(status) in TAKEN_BACK and is_ours(code.loinc)
    in_words = kind in ("", "ST", *CODED) and not _BEGINS_LIKE_A_NUMBER.match(words_of(obx, kind, split))
    if not takes_back and (kind not in NUMERIC or (in_words and not code.loinc)):
        return f"{kind} {code.identity}"
    return Candidate(obx, code)


def words_of(obx: Segment, kind: str, split: Splitter) -> str:
    """OBX-5 of a value in words: the code of a coded one is a name and no number, unless it stands alone."""
    if kind not in CODED:
        return split.text(obx, 5)
    alone = "" if split.text(obx, 5, 3) else split.text(obx, 5)
    return split.text(obx, 5, 2) or alone


def laboratory_of(message: Message) -> str:
    """MSH-4, the facility that sent the message."""
    return message.header.sending_facility.split(message.header.encoding[0])[0]


def names_of(
    order: Order, candidates: list[Candidate], message: Message, split: Splitter
) -> list[tuple[str, str]]:
    """For each result of an order: its name at the laboratory, and why that name cannot be one result.

    Filler number, code and OBX-4 name a result. Where a laboratory reports several samples in one order
    without telling them apart (OBX-4), the sample time does.
    """
    number = _order_number(order, split)
    if not number:
        return [("", "") for _ in candidates]
    times: dict[tuple[str, str], set[str]] = {}
    for candidate in candidates:
        times.setdefault(candidate.key, set()).add(candidate.obx.field(14))
    told: dict[tuple[str, str], str] = {}
    names = []
    for candidate in candidates:
        at = candidate.obx.field(14) if len(times[candidate.key]) > 1 else ""
        name = "|".join((laboratory_of(message), number, *candidate.key, *([at] if at else [])))
        value = candidate.obx.field(5)
        clashes = told.setdefault((name, candidate.obx.field(11).strip()), value) != value
        names.append((name, _CLASH if clashes else ""))
    return names


def _order_number(order: Order, split: Splitter) -> str:
    """The laboratory's number of the order, else that of whoever ordered."""
    for field in (3, 2):
        for segment in (order.obr, order.orc):
            number = split.text(segment, field)
            if number:
                return number
    return ""
