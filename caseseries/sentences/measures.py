"""Ionized magnesium, doses, and one form beside the others (pure)."""

from accounts.wording import number
from caseseries.definition import OutcomeDefinition
from caseseries.sentences.words import DAYS_OF_A_WEEK, mean_change, of_people
from caseseries.statistics import Spread
from caseseries.summary import Change, Doses, FormGroup, Summary
from caseseries.wording import counted
from regimens.salts import Family


def ionized_mg(change: Change, outcome: OutcomeDefinition) -> str:
    """The mean change of those with both values, and how many changed by more than noise."""
    week = outcome.day // DAYS_OF_A_WEEK
    share = of_people(change.measured_at_both)
    both = (
        f"Ionized magnesium was measured at the start and around week {week} in {share}; not at the start "
        f"{counted(change.no_baseline)}, not around week {week} {counted(change.no_outcome)}"
    )
    if change.change is None:
        return f"{both}; the change is not shown."
    mean = mean_change(change.change.mean, change.mean_low, change.mean_high, "+.3f", "mmol/L on average")
    return (
        f"{both}. It changed by {mean}, median {change.change.median:+.3f}; by the reference change value or "
        f"more, which is beyond noise, in {of_people(change.beyond_reference_change)}.{_methods(change)}"
    )


def _methods(change: Change) -> str:
    if change.methods is None:
        return " Of how many methods the values are is not shown."
    return f" The values are of {change.methods} methods." if change.methods > 1 else ""


def doses(said: Doses, outcome: OutcomeDefinition) -> str:
    """Elemental amounts over all products, and how many had them changed."""
    week = outcome.day // DAYS_OF_A_WEEK
    return (
        f"Elemental dose, median: {_median(said.at_start)} at the start, {_median(said.at_outcome)} at week "
        f"{week} in who still took any, {of_people(said.taking_at_outcome)}; not yet there "
        f"{counted(said.not_yet_at_outcome)}. Lowered at least once in {of_people(said.lowered)}, raised in "
        f"{of_people(said.raised)}."
    )


def _median(spread: Spread | None) -> str:
    return "not shown" if spread is None else f"{number(spread.median)} mg/day"


def forms(summary: Summary, outcome: OutcomeDefinition) -> list[str]:
    """One sentence a form; none when a group is too small, or there is but one."""
    return [_form(group, outcome) for group in summary.by_form]


def _form(group: FormGroup, outcome: OutcomeDefinition) -> str:
    change = group.ionized_mg_change_mmol_l
    ionized = "not shown" if change is None else f"{change.mean:+.3f} mmol/L on average in {change.n}"
    symptom = f"new {outcome.symptom.label.lower()} {of_people(group.new_symptom)}"
    return (
        f"{Family(group.family).label}, {counted(group.n)} people: less anxious "
        f"{of_people(group.less_anxious)}; {symptom}; change of ionized magnesium {ionized}. The groups were "
        f"not formed by chance."
    )
