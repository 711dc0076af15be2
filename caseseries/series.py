"""One series as somebody sees it: read, counted, suppressed and put into JSON."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Clinic
from caseseries.cohort import Cohort, read_cohort
from caseseries.criteria import SeriesDefinition
from caseseries.sentences import (
    LIMITATION,
    criteria_in_words,
    outcome_in_words,
    sentences,
    small_cells,
)
from caseseries.summary import Summary, Tables, summarise, tables_of


@dataclass(frozen=True)
class Series:
    """The people of a definition at a data cut, and what may be shown of them at a threshold."""

    definition: SeriesDefinition
    data_cut_on: date
    protocol_version: int
    cohort: Cohort
    tables: Tables
    summary: Summary

    def to_json(self) -> dict[str, Any]:
        """The summary with all that a reader needs to judge it; null where a count is suppressed."""
        cohort = self.definition.cohort
        return {
            **self.summary.to_json(),
            "definition": {"sha256": self.definition.sha256, **self.definition.to_json()},
            "criteria_in_words": criteria_in_words(cohort),
            "outcome_in_words": outcome_in_words(self.definition.outcome),
            "data_cut_on": self.data_cut_on.isoformat(),
            "protocol_version": self.protocol_version,
            "internal": self.summary.is_internal,
            "small_cells": "" if self.summary.is_internal else small_cells(self.summary.threshold),
            "sentences": sentences(self.summary, self.definition),
            "limitation": LIMITATION,
        }


def read_series(
    clinic: Clinic, definition: SeriesDefinition, *, data_cut_on: date, protocol_version: int, threshold: int
) -> Series:
    """The series as the record stands now; `threshold` is the smallest count to show, and 1 shows all."""
    cohort = read_cohort(clinic, definition, data_cut_on)
    tables = tables_of(cohort.persons, threshold)
    summary = summarise(cohort.persons, cohort.remaining, tables)
    return Series(definition, data_cut_on, protocol_version, cohort, tables, summary)
