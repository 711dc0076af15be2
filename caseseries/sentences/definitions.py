"""Who is in, and what counts as an outcome, in words (pure)."""

from accounts.wording import count, day, listed, number
from caseseries.definition import CohortCriteria, Improved, OutcomeDefinition
from patients.models import Sex
from patients.vocabulary import MODIFIERS

STEP_WORDS = {
    "ALL": "All patients",
    "FORM": "took the form",
    "WEEKS": "long enough since the start",
    "AGE": "of the age",
    "SEX": "of the sex",
    "PERIOD": "started in the period",
    "DOSE": "dose at the start",
    "BASELINE": "values at the start",
    "KIDNEY": "kidney function",
    "MODIFIERS": "modifiers",
    "CONSENT": "consent given",
}
_MODIFIERS = {facts.code: facts.label for facts in MODIFIERS}


def criteria_in_words(cohort: CohortCriteria) -> list[str]:
    """Who is in, one line a criterion."""
    forms = " or ".join(family.label.lower() for family in cohort.families)
    lines = [f"First time that the person took {forms or 'magnesium of any form'}"]
    lines.append(f"At least {count(cohort.minimum_weeks, 'week')} from the start to the data cut")
    lines += _who(cohort) + _when(cohort) + _measured(cohort)
    return [*lines, "Consent to research given"]


def _who(cohort: CohortCriteria) -> list[str]:
    lines = []
    if cohort.minimum_age_years is not None:
        lines.append(f"Aged {cohort.minimum_age_years} or more at the start")
    if cohort.maximum_age_years is not None:
        lines.append(f"Aged {cohort.maximum_age_years} or less at the start")
    if cohort.sex:
        lines.append(f"Sex: {listed([str(Sex(sex).label).lower() for sex in cohort.sex])}")
    return lines


def _when(cohort: CohortCriteria) -> list[str]:
    lines = []
    if cohort.started_from is not None:
        lines.append(f"Started on {day(cohort.started_from)} or later")
    if cohort.started_until is not None:
        lines.append(f"Started on {day(cohort.started_until)} or earlier")
    return lines


def _measured(cohort: CohortCriteria) -> list[str]:
    """Bounds of the day of the start; who was not measured stays in, and is counted as not measured."""
    bounds = (
        ("Dose at the start", cohort.minimum_elemental_mg_per_day, "mg/day elemental", "or more"),
        ("Dose at the start", cohort.maximum_elemental_mg_per_day, "mg/day elemental", "or less"),
        ("GAD-7 at the start", cohort.minimum_gad7, "points", "or more, or not measured"),
        ("GAD-7 at the start", cohort.maximum_gad7, "points", "or less, or not measured"),
        (
            "Ionized magnesium at the start",
            cohort.minimum_ionized_mg_mmol_l,
            "mmol/L",
            "or more, or not measured",
        ),
        (
            "Ionized magnesium at the start",
            cohort.maximum_ionized_mg_mmol_l,
            "mmol/L",
            "or less, or not measured",
        ),
        ("eGFR at the start", cohort.minimum_egfr, "mL/min/1.73 m²", "or more, or not measured"),
    )
    lines = [
        f"{what}: {number(bound)} {unit} {side}" for what, bound, unit, side in bounds if bound is not None
    ]
    lines += [f"With {_MODIFIERS[code].lower()} at the start" for code in cohort.with_modifiers]
    return lines + [f"Without {_MODIFIERS[code].lower()} at the start" for code in cohort.without_modifiers]


def outcome_in_words(outcome: OutcomeDefinition) -> str:
    """What "less anxious", "worse" and the new symptom of the headline mean."""
    grade = "" if outcome.grade_at_most is None else f" of grade {outcome.grade_at_most} or less (CTCAE)"
    return (
        f"Less anxious: GAD-7 of {outcome.baseline_minimum} or more at the start (the last on or before it), "
        f"{_improved(outcome)} on day {outcome.day} ± {outcome.margin_days} (the nearest). "
        f"Worse: higher by {outcome.rise} or more, from any start. "
        f"New {outcome.symptom.label.lower()}{grade}: in who was free of it at the start and asked at least "
        f"once afterwards; a lower dose is told apart from {number(outcome.lowered_to_mg)} mg/day elemental "
        f"down (founding article, unverified)."
    )


def _improved(outcome: OutcomeDefinition) -> str:
    if outcome.improved is Improved.REMISSION:
        low = outcome.remission_below
        return f"from {low} or more to below {low}"
    if outcome.improved is Improved.PERCENT:
        return f"lower by {outcome.percent} % or more"
    return f"lower by {outcome.drop} or more"
