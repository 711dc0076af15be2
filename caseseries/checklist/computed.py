"""What the records say to each computed item of the checklist, suppressed as the summary is (pure)."""

from collections.abc import Callable, Sequence

from accounts.wording import count, day, listed, number
from caseseries.sentences import criteria_in_words, of_people, outcome_in_words, small_cells
from caseseries.series import Series
from caseseries.statistics import Spread
from caseseries.summary import NamedCount
from caseseries.wording import NOT_SHOWN, counted


def computed(series: Series) -> dict[int, str]:
    """The text by the number of the item."""
    return {item: text(series) for item, text in _TEXTS.items()}


def _title(series: Series) -> str:
    families = series.definition.cohort.families
    forms = listed([family.label.lower() for family in families]) or "any form of magnesium"
    week = series.definition.outcome.day // 7
    return (
        f"Case series: {forms} in one clinic, GAD-7 and ionized magnesium at {count(week, 'week')}, "
        f"{_people(series)}."
    )


def _abstract(series: Series) -> str:
    summary = series.summary
    return (
        f"{_people(series)}; data cut {day(series.data_cut_on)}; uncontrolled case series; less anxious "
        f"{of_people(summary.less_anxious.less_of_observed)}."
    )


def _design(series: Series) -> str:
    return (
        "One clinic. Consecutive: every start of the period is in, or is counted with the step that took "
        "it away."
    )


def _inclusion(series: Series) -> str:
    steps = series.summary.attrition
    reached = "; ".join(_named(series.summary.reached))
    return (
        f"{counted(steps[0].n)} patients, {counted(steps[-1].n)} included. "
        f"On the day of the outcome: {reached}."
    )


def _criteria(series: Series) -> str:
    return ". ".join(criteria_in_words(series.definition.cohort)) + "."


def _periods(series: Series) -> str:
    weeks = _median(series.summary.follow_up.weeks, "weeks")
    return f"Starts as the criteria say; followed {weeks}; data cut {day(series.data_cut_on)}."


_WAYS = {None: f"ways of measuring {NOT_SHOWN}", 0: "never measured", 1: "one way of measuring"}


def _measured(series: Series) -> str:
    change = series.summary.ionized_mg_mmol_l
    ways = _WAYS.get(change.methods, f"{change.methods} ways of measuring, mixed")
    return f"Ionized magnesium at both times in {of_people(change.measured_at_both)}; {ways}."


def _demographics(series: Series) -> str:
    sexes = "; ".join(f"{sex.sex.lower()} {of_people(sex.share)}" for sex in series.summary.sexes)
    return f"{sexes}. Age {_median(series.summary.age_years, 'years')}."


def _clinical(series: Series) -> str:
    egfr = "; ".join(_named(series.summary.egfr))
    return f"eGFR before the start, mL/min/1.73 m²: {egfr}. Genotype and microbiome are never exported."


def _prior(series: Series) -> str:
    return f"Magnesium before the start: {'; '.join(_named(series.summary.prior_magnesium))}."


def _doses(series: Series) -> str:
    doses = series.summary.doses
    return (
        f"Elemental dose {_median(doses.at_start, 'mg/day')} at the start, "
        f"{_median(doses.at_outcome, 'mg/day')} on the day of the outcome."
    )


def _changes(series: Series) -> str:
    doses = series.summary.doses
    return f"Lowered in {of_people(doses.lowered)}, raised in {of_people(doses.raised)}."


def _follow_up(series: Series) -> str:
    follow_up = series.summary.follow_up
    return (
        f"Followed {_median(follow_up.weeks, 'weeks')}. Re-evaluations on time "
        f"{of_people(follow_up.reevaluations_on_time)}, late {of_people(follow_up.reevaluations_late)}, "
        f"missed {of_people(follow_up.reevaluations_missed)}."
    )


def _timeline(series: Series) -> str:
    return "Figures by weeks since the start, never dates."


def _assessed(series: Series) -> str:
    change = series.summary.ionized_mg_mmol_l
    if change.change is None:
        return "The change of ionized magnesium is not shown."
    return (
        f"Ionized magnesium changed by {change.change.mean:+.3f} mmol/L on average "
        f"in {of_people(change.measured_at_both)}."
    )


def _told(series: Series) -> str:
    less = series.summary.less_anxious
    return (
        f"{outcome_in_words(series.definition.outcome)} Less: {of_people(less.less_of_observed)}; "
        f"worse: {of_people(less.worse_of_observed)}; neither: {counted(less.neither)}."
    )


def _adherence(series: Series) -> str:
    most = of_people(series.summary.follow_up.adherence_80_or_more)
    return f"Share of intakes as visits recorded it; 80 % or more in {most}."


def _events(series: Series) -> str:
    safety, symptoms = series.summary.safety, series.summary.new_symptoms
    new = "; ".join(f"{one.label.lower()} {of_people(one.new)}" for one in symptoms)
    return (
        f"Serious {of_people(safety.serious)}; died {of_people(safety.died)}; stopped for harm "
        f"{of_people(safety.stopped_for_harm)}. New: {new or 'nobody was asked about a symptom'}."
    )


def _statistics(series: Series) -> str:
    return "Descriptive only: Wilson intervals of shares, t intervals of means, Kaplan and Meier; no p-value."


def _missing(series: Series) -> str:
    less, change = series.summary.less_anxious, series.summary.ionized_mg_mmol_l
    return (
        f"Without a value at the start, and without a later one. GAD-7: {counted(less.no_baseline)} and "
        f"{counted(less.no_outcome)}. Ionized magnesium: {counted(change.no_baseline)} and "
        f"{counted(change.no_outcome)}."
    )


def _consent(series: Series) -> str:
    last = series.summary.attrition[-1]
    return f"Only who consented is in: {counted(last.n)}; the last step took {counted(last.removed)} away."


def _deidentified(series: Series) -> str:
    summary = series.summary
    cells = "Internal: nothing is suppressed." if summary.is_internal else small_cells(summary.threshold)
    return (
        f"No name, number, date or free text; weeks since the start and age bands. {cells} "
        f"{count(summary.suppressed_cells, 'cell')} suppressed; protocol {series.protocol_version}; "
        f"data cut {day(series.data_cut_on)}."
    )


def _people(series: Series) -> str:
    return f"{counted(series.summary.n)} people"


def _named(groups: Sequence[NamedCount]) -> list[str]:
    """`not yet 3`."""
    return [f"{group.name.replace('_', ' ').lower()} {counted(group.n)}" for group in groups]


def _median(spread: Spread | None, unit: str) -> str:
    if spread is None:
        return "not shown"
    return (
        f"{number(spread.median)} {unit} (median; quartiles {number(spread.lower_quartile)} to "
        f"{number(spread.upper_quartile)})"
    )


_TEXTS: dict[int, Callable[[Series], str]] = {
    1: _title,
    2: _abstract,
    6: _design,
    7: _inclusion,
    8: _criteria,
    9: _periods,
    10: _measured,
    11: _demographics,
    12: _clinical,
    13: _prior,
    14: _doses,
    15: _changes,
    17: _follow_up,
    18: _timeline,
    19: _assessed,
    20: _told,
    21: _adherence,
    22: _events,
    23: _statistics,
    24: _missing,
    28: _consent,
    30: _deidentified,
}
