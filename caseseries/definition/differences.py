"""What one definition asks for otherwise than another, in words (pure)."""

from typing import Any

from caseseries.definition.whole import SeriesDefinition

_WORDS = {
    "form": "form",
    "sex": "sex",
    "minimum_weeks": "weeks from the start to the data cut",
    "minimum_age_years": "lowest age",
    "maximum_age_years": "highest age",
    "started_from": "first day of the period",
    "started_until": "last day of the period",
    "minimum_elemental_mg_per_day": "lowest dose at the start, mg/day",
    "maximum_elemental_mg_per_day": "highest dose at the start, mg/day",
    "minimum_gad7": "lowest GAD-7 at the start",
    "maximum_gad7": "highest GAD-7 at the start",
    "minimum_ionized_mg_mmol_l": "lowest ionized magnesium at the start, mmol/L",
    "maximum_ionized_mg_mmol_l": "highest ionized magnesium at the start, mmol/L",
    "minimum_egfr": "lowest eGFR at the start, mL/min/1.73 m²",
    "with_modifiers": "with modifiers",
    "without_modifiers": "without modifiers",
    "instrument": "instrument",
    "day": "day of the outcome",
    "margin_days": "days around it",
    "baseline_minimum": "lowest GAD-7 that can improve",
    "improved": "what counts as less anxious",
    "drop": "drop of GAD-7",
    "percent": "drop of GAD-7 in per cent",
    "remission_below": "remission of GAD-7 below",
    "rise": "rise of GAD-7 that counts as worse",
    "symptom": "symptom",
    "grade_at_most": "highest grade of the symptom",
    "lowered_to_mg": "lowered to, mg/day",
}


def differences(old: SeriesDefinition, new: SeriesDefinition) -> list[str]:
    """One line for each key that differs, such as `lowest age: 18, before none`; none when they are equal."""
    before, now = _flat(old), _flat(new)
    return [
        f"{words}: {_said(now[key])}, before {_said(before[key])}"
        for key, words in _WORDS.items()
        if now[key] != before[key]
    ]


def _flat(definition: SeriesDefinition) -> dict[str, Any]:
    """Every key with its value, those too that JSON leaves out."""
    cohort, outcome = definition.cohort, definition.outcome
    values = {**vars(cohort), **vars(outcome)}
    values["form"] = values.pop("families")
    return values


def _said(value: Any) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, tuple):
        return " and ".join(_said(one) for one in value)
    return str(value).replace("_", " ").lower() if isinstance(value, str) else str(value)
