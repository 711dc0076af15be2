"""Published limits that are stricter than a clinic's own value, to stand beside it (pure).

The published numbers are those of protocol 1 that a guideline, label, regulator (A) or paper (B) gives; each
carries its own source. An assumption of ours, or what only the article says, is no published limit.
"""

from collections.abc import Iterable
from decimal import Decimal

from protocols.thresholds import ALERT, INTERVAL, PROTOCOL_1, Threshold

_LIMITS = [threshold.name for threshold in PROTOCOL_1 if threshold.group in (ALERT, INTERVAL)]
_LEVELS = ("supplement_level_us_mg", "supplement_level_eu_mg")
# Where less is stricter: {number: the published limits of the same thing}.
_LESS_IS_STRICTER: dict[str, tuple[str, ...]] = {
    "maintenance_opens_days": ("maintenance_opens_days",),
    "maintenance_closes_days": ("maintenance_closes_days",),
    "supplement_level_us_mg": ("supplement_level_us_mg",),
    "supplement_level_eu_mg": ("supplement_level_eu_mg",),
    "article_cap_mg": _LEVELS,
    "supervision_above_mg": _LEVELS,
    "start_high_mg": _LEVELS,
    "vitamin_b6_level_us_mg": ("vitamin_b6_level_eu_mg",),
    "vitamin_b6_level_eu_mg": ("vitamin_b6_level_eu_mg",),
    "gad7_rise": ("gad7_rise",),
    "gad7_severe": ("gad7_severe",),
    **{name: (name,) for name in _LIMITS if "_high_" in name},
}
# Where more is stricter.
_MORE_IS_STRICTER: dict[str, tuple[str, ...]] = {
    "egfr_stop": ("egfr_stop",),
    "egfr_caution": ("egfr_caution",),
    **{name: (name,) for name in _LIMITS if "_low" in name},
}
_PUBLISHED = {threshold.name: threshold for threshold in PROTOCOL_1 if threshold.mark in ("A", "B")}


def stricter_than(name: str, value: int | Decimal) -> list[Threshold]:
    """The published limits of what `name` limits that are stricter than `value`, in its unit."""
    found = [limit for limit in _of(_LESS_IS_STRICTER, name) if limit.value < value]
    return found + [limit for limit in _of(_MORE_IS_STRICTER, name) if limit.value > value]


def _of(limits: dict[str, tuple[str, ...]], name: str) -> Iterable[Threshold]:
    return (_PUBLISHED[limit] for limit in limits.get(name, ()) if limit in _PUBLISHED)
