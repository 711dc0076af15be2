"""The regimen of one patient, to read: dose now, ledger, what the checks found, and every step."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.record import record
from patients.access import patient_of
from patients.banner import banner_of
from patients.models import Patient
from regimens.checks import Check, Severity, summary
from regimens.models import DoseStep, Finding


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
    steps = _steps(patient)
    in_force = _in_force(steps, on)
    checks = _checks(patient, in_force, on)
    doses = [step.dose() for step in in_force]
    context = {
        "patient": patient,
        "banner": banner_of(patient, on),
        "today": on,
        "running": [_running(step) for step in in_force],
        "ledger_elemental_mg": sum((dose.elemental_mg_per_day for dose in doses), Decimal(0)),
        "ledger_compound_mg": sum((dose.compound_mg_per_day for dose in doses), Decimal(0)),
        "checks": checks,
        "summary": summary(checks),
        "steps": [(step, step.dose()) for step in reversed(steps)],
        "may_change": membership.may(Act.CHANGE_DOSE),
    }
    return render(request, "regimens/detail.html", context)


def _steps(patient: Patient) -> list[DoseStep]:
    """Every valid step, oldest first, with product and intakes."""
    rows = DoseStep.objects.valid().filter(patient=patient).select_related("regimen__product")
    return list(rows.prefetch_related("intakes").order_by("effective_on", "created_at"))


def _in_force(steps: list[DoseStep], on: date) -> list[DoseStep]:
    """The newest step of each regimen that runs on `on`."""
    newest: dict[UUID, DoseStep] = {}
    for step in steps:
        stopped_on = step.regimen.stopped_on
        if step.effective_on <= on and (stopped_on is None or stopped_on > on):
            newest[step.regimen_id] = step
    return list(newest.values())


def _checks(patient: Patient, in_force: list[DoseStep], on: date) -> list[Check]:
    """What the checks found of the steps in force, the gravest first."""
    findings = Finding.objects.holding(on).filter(patient=patient, step__in=in_force)
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


def _running(step: DoseStep) -> dict[str, Any]:
    """One regimen that runs."""
    product = step.regimen.product
    share = product.elemental_mg_per_unit / product.compound_mg_per_unit * 100
    return {
        "step": step,
        "regimen": step.regimen,
        "dose": step.dose(),
        "share_percent": share.quantize(Decimal("0.1")),
    }
