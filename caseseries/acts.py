"""Looking at a series, locking its definition, saving it under a name: each is an audited act.

A definition is locked before anybody sees what came of it, so that the record can tell what was asked first.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from accounts.models import Clinic
from accounts.permissions import Act
from audit.record import record
from caseseries.definition import BadDefinition, SeriesDefinition
from caseseries.deidentify import HIDES_NOTHING
from caseseries.models import Definition, SavedSeries
from caseseries.series import Series, read_series
from caseseries.versions import version_in_words
from protocols.models import Protocol

LONGEST_NAME = 120


class Asked(NamedTuple):
    """What somebody sent: the definition, and a name for it or ""."""

    name: str
    definition: SeriesDefinition


def asked(values: Any, by: Actor) -> Asked:
    """Read a definition as JSON; outcomes that it does not choose are those of the protocol in force.

    Raises ValidationError naming each key that is unknown or cannot be.
    """
    if not isinstance(values, Mapping):
        raise ValidationError({"definition": ["Send a definition as an object with its keys."]})
    thresholds = Protocol.objects.in_force(by.clinic).thresholds
    name = _name(values.get("name", ""))
    try:
        keys = {key: value for key, value in values.items() if key != "name"}
        return Asked(name, SeriesDefinition.from_json(keys, thresholds))
    except BadDefinition as error:
        raise ValidationError(error.errors) from error


@transaction.atomic
def look_at_series(
    *, definition: SeriesDefinition, by: Actor, at: datetime, data_cut_on: date | None = None
) -> Series:
    """What the asker may see of a series: it is locked, and in the audit log, before any figure is read.

    Raises ValidationError for a data cut in the future.
    """
    cut = data_cut(data_cut_on, by, at)
    locked = lock_definition(definition=definition, by=by, at=at)
    return _look(locked, cut, by, at)


@transaction.atomic
def look_at_definition(
    *, definition: Definition, by: Actor, at: datetime, data_cut_on: date | None = None
) -> Series:
    """The same for a locked definition, with its own outcomes, as the record stands today."""
    return _look(definition, data_cut(data_cut_on, by, at), by, at)


def _look(locked: Definition, cut: date, by: Actor, at: datetime) -> Series:
    after = {"sha256": locked.sha256, "data_cut_on": str(cut), **locked.values}
    record("READ_CASE_SERIES", by=by, at=at, of=locked, after=after)
    return read_series(
        by.clinic,
        locked.series,
        data_cut_on=cut,
        protocol=locked.protocol,
        threshold=threshold_for(by),
        version_in_words=version_in_words(locked),
    )


def threshold_for(by: Actor) -> int:
    """Who may see the patients sees their counts; everybody else only what may leave the clinic."""
    sees_patients = by.membership is not None and by.membership.may(Act.SEE_PATIENTS)
    return HIDES_NOTHING if sees_patients else by.clinic.small_cell_threshold


@transaction.atomic
def lock_definition(*, definition: SeriesDefinition, by: Actor, at: datetime) -> Definition:
    """Keep the definition, with the protocol in force. The same definition is kept once."""
    locked, is_new = Definition.objects.get_or_create(
        clinic=by.clinic,
        sha256=definition.sha256,
        defaults={
            "values": definition.to_json(),
            "protocol": Protocol.objects.in_force(by.clinic),
            "locked_at": at,
            "locked_by": by.user,
        },
    )
    if is_new:
        record("LOCK_DEFINITION", by=by, at=at, of=locked, after={"sha256": locked.sha256})
    return locked


@transaction.atomic
def save_series(*, definition: SeriesDefinition, name: str, by: Actor, at: datetime) -> SavedSeries:
    """Keep a definition under a name. Other criteria under the same name are its next version; the same
    criteria again are the version that stands.

    Raises ValidationError without a name, or for one that cannot be.
    """
    name = _name(name)
    if not name:
        raise ValidationError({"name": ["Give the series a name."]})
    locked = lock_definition(definition=definition, by=by, at=at)
    # Two saves at once would otherwise both be the next version.
    Clinic.objects.select_for_update(no_key=True).get(pk=by.clinic.pk)
    last = SavedSeries.objects.of(by.clinic).filter(name=name).order_by("-version").first()
    if last is not None and last.definition_id == locked.pk:
        return last
    saved = SavedSeries.objects.create(
        clinic=by.clinic,
        name=name,
        version=last.version + 1 if last else 1,
        definition=locked,
        saved_at=at,
        saved_by=by.user,
    )
    after = {"name": name, "version": saved.version, "sha256": locked.sha256}
    record("SAVE_SERIES", by=by, at=at, of=saved, after=after)
    return saved


def data_cut(asked_for: date | None, by: Actor, at: datetime) -> date:
    """The day asked for, else the clinic's today. Raises ValidationError for a day in the future."""
    today = by.clinic.local_date(at)
    if asked_for is not None and asked_for > today:
        raise ValidationError(
            {"data_cut_on": ["The data cut is in the future. Take today or an earlier day."]}
        )
    return asked_for or today


def _name(name: object) -> str:
    if not isinstance(name, str) or len(name) > LONGEST_NAME or "\x00" in name:
        raise ValidationError({"name": [f"A name is a text of at most {LONGEST_NAME} characters."]})
    return name.strip()
