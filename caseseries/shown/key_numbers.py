"""The key numbers: a value with its denominator and interval, observed and of all who started (pure)."""

from dataclasses import dataclass, field

from accounts.wording import count, number
from caseseries.definition import OutcomeDefinition
from caseseries.statistics import Share, Spread
from caseseries.summary import Change, NewSymptom, Summary
from caseseries.wording import NOT_SHOWN, counted, interval, n_of, percent
from patients.symptoms import SYMPTOMS


@dataclass(frozen=True)
class KeyNumber:
    """A figure with its denominator, and what stands under it."""

    label: str
    value: str
    of: str = ""
    hints: list[str] = field(default_factory=list)


def key_numbers(summary: Summary, outcome: OutcomeDefinition) -> list[KeyNumber]:
    """People, less anxious, ionized magnesium and the symptom of the definition, in this order."""
    weeks = count(outcome.day // 7, "week")
    return [
        _people(summary),
        _less(summary, weeks),
        _ionized(summary.ionized_mg_mmol_l, weeks),
        _symptom(summary, outcome),
    ]


def _people(summary: Summary) -> KeyNumber:
    of = f"of {counted(summary.attrition[0].n)}"
    return KeyNumber("People", counted(summary.n), of, [*_ages(summary.age_years), *_sexes(summary)])


def _ages(spread: Spread | None) -> list[str]:
    if spread is None:
        return []
    quartiles = f"{number(spread.lower_quartile)}–{number(spread.upper_quartile)}"
    return [f"median age {number(spread.median)} years ({quartiles})"]


def _sexes(summary: Summary) -> list[str]:
    said = [f"{counted(sex.share.n)} {sex.sex.lower()}" for sex in summary.sexes if sex.share.n]
    return [", ".join(said)] if said else []


def _less(summary: Summary, weeks: str) -> KeyNumber:
    less = summary.less_anxious
    return KeyNumber(
        f"Less anxious at {weeks}",
        percent(less.less_of_observed),
        n_of(less.less_of_observed),
        [
            _ci(less.less_of_observed),
            f"all started: {percent(less.less_of_all)}, {n_of(less.less_of_all)}",
            f"not measured: {counted(less.no_baseline)} at the start, {counted(less.no_outcome)} later",
        ],
    )


def _ionized(change: Change, weeks: str) -> KeyNumber:
    label = f"Ionized Mg change, {weeks}"
    if change.change is None or change.at_start is None or change.at_outcome is None:
        return KeyNumber(label, NOT_SHOWN, "", [f"both measured: {n_of(change.measured_at_both)}"])
    return KeyNumber(
        label,
        f"{change.change.mean:+.2f}",
        "mmol/L",
        [
            *_mean_ci(change),
            f"from {change.at_start.mean:.2f} to {change.at_outcome.mean:.2f} mmol/L",
            f"both measured: {n_of(change.measured_at_both)}",
        ],
    )


def _mean_ci(change: Change) -> list[str]:
    if change.mean_low is None or change.mean_high is None:
        return []
    return [f"95 % CI {change.mean_low:+.3f} to {change.mean_high:+.3f}"]


def _symptom(summary: Summary, outcome: OutcomeDefinition) -> KeyNumber:
    label = f"New {SYMPTOMS[outcome.symptom].label.lower()}"
    new = next((one for one in summary.new_symptoms if one.symptom == outcome.symptom), None)
    if new is None:
        return KeyNumber(label, "not asked", "", ["Nobody was asked about it."])
    return KeyNumber(label, percent(new.new), n_of(new.new), [_ci(new.new), *_grades(new), *_missing(new)])


def _grades(new: NewSymptom) -> list[str]:
    said = [
        f"{grade.name.replace('_', ' ').lower()}: {counted(grade.n)}" for grade in new.grades if grade.n != 0
    ]
    return [", ".join(said)] if said else []


def _missing(new: NewSymptom) -> list[str]:
    return [f"already present {counted(new.already_present)}, never asked {counted(new.never_asked)}"]


def _ci(share: Share) -> str:
    return f"95 % CI {interval(share)}" if interval(share) else "nobody was measured"
