"""Devices that patients wear: added, ended, and put in the order in which they speak."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts import wording
from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from patients.models import Patient
from reviews.acts.ground import Refusals, act_on, check_day
from wearables.kinds import Kind
from wearables.models import Device, Reading, SourceOrder, WornAs

WORN_ELSEWHERE = "This device is recorded as worn by another patient. End it there first."


def add_device(
    *,
    patient: Patient,
    by: Actor,
    at: datetime,
    maker: str,
    model: str,
    serial: str = "",
    worn_as: str = WornAs.OTHER,
    measures: Sequence[str] = (),
    since: date | None = None,
) -> Device:
    """Say that a patient wears a device. Raises ValidationError, also where somebody wears it already."""
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        device = Device(
            clinic=by.clinic,
            patient=patient,
            created_at=at,
            created_by=by.user,
            maker=maker.strip(),
            model=model.strip(),
            serial=serial.strip(),
            worn_as=worn_as,
            measures=list(dict.fromkeys(measures)),
            since=since,
        )
        refusals.unless(bool(device.maker), "maker", "Say who made it.")
        refusals.unless(bool(device.model), "model", "Say which model it is.")
        refusals.unless(worn_as in WornAs.values, "worn_as", f"Choose from {', '.join(WornAs.values)}.")
        unknown = [kind for kind in measures if kind not in list(Kind)]
        refusals.unless(not unknown, "measures", f"Choose from {', '.join(Kind)}.")
        if since is not None:
            check_day(refusals, "since", since, patient, now)
        _check_wearer(refusals, device)
        refusals.stop_if_any()
        _save(refusals, device)
        after = {"maker": device.maker, "model": device.model, "since": str(since or "")}
        record("ADD_DEVICE", by=by, at=at, of=device, patient_id=patient.pk, after=after)
    return device


def known_device(*, patient: Patient, by: Actor, at: datetime, maker: str, model: str, serial: str) -> Device:
    """The patient's device of this name and number, the one in use first; added when there is none.

    Raises ValidationError as `add_device`, and without a number, by which alone a program can name a device.
    """
    refusals = Refusals()
    refusals.unless(bool(serial.strip()), "serial", "Give the serial or another number of the device.")
    refusals.stop_if_any()
    with act_on(patient, by, at):
        found = _same(
            Device(maker=maker.strip(), model=model.strip(), serial=serial.strip(), clinic=by.clinic)
        )
        # In use sorts before ended, and of those that ended the last one first.
        mine = sorted(found.filter(patient=patient), key=lambda device: device.until or date.max)
        if mine:
            return mine[-1]
        return add_device(patient=patient, by=by, at=at, maker=maker, model=model, serial=serial)


def end_device(
    *, patient: Patient, device: Device, by: Actor, at: datetime, version: int, until: date
) -> Device:
    """Say on which day it was worn last. Raises StaleVersion or ValidationError."""
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        device.refresh_from_db()
        refusals.unless(device.patient_id == patient.pk, "id", "This device is another patient's.")
        refusals.unless(device.error_at is None, "id", "This device was entered in error.")
        check_day(refusals, "until", until, patient, now)
        in_order = device.since is None or device.since <= until
        refusals.unless(in_order, "until", "The end is before the beginning.")
        newest = Reading.objects.of(by.clinic).valid().filter(device=device).order_by("-at").first()
        if newest is not None and (spoke_on := by.clinic.local_date(newest.at)) > until:
            refusals.add("until", f"There are readings of {wording.day(spoke_on)}. It was worn until then.")
        refusals.stop_if_any()
        device.update_from(version, until=until)
        after = {"until": str(until)}
        record("END_DEVICE", by=by, at=at, of=device, patient_id=patient.pk, after=after)
    return device


def choose_sources(
    *,
    patient: Patient,
    by: Actor,
    at: datetime,
    kind: str,
    devices: Sequence[Device],
    on_chart: bool = True,
    version: int | None = None,
) -> SourceOrder:
    """Say which device speaks first for a kind, and whether the chart shows it. Nothing is summed.

    `version` is that of the choice that the caller saw, None where nobody had chosen. Raises StaleVersion or
    ValidationError.
    """
    with act_on(patient, by, at):
        refusals = Refusals()
        refusals.unless(kind in list(Kind), "kind", f"Choose from {', '.join(Kind)}.")
        ours = all(device.patient_id == patient.pk and device.error_at is None for device in devices)
        refusals.unless(ours, "devices", "Name devices of this patient only.")
        refusals.unless(
            len({device.pk for device in devices}) == len(devices), "devices", "One is named twice."
        )
        row: SourceOrder | None = SourceOrder.objects.valid().filter(patient=patient, kind=kind).first()
        refusals.unless(row is not None or version is None, "version", "Nobody has chosen yet: send none.")
        refusals.stop_if_any()
        chosen: dict[str, Any] = {"devices": [device.pk for device in devices], "on_chart": on_chart}
        if row is None:
            row = SourceOrder(clinic=by.clinic, patient=patient, kind=kind, **chosen)
            row.created_at, row.created_by = at, by.user
            row.save(force_insert=True)
        elif version is None:
            raise StaleVersion(row)
        else:
            row.update_from(version, **chosen)
        after = {"kind": kind, "devices": [str(device.pk) for device in devices], "on_chart": on_chart}
        record("CHOOSE_SOURCES", by=by, at=at, of=row, patient_id=patient.pk, after=after)
    return row


def _same(device: Device) -> QuerySet[Device]:
    """The rows of the clinic for the same thing, whoever wears it and whenever."""
    same = {f"{name}__iexact": getattr(device, name) for name in ("maker", "model", "serial")}
    rows: QuerySet[Device] = Device.objects.of(device.clinic).valid().filter(**same)
    return rows


def _check_wearer(refusals: Refusals, device: Device) -> None:
    """A device with a number is worn by one person at a time."""
    if not device.serial:
        return
    worn = _same(device).filter(
        Q(until=None) | Q(patient=device.patient, until__gte=device.since or date.min)
    )
    for other in worn:
        mine = other.patient_id == device.patient_id
        refusals.add("serial", f"{other} is on the list already." if mine else WORN_ELSEWHERE)


def _save(refusals: Refusals, device: Device) -> None:
    try:
        with transaction.atomic():
            device.save(force_insert=True)
    except IntegrityError:
        # Somebody gave it to another patient in this very moment.
        refusals.add("serial", WORN_ELSEWHERE)
        refusals.stop_if_any()
