"""Devices and what they sent, many readings at once. Context only: no rule reads any of it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as Refused
from django.db import transaction
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from accounts.resources import NewestFirst
from patients.api import ChartResource, OfPatientFilter
from patients.models import Patient
from reviews.acts.devices import add_device, choose_sources, end_device, known_device
from reviews.acts.readings import ReadingEntry, Recorded, record_readings
from reviews.api import withdrawing
from wearables.api import (
    BatchShape,
    DeviceGiven,
    DeviceShape,
    EndDeviceGiven,
    ReadingFilter,
    ReadingsGiven,
    ReadingShape,
    ReadingsStored,
    SourceOrderGiven,
    SourceOrderShape,
)
from wearables.models import Device, Reading, ReadingBatch, SourceOrder

Rows = list[dict[str, Any]]


class NewestReadings(NewestFirst):
    """By the moment of the reading, which is not the order in which they came."""

    ordering = ("-at", "-id")  # type: ignore[assignment]  # DRF takes both


class ReadingResource(ChartResource):
    """What wearables sent: investigational, since no device measures blood magnesium."""

    queryset = Reading.objects.all()
    serializer_class = ReadingShape
    pagination_class = NewestReadings
    filterset_class = ReadingFilter
    lookup_value_converter = "int"
    acts = {"list": Act.SEE_PATIENTS, "retrieve": Act.SEE_PATIENTS, "create": Act.WRITE_CONTEXT}
    inputs = {"create": ReadingsGiven}
    outputs = {"create": ReadingsStored}

    def list(self, request: Request) -> Response:
        """The readings of one patient, whom `patient` has to name."""
        if not request.query_params.get("patient"):
            raise ValidationError({"patient": ["Name the patient whose readings you ask for."]})
        return super().list(request)

    def create(self, request: Request) -> Response:
        """Store the readings of one device, all or none; what is stored already changes nothing."""
        given = self.given()
        patient = self.patient_of(given)
        with transaction.atomic():
            device = self._device(patient, given["device"])
            recorded = self._recorded(patient, device, given["readings"])
        stored = {
            "batch": recorded.batch.pk if recorded.batch else None,
            "device": device.pk,
            "stored": recorded.stored,
            "already_stored": recorded.already_stored,
        }
        return Response(ReadingsStored(stored).data, status=201)

    def _recorded(self, patient: Patient, device: Device, readings: Rows) -> Recorded:
        entries = (ReadingEntry(number, device, **reading) for number, reading in enumerate(readings))
        try:
            return record_readings(patient=patient, entries=entries, by=self.actor, at=self.at)
        except Refused as refused:
            raise ValidationError(_by_row(refused)) from refused

    def _device(self, patient: Patient, told: UUID | dict[str, str]) -> Device:
        if isinstance(told, dict):
            return known_device(patient=patient, by=self.actor, at=self.at, **told)
        rows = Device.objects.of(self.clinic).valid().filter(patient=patient)
        device: Device = self.found(rows, told, "device")
        return device


def _by_row(refused: Refused) -> dict[str, Any]:
    """As the form itself refuses rows: {"readings": {"17": {"unit": [...]}}}, the faulty ones only."""
    rows: dict[str, dict[str, list[str]]] = {}
    said: dict[str, Any] = {}
    for name, sentences in refused.message_dict.items():
        where = name.split(".")
        if len(where) == 3:
            rows.setdefault(where[1], {})[where[2]] = sentences
        else:
            said["non_field_errors" if name == NON_FIELD_ERRORS else name] = sentences
    return said | ({"readings": rows} if rows else {})


class DeviceResource(withdrawing.Withdrawable):
    """Devices that patients wear."""

    queryset = Device.objects.all()
    serializer_class = DeviceShape
    filterset_class = OfPatientFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.WRITE_CONTEXT,
        "end": Act.WRITE_CONTEXT,
        **withdrawing.ACT,
    }
    inputs = {"create": DeviceGiven, "end": EndDeviceGiven, **withdrawing.INPUT}

    def create(self, request: Request) -> Response:
        given = self.given()
        patient = self.patient_of(given)
        return self.shown(add_device(patient=patient, by=self.actor, at=self.at, **given), status=201)

    @action(detail=True, methods=["post"])
    def end(self, request: Request, **address: Any) -> Response:
        """Say on which day it was worn last."""
        given = self.given()
        device = self.row_at(given["version"])
        return self.shown(
            end_device(patient=device.patient, device=device, by=self.actor, at=self.at, **given)
        )


class BatchResource(withdrawing.Withdrawable):
    """What came in one call or one file; entered in error, its readings count no longer."""

    queryset = ReadingBatch.objects.all()
    serializer_class = BatchShape
    filterset_class = OfPatientFilter
    acts = {"list": Act.SEE_PATIENTS, "retrieve": Act.SEE_PATIENTS, **withdrawing.ACT}
    inputs = {**withdrawing.INPUT}


class SourceOrderResource(ChartResource):
    """Which device speaks first where several send one kind, and whether the chart shows the kind."""

    queryset = SourceOrder.objects.all()
    serializer_class = SourceOrderShape
    filterset_class = OfPatientFilter
    acts = {"list": Act.SEE_PATIENTS, "retrieve": Act.SEE_PATIENTS, "create": Act.WRITE_CONTEXT}
    inputs = {"create": SourceOrderGiven}

    def create(self, request: Request) -> Response:
        """Choose for one kind; with the `version` of the choice that stands, it is changed."""
        given = self.given()
        patient = self.patient_of(given)
        rows = Device.objects.of(self.clinic).valid().filter(patient=patient)
        devices = [self.found(rows, pk, "devices") for pk in given.pop("devices")]
        row = choose_sources(patient=patient, by=self.actor, at=self.at, devices=devices, **given)
        return self.shown(row, status=201)
