"""The rows of one patient as they stood at a moment, from the versions that triggers keep.

The clock is the database's own: a version counts from the begin of the transaction that wrote it, which is
when the clinic knew it. What an act says of itself (`created_at`, the day of a visit) moves nothing: a result
of 1 March that was recorded on 5 March is not known on the 3rd.
"""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from accounts.records import ClinicRecord
from patients.models import OfPatient, Patient

Row = TypeVar("Row", bound=ClinicRecord)


def versions(model: type[Model]) -> QuerySet[Any]:
    """Every version of every row of a tracked model."""
    rows: QuerySet[Any] = model.pgh_event_model._default_manager.all()  # type: ignore[attr-defined]
    return rows


def known_of(patient: Patient, model: type[Row], before: datetime) -> list[Row]:
    """The rows of one patient as last written before the moment, without those in error by then.

    Found by the keys of today's rows: none is ever deleted, and the versions are indexed by these keys.
    """
    whose = {"patient": patient} if issubclass(model, OfPatient) else {"step__patient": patient}
    keys = model._default_manager.filter(**whose).order_by().values("pk")
    return _rows(model, versions(model).filter(pgh_obj__in=keys), before)


def known_patient(patient: Patient, before: datetime) -> Patient | None:
    """The patient as last written before the moment; None where nobody had registered the person."""
    found = _rows(Patient, versions(Patient).filter(pgh_obj=patient.pk), before)
    return found[0] if found else None


def first_known_at(patient: Patient) -> datetime | None:
    """When the person was registered, by the database's clock."""
    first = versions(Patient).filter(pgh_obj=patient.pk).order_by("pgh_created_at", "pgh_id").first()
    return first.pgh_created_at if first else None


def _rows(model: type[Row], found: QuerySet[Any], before: datetime) -> list[Row]:
    """The newest version of each; of two of one transaction the one written last."""
    newest = found.filter(pgh_created_at__lt=before).order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id")
    names = [field.attname for field in model._meta.concrete_fields]
    stored = newest.distinct("pgh_obj_id").values_list(*names)
    rows: list[Row] = [model.from_db("default", names, list(values)) for values in stored]
    return [row for row in rows if row.error_at is None]
