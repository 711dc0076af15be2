"""Dated entries beside the regimen: modifiers, conditions, medicines, co-treatments."""

from datetime import date, datetime, time
from typing import Any

from accounts.actors import Actor
from audit.record import record
from patients.models import Condition, CoTreatment, DatedEntry, Medication, Modifier, Patient
from patients.vocabulary import CO_TREATMENTS, MODIFIERS, amount_of
from reviews.acts.ground import Refusals, act_on, check_day

# Of a modifier that is told as a number, mg/d of magnesium from food (S).
LARGEST_AMOUNT = 5000

# No record speaks of it, and days are counted on from an end.
TOO_LATE = 2200

KINDS: dict[str, type[Modifier | Condition | Medication | CoTreatment]] = {
    "modifiers": Modifier,
    "conditions": Condition,
    "medications": Medication,
    "co-treatments": CoTreatment,
}


# Those that may carry clock times.
CLOCKED = (Medication, CoTreatment)


def add_entry(
    *,
    patient: Patient,
    by: Actor,
    at: datetime,
    kind: str,
    code: str,
    value: str = "",
    unit: str = "",
    since: date | None = None,
    until: date | None = None,
    source: str = "",
    taken_at: list[time] | None = None,
) -> DatedEntry:
    """Add one entry of `kind` (see KINDS). Raises ValidationError for an unknown code or impossible dates."""
    model = KINDS[kind]
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        codes = [choice for choice, _ in model._meta.get_field("code").choices or []]
        refusals.unless(code in codes, "code", f"{code!r} is not one of {', '.join(codes)}.")
        if kind == "modifiers":
            value = _told(refusals, code, value)
        if kind == "co-treatments":
            value, unit = _amount(refusals, code, value, unit)
        if since is not None:
            check_day(refusals, "since", since, patient, now)
        refusals.unless(until is None or until.year < TOO_LATE, "until", "This is not a day that can be.")
        if since is not None and until is not None:
            refusals.unless(since <= until, "until", "The end is before the beginning.")
        refusals.stop_if_any()
        extra: dict[str, Any] = {"taken_at": taken_at or []} if model in CLOCKED else {}
        entry = model._default_manager.create(
            clinic=by.clinic,
            patient=patient,
            created_at=at,
            created_by=by.user,
            code=code,
            value=value.strip(),
            unit=unit.strip(),
            since=since,
            until=until,
            source=source.strip(),
            **extra,
        )
        record(
            "ADD_ENTRY", by=by, at=at, of=entry, patient_id=patient.pk, after={"code": code, "value": value}
        )
    return entry


def _told(refusals: Refusals, code: str, value: str) -> str:
    """A modifier is one of its words or a number, for rules read it: what they would not know is refused."""
    facts = next((facts for facts in MODIFIERS if facts.code == code), None)
    word = value.strip().upper()
    if facts is None or not word:
        return word
    if facts.values:
        refusals.unless(word in facts.values, "value", f"Enter one of {', '.join(facts.values)}.")
    else:
        is_amount = word.isascii() and word.isdigit() and int(word) <= LARGEST_AMOUNT
        refusals.unless(is_amount, "value", f"Enter a whole number of {facts.unit} up to {LARGEST_AMOUNT}.")
    return word


def _amount(refusals: Refusals, code: str, value: str, unit: str) -> tuple[str, str]:
    """A co-supplement is told as an amount per day in its own unit; left empty, the amount is not known.

    Another unit is refused: 1000 IU of vitamin D are not 1000 µg.
    """
    facts = next((facts for facts in CO_TREATMENTS if facts.code == code), None)
    if facts is None or not facts.unit:
        return value, unit
    known = amount_of(value) is not None or not value.strip()
    refusals.unless(known, "value", f"Enter an amount in {facts.unit}, above 0, or leave it empty.")
    refusals.unless(unit.strip() in ("", facts.unit), "unit", f"Give the amount in {facts.unit}.")
    return value.strip(), facts.unit


def end_entry(
    *, patient: Patient, entry: DatedEntry, by: Actor, at: datetime, version: int, until: date
) -> DatedEntry:
    """Say on which day an entry ended. Raises StaleVersion or ValidationError."""
    with act_on(patient, by, at):
        refusals = Refusals()
        refusals.unless(entry.patient_id == patient.pk, "id", "This entry belongs to another patient.")
        entry.refresh_from_db()
        refusals.unless(entry.error_at is None, "id", "This entry was entered in error.")
        refusals.unless(
            entry.since is None or until >= entry.since, "until", "The end is before the beginning."
        )
        refusals.stop_if_any()
        entry.update_from(version, until=until)
        record("END_ENTRY", by=by, at=at, of=entry, patient_id=patient.pk, after={"until": str(until)})
    return entry
