"""Looking at a series, locking its definition, exporting it, taking a file away: each is an audited act."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from accounts.permissions import Act
from audit.record import record
from caseseries.criteria import BadDefinition, CohortCriteria, OutcomeDefinition, SeriesDefinition
from caseseries.deidentify import HIDES_NOTHING
from caseseries.files import files_of
from caseseries.models import Definition, Export
from caseseries.series import Series, read_series
from caseseries.storage import store, stored
from protocols.models import Protocol

LONGEST_NAME = 120


def asked(values: Any) -> tuple[str, CohortCriteria]:
    """The name and the criteria that somebody sent as JSON.

    Raises ValidationError naming each key that is unknown or cannot be.
    """
    if not isinstance(values, Mapping):
        raise ValidationError({"definition": ["Send a definition as an object with its keys."]})
    name = values.get("name", "")
    try:
        criteria = CohortCriteria.from_json({key: value for key, value in values.items() if key != "name"})
    except BadDefinition as error:
        raise ValidationError(error.errors) from error
    if not isinstance(name, str) or len(name) > LONGEST_NAME or "\x00" in name:
        raise ValidationError({"name": [f"A name is a text of at most {LONGEST_NAME} characters."]})
    return name.strip(), criteria


@transaction.atomic
def look_at_series(
    *, cohort: CohortCriteria, by: Actor, at: datetime, data_cut_on: date | None = None
) -> Series:
    """What the asker may see of a series. What was asked for is in the audit log before any figure is shown.

    Raises ValidationError for a data cut in the future.
    """
    protocol = Protocol.objects.in_force(by.clinic)
    definition = SeriesDefinition(cohort, OutcomeDefinition.of(protocol.thresholds))
    cut = _data_cut(data_cut_on, by, at)
    asked_for = {"sha256": definition.sha256, "data_cut_on": str(cut), **definition.to_json()}
    record("READ_CASE_SERIES", by=by, at=at, after=asked_for)
    return read_series(
        by.clinic, definition, data_cut_on=cut, protocol_version=protocol.version, threshold=threshold_for(by)
    )


@transaction.atomic
def look_at_definition(*, definition: Definition, by: Actor, at: datetime) -> Series:
    """The same for a locked definition, with its own outcomes, as the record stands today."""
    record("READ_CASE_SERIES", by=by, at=at, of=definition, after={"sha256": definition.sha256})
    return read_series(
        by.clinic,
        definition.series,
        data_cut_on=_data_cut(None, by, at),
        protocol_version=definition.protocol.version,
        threshold=threshold_for(by),
    )


def threshold_for(by: Actor) -> int:
    """Who may see the patients sees their counts; everybody else only what may leave the clinic."""
    sees_patients = by.membership is not None and by.membership.may(Act.SEE_PATIENTS)
    return HIDES_NOTHING if sees_patients else by.clinic.small_cell_threshold


@transaction.atomic
def lock_definition(*, cohort: CohortCriteria, by: Actor, at: datetime, name: str = "") -> Definition:
    """Keep the criteria with the outcomes of the protocol in force. The same definition is kept once."""
    protocol = Protocol.objects.in_force(by.clinic)
    series = SeriesDefinition(cohort, OutcomeDefinition.of(protocol.thresholds))
    definition, is_new = Definition.objects.get_or_create(
        clinic=by.clinic,
        sha256=series.sha256,
        defaults={
            "name": name,
            "values": series.to_json(),
            "protocol": protocol,
            "locked_at": at,
            "locked_by": by.user,
        },
    )
    if is_new:
        record("LOCK_DEFINITION", by=by, at=at, of=definition, after={"sha256": series.sha256})
    return definition


@transaction.atomic
def export_series(
    *, definition: Definition, by: Actor, at: datetime, data_cut_on: date | None = None
) -> Export:
    """Make the files. They, the row and the audit event stand together or not at all.

    Small cells are suppressed whoever asks. Raises ValidationError for a data cut in the future, OSError when
    the files cannot be written.
    """
    series = read_series(
        by.clinic,
        definition.series,
        data_cut_on=_data_cut(data_cut_on, by, at),
        protocol_version=definition.protocol.version,
        threshold=by.clinic.small_cell_threshold,
    )
    files = files_of(series, bytes(by.clinic.export_key))
    export = Export.objects.create(
        clinic=by.clinic,
        definition=definition,
        data_cut_on=series.data_cut_on,
        threshold=series.summary.threshold,
        counts=_counts(series),
        files=[file.entry() for file in files],
        manifest_sha256=files[-1].sha256,
        exported_at=at,
        exported_by=by.user,
    )
    after = {"manifest_sha256": export.manifest_sha256, **export.counts}
    record("EXPORT_CASE_SERIES", by=by, at=at, of=export, after=after)
    store(export.pk, files)
    return export


@transaction.atomic
def take_file(*, export: Export, name: str, by: Actor, at: datetime) -> bytes | None:
    """One file of an export; None for a name that it does not have, or a file that was removed."""
    if name not in {entry["name"] for entry in export.files}:
        return None
    record("DOWNLOAD_EXPORT", by=by, at=at, of=export, after={"file": name})
    return stored(export.pk, name)


def _data_cut(asked_for: date | None, by: Actor, at: datetime) -> date:
    today = by.clinic.local_date(at)
    if asked_for is not None and asked_for > today:
        raise ValidationError(
            {"data_cut_on": ["The data cut is in the future. Take today or an earlier day."]}
        )
    return asked_for or today


def _counts(series: Series) -> dict[str, int | None]:
    n = series.summary.n
    return {"people": n, "rows": n or 0, "suppressed_cells": series.summary.suppressed_cells}
