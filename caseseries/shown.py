"""A series as its page shows it: figures in words, and intervals as lines."""

from dataclasses import dataclass, field

from accounts.wording import count, day, number
from caseseries.sentences import (
    LIMITATION,
    STEP_WORDS,
    counted,
    criteria_in_words,
    outcome_in_words,
    sentences,
    small_cells,
    too_few,
)
from caseseries.series import Series
from caseseries.statistics import Spread
from caseseries.summary import NewSymptom, Remaining, SexCount, Share, Summary
from patients.models import Sex

SUPPRESSED = "suppressed"
SCALES = (25, 50, 100)
PLOT_WIDTH, PLOT_MARGIN = 120, 6


@dataclass(frozen=True)
class KeyNumber:
    """A figure with its denominator, and what stands under it."""

    label: str
    value: str
    of: str = ""
    hints: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class StepRow:
    """How many remained after a step; `n` is None where it is suppressed."""

    label: str
    n: int | None
    most: int


@dataclass(frozen=True)
class Whisker:
    """Where the interval of a share is drawn, in units of the figure."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class SymptomRow:
    """One new symptom: `whisker` is None where there is no interval to draw."""

    label: str
    share: str
    interval: str
    already_present: str
    never_asked: str
    whisker: Whisker | None


@dataclass(frozen=True)
class Fact:
    """A line of the people at the start."""

    label: str
    value: str


@dataclass(frozen=True)
class AgeTable:
    """People by age at the start and sex; a cell that is suppressed says so."""

    sexes: list[str]
    rows: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Shown:
    """Everything that the page of a series says."""

    sha256: str
    title: str
    data_cut: str
    is_internal: bool
    nobody: str
    too_few: str
    steps: list[StepRow]
    key_numbers: list[KeyNumber]
    people: list[Fact]
    ages: AgeTable
    symptoms: list[SymptomRow]
    scale: int
    criteria: list[str]
    outcome: str
    sentences: list[str]
    small_cells: str
    protocol_version: int
    limitation: str = LIMITATION


def shown(series: Series) -> Shown:
    """The page's words for a series."""
    summary, definition = series.summary, series.definition
    form = definition.cohort.form.label if definition.cohort.form else "Any form"
    scale = _scale([symptom.new for symptom in summary.new_symptoms])
    return Shown(
        sha256=definition.sha256,
        title=f"{form}, at least {count(definition.cohort.minimum_weeks, 'week')} since the start",
        data_cut=day(series.data_cut_on),
        is_internal=summary.is_internal,
        nobody=_nobody(summary.attrition) if summary.n == 0 else "",
        too_few=too_few(summary.threshold) if summary.n is None else "",
        steps=_steps(summary.attrition),
        key_numbers=_key_numbers(summary),
        people=_people(summary),
        ages=_ages_by_sex(summary.sexes),
        symptoms=[_symptom(symptom, scale) for symptom in summary.new_symptoms],
        scale=scale,
        criteria=criteria_in_words(definition.cohort),
        outcome=outcome_in_words(definition.outcome),
        sentences=sentences(summary, definition),
        small_cells="" if summary.is_internal else small_cells(summary.threshold),
        protocol_version=series.protocol_version,
    )


def _nobody(attrition: list[Remaining]) -> str:
    """Which step left nobody, in words."""
    last = next((step for step in attrition if step.n == 0), attrition[-1])
    return f"The last step that removed people: {STEP_WORDS[last.step].lower()}."


def _steps(attrition: list[Remaining]) -> list[StepRow]:
    most = max((step.n for step in attrition if step.n is not None), default=0)
    return [StepRow(STEP_WORDS[step.step], step.n, max(most, 1)) for step in attrition]


def _key_numbers(summary: Summary) -> list[KeyNumber]:
    everybody = summary.attrition[0].n
    less, mg = summary.less_anxious, summary.ionized_mg_mmol_l
    return [
        KeyNumber("People", counted(summary.n), f"of {counted(everybody)}", _ages(summary.age_years)),
        KeyNumber(
            "Less anxious at 12 weeks",
            _percent(less.less_of_observed),
            _n_of(less.less_of_observed),
            [
                _interval(less.less_of_observed),
                f"all started: {_percent(less.less_of_all)}, {_n_of(less.less_of_all)}",
                f"worse: {_n_of(less.worse_of_observed)}",
                f"not measured: {counted(less.no_baseline)} at the start, "
                f"{counted(less.no_week_12)} at week 12",
            ],
        ),
        KeyNumber(
            "Ionized Mg change, 12 weeks",
            _mean(mg.change, "+.2f") if mg.change else "not shown",
            "mmol/L" if mg.change else "",
            [
                f"from {_mean(mg.at_start, '.2f')} to {_mean(mg.at_week_12, '.2f')} mmol/L",
                f"both measured: {_n_of(mg.measured_at_both)}",
            ],
        ),
        KeyNumber(
            "Dose at 12 weeks",
            _median(summary.doses.at_week_12),
            "mg/day" if summary.doses.at_week_12 else "",
            [
                f"elemental, median; at the start {_median(summary.doses.at_start)}",
                f"still taking: {_n_of(summary.doses.taking_at_week_12)}",
            ],
        ),
    ]


def _people(summary: Summary) -> list[Fact]:
    facts = [Fact(_sex_label(sex), _n_percent(sex.share)) for sex in summary.sexes]
    if summary.age_years is not None:
        facts.append(Fact("Age, mean (SD)", _mean_sd(summary.age_years, "years")))
    if summary.less_anxious.at_start is not None:
        facts.append(Fact("GAD-7 at the start, mean (SD)", _mean_sd(summary.less_anxious.at_start, "points")))
    return facts


def _ages_by_sex(sexes: list[SexCount]) -> AgeTable:
    """A suppressed sex has no column: its bands would add up to it."""
    listed = [sex for sex in sexes if sex.age_bands]
    counts = {(sex.sex, band.age_band): band.n for sex in listed for band in sex.age_bands}
    return AgeTable(
        sexes=[_sex_label(sex) for sex in listed],
        rows=[
            (band, [counted(counts.get((sex.sex, band), 0)) for sex in listed])
            for band in sorted({band for _, band in counts})
        ],
    )


def _sex_label(sex: SexCount) -> str:
    return str(Sex(sex.sex).label).capitalize()


def _symptom(symptom: NewSymptom, scale: int) -> SymptomRow:
    return SymptomRow(
        label=symptom.label,
        share=_n_percent(symptom.new),
        interval=_interval(symptom.new).removeprefix("95 % CI "),
        already_present=counted(symptom.already_present),
        never_asked=counted(symptom.never_asked),
        whisker=_whisker(symptom.new, scale),
    )


def _scale(shares: list[Share]) -> int:
    """The per cent at the right end of the figures: the smallest that holds every interval."""
    highest = max((share.high_percent or 0 for share in shares), default=0)
    return next(scale for scale in SCALES if highest <= scale)


def _whisker(share: Share, scale: int) -> Whisker | None:
    if share.percent is None or share.low_percent is None or share.high_percent is None:
        return None

    def place(percent: float) -> float:
        return round(PLOT_MARGIN + percent / scale * (PLOT_WIDTH - 2 * PLOT_MARGIN), 1)

    return Whisker(place(share.low_percent), place(share.percent), place(share.high_percent))


def _percent(share: Share) -> str:
    return SUPPRESSED if share.percent is None and share.of != 0 else _or_none(share.percent)


def _or_none(percent: float | None) -> str:
    return "not measured" if percent is None else f"{number(percent)} %"


def _n_of(share: Share) -> str:
    return SUPPRESSED if share.n is None or share.of is None else f"{share.n} of {share.of}"


def _n_percent(share: Share) -> str:
    if share.percent is None:
        return _n_of(share)
    return f"{share.n} of {share.of} ({number(share.percent)} %)"


def _interval(share: Share) -> str:
    if share.low_percent is None or share.high_percent is None:
        return "" if share.of == 0 else SUPPRESSED
    return f"95 % CI {number(share.low_percent)}–{number(share.high_percent)} %"


def _mean(spread: Spread | None, form: str) -> str:
    return "not shown" if spread is None else f"{spread.mean:{form}}"


def _median(spread: Spread | None) -> str:
    return "not shown" if spread is None else number(spread.median)


def _mean_sd(spread: Spread, unit: str) -> str:
    around = "" if spread.sd is None else f" ({number(spread.sd)})"
    return f"{number(spread.mean)}{around} {unit}"


def _ages(spread: Spread | None) -> list[str]:
    if spread is None:
        return []
    quartiles = f"{number(spread.lower_quartile)}–{number(spread.upper_quartile)}"
    return [f"median age {number(spread.median)} years ({quartiles})"]
