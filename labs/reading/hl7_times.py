"""Times as HL7 v2 writes them (pure): 20261103081500-0400, and the same cut after any part."""

import re
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from labs.reading.moments import BadDate, Stamp, written

_TIME = re.compile(r"[0-9]{4,14}(?:\.[0-9]{1,6})?(?:[+-][0-9]{4})?")
# A year, or a year and a month.
_VAGUE = re.compile(r"[0-9]{4}(?:[0-9]{2})?")


# The results of a sample repeat its time.
@lru_cache(maxsize=512)
def stamp_of(text: str, zone: ZoneInfo) -> Stamp | None:
    """The day, and the moment if hour and minute are told; None for an empty text. Raises BadDate."""
    if not text:
        return None
    if not _TIME.fullmatch(text):
        raise BadDate(f"Not an HL7 time: {text[:40]}")
    return written(text).stamp(zone)


def day_of(text: str, zone: ZoneInfo) -> date | None:
    """A birth date; None when only its year or month is told. Raises BadDate."""
    if _VAGUE.fullmatch(text):
        return None
    stamp = stamp_of(text, zone)
    return stamp.day if stamp else None
