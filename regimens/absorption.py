"""How each form is absorbed beside the others, as an order and never as a number (pure).

Clinical facts 2.2. A tier is derived (D) from the studies beside it: figures differ by method, so none is
kept. What the register of claims says of a study is said here in the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from protocols.claims import by_id
from protocols.register import sources as by
from protocols.register.shape import Source, Study
from regimens.salts import SALTS, Family, Form

DIET_SUPPL = Source("J Diet Suppl", "2020", "direct and delayed release", "B")


class Tier(StrEnum):
    """How well a form is absorbed, beside the others."""

    LOW = "LOW"
    HIGHER = "HIGHER"
    MIXED = "MIXED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Absorption:
    """A tier, why (mark D), and the studies from which it was derived."""

    tier: Tier
    why: str
    studies: tuple[Study, ...] = ()
    mark: str = "D"


def said(claim_id: str, source: Source) -> Study:
    """What the register of claims tells of a source beside a claim."""
    return next(study for study in by_id(claim_id).studies if study.source == source)


_FIROZ, _WALKER, _KAPPELER = (said("C01", source) for source in (by.FIROZ, by.WALKER, by.KAPPELER))
_AS_OXIDE = Absorption(Tier.LOW, "Placed beside oxide; no comparison of its own was found.")
_SOLUBLE = Absorption(Tier.HIGHER, "Above oxide, and like the other soluble salts.", (_FIROZ,))
_NO_DATA = Absorption(Tier.UNKNOWN, "No comparison in people was found.")
_NOT_COMPARED = Absorption(Tier.UNKNOWN, "In none of the comparisons that were read.")

ABSORPTION: Mapping[Family, Absorption] = {
    Family.GLYCINATE: Absorption(
        Tier.HIGHER,
        "A chelate was above oxide in one trial; in another there was no difference overall.",
        (_WALKER, said("C03", by.SCHUETTE), said("C02", by.SCHUETTE)),
    ),
    Family.CITRATE: Absorption(Tier.HIGHER, "Above oxide in two trials.", (_WALKER, _KAPPELER)),
    Family.OXIDE: Absorption(
        Tier.LOW, "Below each form that it was compared with.", (_FIROZ, _WALKER, _KAPPELER)
    ),
    Family.HYDROXIDE: _AS_OXIDE,
    Family.MALATE: _NO_DATA,
    Family.THREONATE: _NO_DATA,
    Family.TAURATE: _NO_DATA,
    Family.CHLORIDE: _SOLUBLE,
    Family.LACTATE: _SOLUBLE,
    Family.SULFATE: _AS_OXIDE,
    Family.CARBONATE: _AS_OXIDE,
    Family.ASPARTATE: _SOLUBLE,
    Family.GLUCONATE: _NOT_COMPARED,
    Family.OROTATE: _NO_DATA,
    Family.PIDOLATE: _NOT_COMPARED,
    Family.GLYCEROPHOSPHATE: _NOT_COMPARED,
}
BUFFERED = Absorption(Tier.MIXED, "A blend: the part that is oxide is absorbed as oxide is.")

# What holds whatever the form.
OF_ANY_FORM: tuple[Study, ...] = (
    said("C01", by.BLANCQUAERT),
    Study("An enteric coat made chloride worse absorbed than acetate.", by.FINE),
    Study("500 mg at once or with delayed release: no difference in absorption or tolerance.", DIET_SUPPL),
)


def absorption_of(form: Form) -> Absorption:
    """Where a form stands; a blend with oxide is mixed."""
    salt = SALTS[form]
    return BUFFERED if salt.is_blend else ABSORPTION[salt.family]
