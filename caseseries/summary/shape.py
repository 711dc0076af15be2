"""The figures of a series, as page, API and files hold them; None where a count is suppressed (pure)."""

from dataclasses import asdict, dataclass
from typing import Any

from caseseries.deidentify import HIDES_NOTHING
from caseseries.statistics import Share, Spread, TimeToEvent


@dataclass(frozen=True)
class Remaining:
    """How many people remained after one step of the criteria, and how many it took away."""

    step: str
    n: int | None
    removed: int | None


@dataclass(frozen=True)
class NamedCount:
    """A count under the stored name of its group."""

    name: str
    n: int | None


@dataclass(frozen=True)
class SexCount:
    """The people of one sex, by age at the start; bands that are suppressed are listed without a count."""

    sex: str
    share: Share
    age_bands: list[NamedCount]


@dataclass(frozen=True)
class WeeksAtDose:
    """Person-weeks spent at one elemental dose, mg per day, rounded to 25, and by how many people."""

    elemental_mg_per_day: int
    people: int | None
    weeks: float | None


@dataclass(frozen=True)
class Doses:
    """Elemental mg per day over all products, of those who took any; changes until the end of each course."""

    at_start: Spread | None
    at_outcome: Spread | None
    taking_at_outcome: Share
    not_yet_at_outcome: int | None
    lowered: Share
    raised: Share
    weeks_at_dose: list[WeeksAtDose]


@dataclass(frozen=True)
class Change:
    """A measure of those who have both values. `mean_low` and `mean_high`: the t interval of the mean change.

    `beyond_reference_change`: how many changed by more than the reference change value (ionized Mg only).
    `not_measured` of the measure at the start and around the day of the outcome. `methods`: by how many ways
    of measuring; None where one of them has fewer people than the threshold.
    """

    measured_at_both: Share
    at_start: Spread | None
    at_outcome: Spread | None
    change: Spread | None
    mean_low: float | None
    mean_high: float | None
    beyond_reference_change: Share
    no_baseline: int | None
    no_outcome: int | None
    methods: int | None


@dataclass(frozen=True)
class LessAnxious:
    """Of those with both totals (observed), and of all who started; who was not measured is counted."""

    less_of_observed: Share
    less_of_all: Share
    worse_of_observed: Share
    worse_of_all: Share
    neither: int | None
    no_baseline: int | None
    no_outcome: int | None
    at_start: Spread | None
    at_outcome: Spread | None
    change: Spread | None
    mean_low: float | None
    mean_high: float | None


@dataclass(frozen=True)
class AfterChange:
    """What followed one kind of change of those with the new symptom: never what resolved it.

    `gone`: later answered absent, of those who were asked again; `gone_alone`: of these, without another
    change beside it. `days` from the change to the first absent. `less_anxious_after`: of those who had been
    changed and were less anxious, whose GAD-7 of the outcome was answered after the change.
    """

    changed: str
    people: int | None
    asked_again: int | None
    not_asked: int | None
    gone: Share
    gone_alone: Share
    came_back: int | None
    days: Spread | None
    less_anxious_after: Share


@dataclass(frozen=True)
class NewSymptom:
    """New in those who were free of it at the start and were asked at least once afterwards."""

    symptom: str
    label: str
    new: Share
    already_present: int | None
    never_asked: int | None
    grades: list[NamedCount]
    onset_days: Spread | None
    after: list[AfterChange]
    # Kaplan-Meier, in weeks from the start; censored at the last day on which the symptom was asked about.
    time_to_first: TimeToEvent | None
    # Of the headline's symptom, when the definition counts it up to a grade: the new ones of such a grade.
    of_grade: Share | None = None


@dataclass(frozen=True)
class Safety:
    """Always stated, 0 too. Shares are of all who started."""

    serious: Share
    died: Share
    died_possibly_related: Share
    stopped_for_harm: Share
    psychotherapy_changed: Share
    psychotropic_changed: Share


@dataclass(frozen=True)
class FollowUp:
    """What was due and what was done. Adherence in per cent, as it was recorded at visits.

    `weeks_followed`: people by completed weeks to the last day that counts, in bands that add up to all.
    """

    reevaluations_on_time: Share
    reevaluations_late: Share
    reevaluations_missed: Share
    retested: Share
    adherence_percent: Spread | None
    adherence_80_or_more: Share
    adherence_not_recorded: int | None
    weeks: Spread | None
    weeks_followed: list[NamedCount]


@dataclass(frozen=True)
class FormGroup:
    """One form beside the others, when every group is large enough."""

    family: str
    n: int | None
    less_anxious: Share
    ionized_mg_change_mmol_l: Spread | None
    new_symptom: Share


@dataclass(frozen=True)
class Summary:
    """The figures of one series. `n` is None when the whole series is smaller than the threshold."""

    n: int | None
    threshold: int
    suppressed_cells: int
    attrition: list[Remaining]
    # Where all who started stand on the day of the outcome (`persons.Reached`): they add up to `n`.
    reached: list[NamedCount]
    sexes: list[SexCount]
    age_years: Spread | None
    egfr: list[NamedCount]
    prior_magnesium: list[NamedCount]
    doses: Doses
    ionized_mg_mmol_l: Change
    less_anxious: LessAnxious
    new_symptoms: list[NewSymptom]
    safety: Safety
    follow_up: FollowUp
    by_form: list[FormGroup]

    @property
    def is_internal(self) -> bool:
        """Whether nothing is suppressed: for the clinic's own eyes."""
        return self.threshold == HIDES_NOTHING

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
