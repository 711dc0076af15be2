"""Starting, changing and stopping what a patient takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from accounts import wording
from accounts.actors import Actor
from accounts.models import Membership
from accounts.records import StaleVersion, withdrawn_rows
from audit.record import record
from patients.models import Patient, Visit
from patients.vocabulary import CONTRAINDICATIONS
from regimens.checks import Severity, check_regimen
from regimens.dosing import LARGEST_PLAUSIBLE_MG_PER_DAY, dose_of, plain
from regimens.models import DoseStep, Intake, PriorMagnesium, Product, Regimen, StopReason
from reviews.acts.ground import Refusals, act_on, check_day, check_member
from reviews.facts.findings import regimen_facts
from reviews.facts.record import Record
from reviews.moments import Moment

PLANNED_AHEAD = timedelta(days=366)
NOT_BEGUN = "The regimen stopped before this planned step."


@dataclass(frozen=True)
class IntakeEntry:
    """So many units at one clock time, optionally some minutes before a meal."""

    at: time
    units: Decimal
    minutes_before_meal: int | None = None


@dataclass(frozen=True)
class DoseStepEntry:
    """A new dose of a running regimen from `effective_on` on."""

    regimen: Regimen
    effective_on: date
    intakes: Sequence[IntakeEntry]
    reason: str = ""


@dataclass(frozen=True)
class RegimenEntry:
    """A start: the product, the first intakes, and what was asked before it."""

    product: Product
    started_on: date
    intakes: Sequence[IntakeEntry]
    contraindications: dict[str, str] = field(default_factory=dict)
    kidney_reason: str = ""
    indication: str = ""
    prior_magnesium: str = PriorMagnesium.NOT_ASKED
    supervision_note: str = ""
    supervisor: Membership | None = None
    check_again_on: date | None = None


def start_regimen(*, patient: Patient, by: Actor, at: datetime, entry: RegimenEntry) -> Regimen:
    """Start a product.

    Raises ValidationError for an impossible date or intake, age under 18, a contraindication answered yes,
    an eGFR below 30, and no eGFR of the last 12 months without a `kidney_reason`.
    """
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        check_day(refusals, "started_on", entry.started_on, patient, now)
        _check_intakes(refusals, entry.intakes, entry.product)
        _check_answers(refusals, entry.contraindications)
        refusals.unless(
            entry.product.clinic_id in (None, by.clinic.pk),
            "product",
            "This product is not one of the clinic's.",
        )
        check_member(refusals, "supervisor", entry.supervisor, by)
        refusals.unless(
            entry.check_again_on is None or entry.check_again_on >= entry.started_on,
            "check_again_on",
            "This is before the first day.",
        )
        refusals.stop_if_any()
        asked = {c.code: entry.contraindications.get(c.code, "NOT_ASKED") for c in CONTRAINDICATIONS}
        regimen = Regimen.objects.create(
            clinic=by.clinic,
            patient=patient,
            created_at=at,
            created_by=by.user,
            product=entry.product,
            started_on=entry.started_on,
            indication=entry.indication,
            prior_magnesium=entry.prior_magnesium,
            contraindications=asked,
            kidney_reason=entry.kidney_reason.strip(),
            supervision_note=entry.supervision_note.strip(),
            supervisor=entry.supervisor,
            check_again_on=entry.check_again_on,
        )
        step = _save_step(regimen, entry.started_on, entry.intakes, "start", by, now, None)
        _check_protocol(refusals, patient, step, now)
        record("START_REGIMEN", by=by, at=at, of=regimen, patient_id=patient.pk, after=_words(step))
    return regimen


def change_dose(*, patient: Patient, by: Actor, at: datetime, entry: DoseStepEntry) -> DoseStep:
    """Give a running regimen a new dose, today, earlier, or planned for a later day."""
    with act_on(patient, by, at) as now:
        step = add_dose_step(entry, patient=patient, by=by, now=now)
    return step


def add_dose_step(
    entry: DoseStepEntry, *, patient: Patient, by: Actor, now: Moment, visit: Visit | None = None
) -> DoseStep:
    """The same inside the transaction of another act, which rebuilds by itself.

    A lower dose is never refused: it is what an eGFR below 30 or a contraindication asks for.
    """
    refusals = Refusals()
    regimen = entry.regimen
    regimen.refresh_from_db()
    day = "dose_step.effective_on" if visit else "effective_on"
    refusals.unless(entry.effective_on <= now.on + PLANNED_AHEAD, day, "Plan at most a year ahead.")
    refusals.unless(regimen.patient_id == patient.pk, "regimen", "This regimen belongs to another patient.")
    refusals.unless(regimen.error_at is None, "regimen", "This regimen was entered in error.")
    refusals.unless(
        entry.effective_on >= regimen.started_on,
        day,
        f"The regimen starts on {wording.day(regimen.started_on)}; a step cannot come before it.",
    )
    stopped = regimen.stopped_on is not None and entry.effective_on >= regimen.stopped_on
    refusals.unless(not stopped, day, "The regimen has stopped by then. Start a new one.")
    taken = DoseStep.objects.valid().filter(regimen=regimen, effective_on=entry.effective_on).exists()
    refusals.unless(not taken, day, "Another step starts on that day. Mark it entered in error first.")
    _check_intakes(refusals, entry.intakes, regimen.product)
    refusals.stop_if_any()
    before = DoseStep.objects.valid().filter(regimen=regimen, effective_on__lt=entry.effective_on).last()
    step = _save_step(regimen, entry.effective_on, entry.intakes, entry.reason, by, now, visit)
    if before is None or _elemental(step) > _elemental(before):
        _check_protocol(refusals, patient, step, now)
    record("CHANGE_DOSE", by=by, at=now.at, of=step, patient_id=patient.pk, after=_words(step))
    return step


def stop_regimen(
    *,
    patient: Patient,
    regimen: Regimen,
    by: Actor,
    at: datetime,
    version: int,
    stopped_on: date,
    reason: str,
) -> Regimen:
    """End a regimen; steps that are still planned fall with it.

    Raises StaleVersion, or ValidationError for a date before its last step.
    """
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        regimen.refresh_from_db()
        if regimen.version != version:
            raise StaleVersion(regimen)
        refusals.unless(
            regimen.patient_id == patient.pk, "regimen", "This regimen belongs to another patient."
        )
        refusals.unless(regimen.error_at is None, "regimen", "This regimen was entered in error.")
        check_day(refusals, "stopped_on", stopped_on, patient, now)
        refusals.unless(
            reason in StopReason.values, "reason", f"The reason is one of {', '.join(StopReason.values)}."
        )
        refusals.unless(regimen.stopped_on is None, "regimen", "This regimen has stopped already.")
        steps = DoseStep.objects.valid().filter(regimen=regimen)
        last = steps.filter(effective_on__lte=now.on).last()
        if last is not None:
            refusals.unless(
                stopped_on >= last.effective_on,
                "stopped_on",
                f"The last step is of {wording.day(last.effective_on)}; stop on that day or later.",
            )
        refusals.stop_if_any()
        regimen.update_from(version, stopped_on=stopped_on, stop_reason=reason)
        planned = [step.pk for step in steps.filter(effective_on__gt=now.on)]
        intakes = Intake.objects.filter(step__in=planned)
        for rows in (intakes, DoseStep.objects.filter(pk__in=planned)):
            withdrawn_rows(rows, by=by.user, at=at, reason=NOT_BEGUN)
        record(
            "STOP_REGIMEN",
            by=by,
            at=at,
            of=regimen,
            patient_id=patient.pk,
            after={"stopped_on": str(stopped_on), "reason": reason, "planned_steps": len(planned)},
        )
    return regimen


def _save_step(
    regimen: Regimen,
    effective_on: date,
    intakes: Sequence[IntakeEntry],
    reason: str,
    by: Actor,
    now: Moment,
    visit: Visit | None,
) -> DoseStep:
    common = {"clinic": by.clinic, "created_at": now.at, "created_by": by.user}
    step = DoseStep.objects.create(
        patient=regimen.patient,
        regimen=regimen,
        effective_on=effective_on,
        reason=reason.strip(),
        visit=visit,
        **common,
    )
    Intake.objects.bulk_create(
        Intake(step=step, at=i.at, units=i.units, minutes_before_meal=i.minutes_before_meal, **common)
        for i in intakes
    )
    return step


def _check_intakes(refusals: Refusals, intakes: Sequence[IntakeEntry], product: Product) -> None:
    refusals.unless(bool(intakes), "intakes", "Enter at least one intake.")
    times = [intake.at for intake in intakes]
    refusals.unless(len(set(times)) == len(times), "intakes", "Two intakes are at the same minute.")
    refusals.unless(
        all(0 < i.units <= 100 for i in intakes),
        "intakes",
        "Each intake is more than 0 and at most 100 units.",
    )
    of_unit = (product.elemental_mg_per_unit, product.compound_mg_per_unit)
    mg = dose_of((intake.units, *of_unit) for intake in intakes).elemental_mg_per_day
    refusals.unless(
        mg <= LARGEST_PLAUSIBLE_MG_PER_DAY,
        "intakes",
        f"{plain(mg)} mg/day elemental is not plausible. Are the units right?",
    )


def _check_answers(refusals: Refusals, answers: dict[str, str]) -> None:
    known = {c.code for c in CONTRAINDICATIONS}
    for code, answer in answers.items():
        refusals.unless(
            code in known, "contraindications", f"{code} is not one of {', '.join(sorted(known))}."
        )
        refusals.unless(
            answer in ("YES", "NO", "NOT_ASKED"), "contraindications", f"{code}: answer YES, NO or NOT_ASKED."
        )


def _check_protocol(refusals: Refusals, patient: Patient, step: DoseStep, now: Moment) -> None:
    """Refuse what the protocol stops, and what needs a reason that was not given."""
    for check in check_regimen(regimen_facts(Record(patient, now), step), now.thresholds):
        if check.severity == Severity.STOP:
            refusals.add(check.field, check.sentence)
        elif check.severity == Severity.NEEDS_REASON:
            refusals.add(check.field, f"{check.sentence} Give a reason.")
    refusals.stop_if_any()


def _elemental(step: DoseStep) -> Decimal:
    return step.dose().elemental_mg_per_day


def _words(step: DoseStep) -> dict[str, str]:
    dose = step.dose()
    return {
        "product": step.regimen.product.name,
        "effective_on": str(step.effective_on),
        "elemental_mg_per_day": str(dose.elemental_mg_per_day),
        "compound_mg_per_day": str(dose.compound_mg_per_day),
    }
