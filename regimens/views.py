"""The regimen of one patient, to read: dose now, ledger, what the checks found, and every step."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.idempotency import new_key
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.record import record
from patients.access import patient_of
from patients.banner import banner_of
from patients.models import CoTreatment, Patient
from protocols.models import Protocol
from regimens.checks import Check, Severity, summary
from regimens.models import DietAdvice, DoseStep, Finding, Interruption, OtherSource
from regimens.portions import counted
from regimens.taken import in_force, ledger_on, paused


@dataclass(frozen=True)
class _Rows:
    """The valid rows of one patient that this page reads, each table once."""

    patient: Patient

    @cached_property
    def steps(self) -> list[DoseStep]:
        """With product and intakes, oldest first."""
        rows = DoseStep.objects.valid().filter(patient=self.patient).select_related("regimen__product")
        return list(rows.prefetch_related("intakes").order_by("effective_on", "created_at"))

    @cached_property
    def interruptions(self) -> list[Interruption]:
        rows = Interruption.objects.valid().filter(patient=self.patient, regimen__error_at=None)
        return list(rows.select_related("regimen__product"))

    @cached_property
    def other_sources(self) -> list[OtherSource]:
        rows = OtherSource.objects.valid().filter(patient=self.patient)
        return list(rows.select_related("product").order_by("created_at"))

    @cached_property
    def co_treatments(self) -> list[CoTreatment]:
        return list(CoTreatment.objects.valid().filter(patient=self.patient))

    @cached_property
    def diet_advice(self) -> list[DietAdvice]:
        """Newest first."""
        return list(DietAdvice.objects.valid().filter(patient=self.patient))


@page(Act.SEE_PATIENTS)
@require_GET
def detail(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What is taken, elemental with the compound beside it. Reading it is audited as reading the chart."""
    patient, now = patient_of(request, patient_id), timezone.now()
    membership = request.membership  # type: ignore[attr-defined]
    on = membership.clinic.local_date(now)
    record(
        "READ_CHART",
        by=actor_of(request),
        at=now,
        of=patient,
        patient_id=patient.pk,
        after={"tab": "regimen"},
    )
    rows = _Rows(patient)
    running, resting = in_force(rows.steps, on), paused(rows.interruptions, on)
    checks = _checks(patient, running, on)
    thresholds = Protocol.objects.in_force(membership.clinic).thresholds
    context = {
        "patient": patient,
        "banner": banner_of(patient, on),
        "today": on,
        "running": [_running(step, resting.get(step.regimen_id)) for step in running],
        "ledger": ledger_on(rows, on, membership.clinic, thresholds),
        "sources": [
            (row, counted(row.units_per_day, row.product.unit_name))
            for row in sorted(rows.other_sources, key=lambda row: not row.holds_on(on))
        ],
        "interruptions": list(reversed(rows.interruptions)),
        "advice": rows.diet_advice,
        "checks": checks,
        "summary": summary(checks),
        "steps": [(step, step.dose()) for step in reversed(rows.steps)],
        "once": new_key(),
        "may_change": membership.may(Act.CHANGE_DOSE),
        "may_write": membership.may(Act.WRITE_CONTEXT),
        "may_error": membership.may(Act.MARK_IN_ERROR),
    }
    return render(request, "regimens/detail.html", context)


def _checks(patient: Patient, running: list[DoseStep], on: date) -> list[Check]:
    """What the checks found of the steps in force, the gravest first."""
    findings = Finding.objects.holding(on).filter(patient=patient, step__in=running)
    checks = [
        Check(
            code=finding.check_code,
            severity=Severity(finding.severity),
            sentence=finding.sentence,
            mark=finding.mark,
            source=finding.source,
            claim_id=finding.claim or None,
            subject=finding.subject,
        )
        for finding in findings
    ]
    return sorted(checks, key=lambda check: list(Severity).index(check.severity))


def _running(step: DoseStep, interruption: Interruption | None) -> dict[str, Any]:
    """One regimen that runs, and since when it rests."""
    product = step.regimen.product
    share = product.elemental_mg_per_unit / product.compound_mg_per_unit * 100
    return {
        "step": step,
        "regimen": step.regimen,
        "dose": step.dose(),
        "share_percent": share.quantize(Decimal("0.1")),
        "interruption": interruption,
    }
