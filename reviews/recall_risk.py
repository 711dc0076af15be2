"""Who may be booked together with others, and who is looked at one by one, and why (pure).

Stable means: the last magnesium in its interval, nothing else on the queue, an eGFR of 60 or more, and a
dose at or below the level. What is not known is not stable. Source: own rule for the work of a clinic (S);
the limits are the protocol's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.wording import NO_BREAK, listed, number

IN_RANGE = "NORMAL"


@dataclass(frozen=True)
class Known:
    """What is on record of one patient.

    `interpretation` is that of the newest sound magnesium result, empty without one; `flags` are the other
    standing flags in a few words; `egfr` is in mL/min/1.73 m², `elemental_mg` what is taken a day from all
    sources but food.
    """

    interpretation: str = ""
    flags: Sequence[str] = ()
    egfr: Decimal | None = None
    elemental_mg: Decimal = Decimal(0)
    after_harm: bool = False


def risks(known: Known, *, egfr_caution: Decimal, level_mg: Decimal) -> list[str]:
    """Why this patient is booked alone; nothing for one who is stable.

    `egfr_caution` in mL/min/1.73 m², `level_mg` the upper level for supplements where the clinic is.
    """
    found = []
    if known.after_harm:
        found.append("stopped for harm")
    if known.flags:
        found.append(f"also on the queue: {listed(list(known.flags))}")
    if not known.interpretation:
        found.append("no magnesium result")
    elif known.interpretation != IN_RANGE:
        found.append("last magnesium not in range")
    if known.egfr is None:
        found.append("no eGFR recorded")
    elif known.egfr < egfr_caution:
        found.append(f"eGFR{NO_BREAK}{number(known.egfr.quantize(Decimal('0.1')))}")
    if known.elemental_mg > level_mg:
        found.append(f"{number(known.elemental_mg)} mg/day, above the level of {number(level_mg)}")
    return found
