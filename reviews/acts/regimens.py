"""Starting, stopping and switching what a patient takes, and saying who watches it."""

from datetime import date, datetime

from accounts import wording
from accounts.actors import Actor
from accounts.records import StaleVersion, withdrawn_rows
from audit.record import record
from patients.models import Patient, Visit
from patients.vocabulary import CONTRAINDICATIONS
from regimens.models import DoseStep, Intake, Product, Regimen, StopReason
from reviews.acts.doses import (
    check_intakes,
    check_protocol,
    check_supervision,
    save_step,
    supervise_by,
    words,
)
from reviews.acts.ground import Refusals, act_on, check_day
from reviews.acts.regimen_entries import RegimenEntry, StopEntry, Supervision, SwitchEntry
from reviews.moments import Moment

NOT_BEGUN = "The regimen stopped before this planned step."
# A switch says so by itself; nobody chooses it.
STOP_REASONS = [reason for reason in StopReason.values if reason != StopReason.SWITCHED]


def start_regimen(*, patient: Patient, by: Actor, at: datetime, entry: RegimenEntry) -> Regimen:
    """Start a product.

    Raises ValidationError for an impossible date or intake, age under 18, a contraindication answered yes,
    an eGFR below 30 without a specialist, and no eGFR of the last 12 months without a `kidney_reason`.
    """
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        check_day(refusals, "started_on", entry.started_on, patient, now)
        check_intakes(refusals, entry.intakes, entry.product)
        _check_answers(refusals, entry.contraindications)
        _check_product(refusals, entry.product, by)
        watched = Supervision(entry.supervision_note, entry.supervisor, entry.check_again_on)
        check_supervision(refusals, watched, entry.started_on, by, now)
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
            specialist_note=entry.specialist_note.strip(),
        )
        step = save_step(
            regimen,
            entry.started_on,
            entry.intakes,
            by=by,
            now=now,
            reason="start",
            above_level_reason=entry.above_level_reason,
        )
        check_protocol(refusals, patient, step, now)
        record("START_REGIMEN", by=by, at=at, of=regimen, patient_id=patient.pk, after=words(step))
    return regimen


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
        regimen.refresh_from_db()
        if regimen.version != version:
            raise StaleVersion(regimen)
        end_regimen(StopEntry(regimen, stopped_on, reason), patient=patient, by=by, now=now)
    return regimen


def end_regimen(
    entry: StopEntry, *, patient: Patient, by: Actor, now: Moment, visit: Visit | None = None
) -> Regimen:
    """The same inside the transaction of another act: of a visit, whose fields begin with "stop."."""
    field = "stop." if visit else ""
    refusals, regimen = Refusals(), entry.regimen
    regimen.refresh_from_db()
    _check_running(refusals, regimen, patient, field)
    check_day(refusals, f"{field}stopped_on", entry.stopped_on, patient, now)
    refusals.unless(
        entry.reason in STOP_REASONS, f"{field}reason", f"The reason is one of {', '.join(STOP_REASONS)}."
    )
    _check_last_step(refusals, regimen, entry.stopped_on, now, f"{field}stopped_on")
    refusals.stop_if_any()
    planned = _end(regimen, entry.stopped_on, entry.reason, by=by, now=now, visit=visit)
    record(
        "STOP_REGIMEN",
        by=by,
        at=now.at,
        of=regimen,
        patient_id=patient.pk,
        after={"stopped_on": str(entry.stopped_on), "reason": entry.reason, "planned_steps": planned},
    )
    return regimen


def switch_product(*, patient: Patient, by: Actor, at: datetime, version: int, entry: SwitchEntry) -> Regimen:
    """Put another product in the place of a running regimen: one stop, one start, one new window.

    What was asked before the first start stays. Raises StaleVersion, or ValidationError for the same product,
    a day before the last step, and all that a start refuses.
    """
    with act_on(patient, by, at) as now:
        refusals, old = Refusals(), entry.regimen
        old.refresh_from_db()
        if old.version != version:
            raise StaleVersion(old)
        _check_running(refusals, old, patient, "")
        check_day(refusals, "on", entry.on, patient, now)
        _check_last_step(refusals, old, entry.on, now, "on")
        same = entry.product.pk == old.product_id
        refusals.unless(not same, "product", "This is the same product. Change its dose instead.")
        _check_product(refusals, entry.product, by)
        check_intakes(refusals, entry.intakes, entry.product)
        check_supervision(refusals, entry.supervision, entry.on, by, now)
        refusals.stop_if_any()
        _end(old, entry.on, StopReason.SWITCHED, by=by, now=now)
        new = _successor(old, entry, by, now)
        step = save_step(
            new,
            entry.on,
            entry.intakes,
            by=by,
            now=now,
            reason="change of product",
            above_level_reason=entry.above_level_reason,
        )
        check_protocol(refusals, patient, step, now)
        before = {"product": old.product.name}
        record(
            "SWITCH_PRODUCT", by=by, at=at, of=new, patient_id=patient.pk, before=before, after=words(step)
        )
    return new


def supervise(
    *, patient: Patient, regimen: Regimen, by: Actor, at: datetime, version: int, supervision: Supervision
) -> Regimen:
    """Say who watches a dose above the level, and when it is looked at again. Raises StaleVersion."""
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        regimen.refresh_from_db()
        if regimen.version != version:
            raise StaleVersion(regimen)
        _check_running(refusals, regimen, patient, "")
        check_supervision(refusals, supervision, regimen.started_on, by, now)
        refusals.stop_if_any()
        supervise_by(regimen, supervision)
        record(
            "SUPERVISE",
            by=by,
            at=at,
            of=regimen,
            patient_id=patient.pk,
            after={"note": supervision.note, "check_again_on": str(supervision.check_again_on or "")},
        )
    return regimen


def _successor(old: Regimen, entry: SwitchEntry, by: Actor, now: Moment) -> Regimen:
    """The regimen that takes over, with what was asked before the first start unless told anew."""
    kept = (
        "indication", "prior_magnesium", "contraindications", "kidney_reason", "supervision_note",
        "supervisor", "check_again_on", "specialist_note",
    )  # fmt: skip
    told = {"kidney_reason": entry.kidney_reason.strip()} if entry.kidney_reason.strip() else {}
    new: Regimen = Regimen.objects.create(
        clinic=by.clinic,
        patient=old.patient,
        created_at=now.at,
        created_by=by.user,
        product=entry.product,
        started_on=entry.on,
        replaces=old,
        **{name: getattr(old, name) for name in kept} | told,
    )
    if entry.supervision is not None:
        supervise_by(new, entry.supervision)
    return new


def _end(
    regimen: Regimen, on: date, reason: str, *, by: Actor, now: Moment, visit: Visit | None = None
) -> int:
    """Close the row and withdraw what was still planned; returns how many steps that were."""
    regimen.update_from(regimen.version, stopped_on=on, stop_reason=reason, stop_visit=visit)
    steps = DoseStep.objects.valid().filter(regimen=regimen, effective_on__gt=now.on)
    planned = list(steps.values_list("pk", flat=True))
    for rows in (Intake.objects.filter(step__in=planned), DoseStep.objects.filter(pk__in=planned)):
        withdrawn_rows(rows, by=by.user, at=now.at, reason=NOT_BEGUN)
    return len(planned)


def _check_running(refusals: Refusals, regimen: Regimen, patient: Patient, field: str) -> None:
    name = f"{field}regimen"
    refusals.unless(regimen.patient_id == patient.pk, name, "This regimen belongs to another patient.")
    refusals.unless(regimen.error_at is None, name, "This regimen was entered in error.")
    refusals.unless(regimen.stopped_on is None, name, "This regimen has stopped already.")


def _check_last_step(refusals: Refusals, regimen: Regimen, on: date, now: Moment, field: str) -> None:
    last = DoseStep.objects.valid().filter(regimen=regimen, effective_on__lte=now.on).last()
    if last is not None:
        refusals.unless(
            on >= last.effective_on,
            field,
            f"The last step is of {wording.day(last.effective_on)}; stop on that day or later.",
        )


def _check_product(refusals: Refusals, product: Product, by: Actor) -> None:
    ours = product.clinic_id in (None, by.clinic.pk)
    refusals.unless(ours, "product", "This product is not one of the clinic's.")


def _check_answers(refusals: Refusals, answers: dict[str, str]) -> None:
    known = {c.code for c in CONTRAINDICATIONS}
    for code, answer in answers.items():
        refusals.unless(
            code in known, "contraindications", f"{code} is not one of {', '.join(sorted(known))}."
        )
        refusals.unless(
            answer in ("YES", "NO", "NOT_ASKED"), "contraindications", f"{code}: answer YES, NO or NOT_ASKED."
        )
