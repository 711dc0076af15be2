"""Exports as tests make them: asked for, worked on in this process, and read back."""

import csv
import io
import json
from datetime import date
from typing import Any

from accounts.actors import Actor
from caseseries.acts import lock_definition
from caseseries.acts_exports import ask_for_export
from caseseries.definition import CohortCriteria, OutcomeDefinition, SeriesDefinition
from caseseries.exporting.job import work_on
from caseseries.models import Definition, Export
from caseseries.storage import folder_of
from protocols.models import Protocol
from tests.caseseries.people import GLYCINATE
from tests.factories import NOW, TODAY


def a_definition(by: Actor, cohort: CohortCriteria = GLYCINATE) -> Definition:
    """Locked, with the outcomes of the protocol in force."""
    thresholds = Protocol.objects.in_force(by.clinic).thresholds
    series = SeriesDefinition(cohort, OutcomeDefinition.of(thresholds))
    return lock_definition(definition=series, by=by, at=NOW)


def asked_for(by: Actor, cohort: CohortCriteria = GLYCINATE, cut: date = TODAY, **how: Any) -> Export:
    """One that waits for a worker."""
    return ask_for_export(definition=a_definition(by, cohort), by=by, at=NOW, data_cut_on=cut, **how)


def worked_on(export: Export) -> Export:
    """As it stands after a worker was there."""
    work_on(export.pk, lambda: NOW)
    return Export.objects.get(pk=export.pk)


def exported(by: Actor, cohort: CohortCriteria = GLYCINATE, cut: date = TODAY, **how: Any) -> Export:
    """One that is done; fails with its words where it failed."""
    export = worked_on(asked_for(by, cohort, cut, **how))
    assert export.state == "DONE", export.error
    return export


def files_of(export: Export) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder_of(export.pk).iterdir())}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def json_of(content: bytes) -> Any:
    return json.loads(content)
