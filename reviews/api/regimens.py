"""Regimens and their dose steps: check, start, change, switch, supervise, stop."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from accounts.permissions import Act
from patients.models import Patient
from regimens.api import (
    CheckedShape,
    DoseStepFilter,
    DoseStepShape,
    RegimenFilter,
    RegimenGiven,
    RegimenShape,
    StepOfRegimenGiven,
    StopGiven,
    SuperviseGiven,
    SwitchGiven,
    regimens_to_read,
    steps_to_read,
)
from regimens.models import Product
from reviews.acts.doses import change_dose
from reviews.acts.regimen_entries import (
    DoseStepEntry,
    IntakeEntry,
    RegimenEntry,
    Supervision,
    SwitchEntry,
)
from reviews.acts.regimens import start_regimen, stop_regimen, supervise, switch_product
from reviews.api import withdrawing
from reviews.facts.record import Record
from reviews.facts.regimen_facts import proposed_start
from reviews.moments import Moment
from reviews.pages.regimen_preview import preview_of

AMOUNTS = ("elemental_mg_per_day", "compound_mg_per_day")


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
        "switch": Act.CHANGE_DOSE,
        "supervise": Act.CHANGE_DOSE,
        "check": Act.CHANGE_DOSE,
        **withdrawing.ACT,
    }
    inputs = {
        "create": RegimenGiven,
        "dose_steps": StepOfRegimenGiven,
        "stop": StopGiven,
        "switch": SwitchGiven,
        "supervise": SuperviseGiven,
        "check": RegimenGiven,
        **withdrawing.INPUT,
    }
    outputs = {"dose_steps": DoseStepShape, "check": CheckedShape}
    made = {"create", "dose_steps", "switch"}

    def create(self, request: Request) -> Response:
        """Start a product. What the protocol finds of it comes back as `findings`."""
        patient, entry = self._start()
        return self.shown(start_regimen(patient=patient, by=self.actor, at=self.at, entry=entry), status=201)

    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """What a start would be and what the protocol says of it; nothing is stored, so no key is kept."""
        patient, entry = self._start()
        record = Record(patient, Moment.of(self.clinic, self.at))
        seen = preview_of(record, proposed_start(entry))
        ledger = {f"ledger_{name}": getattr(seen.ledger, name) for name in AMOUNTS}
        dose = {name: getattr(seen.dose, name) for name in AMOUNTS}
        checked = {**dose, **ledger, "summary": seen.summary, "findings": seen.checks}
        return Response(CheckedShape(checked).data)

    def _start(self) -> tuple[Patient, RegimenEntry]:
        given = self.given()
        patient = self.patient_of(given)
        given["product"] = self._product(given["product"])
        given["supervisor"] = self._member(given.get("supervisor"))
        return patient, RegimenEntry(**given | {"intakes": intake_entries(given["intakes"])})

    def _product(self, key: Any) -> Product:
        product: Product = self.found(Product.objects.offered_to(self.clinic), key, "product")
        return product

    def _member(self, key: Any) -> Membership | None:
        if key is None:
            return None
        member: Membership = self.found(
            Membership.objects.active().filter(clinic=self.clinic), key, "supervisor"
        )
        return member

    def _supervision(self, given: dict[str, Any]) -> Supervision:
        return Supervision(**given | {"supervisor": self._member(given.get("supervisor"))})

    @action(detail=True, methods=["post"], url_path="dose-steps")
    def dose_steps(self, request: Request, **address: Any) -> Response:
        """A new dose from a day on: today, earlier, or planned."""
        given = self.given()
        regimen = self.row_at(given.pop("version")) if "version" in given else self.get_object()
        given["intakes"] = intake_entries(given["intakes"])
        if given.get("supervision") is not None:
            given["supervision"] = self._supervision(given["supervision"])
        entry = DoseStepEntry(regimen=regimen, **given)
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

    @action(detail=True, methods=["post"])
    def switch(self, request: Request, **address: Any) -> Response:
        """Put another product in its place, as one act; the answer is the new regimen."""
        given = self.given()
        regimen, version = self.row_at(given["version"]), given.pop("version")
        given |= {"product": self._product(given["product"]), "intakes": intake_entries(given["intakes"])}
        if given.get("supervision") is not None:
            given["supervision"] = self._supervision(given["supervision"])
        new = switch_product(
            patient=regimen.patient,
            by=self.actor,
            at=self.at,
            version=version,
            entry=SwitchEntry(regimen=regimen, **given),
        )
        return self.shown(new, status=201)

    @action(detail=True, methods=["post"])
    def supervise(self, request: Request, **address: Any) -> Response:
        """Say who watches a dose above the level, and when it is looked at again."""
        given = self.given()
        regimen, version = self.row_at(given["version"]), given.pop("version")
        return self.shown(
            supervise(
                patient=regimen.patient,
                regimen=regimen,
                by=self.actor,
                at=self.at,
                version=version,
                supervision=self._supervision(given),
            )
        )


class DoseStepResource(withdrawing.Withdrawable):
    """Every dose of every regimen; one is added at its regimen or with a visit."""

    queryset = steps_to_read()
    serializer_class = DoseStepShape
    filterset_class = DoseStepFilter
    acts = {"list": Act.SEE_PATIENTS, "retrieve": Act.SEE_PATIENTS, **withdrawing.ACT}
    inputs = withdrawing.INPUT
