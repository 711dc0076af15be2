"""What the pages that edit a regimen share: who, about whom, what was posted, what it would mean."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.actors import Actor
from accounts.middleware import actor_of
from accounts.wording import listed
from audit.conflicts import with_theirs
from audit.record import record
from patients.access import patient_of
from patients.banner import banner_of
from patients.models import Patient
from regimens.absorption_figure import absorption_figure
from regimens.checks import IntakeFacts
from regimens.checks.timing import owners_of_the_morning
from regimens.hours import usual_times
from regimens.models import DoseStep, Product, Regimen
from regimens.portions import MOST_INTAKES
from regimens.proposals import proposal_of, proposals
from reviews.acts.regimen_entries import IntakeEntry
from reviews.facts.regimen_facts import Proposed, medicines_on
from reviews.moments import Moment
from reviews.pages.act_pages import Attempt, attempt
from reviews.pages.chart_record import ChartRecord
from reviews.pages.forms_intakes import IntakesForm
from reviews.pages.forms_regimen import holds_of, tile_of
from reviews.pages.regimen_day import day_of, with_it
from reviews.pages.regimen_editing import BUTTONS, Sheet, edited, usual
from reviews.pages.regimen_preview import preview_of
from reviews.pages.regimen_steps import steps_of

# The usual clock times of 1, 2, ... intakes, for the script: the same that the server fills in.
USUAL = json.dumps(
    [[(row.at, row.taken) for row in map(usual, usual_times(n))] for n in range(1, MOST_INTAKES + 1)]
)
# Names of the acts and the checks, and where the editor says what they refuse.
FIELDS = {"intakes": "intake_0_units", "above_level_reason": "above_level_choice"}


@dataclass(frozen=True)
class Bench:
    """One person at work on one patient's regimen, at one moment."""

    request: HttpRequest
    by: Actor
    patient: Patient
    now: Moment

    @classmethod
    def of(cls, request: HttpRequest, patient_id: UUID) -> "Bench":
        patient, by = patient_of(request, patient_id), actor_of(request)
        return cls(request, by, patient, Moment.of(by.clinic, timezone.now()))

    @cached_property
    def record(self) -> ChartRecord:
        return ChartRecord(self.patient, self.now)

    @property
    def saves(self) -> bool:
        """Whether the form was sent to be saved, not by a button that only works on the page."""
        return self.request.method == "POST" and not any(name in self.request.POST for name in BUTTONS)

    @cached_property
    def owners(self) -> list[str]:
        """The medicines that own the morning: with them, "before a meal" is not offered."""
        return owners_of_the_morning(medicines_on(self.record, self.now.on))

    @property
    def products(self) -> "QuerySet[Product]":
        return Product.objects.offered_to(self.by.clinic)

    def regimen(self, regimen_id: UUID) -> Regimen:
        """One of this patient's, or 404."""
        rows = Regimen.objects.valid().filter(patient=self.patient).select_related("product", "supervisor")
        found: Regimen = get_object_or_404(rows, pk=regimen_id)
        return found

    def step_of(self, regimen: Regimen) -> DoseStep | None:
        """The dose of this regimen that holds today; before its first day, the first."""
        steps = [step for step in self.record.steps if step.regimen_id == regimen.pk]
        past = [step for step in steps if step.effective_on <= self.now.on]
        return next(reversed(past or steps[:1]), None)

    def product_of(self, posted: QueryDict) -> Product | None:
        """The product that was chosen, if it is offered; else the only one of the tile that was pressed."""
        products = list(self.products)
        chosen = next((one for one in products if str(one.pk) == posted.get("product")), None)
        tile = posted.get("family", "")
        moved_on = chosen is not None and posted.get("was_product") == str(chosen.pk)
        if chosen is not None and not (moved_on and tile and tile != tile_of(chosen)):
            return chosen
        under = [product for product in products if tile_of(product) == tile]
        return under[0] if len(under) == 1 else None

    def sheet(
        self,
        product: Product | None,
        theirs: Mapping[str, Any] | None = None,
        carried_mg: Decimal | None = None,
    ) -> Sheet | None:
        """What was posted, after the work of the button; nothing before anything was posted.

        `theirs`: what somebody else stored, for who chose it; `carried_mg`: as for `edited`.
        """
        if self.request.method != "POST":
            return None
        posted = with_theirs(self.request.POST, theirs or {})
        template = proposal_of(posted.get("proposal", ""), self.now.thresholds)
        if template is not None:
            posted["template"] = template.code
            if template.product_code:
                product = self.products.filter(clinic=None, code=template.product_code).first()
        if product is not None and "product" in posted:
            posted["product"], posted["family"] = str(product.pk), tile_of(product)
        elif posted.get("product") == posted.get("was_product"):
            posted["product"] = ""
        holds = holds_of(product) if product else None
        return edited(posted, holds, template.stages[0] if template else None, carried_mg)

    def look(
        self,
        form: IntakesForm,
        product: Product | None,
        on: date | None,
        cause: str,
        intakes: Sequence[IntakeEntry],
        **told: Any,
    ) -> dict[str, Any]:
        """What the typed regimen would be, and what the protocol says of it, for the page."""
        proposed = None
        if product is not None and intakes and on is not None:
            taken = [(IntakeFacts(entry.at, entry.minutes_before_meal), entry.units) for entry in intakes]
            proposed = Proposed(product, taken, on, **told)
        return {
            "product": product,
            "preview": preview_of(self.record, proposed) if proposed else None,
            "day": day_of(self.record, max(on or self.now.on, self.now.on), intakes, form.holds),
            "steps": steps_of(self.record, proposed, cause),
            "owners": listed(self.owners),
            "with_it": with_it(self.record, self.now.on),
            "advised_on": self.record.diet_advice[-1].given_on if self.record.diet_advice else None,
            "proposals": proposals(self.now.thresholds),
            "absorption": absorption_figure(
                [i.units * form.holds.elemental_mg for i in intakes] if form.holds else []
            ),
            "notices": form.sheet.notices if form.sheet else [],
        }

    def tried(self, form: Any, save: Callable[[dict[str, Any]], str], **more: Any) -> Attempt:
        """Saved or refused; only looked at where a button worked on the page."""
        if self.saves:
            return attempt(self.request, form, save, at=self.now.at, fields=FIELDS, **more)
        if form.is_bound:
            form.forgive()
        return Attempt(form)

    def page(self, template: str, tried: Attempt, row: Any = None, **shown: Any) -> HttpResponse:
        """The page of a form, with its patient; opening it reads the chart."""
        if self.request.method == "GET":
            of, tab = self.patient, {"tab": "regimen"}
            record("READ_CHART", by=self.by, at=self.now.at, of=of, patient_id=of.pk, after=tab)
        around = {
            "banner": banner_of(self.patient, self.now.on),
            "patient": self.patient,
            "saves": self.saves,
            "thresholds": self.now.thresholds,
            "usual": USUAL,
        }
        return render(self.request, template, tried.context(row) | around | shown, status=tried.status)


def typed_of(form: Any) -> dict[str, Any]:
    """What could be read of a form that was sent, also where some of it is wrong."""
    if not form.is_bound:
        return {}
    form.is_valid()
    given: dict[str, Any] = form.cleaned_data
    return given


def entries_of(step: DoseStep | None) -> list[IntakeEntry]:
    """The intakes of a stored step as entries."""
    valid = [intake for intake in step.intakes.all() if intake.error_at is None] if step else []
    return [IntakeEntry(i.at, i.units, i.minutes_before_meal, i.timing) for i in valid]


def watched(typed: dict[str, Any]) -> dict[str, Any]:
    """What the fields of the rail say, as the checks read it."""
    names = ("supervision_note", "specialist_note", "above_level_reason")
    told: dict[str, Any] = {name: typed.get(name) or "" for name in names}
    return told | {
        "is_supervised": bool(typed.get("supervisor")),
        "check_again_on": typed.get("check_again_on"),
    }
