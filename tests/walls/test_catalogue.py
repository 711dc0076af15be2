"""What PostgreSQL itself refuses: a row across clinics, a deletion, half a pair, a rewritten trail."""

import re

import pytest
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from accounts.models import Clinic, Membership
from accounts.records import ClinicRecord
from audit.grants import APPLICATION_ROLE, is_append_only
from patients.models import Visit
from tests.walls.furniture import House
from tests.walls.furniture import models as all_models

pytestmark = pytest.mark.django_db
Houses = tuple[House, House]
OURS = [model for model in all_models() if not hasattr(model, "pgh_tracked_model")]
CLINICAL = [model for model in OURS if issubclass(model, ClinicRecord)]
APPEND_ONLY = [model for model in all_models() if is_append_only(model)]
# Parents that have no clinic, or that all clinics share: the default protocol, the generic products.
SHARED = {"Clinic", "User", "Membership", "Product", "Protocol"}
# What is nobody's record goes with its owner.
MAY_CASCADE = {
    ("IdempotencyKey", "membership"),
    ("Draft", "membership"),
    ("Draft", "patient"),
    ("SavedView", "membership"),
    ("QueueLook", "membership"),
    ("MorningPlace", "membership"),
    ("ProtocolRun", "protocol"),
}
# What is recomputed, and files of which each step and decision is an audit event: no table of versions.
UNTRACKED = {"Finding", "Import", "ImportRow"}
# `closed_by` is empty when no person closed the flag: it cleared by itself.
UNPAIRED = {("Flag", "closed")}


# Parents that one transaction fills by the thousand, with children that refer to them.
FILLED_AT_ONCE = ["reviews_flag", "labs_labresult"]


def label(model: type[models.Model]) -> str:
    return model._meta.object_name or ""


def foreign_keys(model: type[models.Model]) -> list[models.ForeignKey[models.Model, models.Model]]:
    return [field for field in model._meta.local_fields if isinstance(field, models.ForeignKey)]


def definitions(table: str, kind: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = %s",
            [table, kind],
        )
        return [definition for (definition,) in cursor.fetchall()]


def has_clinic(model: type[models.Model]) -> bool:
    return any(field.name == "clinic" and not field.null for field in model._meta.local_fields)


def test_every_clinical_model_names_its_clinic() -> None:
    assert len(CLINICAL) > 10
    assert [label(model) for model in CLINICAL if not has_clinic(model)] == []


def test_a_childs_clinic_is_its_parents_by_a_second_foreign_key() -> None:
    missing = []
    for model in filter(has_clinic, OURS):
        keys = definitions(model._meta.db_table, "f")
        for field in foreign_keys(model):
            parent = field.related_model
            pair = (
                f"FOREIGN KEY ({field.column}, clinic_id) REFERENCES {parent._meta.db_table}(id, clinic_id)"
            )
            if label(parent) not in SHARED and not any(key.startswith(pair) for key in keys):
                missing.append(f"{label(model)}.{field.name}")
    assert missing == []


def test_a_row_of_another_clinic_cannot_be_a_parent(untouched: Houses) -> None:
    house, neighbour = untouched
    with pytest.raises(IntegrityError, match="same_clinic"), transaction.atomic():
        Visit.objects.filter(pk=house.rows["visits"].pk).update(patient=neighbour.rows["patients"])
        connection.check_constraints()


def test_nothing_clinical_falls_with_something_else() -> None:
    falls = {
        (label(model), field.name)
        for model in OURS
        for field in foreign_keys(model)
        if field.remote_field.on_delete is not models.PROTECT
    }
    assert falls == MAY_CASCADE


def test_when_and_by_whom_are_set_together_or_not_at_all() -> None:
    loose = []
    for model in OURS:
        names = {field.name for field in model._meta.local_fields if field.null}
        stems = {name.removesuffix("_at") for name in names if name.endswith("_at")}
        checks = definitions(model._meta.db_table, "c")
        for stem in (stem for stem in stems if f"{stem}_by" in names):
            pair = [check for check in checks if re.search(rf"\b{stem}_at\b.*\b{stem}_by_id\b", check)]
            if not pair and (label(model), stem) not in UNPAIRED:
                loose.append(f"{label(model)}.{stem}")
    assert loose == []


@pytest.mark.parametrize("change", [{"ended_at": "2026-03-12T00:00:00Z"}, {"ended_by": 1}])
def test_a_half_of_a_pair_is_refused(change: dict[str, object], untouched: Houses) -> None:
    house = untouched[0]
    if "ended_by" in change:
        change = {"ended_by": house.all_roles.user}
    with pytest.raises(IntegrityError, match="ended_paired"), transaction.atomic():
        Membership.objects.filter(clinic=house.clinic).update(**change)


def test_the_trail_is_what_it_should_be() -> None:
    """Events, exports and every history table."""
    names = {label(model) for model in APPEND_ONLY}
    assert {"AuditEvent", "FlagEvent", "Export", "Disclosure"} <= names
    assert {"Definition", "SavedSeries", "Statement"} <= names
    tracked = {label(model) for model in CLINICAL} - UNTRACKED
    assert {f"{name}Event" for name in tracked} <= names


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("model", APPEND_ONLY, ids=label)
def test_the_application_cannot_rewrite_the_trail(
    model: type[models.Model], statement: str, untouched: Houses
) -> None:
    key = model._meta.pk
    assert key is not None
    before = model._default_manager.count()
    assert before > 0
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(model._meta.db_table, key.column, key.column))
    assert model._default_manager.count() == before


def test_the_application_owns_no_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tableowner = %s", [APPLICATION_ROLE])
        assert cursor.fetchall() == []


def test_a_clinic_with_rows_cannot_be_deleted(untouched: Houses) -> None:
    with pytest.raises(models.ProtectedError):
        Clinic.objects.get(pk=untouched[0].clinic.pk).delete()


@pytest.mark.parametrize("table", FILLED_AT_ONCE)
def test_no_index_of_the_clinic_alone_can_be_taken_for_a_key(table: str) -> None:
    """docs/adr/0022-an-index-of-a-clinic-has-the-key.md: each lookup would read the whole clinic."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table])
        whole = [definition for (definition,) in cursor.fetchall() if " WHERE " not in definition]
    of_clinic = [re.search(r"\((.*?)\)", definition) for definition in whole if "(clinic_id" in definition]
    assert [found and found[1] for found in of_clinic] == ["clinic_id, id"]
