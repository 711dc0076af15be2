"""What `check_regimen` finds of the dose steps in force and of those that are planned, kept as rows."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from regimens.checks import Check, check_regimen
from regimens.models import DoseStep, Finding
from reviews.facts.record import Record
from reviews.facts.regimen_facts import proposed_of, regimen_facts

# The line about the whole day asks for review once, not once a regimen.
OF_THE_DAY = "LEVEL"
SAID = (
    "severity", "sentence", "mark", "source", "claim", "hours_apart", "review_from", "act_today",
    "protocol_id", "holds_from", "holds_until",
)  # fmt: skip
Key = tuple[UUID, str, str, UUID | None]


def keep_findings(record: Record) -> None:
    """Write the findings of every step that is or will be in force; end those that no longer hold."""
    standing = {_key(row): row for row in Finding.objects.filter(patient=record.patient)}
    wanted: dict[Key, dict[str, Any]] = {
        (step.pk, check.code, check.subject, check.medication_id): _said(record, step, check)
        for step in _steps(record)
        for check in checks_of(record, step)
    }
    Finding.objects.bulk_create(
        _new(record, key, said) for key, said in wanted.items() if key not in standing
    )
    changed = [row for key, row in standing.items() if _differs(record, row, wanted.get(key))]
    Finding.objects.bulk_update(changed, SAID)


def checks_of(record: Record, step: DoseStep) -> list[Check]:
    """The lines of one step; what is about the whole day asks for review with the newest step only."""
    day = max(record.now.on, step.effective_on)
    newest = max(record.steps_on(day), key=lambda one: (one.effective_on, one.created_at), default=step)
    checks = check_regimen(regimen_facts(record, proposed_of(step)), record.now.thresholds)
    return [
        replace(check, review_from=None) if check.code == OF_THE_DAY and newest.pk != step.pk else check
        for check in checks
    ]


def _steps(record: Record) -> list[DoseStep]:
    """In force today, or planned for a later day on which the regimen still runs."""
    today = record.now.on
    planned = [step for step in record.steps if step.effective_on > today]
    tomorrow = today + timedelta(days=1)
    found = [
        *record.steps_on(today),
        # What is not taken today, for the last time, is taken from tomorrow on.
        *(step for step in record.steps_on(tomorrow) if step.effective_on <= today),
        *(step for step in planned if step in record.steps_on(step.effective_on)),
    ]
    return list(dict.fromkeys(found))


def _key(row: Finding) -> Key:
    return row.step_id, row.check_code, row.subject, row.medication_id


def _said(record: Record, step: DoseStep, check: Check) -> dict[str, Any]:
    later = [one.effective_on for one in record.steps if one.regimen_id == step.regimen_id]
    next_on = min((day for day in later if day > step.effective_on), default=None)
    return {
        "severity": check.severity,
        "sentence": check.sentence,
        "mark": check.mark,
        "source": check.source,
        "claim": check.claim_id or "",
        "hours_apart": check.hours_apart,
        "review_from": check.review_from,
        "act_today": check.act_today,
        "protocol_id": record.now.protocol.pk,
        "holds_from": _taken_from(record, step),
        "holds_until": _earlier(next_on, check.holds_until),
    }


def _taken_from(record: Record, step: DoseStep) -> date:
    """Today or the day of the step; tomorrow after an interruption that ends today."""
    first = max(record.now.on, step.effective_on)
    return first if step in record.steps_on(first) else first + timedelta(days=1)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _new(record: Record, key: Key, said: dict[str, Any]) -> Finding:
    step_id, code, subject, medication_id = key
    return Finding(
        clinic_id=record.patient.clinic_id,
        patient=record.patient,
        step_id=step_id,
        check_code=code,
        subject=subject,
        medication_id=medication_id,
        **said,
    )


def _differs(record: Record, row: Finding, said: dict[str, Any] | None) -> bool:
    """Bring the row in step, and say whether that changed it. What held before goes on since then."""
    today = record.now.on
    held = row.holds_until is None or row.holds_until > today
    if said is None:
        said = {"holds_until": today} if held else {}
    elif held and said["holds_from"] <= today:
        said = said | {"holds_from": min(row.holds_from, said["holds_from"])}
    changes = {name: value for name, value in said.items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    return bool(changes)
