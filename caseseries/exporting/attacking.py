"""The attack on the files of an export: who must not be found, and what the report says by itself."""

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

from accounts.models import Clinic
from caseseries.definition import CohortCriteria, OutcomeDefinition, SeriesDefinition
from caseseries.deidentify import HIDES_NOTHING
from caseseries.exporting.identifiers import people_of
from caseseries.exporting.layers import layers_of
from caseseries.exporting.scanner import Allowed, Hit, attack, words_in
from caseseries.exporting.snapshot import Snapshot
from caseseries.exporting.vocabulary import own_words
from caseseries.files.manifest import entry_of
from caseseries.files.people import People
from caseseries.files.workbook import NO_DATE
from caseseries.files.writing import Inputs, Writer
from caseseries.models import Format, Profile
from caseseries.reading import Cohort
from caseseries.series import Series
from caseseries.summary import Tally, summarise, tables_of
from protocols.thresholds import Thresholds

STUDY_ID = re.compile(r"s(\d{3,})")


@dataclass(frozen=True)
class OwnFigures:
    """What an export states, which is no identifier, though one may be equal: its numbers, its study ids, and
    the pieces of its definition's hash into which a page breaks it."""

    numbers: frozenset[str]
    rows: int
    sha256: str

    def __contains__(self, token: object) -> bool:
        text = str(token)
        if text in self.numbers or (text in self.sha256 and not text.isalpha()):
            return True
        found = STUDY_ID.fullmatch(text)
        return found is not None and 0 < int(found[1]) <= self.rows


def check_nobody_is_in(clinic: Clinic, writer: Writer, renew: Callable[[], None]) -> list[Hit]:
    """Where an identifier of a patient or member of the clinic stands in the files; nowhere is the rule."""
    return attack(writer.paths, partial(people_of, clinic), allowed_to(writer), renew)


def allowed_to(writer: Writer) -> Allowed:
    """What the files of this export say by themselves."""
    series = writer.inputs.series
    sizes = [entry_of(path)["bytes"] for path in writer.paths]
    figures = frozenset(chain.from_iterable(map(_digits, [*_numbers(series.summary.to_json()), *sizes])))
    cohort = series.definition.cohort
    # Each workbook says the same day, on which it was not made.
    stated = (series.data_cut_on, cohort.started_from, cohort.started_until, NO_DATE.date())
    days = {day for day in stated if day is not None}
    own = OwnFigures(figures, writer.rows_written, series.definition.sha256)
    return Allowed(own_words() | words_of_nobody(), own, days)


@cache
def words_of_nobody() -> frozenset[str]:
    """The tokens of an export of nobody: the template, the script, the insides of each format."""
    series = _nobody()
    people = People(series, Snapshot(b"", series.data_cut_on, (), 0))
    inputs = Inputs(series=series, people=people, profile=Profile.STANDARD, drawn=[], checklist=[])
    with tempfile.TemporaryDirectory() as folder:
        writer = Writer(inputs, Path(folder), lambda: None)
        for name in Format.values:
            writer.write(name)
        writer.finish()
        return frozenset(words_in(layer for path in writer.paths for layer in layers_of(path)))


def _nobody() -> Series:
    definition = SeriesDefinition(CohortCriteria(), OutcomeDefinition.of(Thresholds()))
    tally = Tally(definition.outcome)
    tables = tables_of(tally, HIDES_NOTHING)
    return Series(
        definition=definition,
        data_cut_on=date(2000, 1, 1),
        protocol_version=1,
        version_in_words="",
        cohort=Cohort(Clinic(), definition, date(2000, 1, 1), {"ALL": 0}),
        tables=tables,
        summary=summarise(tally, tables),
    )


def _numbers(value: Any) -> Iterator[int | float]:
    """Every number in JSON; never a text that looks like one."""
    if isinstance(value, dict):
        yield from chain.from_iterable(map(_numbers, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(_numbers, value))
    elif isinstance(value, int | float):
        yield value


def _digits(number: float) -> list[str]:
    return re.findall(r"\d+", str(number))
