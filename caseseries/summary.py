"""What a case series states: counts, shares and spreads of its people, without small cells (pure)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from caseseries.deidentify import HIDES_NOTHING, Cells, age_band, suppress
from caseseries.persons import Anxiety, Course, Pair, Person
from caseseries.statistics import Spread, percent, spread, wilson
from patients.symptoms import SYMPTOMS, Symptom

KEPT = "KEPT"


class DoseCell(StrEnum):
    """Whether a dose was taken on a day; NOT_YET: the data cut lies before it."""

    TAKING = "TAKING"
    NONE = "NONE"
    NOT_YET = "NOT_YET"


class MeasuredCell(StrEnum):
    """Whether a measure has a value at the start and around week 12."""

    BOTH = "BOTH"
    NOT_BOTH = "NOT_BOTH"


@dataclass(frozen=True)
class Share:
    """`n` of `of`, with Wilson's 95 % interval in per cent; None where it is suppressed or cannot be."""

    n: int | None
    of: int | None
    percent: float | None = None
    low_percent: float | None = None
    high_percent: float | None = None

    @classmethod
    def counted(cls, n: int | None, of: int | None) -> "Share":
        """A percentage would tell a suppressed count, so it goes with it."""
        if n is None or not of:
            return cls(n, of)
        low, high = wilson(n, of)
        return cls(n, of, percent(n / of), percent(low), percent(high))


@dataclass(frozen=True)
class Remaining:
    """How many people remained after one step of the criteria."""

    step: str
    n: int | None


@dataclass(frozen=True)
class BandCount:
    """The people of one age band."""

    age_band: str
    n: int | None


@dataclass(frozen=True)
class SexCount:
    """The people of one sex, by age at the start; bands that are suppressed are listed without a count."""

    sex: str
    share: Share
    age_bands: list[BandCount]


@dataclass(frozen=True)
class Doses:
    """Elemental mg per day over all products, of those who took any."""

    at_start: Spread | None
    at_week_12: Spread | None
    taking_at_week_12: Share
    not_yet_at_week_12: int | None


@dataclass(frozen=True)
class Change:
    """A measure of the people who have both values: at the start, around week 12, and the difference."""

    measured_at_both: Share
    at_start: Spread | None
    at_week_12: Spread | None
    change: Spread | None


@dataclass(frozen=True)
class LessAnxious:
    """Of those with both GAD-7 totals (observed), and of all who started; who was not measured is counted."""

    less_of_observed: Share
    less_of_all: Share
    worse_of_observed: Share
    worse_of_all: Share
    neither: int | None
    no_baseline: int | None
    no_week_12: int | None
    at_start: Spread | None
    change: Spread | None


@dataclass(frozen=True)
class NewSymptom:
    """New in those who were free of the symptom at the start and were asked at least once afterwards."""

    symptom: str
    label: str
    new: Share
    already_present: int | None
    never_asked: int | None


@dataclass(frozen=True)
class Summary:
    """The figures of one series. `n` is None when the whole series is smaller than the threshold."""

    n: int | None
    threshold: int
    suppressed_cells: int
    attrition: list[Remaining]
    sexes: list[SexCount]
    age_years: Spread | None
    doses: Doses
    ionized_mg_mmol_l: Change
    less_anxious: LessAnxious
    new_symptoms: list[NewSymptom]

    @property
    def is_internal(self) -> bool:
        """Whether nothing is suppressed: for the clinic's own eyes."""
        return self.threshold == HIDES_NOTHING

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Tables:
    """Every table of the series with its hidden cells: what summary and person file must both obey."""

    threshold: int
    everybody: Cells
    sexes: Cells
    age_bands: Mapping[str, Cells]
    doses_at_start: Cells
    doses_at_week_12: Cells
    ionized_mg: Cells
    anxiety: Cells
    symptoms: Mapping[Symptom, Cells]

    @property
    def hidden(self) -> int:
        """How many cells are suppressed."""
        nested = (*self.age_bands.values(), *self.symptoms.values())
        doses = (self.doses_at_start, self.doses_at_week_12)
        tables = (self.everybody, self.sexes, *doses, self.ionized_mg, self.anxiety, *nested)
        return sum(len(table.hidden) for table in tables)


def tables_of(persons: Sequence[Person], threshold: int) -> Tables:
    """Count every table, and suppress the small cells of each; a threshold of 1 suppresses nothing."""

    def table(values: Iterable[str], names: Iterable[str] = ()) -> Cells:
        counted = Counter(values)
        return suppress({str(name): counted[name] for name in names or sorted(counted)}, threshold)

    sexes = table(p.sex for p in persons)
    answered = [s for s in Symptom if any(s in p.symptoms for p in persons)]
    return Tables(
        threshold=threshold,
        everybody=table("PERSON" for _ in persons),
        sexes=sexes,
        # A suppressed sex has no bands: they would add up to it.
        age_bands={
            sex: table(age_band(p.age_at_start) for p in persons if p.sex == sex)
            for sex in sexes.counts
            if sex not in sexes.hidden
        },
        doses_at_start=table((_dose_at_start(p) for p in persons), DoseCell),
        doses_at_week_12=table((_dose_at_week_12(p) for p in persons), DoseCell),
        ionized_mg=table((_measured(p.ionized_mg) for p in persons), MeasuredCell),
        anxiety=table((p.anxiety for p in persons), Anxiety),
        symptoms={s: table((p.course_of(s).course for p in persons), Course) for s in answered},
    )


def _dose_at_start(person: Person) -> DoseCell:
    return DoseCell.NONE if person.dose_start is None else DoseCell.TAKING


def _dose_at_week_12(person: Person) -> DoseCell:
    if not person.at_week_12:
        return DoseCell.NOT_YET
    return DoseCell.NONE if person.dose_week_12 is None else DoseCell.TAKING


def _measured(pair: Pair) -> MeasuredCell:
    return MeasuredCell.NOT_BOTH if pair.change is None else MeasuredCell.BOTH


def summarise(persons: Sequence[Person], remaining: Mapping[str, int], tables: Tables) -> Summary:
    """State the series, with what `tables` hides left out."""
    n = tables.everybody.sum_of()
    return Summary(
        n=n,
        threshold=tables.threshold,
        suppressed_cells=tables.hidden,
        attrition=_attrition(remaining, tables.threshold),
        sexes=_sexes(tables, n),
        age_years=_spread((p.age_at_start for p in persons), 1, n, tables.threshold),
        doses=_doses(persons, tables),
        ionized_mg_mmol_l=_change([p.ionized_mg for p in persons], tables, n),
        less_anxious=_less_anxious([p.gad7 for p in persons], tables, n),
        new_symptoms=[_new_symptom(s, cells) for s, cells in tables.symptoms.items()],
    )


def _attrition(remaining: Mapping[str, int], threshold: int) -> list[Remaining]:
    """A count is the last one and all that later steps took away: a small loss hides those before it."""
    steps = list(remaining)
    lost = {later: remaining[earlier] - remaining[later] for earlier, later in pairwise(steps)}
    cells = suppress({**lost, KEPT: remaining[steps[-1]]}, threshold, shown={KEPT})
    return [Remaining(step, cells.sum_of(*steps[place + 1 :], KEPT)) for place, step in enumerate(steps)]


def _sexes(tables: Tables, n: int | None) -> list[SexCount]:
    return [
        SexCount(
            sex=sex,
            share=Share.counted(tables.sexes.sum_of(sex), n),
            age_bands=[
                BandCount(band, bands.sum_of(band))
                for bands in [tables.age_bands.get(sex)]
                if bands is not None
                for band in bands.counts
            ],
        )
        for sex in tables.sexes.counts
    ]


def _doses(persons: Sequence[Person], tables: Tables) -> Doses:
    start, week_12 = tables.doses_at_start, tables.doses_at_week_12
    taking = week_12.sum_of(DoseCell.TAKING)
    started = start.sum_of(DoseCell.TAKING)
    return Doses(
        at_start=_spread((p.dose_start for p in persons), 1, started, tables.threshold),
        at_week_12=_spread((p.dose_week_12 for p in persons), 1, taking, tables.threshold),
        taking_at_week_12=Share.counted(taking, week_12.sum_of(DoseCell.TAKING, DoseCell.NONE)),
        not_yet_at_week_12=week_12.sum_of(DoseCell.NOT_YET),
    )


def _change(pairs: Sequence[Pair], tables: Tables, n: int | None) -> Change:
    both = tables.ionized_mg.sum_of(MeasuredCell.BOTH)
    paired = [pair for pair in pairs if pair.change is not None]
    return Change(
        measured_at_both=Share.counted(both, n),
        at_start=_spread((pair.start for pair in paired), 3, both, tables.threshold),
        at_week_12=_spread((pair.week_12 for pair in paired), 3, both, tables.threshold),
        change=_spread((pair.change for pair in paired), 3, both, tables.threshold),
    )


def _less_anxious(pairs: Sequence[Pair], tables: Tables, n: int | None) -> LessAnxious:
    cells = tables.anxiety
    less, worse = cells.sum_of(Anxiety.LESS), cells.sum_of(Anxiety.WORSE)
    observed = cells.sum_of(Anxiety.LESS, Anxiety.NEITHER, Anxiety.WORSE)
    paired = [pair for pair in pairs if pair.change is not None]
    return LessAnxious(
        less_of_observed=Share.counted(less, observed),
        less_of_all=Share.counted(less, n),
        worse_of_observed=Share.counted(worse, observed),
        worse_of_all=Share.counted(worse, n),
        neither=cells.sum_of(Anxiety.NEITHER),
        no_baseline=cells.sum_of(Anxiety.NO_BASELINE),
        no_week_12=cells.sum_of(Anxiety.NO_WEEK_12),
        at_start=_spread((pair.start for pair in paired), 1, observed, tables.threshold),
        change=_spread((pair.change for pair in paired), 1, observed, tables.threshold),
    )


def _new_symptom(symptom: Symptom, cells: Cells) -> NewSymptom:
    return NewSymptom(
        symptom=symptom,
        label=SYMPTOMS[symptom].label,
        new=Share.counted(cells.sum_of(Course.NEW), cells.sum_of(Course.NEW, Course.NOT_NEW)),
        already_present=cells.sum_of(Course.ALREADY_PRESENT),
        never_asked=cells.sum_of(Course.NEVER_ASKED),
    )


def _spread(
    values: Iterable[Decimal | int | None], decimals: int, n: int | None, threshold: int
) -> Spread | None:
    """The spread of `n` measured values; None for a suppressed `n` and below the threshold (10.2, A)."""
    if n is None or n < threshold:
        return None
    return spread([value for value in values if value is not None], decimals)
