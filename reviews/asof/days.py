"""Which past day may be asked for, and the record of it."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db.models import F

from accounts.models import Clinic
from accounts.wording import day
from patients.models import Patient
from protocols.models import Protocol
from reviews.asof.record import RecordAsOf
from reviews.asof.versions import first_known_at, known_patient
from reviews.moments import Moment


def record_as_of(patient: Patient, clinic: Clinic, on: date, at: datetime) -> RecordAsOf:
    """The record at the end of the clinic's day `on`, or as it is at `at` where that day is today.

    Raises ValidationError for a day that has not come, and for one on which the patient was not known.
    """
    if on > clinic.local_date(at):
        raise ValidationError({"on": [f"{day(on)} has not come yet. Choose today or a day before."]})
    end = end_of(on, clinic)
    then = known_patient(patient, end)
    if then is None:
        raise ValidationError({"on": [_unknown(patient, clinic, on)]})
    return RecordAsOf(then, Moment(clinic, on, min(at, end), protocol_at(clinic, end)))


def end_of(on: date, clinic: Clinic) -> datetime:
    """The first moment of the next day at the clinic, whether the day has 23, 24 or 25 hours."""
    return datetime.combine(on + timedelta(days=1), time.min, tzinfo=clinic.zone)


def protocol_at(clinic: Clinic, before: datetime) -> Protocol:
    """The clinic's newest version adopted before the moment, else the newest default of then.

    The first default is older than every patient, whatever its date says: migrations bring it.
    """
    offered = Protocol.objects.offered_to(clinic)
    adopted = offered.filter(adopted_at__lt=before)
    found = adopted.order_by(F("clinic").asc(nulls_last=True), "-version").first()
    return found or offered.filter(clinic=None).earliest("version")


def _unknown(patient: Patient, clinic: Clinic, on: date) -> str:
    first = first_known_at(patient)
    if first is None or clinic.local_date(first) <= on:
        return f"Nothing is kept of this patient as of {day(on)}."
    since = day(clinic.local_date(first))
    return f"This patient was registered on {since}. Choose that day or a later one."
