"""Less anxious, and worse: of those observed and of all who started, side by side (pure)."""

from caseseries.definition import OutcomeDefinition
from caseseries.sentences.words import DAYS_OF_A_WEEK, mean_change, of_people
from caseseries.summary import LessAnxious
from caseseries.wording import counted


def anxiety(less: LessAnxious, outcome: OutcomeDefinition) -> list[str]:
    """Numerator, both denominators, the window, who is missing, and the mean change with its interval."""
    week = outcome.day // DAYS_OF_A_WEEK
    window = f"day {outcome.day} ± {outcome.margin_days}"
    missing = (
        f"no GAD-7 at the start {counted(less.no_baseline)}, none at week {week} {counted(less.no_outcome)}"
    )
    return [
        f"Less anxious at {week} weeks ({window}): {of_people(less.less_of_observed)} of those with both "
        f"GAD-7 totals; {of_people(less.less_of_all)} of all who started, not measured counted as not less "
        f"({missing}).",
        f"Worse at {week} weeks: {of_people(less.worse_of_observed)} of those with both; "
        f"{of_people(less.worse_of_all)} of all who started; neither less nor worse {counted(less.neither)}.",
        *_change(less),
    ]


def _change(less: LessAnxious) -> list[str]:
    if less.change is None:
        return []
    change = mean_change(less.change.mean, less.mean_low, less.mean_high, "+.1f", "points on average")
    return [f"GAD-7 changed by {change}, in {less.change.n} with both totals."]
