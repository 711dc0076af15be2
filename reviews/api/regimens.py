"""Regimens and their dose steps: start, change, stop."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from accounts.permissions import Act
from regimens.api import (
    DoseStepFilter,
    DoseStepShape,
    RegimenFilter,
    RegimenGiven,
    RegimenShape,
    StepOfRegimenGiven,
    StopGiven,
    regimens_to_read,
    steps_to_read,
)
from regimens.models import Product
from reviews.acts.doses import change_dose
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry, RegimenEntry
from reviews.acts.regimens import start_regimen, stop_regimen
from reviews.api import withdrawing


def intake_entries(given: list[dict[str, Any]]) -> list[IntakeEntry]:
    return [IntakeEntry(**intake) for intake in given]


class RegimenResource(withdrawing.Withdrawable):
    """One product over one period, with its dose steps."""

    queryset = regimens_to_read()
    serializer_class = RegimenShape
    filterset_class = RegimenFilter
    acts = {
        "list": Act.SEE_PATIENTS,
        "retrieve": Act.SEE_PATIENTS,
        "create": Act.CHANGE_DOSE,
        "dose_steps": Act.CHANGE_DOSE,
        "stop": Act.CHANGE_DOSE,
        **withdrawing.ACT,
    }
    inputs = {
        "create": RegimenGiven,
        "dose_steps": StepOfRegimenGiven,
        "stop": StopGiven,
        **withdrawing.INPUT,
    }
    outputs = {"dose_steps": DoseStepShape}
    made = {"create", "dose_steps"}

    def create(self, request: Request) -> Response:
        given = self.given()
        patient = self.patient_of(given)
        given["product"] = self.found(Product.objects.offered_to(self.clinic), given["product"], "product")
        if given.get("supervisor") is not None:
            members = Membership.objects.active().filter(clinic=self.clinic)
            given["supervisor"] = self.found(members, given["supervisor"], "supervisor")
        entry = RegimenEntry(**given | {"intakes": intake_entries(given["intakes"])})
        return self.shown(start_regimen(patient=patient, by=self.actor, at=self.at, entry=entry), status=201)

    @action(detail=True, methods=["post"], url_path="dose-steps")
    def dose_steps(self, request: Request, **address: Any) -> Response:
        """A new dose from a day on: today, earlier, or planned."""
        given = self.given()
        regimen = self.row_at(given.pop("version")) if "version" in given else self.get_object()
        entry = DoseStepEntry(regimen=regimen, **given | {"intakes": intake_entries(given["intakes"])})
        step = change_dose(patient=regimen.patient, by=self.actor, at=self.at, entry=entry)
        shape = DoseStepShape(steps_to_read().get(pk=step.pk), context=self.get_serializer_context())
        return Response(shape.data, status=201)

    @action(detail=True, methods=["post"])
    def stop(self, request: Request, **address: Any) -> Response:
        """End the regimen, and say why."""
        given = self.given()
        regimen = self.row_at(given["version"])
        return self.shown(
            stop_regimen(patient=regimen.patient, regimen=regimen, by=self.actor, at=self.at, **given)
        )


class DoseStepResource(withdrawing.Withdrawable):
    """Every dose of every regimen; one is added at its regimen or with a visit."""

    queryset = steps_to_read()
    serializer_class = DoseStepShape
    filterset_class = DoseStepFilter
    acts = {"list": Act.SEE_PATIENTS, "retrieve": Act.SEE_PATIENTS, **withdrawing.ACT}
    inputs = withdrawing.INPUT
