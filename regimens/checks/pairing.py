"""What is taken with magnesium (pure): vitamins against their levels, and phytate. Facts 1, 5.1."""

from collections.abc import Iterator
from decimal import Decimal

from accounts import wording
from protocols.thresholds import Thresholds
from regimens.checks.facts import RegimenFacts
from regimens.checks.lines import Check, Severity
from regimens.dosing import plain
from regimens.levels import vitamin_b6_level


def checks(facts: RegimenFacts, thresholds: Thresholds) -> Iterator[Check]:
    level, mark, source = vitamin_b6_level(facts.jurisdiction, thresholds)
    yield from _vitamin(
        facts, "VITAMIN_B6", "Vitamin B6", "mg", level, mark, source, facts.vitamin_b6_mg_of_products
    )
    yield from _vitamin(
        facts,
        "VITAMIN_D",
        "Vitamin D",
        "µg",
        thresholds.vitamin_d_level_ug,
        "K",
        "Not verified (5.1)",
        facts.vitamin_d_ug_of_products,
    )
    yield _vitamin_d_status(facts)
    yield _phytate(facts)


def _vitamin(
    facts: RegimenFacts,
    code: str,
    name: str,
    unit: str,
    level: Decimal,
    mark: str,
    source: str,
    of_products: Decimal,
) -> Iterator[Check]:
    """The sum over products and co-supplements against the upper level; nothing where none is taken."""
    told = [supplement.amount for supplement in facts.supplements if supplement.code == code]
    total = of_products + sum((amount for amount in told if amount is not None), Decimal(0))
    if not told and not total:
        return
    said = f"{name}: {plain(total)} {unit}/day"
    limit = f"{plain(level)} {unit}/day"
    if total > level:
        harm = " Too much B6 itself causes tingling." if code == "VITAMIN_B6" else ""
        yield Check(
            code, Severity.ATTENTION, f"{said} is above the upper level, {limit}.{harm}", mark, source
        )
    elif None in told:
        sentence = f"{said}, and more of unknown amount." if total else f"{name}: the amount is not known."
        yield Check(code, Severity.NOT_CHECKED, sentence, mark, source)
    else:
        yield Check(code, Severity.PASSED, f"{said} is not above the upper level, {limit}.", mark, source)


def _vitamin_d_status(facts: RegimenFacts) -> Check:
    found = "25-OH-D was not measured."
    if facts.vitamin_d_25oh_nmol_l is not None and facts.vitamin_d_25oh_on is not None:
        found = (
            f"25-OH-D {plain(facts.vitamin_d_25oh_nmol_l)} nmol/L of {wording.day(facts.vitamin_d_25oh_on)}."
        )
    sentence = f"Article: works only with enough vitamin D, unverified. {found}"
    return Check("ARTICLE_VITAMIN_D", Severity.INFORMATION, sentence, "C", "Founding article, C13", "C13")


def _phytate(facts: RegimenFacts) -> Check:
    on = facts.low_phytate_advised_on
    given = f"given on {wording.day(on)}" if on else "not given"
    sentence = f"Advice to keep phytate from the dose: {given}. Added phytate lowered absorption in a meal."
    return Check("PHYTATE_ADVICE", Severity.INFORMATION, sentence, "B", "Bohn 2004 (1, C14)", "C28")
