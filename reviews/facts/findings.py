"""What `check_regimen` finds of the dose steps in force, kept as rows."""

from collections.abc import Mapping

from patients.vocabulary import CONTRAINDICATIONS
from regimens.checks import Check, RegimenFacts, check_regimen
from regimens.models import DoseStep, Finding
from reviews.facts.record import Record


def keep_findings(record: Record) -> None:
    """Write the findings of the steps in force; end those that no longer hold."""
    standing = {
        (row.step_id, row.check_code, row.subject): row
        for row in Finding.objects.filter(patient=record.patient)
    }
    held: set[tuple[object, str, str]] = set()
    for step in record.steps_on(record.now.on):
        for check in check_regimen(regimen_facts(record, step), record.now.thresholds):
            key = (step.pk, check.code, check.subject)
            held.add(key)
            _hold(record, step, check, standing.get(key))
    for key, row in standing.items():
        if key not in held and row.holds_until is None:
            row.holds_until = record.now.on
            row.save(update_fields=["holds_until"])


def regimen_facts(record: Record, step: DoseStep) -> RegimenFacts:
    """All that the checks read, gathered from rooms that do not know each other.

    A step that is planned is checked as of its own day, with the dose that it will make.
    """
    regimen, day = step.regimen, max(record.now.on, step.effective_on)
    egfr, egfr_on = record.newest_egfr(record.now.on)
    return RegimenFacts(
        on=day,
        jurisdiction=record.now.clinic.jurisdiction,
        age_years=record.patient.age_on(regimen.started_on),
        elemental_mg_per_day=record.dose_on(day).elemental_mg_per_day,
        is_first_step=step.effective_on == regimen.started_on,
        egfr=egfr,
        egfr_on=egfr_on,
        kidney_reason=regimen.kidney_reason,
        contraindications=known_contraindications(record, regimen.contraindications),
        supervision_note=regimen.supervision_note,
    )


def known_contraindications(record: Record, asked: Mapping[str, str]) -> dict[str, str]:
    """What was asked, and what the chart knows already: a diagnosis there is a yes, whoever asked."""
    on_chart = {c.code for c in record.conditions if c.holds_on(record.now.on)}
    return dict(asked) | {c.code: "YES" for c in CONTRAINDICATIONS if c.code in on_chart}


def _hold(record: Record, step: DoseStep, check: Check, row: Finding | None) -> None:
    words = {
        "severity": check.severity,
        "sentence": check.sentence,
        "mark": check.mark,
        "source": check.source,
        "claim": check.claim_id or "",
        "holds_until": None,
    }
    if row is None:
        Finding.objects.create(
            clinic_id=record.patient.clinic_id,
            patient=record.patient,
            step=step,
            check_code=check.code,
            subject=check.subject,
            protocol=record.now.protocol,
            holds_from=record.now.on,
            **words,
        )
    elif any(getattr(row, name) != value for name, value in words.items()):
        Finding.objects.filter(pk=row.pk).update(**words)
