"""Giving a running regimen a new dose; and what every dose is checked for."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts import wording
from accounts.actors import Actor
from accounts.permissions import Role
from audit.record import record
from patients.models import Patient, Visit
from regimens.checks import Severity, check_regimen
from regimens.dosing import LARGEST_PLAUSIBLE_MG_PER_DAY, dose_of, plain
from regimens.models import DoseStep, Intake, Product, Regimen, Timing
from reviews.acts.ground import Refusals, act_on, check_member
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry, Supervision
from reviews.facts.record import Record
from reviews.facts.regimen_facts import proposed_of, regimen_facts
from reviews.moments import Moment

PLANNED_AHEAD = timedelta(days=366)
# What a start cannot go without; all else that needs a reason is stored as a finding, and may flag.
ASKED_FIRST = "KIDNEY"


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
    entry.regimen.refresh_from_db()
    _check_day(refusals, entry, patient, now, "dose_step.effective_on" if visit else "effective_on")
    check_intakes(refusals, entry.intakes, entry.regimen.product)
    check_supervision(refusals, entry.supervision, entry.effective_on, by, now)
    refusals.stop_if_any()
    if entry.supervision is not None:
        supervise_by(entry.regimen, entry.supervision)
    before = _before(entry.regimen, entry.effective_on)
    step = save_step(
        entry.regimen,
        entry.effective_on,
        entry.intakes,
        by=by,
        now=now,
        reason=entry.reason,
        above_level_reason=entry.above_level_reason,
        visit=visit,
    )
    if before is None or _elemental(step) > _elemental(before):
        check_protocol(refusals, patient, step, now)
    record("CHANGE_DOSE", by=by, at=now.at, of=step, patient_id=patient.pk, after=words(step))
    return step


def _check_day(refusals: Refusals, entry: DoseStepEntry, patient: Patient, now: Moment, field: str) -> None:
    regimen, day = entry.regimen, entry.effective_on
    refusals.unless(day <= now.on + PLANNED_AHEAD, field, "Plan at most a year ahead.")
    refusals.unless(regimen.patient_id == patient.pk, "regimen", "This regimen belongs to another patient.")
    refusals.unless(regimen.error_at is None, "regimen", "This regimen was entered in error.")
    refusals.unless(
        day >= regimen.started_on,
        field,
        f"The regimen starts on {wording.day(regimen.started_on)}; a step cannot come before it.",
    )
    stopped = regimen.stopped_on is not None and day >= regimen.stopped_on
    refusals.unless(not stopped, field, "The regimen has stopped by then. Start a new one.")
    taken = DoseStep.objects.valid().filter(regimen=regimen, effective_on=day).exists()
    refusals.unless(not taken, field, "Another step starts on that day. Mark it entered in error first.")


def _before(regimen: Regimen, day: date) -> DoseStep | None:
    step: DoseStep | None = DoseStep.objects.valid().filter(regimen=regimen, effective_on__lt=day).last()
    return step


def save_step(
    regimen: Regimen,
    effective_on: date,
    intakes: Sequence[IntakeEntry],
    *,
    by: Actor,
    now: Moment,
    reason: str,
    above_level_reason: str = "",
    visit: Visit | None = None,
) -> DoseStep:
    """Store a checked dose with its intakes."""
    common = {"clinic": by.clinic, "created_at": now.at, "created_by": by.user}
    step = DoseStep.objects.create(
        patient=regimen.patient,
        regimen=regimen,
        effective_on=effective_on,
        reason=reason.strip(),
        above_level_reason=above_level_reason.strip(),
        visit=visit,
        **common,
    )
    Intake.objects.bulk_create(
        Intake(
            step=step,
            at=i.at,
            units=i.units,
            timing=i.taken,
            minutes_before_meal=i.minutes_before_meal,
            **common,
        )
        for i in intakes
    )
    return step


def supervise_by(regimen: Regimen, supervision: Supervision) -> None:
    """Write who watches it, at the version that the regimen has."""
    regimen.update_from(
        regimen.version,
        supervision_note=supervision.note.strip(),
        supervisor=supervision.supervisor,
        check_again_on=supervision.check_again_on,
        specialist_note=supervision.specialist_note.strip(),
    )


def check_supervision(
    refusals: Refusals, supervision: Supervision | None, since: date, by: Actor, now: Moment
) -> None:
    """The supervisor works here, and the date to check again is not before the dose."""
    if supervision is None:
        return
    member, again = supervision.supervisor, supervision.check_again_on
    check_member(refusals, "supervisor", member, by)
    supervises = member is None or (member.ended_at is None and Role.CLINICIAN in member.roles)
    refusals.unless(supervises, "supervisor", "A clinician who works here supervises.")
    refusals.unless(again is None or again >= since, "check_again_on", "This is before the first day.")
    in_time = again is None or again <= max(since, now.on) + PLANNED_AHEAD
    refusals.unless(in_time, "check_again_on", "Check again within a year.")


def check_intakes(refusals: Refusals, intakes: Sequence[IntakeEntry], product: Product) -> None:
    """At least one, at different minutes, each of a possible amount, and told how it is taken."""
    refusals.unless(bool(intakes), "intakes", "Enter at least one intake.")
    times = [intake.at for intake in intakes]
    refusals.unless(len(set(times)) == len(times), "intakes", "Two intakes are at the same minute.")
    refusals.unless(
        all(0 < i.units <= 100 for i in intakes),
        "intakes",
        "Each intake is more than 0 and at most 100 units.",
    )
    told = all(i.timing in ("", *Timing.values) for i in intakes)
    refusals.unless(told, "intakes", f"Each is taken one of these ways: {', '.join(Timing.values)}.")
    before = all(i.timing in ("", Timing.BEFORE_MEAL) for i in intakes if i.minutes_before_meal is not None)
    minutes = all(i.minutes_before_meal is not None for i in intakes if i.timing == Timing.BEFORE_MEAL)
    refusals.unless(
        before and minutes, "intakes", "Minutes belong to an intake before a meal, and only there."
    )
    of_unit = (product.elemental_mg_per_unit, product.compound_mg_per_unit)
    mg = dose_of((intake.units, *of_unit) for intake in intakes).elemental_mg_per_day
    refusals.unless(
        mg <= LARGEST_PLAUSIBLE_MG_PER_DAY,
        "intakes",
        f"{plain(mg)} mg/day elemental is not plausible. Are the units right?",
    )


def check_protocol(refusals: Refusals, patient: Patient, step: DoseStep, now: Moment) -> None:
    """Refuse what the protocol stops, and a start of which the kidney was not asked."""
    for check in check_regimen(regimen_facts(Record(patient, now), proposed_of(step)), now.thresholds):
        if check.severity == Severity.STOP:
            refusals.add(check.field, check.sentence)
        elif check.severity == Severity.NEEDS_REASON and check.code == ASKED_FIRST:
            refusals.add(check.field, f"{check.sentence} Give a reason.")
    refusals.stop_if_any()


def _elemental(step: DoseStep) -> Decimal:
    return step.dose().elemental_mg_per_day


def words(step: DoseStep) -> dict[str, str]:
    """A dose for the audit log."""
    dose = step.dose()
    return {
        "product": step.regimen.product.name,
        "effective_on": str(step.effective_on),
        "elemental_mg_per_day": str(dose.elemental_mg_per_day),
        "compound_mg_per_day": str(dose.compound_mg_per_day),
    }
