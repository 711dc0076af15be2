"""Registering a patient, editing the particulars, and changing the status."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from labs.models import LabResult
from patients.models import CareParty, DeathRelation, Patient, Sex, Status, Visit
from patients.names import mrns_alike, search_text, tidy_mrn
from regimens.models import Regimen
from reviews.acts.ground import Refusals, act_on, check_member
from reviews.acts.results import rederive_egfr
from reviews.moments import Moment

PARTICULARS = (
    "mrn",
    "family_name",
    "given_name",
    "birth_date",
    "sex",
    "contact",
    "research_consent",
    "publication_consent_on",
    "owner",
    "prescribed_by",
    "monitored_by",
    "shared_with",
)
OLDEST_BIRTH_YEAR = 1890


@transaction.atomic
def register_patient(
    *,
    by: Actor,
    at: datetime,
    mrn: str,
    family_name: str,
    given_name: str,
    birth_date: date,
    sex: str = Sex.UNKNOWN,
    contact: str = "",
    research_consent: bool = False,
    publication_consent_on: date | None = None,
    owner: Any = None,
    is_synthetic: bool = False,
) -> Patient:
    """Add a person to the clinic. Raises ValidationError for a taken MRN or an impossible birth date."""
    on, mrn = by.clinic.local_date(at), tidy_mrn(mrn)
    refusals = Refusals()
    check_member(refusals, "owner", owner, by)
    _check(refusals, by, on, None, mrn=mrn, birth_date=birth_date)
    _check_consent(refusals, publication_consent_on, on)
    refusals.stop_if_any()
    try:
        with transaction.atomic():
            patient = Patient.objects.create(
                clinic=by.clinic,
                created_at=at,
                created_by=by.user,
                mrn=mrn,
                family_name=family_name.strip(),
                given_name=given_name.strip(),
                birth_date=birth_date,
                sex=sex,
                contact=contact,
                research_consent=research_consent,
                research_consent_on=on if research_consent else None,
                publication_consent_on=publication_consent_on,
                owner=owner,
                is_synthetic=is_synthetic,
            )
    except IntegrityError:
        refusals.add("mrn", _taken(mrn))
        refusals.stop_if_any()
        raise
    record("REGISTER_PATIENT", by=by, at=at, of=patient, patient_id=patient.pk, after={"mrn": patient.mrn})
    return patient


def edit_patient(*, patient: Patient, by: Actor, at: datetime, version: int, **changes: Any) -> Patient:
    """Change particulars (see PARTICULARS). Raises StaleVersion or ValidationError."""
    with act_on(patient, by, at) as now:
        if patient.version != version:
            raise StaleVersion(patient)
        refusals = Refusals()
        wanted = {name: changes.get(name, getattr(patient, name)) for name in PARTICULARS}
        wanted["mrn"] = tidy_mrn(wanted["mrn"])
        wanted["shared_with"] = wanted["shared_with"].strip()
        _check_shared_care(refusals, wanted)
        check_member(refusals, "owner", wanted["owner"], by)
        _check(refusals, by, now.on, patient, mrn=wanted["mrn"], birth_date=wanted["birth_date"])
        _check_consent(refusals, wanted["publication_consent_on"], now.on)
        refusals.stop_if_any()
        wanted["search"] = search_text(wanted["family_name"], wanted["given_name"], wanted["mrn"])
        if wanted["research_consent"] != patient.research_consent:
            wanted["research_consent_on"] = now.on if wanted["research_consent"] else None
        before = {name: str(getattr(patient, name)) for name in changes if name in PARTICULARS}
        patient.update_from(version, **wanted)
        if before.keys() & {"sex", "birth_date"}:
            rederive_egfr(patient, by=by, now=now)
        after = {name: str(getattr(patient, name)) for name in before}
        record("EDIT_PATIENT", by=by, at=at, of=patient, patient_id=patient.pk, before=before, after=after)
    return patient


def _check_shared_care(refusals: Refusals, wanted: dict[str, Any]) -> None:
    """Who prescribes or monitors elsewhere has a name; care that is all here is shared with nobody."""
    elsewhere = CareParty.ELSEWHERE in (wanted["prescribed_by"], wanted["monitored_by"])
    refusals.unless(
        bool(wanted["shared_with"]) or not elsewhere,
        "shared_with",
        "Say who prescribes or monitors elsewhere.",
    )


def _check_status(refusals: Refusals, status: str, reason: str, returns_on: date | None, now: Moment) -> None:
    refusals.unless(status in Status.values, "status", f"The status is one of {', '.join(Status.values)}.")
    if status == Status.PAUSED:
        refusals.unless(
            returns_on is not None and returns_on > now.on,
            "returns_on",
            "A pause needs a return date after today.",
        )
    refusals.unless(bool(reason.strip()) or status == Status.ACTIVE, "reason", "Say why.")


def _check_death(
    refusals: Refusals, status: str, deceased_on: date | None, relation: str, patient: Patient, now: Moment
) -> None:
    if status == Status.DECEASED:
        in_life = deceased_on is not None and patient.birth_date <= deceased_on <= now.on
        refusals.unless(
            in_life, "deceased_on", "Enter the date of death, not in the future and not before birth."
        )
    known = relation in ("", *DeathRelation.values)
    refusals.unless(known, "death_relation", f"Choose one of {', '.join(DeathRelation.values)}.")


def change_status(
    *,
    patient: Patient,
    by: Actor,
    at: datetime,
    version: int,
    status: str,
    reason: str,
    returns_on: date | None = None,
    deceased_on: date | None = None,
    transferred_to: str = "",
    death_relation: str = "",
) -> Patient:
    """Pause (with a return date), take leave of, or record the death of a patient; or resume.

    Whether a death may have to do with the supplement is UNKNOWN until somebody says.
    """
    with act_on(patient, by, at) as now:
        if patient.version != version:
            raise StaleVersion(patient)
        refusals = Refusals()
        _check_status(refusals, status, reason, returns_on, now)
        _check_death(refusals, status, deceased_on, death_relation, patient, now)
        refusals.stop_if_any()
        before = {"status": patient.status}
        patient.update_from(
            version,
            status=status,
            status_reason=reason.strip(),
            returns_on=returns_on if status == Status.PAUSED else None,
            deceased_on=deceased_on if status == Status.DECEASED else None,
            death_relation=(death_relation or DeathRelation.UNKNOWN) if status == Status.DECEASED else "",
            transferred_to=transferred_to.strip() if status == Status.LEFT else "",
        )
        after = {"status": status, "reason": reason, "death_relation": patient.death_relation}
        record("CHANGE_STATUS", by=by, at=at, of=patient, patient_id=patient.pk, before=before, after=after)
    return patient


def _check(
    refusals: Refusals, by: Actor, on: date, patient: Patient | None, *, mrn: str, birth_date: date
) -> None:
    refusals.unless(birth_date <= on, "birth_date", "The birth date is in the future.")
    refusals.unless(
        birth_date.year >= OLDEST_BIRTH_YEAR, "birth_date", f"The birth date is before {OLDEST_BIRTH_YEAR}."
    )
    others = Patient.objects.of(by.clinic).valid().filter(mrn__in=mrns_alike(mrn))
    if patient is not None:
        others = others.exclude(pk=patient.pk)
        refusals.unless(
            not _is_born_too_late(patient, birth_date),
            "birth_date",
            "A visit, a result or a regimen is from before this birth date.",
        )
    refusals.unless(not others.exists(), "mrn", _taken(mrn))


def _check_consent(refusals: Refusals, given_on: date | None, on: date) -> None:
    past = given_on is None or given_on <= on
    refusals.unless(past, "publication_consent_on", "This consent is of a day in the future.")


def _is_born_too_late(patient: Patient, birth_date: date) -> bool:
    earlier = (
        Regimen.objects.valid().filter(started_on__lt=birth_date),
        Visit.objects.valid().filter(visited_on__lt=birth_date),
        LabResult.objects.valid().filter(collected_on__lt=birth_date),
    )
    return any(rows.filter(patient=patient).exists() for rows in earlier)


def _taken(mrn: str) -> str:
    return f"MRN {mrn} belongs to another patient of this clinic. Open that chart instead."
