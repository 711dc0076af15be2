"""Lists beside the figures: people at the start, where all stand, safety, follow-up, doses (pure)."""

from dataclasses import dataclass

from accounts.wording import number
from caseseries.statistics import Share, Spread
from caseseries.summary import SexCount, Summary
from caseseries.wording import (
    ENDINGS,
    NOT_SHOWN,
    WEEKS_FOLLOWED,
    counted,
    interval,
    mean_sd,
    median_iqr,
    n_of,
    n_percent,
    percent,
)
from patients.models import Sex

_REACHED = {"REACHED": "reached the day of the outcome", "NOT_YET": "not yet there"} | ENDINGS
_EGFR = {
    "FROM_90": "90 or more",
    "FROM_60": "60 to 89",
    "FROM_45": "45 to 59",
    "FROM_30": "30 to 44",
    "BELOW_30": "below 30",
    "NOT_MEASURED": "not measured",
}
_PRIOR = {
    "YES": "Magnesium before the start",
    "NO": "None before",
    "NOT_ASKED": "Magnesium before: not asked",
}


@dataclass(frozen=True)
class Fact:
    """One line."""

    label: str
    value: str


@dataclass(frozen=True)
class Grid:
    """A table whose first column names its rows."""

    caption: str
    head: list[str]
    rows: list[list[str]]


def people_at_start(summary: Summary) -> list[Fact]:
    """Who they were: of a suppressed group only that it is."""
    less, change = summary.less_anxious, summary.ionized_mg_mmol_l
    return [
        *(Fact(sex_label(sex), n_percent(sex.share)) for sex in summary.sexes),
        Fact("Age, mean (SD)", mean_sd(summary.age_years, "years")),
        Fact("GAD-7, mean (SD)", mean_sd(less.at_start, "points")),
        Fact("Ionized Mg, mean (SD)", _mmol(change.at_start)),
        Fact("Dose, median (quartiles)", median_iqr(summary.doses.at_start, "mg/day elemental")),
        *(Fact(_PRIOR.get(group.name, group.name), counted(group.n)) for group in summary.prior_magnesium),
    ]


def _mmol(spread: Spread | None) -> str:
    """Ionized magnesium has 2 decimals."""
    if spread is None:
        return NOT_SHOWN
    return f"{spread.mean:.2f}{'' if spread.sd is None else f' ({spread.sd:.2f})'} mmol/L"


def kidneys(summary: Summary) -> Grid:
    """eGFR before the start."""
    rows = [[_EGFR.get(group.name, group.name), counted(group.n)] for group in summary.egfr]
    return Grid("eGFR before the start, mL/min/1.73 m²", ["eGFR", "People"], rows)


def sex_label(sex: SexCount) -> str:
    return str(Sex(sex.sex).label).capitalize()


def ages_by_sex(sexes: list[SexCount]) -> Grid:
    """A suppressed sex has no column: its bands would add up to it."""
    listed = [sex for sex in sexes if sex.age_bands]
    counts = {(sex.sex, band.name): band.n for sex in listed for band in sex.age_bands}
    return Grid(
        caption="People by age at the start",
        head=["Age, years", *(sex_label(sex) for sex in listed)],
        rows=[
            [band, *(counted(counts.get((sex.sex, band), 0)) for sex in listed)]
            for band in sorted({band for _, band in counts})
        ],
    )


def where_all_stand(summary: Summary) -> list[Fact]:
    """All who started, on the day of the outcome: the lines add up to the people."""
    return [Fact(_REACHED[group.name].capitalize(), counted(group.n)) for group in summary.reached]


def safety(summary: Summary) -> list[Fact]:
    """Always stated, 0 too."""
    said = summary.safety
    lines = (
        ("Serious events", said.serious),
        ("Deaths", said.died),
        ("Deaths possibly related", said.died_possibly_related),
        ("Stopped for harm", said.stopped_for_harm),
        ("Psychotherapy started or changed", said.psychotherapy_changed),
        ("Psychotropic medicine started or changed", said.psychotropic_changed),
    )
    return [Fact(label, n_percent(share)) for label, share in lines]


def follow_up(summary: Summary) -> list[Fact]:
    """What was due, and what was done."""
    said = summary.follow_up
    shares = (
        ("Re-evaluations on time", said.reevaluations_on_time),
        ("Late", said.reevaluations_late),
        ("Missed", said.reevaluations_missed),
        ("Ionized Mg measured again in the first window", said.retested),
        ("Took 80 % or more of the intakes", said.adherence_80_or_more),
    )
    return [
        Fact("Followed, median (quartiles)", median_iqr(said.weeks, "weeks")),
        *(
            Fact(f"Followed {WEEKS_FOLLOWED[band.name]} weeks", counted(band.n))
            for band in said.weeks_followed
        ),
        *(Fact(label, n_percent(share)) for label, share in shares),
        Fact("Adherence not recorded", counted(said.adherence_not_recorded)),
        Fact("Adherence, mean (SD)", mean_sd(said.adherence_percent, "%")),
    ]


def doses(summary: Summary) -> list[Fact]:
    """Elemental amounts over all products."""
    said = summary.doses
    return [
        Fact("At the start, median (quartiles)", median_iqr(said.at_start, "mg/day")),
        Fact("At the outcome, median (quartiles)", median_iqr(said.at_outcome, "mg/day")),
        Fact("Still taking at the outcome", n_percent(said.taking_at_outcome)),
        Fact("Day of the outcome not reached", counted(said.not_yet_at_outcome)),
        Fact("Ever lowered", n_percent(said.lowered)),
        Fact("Ever raised", n_percent(said.raised)),
    ]


def weeks_at_dose(summary: Summary) -> Grid:
    """Person-weeks at each dose."""
    return Grid(
        caption="Weeks at each dose",
        head=["mg/day elemental", "People", "Person-weeks"],
        rows=[
            [
                number(row.elemental_mg_per_day),
                counted(row.people),
                NOT_SHOWN if row.weeks is None else number(row.weeks),
            ]
            for row in summary.doses.weeks_at_dose
        ],
    )


def outcomes(summary: Summary) -> Grid:
    """Of those observed and of all who started, side by side."""
    less = summary.less_anxious
    pairs = (
        ("Less anxious", less.less_of_observed, less.less_of_all),
        ("Worse", less.worse_of_observed, less.worse_of_all),
    )
    return Grid(
        caption="Observed, and all who started",
        head=["", "Observed", "95 % CI", "All started", "95 % CI"],
        rows=[[label, *_cells(observed), *_cells(everybody)] for label, observed, everybody in pairs],
    )


def _cells(share: Share) -> list[str]:
    return [n_percent(share), interval(share)]


def by_form(summary: Summary) -> Grid:
    """One form beside the others; nothing when a group is too small."""
    return Grid(
        caption="By form",
        head=["Form", "People", "Less anxious", "Ionized Mg change, mmol/L", "New symptom"],
        rows=[
            [
                group.family.capitalize(),
                counted(group.n),
                f"{percent(group.less_anxious)}, {n_of(group.less_anxious)}",
                NOT_SHOWN
                if group.ionized_mg_change_mmol_l is None
                else f"{group.ionized_mg_change_mmol_l.mean:+.2f}",
                n_percent(group.new_symptom),
            ]
            for group in summary.by_form
        ],
    )
