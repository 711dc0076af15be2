"""Everything that the page of a series says."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.wording import count, day, listed
from caseseries.definition import CohortCriteria
from caseseries.figures import Figure
from caseseries.sentences import (
    LIMITATION,
    STEP_WORDS,
    criteria_in_words,
    outcome_in_words,
    sentences,
    small_cells,
    too_few,
)
from caseseries.series import Series
from caseseries.shown import facts
from caseseries.shown.changes import SymptomBlock, symptom_blocks
from caseseries.shown.facts import Fact, Grid
from caseseries.shown.key_numbers import KeyNumber, key_numbers
from caseseries.summary import Remaining, Summary


@dataclass(frozen=True)
class StepRow:
    """How many remained after a step; `n` and `removed` are None where they are suppressed."""

    label: str
    n: int | None
    removed: int | None
    most: int


@dataclass(frozen=True)
class Counts:
    """What is said of a series that has people enough."""

    key_numbers: list[KeyNumber]
    people: list[Fact]
    ages: Grid
    kidneys: Grid
    outcomes: Grid
    stand: list[Fact]
    safety: list[Fact]
    follow_up: list[Fact]
    doses: list[Fact]
    weeks_at_dose: Grid
    by_form: Grid
    symptoms: list[SymptomBlock]
    nobody_measured: str


@dataclass(frozen=True)
class Shown:
    """`counts` is None when nobody matches, or too few."""

    sha256: str
    title: str
    data_cut: str
    is_internal: bool
    nobody: str
    too_few: str
    steps: list[StepRow]
    counts: Counts | None
    figures: Sequence[Figure]
    criteria: list[str]
    outcome: str
    sentences: list[str]
    small_cells: str
    protocol_version: int
    version: str
    limitation: str = LIMITATION

    @property
    def left(self) -> list[Figure]:
        """The figures of the left column; the people at the start stand in the right one."""
        return [figure for figure in self.figures if figure.name not in self._right]

    @property
    def right(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.name in self._right]

    @property
    def _right(self) -> tuple[str, ...]:
        """Beside the tall swimmer plot there is more room."""
        is_tall = any(figure.name == "swimmer" for figure in self.figures)
        return ("ionized_mg", "symptoms") if is_tall else ("symptoms",)


def shown(series: Series, figures: Sequence[Figure]) -> Shown:
    """The page's words for a series, beside its figures."""
    summary, definition = series.summary, series.definition
    return Shown(
        sha256=definition.sha256,
        title=_title(definition.cohort),
        data_cut=day(series.data_cut_on),
        is_internal=summary.is_internal,
        nobody=_nobody(summary.attrition) if summary.n == 0 else "",
        too_few=too_few(summary.threshold) if summary.n is None else "",
        steps=_steps(summary.attrition),
        counts=_counts(series) if summary.n else None,
        figures=figures,
        criteria=criteria_in_words(definition.cohort),
        outcome=outcome_in_words(definition.outcome),
        sentences=sentences(summary, definition),
        small_cells="" if summary.is_internal else small_cells(summary.threshold),
        protocol_version=series.protocol_version,
        version=series.version_in_words,
    )


def _title(cohort: CohortCriteria) -> str:
    forms = listed([family.label for family in cohort.families]) or "Any form"
    return f"{forms}, at least {count(cohort.minimum_weeks, 'week')} since the start"


def _nobody(attrition: list[Remaining]) -> str:
    """Which step left nobody, in words."""
    last = next((step for step in attrition if step.n == 0), attrition[-1])
    return f"The last step that removed people: {STEP_WORDS[last.step].lower()}."


def _steps(attrition: list[Remaining]) -> list[StepRow]:
    most = max((step.n for step in attrition if step.n is not None), default=0)
    return [StepRow(STEP_WORDS[step.step], step.n, step.removed, max(most, 1)) for step in attrition]


def _counts(series: Series) -> Counts:
    summary = series.summary
    return Counts(
        key_numbers=key_numbers(summary, series.definition.outcome),
        people=facts.people_at_start(summary),
        ages=facts.ages_by_sex(summary.sexes),
        kidneys=facts.kidneys(summary),
        outcomes=facts.outcomes(summary),
        stand=facts.where_all_stand(summary),
        safety=facts.safety(summary),
        follow_up=facts.follow_up(summary),
        doses=facts.doses(summary),
        weeks_at_dose=facts.weeks_at_dose(summary),
        by_form=facts.by_form(summary),
        symptoms=symptom_blocks(summary, series.definition.outcome),
        nobody_measured=_nobody_measured(summary),
    )


def _nobody_measured(summary: Summary) -> str:
    """Said when an outcome was defined that nobody answered."""
    if summary.less_anxious.less_of_observed.of != 0:
        return ""
    return (
        "Nobody has a GAD-7 at the start and one in the window of the outcome, so nobody can be less anxious."
    )
