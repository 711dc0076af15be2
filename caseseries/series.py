"""One series as somebody sees it: read, counted, suppressed and put into JSON."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Clinic
from caseseries.definition import SeriesDefinition
from caseseries.reading import Cohort, read_cohort
from caseseries.sentences import (
    LIMITATION,
    criteria_in_words,
    outcome_in_words,
    sentences,
    small_cells,
)
from caseseries.summary import Summary, Tables, Tally, summarise, tables_of
from protocols.models import Protocol


@dataclass(frozen=True)
class Series:
    """The people of a definition at a data cut, and what may be shown of them at a threshold."""

    definition: SeriesDefinition
    data_cut_on: date
    protocol_version: int
    version_in_words: str
    cohort: Cohort
    tables: Tables
    summary: Summary

    def to_json(self) -> dict[str, Any]:
        """The summary with all that a reader needs to judge it; null where a count is suppressed."""
        return {
            **self.summary.to_json(),
            "definition": {"sha256": self.definition.sha256, **self.definition.to_json()},
            "version_in_words": self.version_in_words,
            "criteria_in_words": criteria_in_words(self.definition.cohort),
            "outcome_in_words": outcome_in_words(self.definition.outcome),
            "data_cut_on": self.data_cut_on.isoformat(),
            "protocol_version": self.protocol_version,
            "internal": self.summary.is_internal,
            "small_cells": "" if self.summary.is_internal else small_cells(self.summary.threshold),
            "sentences": sentences(self.summary, self.definition),
            "limitation": LIMITATION,
        }


def read_series(
    clinic: Clinic,
    definition: SeriesDefinition,
    *,
    data_cut_on: date,
    protocol: Protocol,
    threshold: int,
    version_in_words: str = "",
) -> Series:
    """The series as the record stands now; `threshold` is the smallest count to show, and 1 shows all."""
    cohort = read_cohort(clinic, definition, data_cut_on)
    tally = Tally(definition.outcome, cohort.remaining, protocol.thresholds)
    for persons in cohort.chunks():
        tally.add(persons)
    tables = tables_of(tally, threshold)
    return Series(
        definition=definition,
        data_cut_on=data_cut_on,
        protocol_version=protocol.version,
        version_in_words=version_in_words,
        cohort=cohort,
        tables=tables,
        summary=summarise(tally, tables),
    )
