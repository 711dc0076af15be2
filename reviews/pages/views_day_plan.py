"""The day plan: a page for the patient to take home. Reading it is audited as reading the chart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.record import record as record_event
from patients.access import patient_of
from patients.banner import banner_of
from patients.models import CoTreatment, DatedEntry, Medication
from patients.vocabulary import CO_TREATMENTS, medication_facts
from regimens.checks import Check, IntakeFacts, Severity, check_regimen
from regimens.clock import Apart, apart_of
from regimens.day_plan import DayPlan, Intake, Other
from regimens.day_plan import day_plan as plan_of
from regimens.dosing import dose_of
from regimens.models import DoseStep
from regimens.taken import OF_UNKNOWN_AMOUNT, in_force, paused
from reviews.facts.record import Record
from reviews.facts.regimen_facts import proposed_of, regimen_facts
from reviews.moments import Moment

APART = ("INTERACTION", "CALCIUM_APART")
# Units of a co-supplement in words that need no dictionary.
PER_DAY = {"mg/d": "mg a day", "ug/d": "µg a day"}
SUPPLEMENTS = {facts.code: facts for facts in CO_TREATMENTS if facts.unit}


@page(Act.SEE_PATIENTS)
@require_GET
def day_plan(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What to take when, what to keep apart, and whom to call."""
    patient, now = patient_of(request, patient_id), timezone.now()
    by = actor_of(request)
    moment = Moment.of(by.clinic, now)
    record_event("READ_CHART", by=by, at=now, of=patient, patient_id=patient.pk, after={"tab": "day-plan"})
    rows = Record(patient, moment)
    resting = paused(rows.interruptions, moment.on)
    context = {
        "patient": patient,
        "banner": banner_of(patient, moment.on),
        "today": moment.on,
        "plan": plan_on(rows, moment.on),
        "keep_apart": keep_apart(rows, moment.on),
        "unknown": [
            row for row in rows.co_treatments if row.code in OF_UNKNOWN_AMOUNT and row.holds_on(moment.on)
        ],
        "paused": [
            (step.regimen.product, resting[step.regimen_id])
            for step in in_force(rows.steps, moment.on)
            if step.regimen_id in resting
        ],
        "planned": [step for step in rows.steps if step.effective_on > moment.on][:1],
        "advice": rows.diet_advice[-1:],
    }
    return render(request, "regimens/day_plan.html", context)


def plan_on(rows: Record, on: date) -> DayPlan:
    """The day as it is taken: magnesium, other sources, co-supplements and medicines."""
    intakes = [intake for step in rows.steps_on(on) for intake in _intakes(step)]
    sources = [
        Intake(None, row.product.name, row.units_per_day, row.product.unit_name, row.dose())
        for row in rows.other_sources
        if row.holds_on(on)
    ]
    hours = rows.now.thresholds.calcium_apart_hours
    calcium = apart_of(hours, hours)
    beside = [_supplement(row, calcium) for row in rows.co_treatments if row.holds_on(on) and _is_taken(row)]
    medicines = [_medicine(row) for row in rows.medications if row.holds_on(on)]
    return plan_of([*intakes, *sources], [*beside, *medicines])


def keep_apart(rows: Record, on: date) -> list[Check]:
    """The sentences of the checks about distance, over the intakes of all regimens at once."""
    steps = rows.steps_on(on)
    if not steps:
        return []
    every = [
        IntakeFacts(intake.at, intake.minutes_before_meal)
        for step in steps
        for intake in step.intakes.all()
        if intake.error_at is None
    ]
    facts = replace(regimen_facts(rows, proposed_of(steps[0])), intakes=every)
    return [
        check
        for check in check_regimen(facts, rows.now.thresholds)
        if check.code in APART and check.severity is not Severity.INFORMATION
    ]


def _intakes(step: DoseStep) -> Iterator[Intake]:
    product = step.regimen.product
    for intake in step.intakes.all():
        if intake.error_at is None:
            units = intake.units
            yield Intake(
                at=intake.at,
                name=product.name,
                units=units,
                unit_name=product.unit_name,
                dose=dose_of([(units, product.elemental_mg_per_unit, product.compound_mg_per_unit)]),
                timing=intake.timing,
                minutes_before_meal=intake.minutes_before_meal,
            )


def _is_taken(row: CoTreatment) -> bool:
    """A co-supplement, or something with clock times; psychotherapy has no place in a plan."""
    return row.code in SUPPLEMENTS or bool(row.taken_at)


def _supplement(row: CoTreatment, calcium: Apart) -> Other:
    amount, parts = _amount(row), len(row.taken_at)
    # The amount is of the day: beside several times it must not read as that of each.
    amount = f"{amount}, in {parts} parts" if amount and parts > 1 else amount
    apart = calcium if row.code == "CALCIUM" else None
    return Other(row.get_code_display(), amount, tuple(sorted(row.taken_at)), apart)


def _medicine(row: Medication) -> Other:
    facts = medication_facts(row.code)
    has_rule = facts.hours_before is not None or facts.hours_after is not None
    apart = apart_of(facts.hours_before, facts.hours_after) if has_rule else None
    return Other(facts.label, _amount(row), tuple(sorted(row.taken_at)), apart, facts.avoid)


def _amount(row: DatedEntry) -> str:
    """What was told, in words; empty where no amount was."""
    unit = PER_DAY.get(row.unit, row.unit.replace("ug", "µg"))
    return f"{row.value} {unit}".strip() if row.value else ""
