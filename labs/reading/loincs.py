"""LOINC codes in files (pure): which are ours, and which cannot be any."""

import re
from functools import lru_cache

from labs.analytes import UnknownLoinc, analyte_of

_LONGEST = 10
_SHAPE = re.compile(r"[0-9]{1,7}-[0-9]")


def is_ours(code: str) -> bool:
    """Whether the code measures an analyte that Dolomite knows."""
    return len(code) <= _LONGEST and _is_ours(code)


@lru_cache(maxsize=1024)
def _is_ours(code: str) -> bool:
    try:
        analyte_of(code)
    except UnknownLoinc:
        return False
    return True


def is_loinc(code: str) -> bool:
    """Whether the code has the shape and the check digit of LOINC (modulus 10)."""
    if not _SHAPE.fullmatch(code):
        return False
    digits, check = code.split("-")
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[::-1][::2])
    return (doubled + sum(int(digit) for digit in digits[::-1][1::2]) + int(check)) % 10 == 0
