"""One row a person: weeks and bands, never a date, a name, a number of the clinic or a text (pure).

What the summary suppresses cannot be counted from the rows: docs/adr/0006-small-cells.md says how.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from caseseries.columns import COLUMNS, SYMPTOM_COLUMNS, Column
from caseseries.deidentify import DAYS_OF_A_WEEK, SUPPRESSED, age_band, study_ids
from caseseries.exporting.snapshot import Snapshot
from caseseries.files.plain import Cell
from caseseries.persons import Pair, Person
from caseseries.series import Series
from caseseries.summary import Tables, adherence_band, weeks_band
from patients.symptoms import SYMPTOMS, Symptom


@dataclass(frozen=True)
class People:
    """The rows of a series, made as often as they are asked for, in the order of the study ids."""

    series: Series
    snapshot: Snapshot

    @property
    def columns(self) -> dict[str, Column]:
        """The columns by name, in order."""
        return COLUMNS | _symptom_columns(self.series.tables)

    @property
    def count(self) -> int:
        """How many rows there are: none for a series smaller than the threshold."""
        return self.series.summary.n or 0

    def rows(self) -> Iterator[list[Cell]]:
        """Raises RecordMoved, after the last row, where the record is not what the figures were made of."""
        if not self.count:
            return
        snapshot, definition = self.snapshot, self.series.definition
        ids: Mapping[UUID, str] = study_ids(
            snapshot.key, definition.sha256, snapshot.sha256, snapshot.patient_ids
        )
        families = definition.cohort.families
        form = families[0].value if len(families) == 1 else "ANY"
        for person in snapshot.same(self.series.cohort.in_order(ids)):
            yield _row(ids[person.patient_id], person, form, self.series)


def _symptom_columns(tables: Tables) -> dict[str, Column]:
    return {
        name.format(symptom=symptom.lower()): column._replace(
            meaning=column.meaning.format(label=SYMPTOMS[symptom].label.lower())
        )
        for symptom in tables.symptoms
        for name, column in SYMPTOM_COLUMNS.items()
    }


def _row(study_id: str, person: Person, form: str, series: Series) -> list[Cell]:
    tables, day = series.tables, series.definition.outcome.day
    row: list[Cell] = [study_id, _age_band(person, tables), _sex(person, tables), form]
    row += _unless_hidden(tables, ["reached"], [person.reached(day)])
    row += _unless_hidden(tables, ["weeks_followed"], [weeks_band(person.last_day)])
    row += _unless_hidden(tables, ["adherence"], [adherence_band(person.adherence_percent)])
    row += _unless_hidden(tables, ["doses_at_start"], [person.dose_on(0) or "NONE"])
    row += _unless_hidden(tables, ["doses_at_outcome"], [_dose_at_outcome(person, day)])
    row += _unless_hidden(tables, ["ionized_mg"], _pair(person.ionized_mg))
    row += _unless_hidden(tables, ["anxiety"], [*_pair(person.gad7), person.anxiety])
    for symptom in tables.symptoms:
        row += _symptom(person, symptom, tables)
    return row


def _sex(person: Person, tables: Tables) -> str:
    return SUPPRESSED if person.sex in tables.sexes.hidden else person.sex


def _age_band(person: Person, tables: Tables) -> str:
    """Bands are counted within a sex, and only the rows of small cells lose theirs."""
    bands, band = tables.age_bands.get(person.sex), age_band(person.age_at_start)
    return SUPPRESSED if bands is None or band in bands.hidden else band


def _unless_hidden(tables: Tables, names: Iterable[str], values: list[Cell]) -> list[Cell]:
    """A column leaves whole or not at all: it is suppressed when a cell of its tables is, or has no table."""
    named = tables.named()
    shown = all(name in named and not named[name].hidden for name in names)
    return values if shown else [SUPPRESSED] * len(values)


def _dose_at_outcome(person: Person, day: int) -> Decimal | str:
    if person.cut_day < day:
        return "NOT_YET"
    return person.dose_on(day) or "NONE"


def _pair(pair: Pair) -> list[Cell]:
    """Both values or neither: who has only one would be a group that the summary does not count."""
    if pair.change is None or pair.day is None:
        return [None, None, None]
    return [pair.start, pair.outcome, pair.day // DAYS_OF_A_WEEK]


def _symptom(person: Person, symptom: Symptom, tables: Tables) -> list[Cell]:
    course = person.course_of(symptom)
    episode = course.episode
    week = episode.onset_day // DAYS_OF_A_WEEK if episode else None
    own, changed = [f"symptom.{symptom}"], [f"changed.{symptom}"]
    heard = [f"heard.{symptom}.{kind}" for kind in tables.within(f"heard.{symptom}")]
    return [
        *_unless_hidden(tables, own, [course.course]),
        *_unless_hidden(tables, [*own, f"first.{symptom}"], [week]),
        *_unless_hidden(tables, [*own, *changed], [episode.changed if episode else None]),
        *_unless_hidden(tables, [*own, *changed, *heard], [episode.followed if episode else None]),
    ]
