"""Other sources of magnesium, days without it, and advice on food: what bears on the dose."""

from datetime import date, datetime
from decimal import Decimal

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from patients.models import Patient
from regimens.models import Advice, DietAdvice, Interruption, OtherSource, Product, Regimen
from reviews.acts.ground import Refusals, act_on, check_day
from reviews.moments import Moment


def add_source(
    *,
    patient: Patient,
    by: Actor,
    at: datetime,
    product: Product,
    units_per_day: Decimal,
    since: date | None = None,
    until: date | None = None,
    source: str = "",
) -> OtherSource:
    """Say what else with magnesium is taken: an antacid, a laxative, a multimineral, in units per day."""
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        ours = product.clinic_id in (None, by.clinic.pk)
        refusals.unless(ours, "product", "This product is not one of the clinic's.")
        possible = 0 < units_per_day <= 100
        refusals.unless(possible, "units_per_day", "Enter more than 0 and at most 100 units a day.")
        if since is not None:
            check_day(refusals, "since", since, patient, now)
        _check_order(refusals, since, until)
        refusals.stop_if_any()
        row = OtherSource.objects.create(
            clinic=by.clinic,
            patient=patient,
            created_at=at,
            created_by=by.user,
            product=product,
            units_per_day=units_per_day,
            since=since,
            until=until,
            source=source.strip(),
        )
        after = {"product": product.name, "units_per_day": str(units_per_day)}
        record("ADD_SOURCE", by=by, at=at, of=row, patient_id=patient.pk, after=after)
    return row


def end_source(
    *, patient: Patient, row: OtherSource, by: Actor, at: datetime, version: int, until: date
) -> OtherSource:
    """Say on which day it was taken last. Raises StaleVersion or ValidationError."""
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        row.refresh_from_db()
        refusals.unless(row.patient_id == patient.pk, "id", "This entry belongs to another patient.")
        refusals.unless(row.error_at is None, "id", "This entry was entered in error.")
        check_day(refusals, "until", until, patient, now)
        _check_order(refusals, row.since, until)
        refusals.stop_if_any()
        row.update_from(version, until=until)
        record("END_SOURCE", by=by, at=at, of=row, patient_id=patient.pk, after={"until": str(until)})
    return row


def _check_interrupted(
    refusals: Refusals,
    regimen: Regimen,
    from_on: date,
    until_on: date | None,
    patient: Patient,
    now: Moment,
) -> None:
    runs = regimen.started_on <= from_on and (regimen.stopped_on is None or from_on < regimen.stopped_on)
    refusals.unless(runs, "from_on", "The regimen does not run on that day.")
    check_day(refusals, "from_on", from_on, patient, now)
    if until_on is not None:
        check_day(refusals, "until_on", until_on, patient, now)
        refusals.unless(from_on <= until_on, "until_on", "The end is before the beginning.")
    known = Interruption.objects.valid().filter(regimen=regimen)
    overlaps = any(row.holds_on(from_on) or from_on <= row.from_on <= (until_on or now.on) for row in known)
    refusals.unless(not overlaps, "from_on", "Another interruption covers some of these days.")


def interrupt_regimen(
    *,
    patient: Patient,
    regimen: Regimen,
    by: Actor,
    at: datetime,
    from_on: date,
    until_on: date | None = None,
    reason: str = "",
) -> Interruption:
    """Say on which days a running regimen was not taken; without `until_on` it is still not taken."""
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        regimen.refresh_from_db()
        refusals.unless(
            regimen.patient_id == patient.pk, "regimen", "This regimen belongs to another patient."
        )
        refusals.unless(regimen.error_at is None, "regimen", "This regimen was entered in error.")
        _check_interrupted(refusals, regimen, from_on, until_on, patient, now)
        refusals.stop_if_any()
        row = Interruption.objects.create(
            clinic=by.clinic,
            patient=patient,
            created_at=at,
            created_by=by.user,
            regimen=regimen,
            from_on=from_on,
            until_on=until_on,
            reason=reason.strip(),
        )
        after = {"from_on": str(from_on), "until_on": str(until_on or "")}
        record("INTERRUPT_REGIMEN", by=by, at=at, of=row, patient_id=patient.pk, after=after)
    return row


def resume_regimen(
    *, patient: Patient, row: Interruption, by: Actor, at: datetime, version: int, until_on: date
) -> Interruption:
    """Say which day was the last without it. Raises StaleVersion or ValidationError."""
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        row.refresh_from_db()
        if row.version != version:
            raise StaleVersion(row)
        refusals.unless(row.patient_id == patient.pk, "id", "This entry belongs to another patient.")
        refusals.unless(row.error_at is None, "id", "This entry was entered in error.")
        refusals.unless(row.until_on is None, "id", "It has been taken again already.")
        check_day(refusals, "until_on", until_on, patient, now)
        refusals.unless(row.from_on <= until_on, "until_on", "The end is before the beginning.")
        refusals.stop_if_any()
        row.update_from(version, until_on=until_on)
        record(
            "RESUME_REGIMEN", by=by, at=at, of=row, patient_id=patient.pk, after={"until_on": str(until_on)}
        )
    return row


def give_advice(
    *, patient: Patient, by: Actor, at: datetime, given_on: date, advice: str = Advice.LOW_PHYTATE
) -> DietAdvice:
    """Note that advice on food was given."""
    with act_on(patient, by, at) as now:
        refusals = Refusals()
        check_day(refusals, "given_on", given_on, patient, now)
        refusals.unless(advice in Advice.values, "advice", f"Choose from {', '.join(Advice.values)}.")
        refusals.stop_if_any()
        row = DietAdvice.objects.create(
            clinic=by.clinic,
            patient=patient,
            created_at=at,
            created_by=by.user,
            advice=advice,
            given_on=given_on,
        )
        record("GIVE_ADVICE", by=by, at=at, of=row, patient_id=patient.pk, after={"advice": advice})
    return row


def _check_order(refusals: Refusals, since: date | None, until: date | None) -> None:
    in_order = since is None or until is None or since <= until
    refusals.unless(in_order, "until", "The end is before the beginning.")
