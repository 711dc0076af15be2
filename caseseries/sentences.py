"""The sentences that a case series may say: each with its counts, its interval and who is missing (pure).

The contract of the sentences: a numerator that was defined beforehand, a denominator of those who were
measured, the figure that counts the missing as not improved, and a suppressed sentence where a cell is
(clinical facts 7.3 and 10.2). None says that magnesium caused anything.
"""

from accounts.wording import count, day, number
from caseseries.criteria import CohortCriteria, OutcomeDefinition, SeriesDefinition
from caseseries.summary import Change, LessAnxious, NewSymptom, Share, Summary

LIMITATION = (
    "Uncontrolled observation of one clinic: it does not show that magnesium caused the change (regression "
    "to the mean, placebo effect, co-treatment). Descriptive only."
)
STEP_WORDS = {
    "ALL": "All patients",
    "FORM": "took the form",
    "WEEKS": "long enough since the start",
    "AGE": "of the age",
    "PERIOD": "started in the period",
    "CONSENT": "consent given",
}


def small_cells(threshold: int) -> str:
    """What a reader is told about empty places."""
    return f"Counts from 1 to {threshold - 1}, and those that would tell them, are suppressed."


def too_few(threshold: int) -> str:
    return f"Fewer than {threshold} people: nothing is shown."


def criteria_in_words(cohort: CohortCriteria) -> list[str]:
    """Who is in, one line a criterion."""
    form = f"took {cohort.form.label.lower()}" if cohort.form else "took magnesium of any form"
    said = [f"First time that the person {form}"]
    said.append(f"At least {count(cohort.minimum_weeks, 'week')} from the start to the data cut")
    youngest, oldest = cohort.minimum_age_years, cohort.maximum_age_years
    if youngest is not None:
        said.append(f"Aged {youngest} or more at the start")
    if oldest is not None:
        said.append(f"Aged {oldest} or less at the start")
    if cohort.started_from is not None:
        said.append(f"Started on {day(cohort.started_from)} or later")
    if cohort.started_until is not None:
        said.append(f"Started on {day(cohort.started_until)} or earlier")
    return [*said, "Consent to research given"]


def outcome_in_words(outcome: OutcomeDefinition) -> str:
    """What "less anxious" and "worse" mean."""
    return (
        f"Less anxious: GAD-7 of {outcome.baseline_minimum} or more at the start (the last on or before it), "
        f"lower by {outcome.drop} or more on day {outcome.day} ± {outcome.margin_days} (the nearest). "
        f"Worse: higher by {outcome.rise} or more, from any start."
    )


def of_people(share: Share) -> str:
    """`34 of 50 (68 %, 95 % CI 54.2–79.2 %)`; in words where it is suppressed or nobody was asked."""
    if share.n is None or share.of is None:
        return "suppressed"
    if share.percent is None or share.low_percent is None or share.high_percent is None:
        return f"{share.n} of {share.of}"
    interval = f"{number(share.low_percent)}–{number(share.high_percent)} %"
    return f"{share.n} of {share.of} ({number(share.percent)} %, 95 % CI {interval})"


def counted(n: int | None) -> str:
    return "suppressed" if n is None else str(n)


def sentences(summary: Summary, definition: SeriesDefinition) -> list[str]:
    """All that the series says; of a series that is too small only that it is."""
    if summary.n is None:
        return [too_few(summary.threshold)]
    return [
        *_anxiety(summary.less_anxious, definition.outcome),
        _change(summary.ionized_mg_mmol_l),
        *(_symptom(symptom) for symptom in summary.new_symptoms),
    ]


def _anxiety(less: LessAnxious, outcome: OutcomeDefinition) -> list[str]:
    week = outcome.day // 7
    missing = (
        f"no GAD-7 at the start {counted(less.no_baseline)}, none at week {week} {counted(less.no_week_12)}"
    )
    return [
        f"Less anxious at {week} weeks: {of_people(less.less_of_observed)} of those with both GAD-7 totals; "
        f"{of_people(less.less_of_all)} of all who started, not measured counted as not less ({missing}).",
        f"Worse at {week} weeks: {of_people(less.worse_of_observed)} of those with both; "
        f"{of_people(less.worse_of_all)} of all who started.",
    ]


def _change(change: Change) -> str:
    share = of_people(change.measured_at_both)
    both = f"Ionized magnesium was measured at the start and around week 12 in {share}"
    if change.change is None:
        return f"{both}; the change is not shown."
    spread = change.change
    around = "" if spread.sd is None else f" (SD {spread.sd:.3f})"
    return f"{both}; it changed by {spread.mean:+.3f} mmol/L on average{around}, median {spread.median:+.3f}."


def _symptom(symptom: NewSymptom) -> str:
    return (
        f"New {symptom.label.lower()}: {of_people(symptom.new)} of those free of it at the start and asked "
        f"later; already present {counted(symptom.already_present)}, "
        f"never asked {counted(symptom.never_asked)}."
    )
