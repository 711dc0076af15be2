"""Draws of a synthetic person: age, kidney, magnesium, anxiety (pure; the same seed gives the same person).

Distributions: clinical facts 9 (S unless marked). They make data that exercise the rules, and are no facts.
"""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

CENT = Decimal("0.01")
# Ionized Mg, mmol/L: mean and SD at the start, effect of 100 mg/day over 6 weeks, pull to the mean, noise.
IONIZED_MEAN, IONIZED_SD = 0.53, 0.05
PER_100_MG_ORGANIC, PER_100_MG_OXIDE, SATURATES_AT_MG = 0.008, 0.006, 300.0
PULL, NOISE_SD = -0.3, 0.022
# CKD-EPI 2021 (3.4, A): kappa in mg/dL, alpha, factor.
_KIDNEY = {"FEMALE": (0.7, -0.241, 1.012), "MALE": (0.9, -0.302, 1.0)}


@dataclass(frozen=True)
class Body:
    """Age in years, eGFR in mL/min/1.73 m², true ionized Mg in mmol/L, GAD-7, adherence 0 to 1."""

    sex: str
    age: int
    egfr: float
    ionized: float
    gad7: int
    adherence: float


def body(chance: Random) -> Body:
    """Somebody who comes to the clinic."""
    return Body(
        sex="FEMALE" if chance.random() < 0.65 else "MALE",
        age=round(clipped(chance, 48, 15, 20, 88)),
        egfr=clipped(chance, 88, 18, 34, 125),
        ionized=clipped(chance, IONIZED_MEAN, IONIZED_SD, 0.38, 0.72),
        gad7=round(clipped(chance, 11, 4, 3, 21)),
        adherence=chance.betavariate(4.4, 0.9),
    )


def clipped(chance: Random, mean: float, sd: float, low: float, high: float) -> float:
    """A normal draw, cut at both ends."""
    return min(max(chance.gauss(mean, sd), low), high)


def measured(chance: Random, ionized: float) -> Decimal:
    """What the analyzer says of a true ionized Mg, both in mmol/L."""
    return Decimal(min(max(ionized + chance.gauss(0, NOISE_SD), 0.3), 0.78)).quantize(CENT)


def treated(person: Body, elemental_mg: float, *, oxide: bool = False) -> float:
    """True ionized Mg in mmol/L after six weeks of a daily dose."""
    per_100_mg = PER_100_MG_OXIDE if oxide else PER_100_MG_ORGANIC
    effect = per_100_mg * min(elemental_mg, SATURATES_AT_MG) / 100 * person.adherence
    return person.ionized + effect + PULL * (person.ionized - IONIZED_MEAN)


def creatinine_of(person: Body) -> Decimal:
    """The creatinine in mg/dL at which CKD-EPI 2021 gives the person's eGFR."""
    kappa, alpha, factor = _KIDNEY[person.sex]
    ratio = person.egfr / (142 * 0.9938**person.age * factor)
    exponent = alpha if ratio > 1 else -1.2
    return Decimal(kappa * ratio ** (1 / exponent)).quantize(CENT)


def gad7_items(chance: Random, total: int) -> tuple[int, ...]:
    """Seven answers of 0 to 3 that add up to `total`."""
    items = [0] * 7
    for _ in range(total):
        items[chance.choice([n for n, points in enumerate(items) if points < 3])] += 1
    return tuple(items)
