"""A running regimen gets a new dose, today, earlier or planned, or another product in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import page
from accounts.permissions import Act
from accounts.records import StaleVersion
from accounts.wording import day
from regimens.hours import usual_times
from regimens.models import DoseStep, Regimen
from regimens.proposals import Stage, nearest_units, proposal_of, proposals
from reviews.acts.doses import change_dose
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry, SwitchEntry
from reviews.acts.regimens import switch_product
from reviews.facts.regimen_facts import asked_of
from reviews.pages.forms_regimen import ChangeDoseForm, SwitchForm, holds_of
from reviews.pages.regimen_bench import Bench, entries_of, typed_of, watched
from reviews.pages.regimen_preview import ask_again
from reviews.pages.regimen_steps import DOSE_CHANGE, FORM_CHANGE


@dataclass(frozen=True)
class Later:
    """A dose that a template proposes for a later day; nobody has to follow it."""

    code: str
    stage: Stage
    on: date
    mark: str
    claim: str


@dataclass(frozen=True)
class Running:
    """The regimen of the address, and the dose that it has."""

    bench: Bench
    regimen: Regimen

    @cached_property
    def step(self) -> DoseStep | None:
        return self.bench.step_of(self.regimen)

    @cached_property
    def newest(self) -> DoseStep | None:
        """The step that was stored last: who edits must have seen it."""
        steps = [step for step in self.bench.record.steps if step.regimen_id == self.regimen.pk]
        return max(steps, key=lambda step: (step.created_at, step.pk), default=None)

    @property
    def base(self) -> str:
        return str(self.newest.pk) if self.newest else ""

    @property
    def later(self) -> list[Later]:
        """What templates propose for after the first dose, where that is more."""
        if self.newest is None or self.newest.effective_on != self.regimen.started_on:
            return []
        found = []
        for one in proposals(self.bench.now.thresholds):
            for stage in one.later:
                on = max(self.regimen.started_on + timedelta(days=stage.after_days), self.bench.now.on)
                found.append(Later(one.code, stage, on, one.mark, one.claim))
        mg = self.newest.dose().elemental_mg_per_day
        return [later for later in found if later.stage.elemental_mg and mg < later.stage.elemental_mg]

    @property
    def filled_in(self) -> Later | None:
        """The one that the address asks to be filled in."""
        asked = proposal_of(self.bench.request.GET.get("proposal", ""), self.bench.now.thresholds)
        return next((later for later in self.later if asked and later.code == asked.code), None)

    def rises(self, elemental_mg_per_day: Any) -> bool:
        return self.step is None or elemental_mg_per_day > self.step.dose().elemental_mg_per_day


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, patient_id: UUID, regimen_id: UUID) -> HttpResponse:
    """Give a running regimen a new dose."""
    bench = Bench.of(request, patient_id)
    running = Running(bench, bench.regimen(regimen_id))
    regimen, later = running.regimen, running.filled_in
    form, seen = _changed_form(running, later)

    def save(given: dict[str, Any]) -> str:
        if given["base"] not in ("", running.base):
            raise StaleVersion(running.newest or regimen)
        preview = seen["preview"]
        if running.rises(preview.dose.elemental_mg_per_day):
            ask_again(preview.checks, given)
        on, intakes, reason = given["effective_on"], given["intakes"], preview.reason(given)
        entry = DoseStepEntry(regimen, on, intakes, given["reason"], reason, form.told_anew(regimen))
        change_dose(patient=bench.patient, by=bench.by, at=bench.now.at, entry=entry)
        planned = f"Planned for {day(on)}: a new dose" if on > bench.now.on else "Changed the dose"
        messages.success(request, f"{planned} of {regimen.product}.")
        return reverse("regimens:detail", args=[bench.patient.pk])

    tried = bench.tried(form, save, theirs=lambda step: ChangeDoseForm.of(entries_of(step)))
    keeps = form.is_bound and not tried.conflict
    around = {
        "regimen": regimen,
        "base": form.data.get("base", "") if keeps else running.base,
        "filled_in": later,
        "later": running.later,
    }
    return tried.saved or bench.page("regimens/change.html", tried, **around, **seen)


def _changed_form(running: Running, later: Later | None) -> tuple[ChangeDoseForm, dict[str, Any]]:
    """The form of a change, and what it would mean."""
    bench, regimen, step = running.bench, running.regimen, running.step
    holds = holds_of(regimen.product)
    first = _intakes_of(later.stage, holds.elemental_mg) if later else entries_of(step)
    form = ChangeDoseForm(
        sheet=bench.sheet(regimen.product, ChangeDoseForm.of(entries_of(running.newest))),
        step=step,
        holds=holds,
        clinic=bench.by.clinic,
        before_meal=not bench.owners,
        initial=ChangeDoseForm.at_first(first, holds)
        | ChangeDoseForm.watched(regimen)
        | ChangeDoseForm.reason_of(step)
        | {"effective_on": later.on if later else bench.now.on},
    )
    typed = typed_of(form)
    told = asked_of(regimen) | {"started_on": regimen.started_on, "regimen_id": regimen.pk}
    told |= (
        watched(typed) if form.is_bound else {"above_level_reason": step.above_level_reason if step else ""}
    )
    on = typed.get("effective_on") if form.is_bound else form.initial["effective_on"]
    intakes = typed.get("intakes", []) if form.is_bound else first
    return form, bench.look(form, regimen.product, on, DOSE_CHANGE, intakes, **told)


def _intakes_of(stage: Stage, elemental_mg_per_unit: Any) -> list[IntakeEntry]:
    """A proposed dose in the nearest quarters, at the usual times; the page shows what it holds."""
    units = nearest_units(stage.elemental_mg or elemental_mg_per_unit, stage.intakes, elemental_mg_per_unit)
    return [IntakeEntry(at, units) for at in usual_times(stage.intakes)]


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest, patient_id: UUID, regimen_id: UUID) -> HttpResponse:
    """Put another product in the place of the one that is taken: one stop, one start, one new window."""
    bench = Bench.of(request, patient_id)
    running = Running(bench, bench.regimen(regimen_id))
    old = running.regimen
    form, seen = _switched_form(running)

    def save(given: dict[str, Any]) -> str:
        preview = seen["preview"]
        if running.rises(preview.dose.elemental_mg_per_day):
            ask_again(preview.checks, given)
        entry = SwitchEntry(
            old,
            given["product"],
            given["on"],
            given["intakes"],
            preview.reason(given),
            given["kidney_reason"],
            form.told_anew(old),
        )
        version = given["version"]
        new = switch_product(
            patient=bench.patient, by=bench.by, at=bench.now.at, version=version, entry=entry
        )
        messages.success(request, f"Switched from {old.product} to {new.product}.")
        return reverse("regimens:detail", args=[bench.patient.pk])

    tried = bench.tried(form, save, row=old, theirs=SwitchForm.watched)
    around = {"regimen": old, "before": _before(running.step)}
    return tried.saved or bench.page("regimens/switch.html", tried, old, **around, **seen)


def _switched_form(running: Running) -> tuple[SwitchForm, dict[str, Any]]:
    """The form of a switch, and what it would mean; clock times are those of the product before."""
    bench, old, step = running.bench, running.regimen, running.step
    mg = step.dose().elemental_mg_per_day if step else None
    entries = entries_of(step)
    blank = {name: value for name, value in SwitchForm.of(entries).items() if not name.endswith("_units")}
    form = SwitchForm(
        sheet=bench.sheet(bench.product_of(bench.request.POST), SwitchForm.watched(old), mg),
        step=step,
        clinic=bench.by.clinic,
        before_meal=not bench.owners,
        initial=blank
        | SwitchForm.watched(old)
        | SwitchForm.reason_of(step)
        | {"on": bench.now.on, "shown": len(entries) or 1},
    )
    typed = typed_of(form)
    on = typed.get("on")
    told = asked_of(old) | watched(typed) | {"started_on": on, "regimen_id": old.pk}
    told["kidney_reason"] = typed.get("kidney_reason") or old.kidney_reason
    intakes: Sequence[IntakeEntry] = typed.get("intakes", [])
    return form, bench.look(form, typed.get("product"), on, FORM_CHANGE, intakes, **told)


def _before(step: DoseStep | None) -> dict[str, Any]:
    """The product and dose that would end, for the comparison."""
    if step is None:
        return {}
    product, dose = step.regimen.product, step.dose()
    return {
        "product": product,
        "dose": dose,
        "share_percent": round(product.elemental_mg_per_unit / product.compound_mg_per_unit * 100, 1),
        "intakes": len(entries_of(step)),
    }
