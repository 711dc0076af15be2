"""What speaks against magnesium, or asks for care (pure): clinical facts 5.4 (A, B, K)."""

from collections.abc import Iterator

from accounts import wording
from patients.vocabulary import CONTRAINDICATIONS, Contraindication
from protocols.thresholds import Thresholds
from regimens.checks.facts import RegimenFacts
from regimens.checks.kidney import is_expired
from regimens.checks.lines import Check, Severity
from regimens.levels import supplement_level

# {code of a condition or co-treatment on the chart: sentence, mark, source}
CAUTIONS = {
    "PHENYLKETONURIA": ("Phenylketonuria: no product with aspartame.", "A", "CH label (5.4)"),
    "IBD": ("Inflammatory or irritable bowel: caution.", "B", "Exclusion of NCT02466087 (5.4)"),
    "CHRONIC_DIARRHOEA": ("Chronic diarrhoea: caution.", "B", "Exclusion of NCT02466087 (5.4)"),
    "INFUSION_OR_BLOCKER": (
        "Magnesium by infusion or a neuromuscular blocker at the same time: caution.",
        "K",
        "Not verified (5.4)",
    ),
}


def checks(facts: RegimenFacts, thresholds: Thresholds) -> Iterator[Check]:
    yield from (_contraindication(item, facts) for item in CONTRAINDICATIONS)
    for code, (sentence, mark, source) in CAUTIONS.items():
        if code in facts.conditions:
            yield Check("CAUTION", Severity.ATTENTION, sentence, mark, source, subject=code)
    if facts.is_pregnant or _may_be_pregnant(facts, thresholds):
        yield _pregnancy(facts, thresholds)


def _contraindication(item: Contraindication, facts: RegimenFacts) -> Check:
    """Yes stops, no passes, and what was not asked is said; a specialist may take on what is hers."""
    severity, words = {
        "YES": (Severity.STOP, "contraindicated."),
        "NO": (Severity.PASSED, "asked, no."),
    }.get(facts.contraindications.get(item.code, ""), (Severity.NOT_CHECKED, "not asked."))
    if severity is Severity.STOP and item.level == "SPECIALIST_ONLY":
        words = "specialist only."
        if facts.specialist_note.strip():
            severity, words = (
                Severity.ATTENTION,
                f"specialist only. Specialist: {facts.specialist_note.strip()}",
            )
    return Check(
        "CONTRAINDICATION",
        severity,
        f"{item.label}: {words}",
        item.mark,
        item.source,
        field="contraindications",
        subject=item.code,
    )


def _may_be_pregnant(facts: RegimenFacts, thresholds: Thresholds) -> bool:
    ages = range(thresholds.pregnancy_age_from_years, thresholds.pregnancy_age_to_years + 1)
    return facts.sex == "FEMALE" and facts.age_years in ages


def _pregnancy(facts: RegimenFacts, thresholds: Thresholds) -> Check:
    """Within the level a clinician decides; above it, a specialist; asked again after three months (S)."""
    source = "IOM 1997; CH label (5.1, 5.4)"
    if facts.is_pregnant:
        level = supplement_level(facts.jurisdiction, thresholds)
        is_above = facts.elemental_mg_per_day > level
        word = "Breastfeeding" if facts.pregnancy.told == "BREASTFEEDING" else "Pregnant"
        decides = "a specialist" if is_above else "a clinician"
        sentence = f"{word}: {'above' if is_above else 'within'} the level, {decides} decides."
        if facts.specialist_note.strip():
            sentence = f"{sentence} Specialist: {facts.specialist_note.strip()}"
        return Check("PREGNANCY", Severity.ATTENTION, sentence, "A", source, field="specialist_note")
    told, on = facts.pregnancy.told, facts.pregnancy.on
    if told != "NOT_PREGNANT" or on is None:
        return Check("PREGNANCY", Severity.NOT_CHECKED, "Pregnancy: not asked.", "S", "Own assumption (5.4)")
    said = f"Not pregnant, asked on {wording.day(on)}."
    if is_expired(facts.on, on, thresholds.pregnancy_asked_months):
        again = f"{said} Ask again: {thresholds.pregnancy_asked_months} months have passed."
        return Check("PREGNANCY", Severity.NOT_CHECKED, again, "S", "Own assumption (5.4)")
    return Check("PREGNANCY", Severity.PASSED, said, "S", "Own assumption (5.4)")
