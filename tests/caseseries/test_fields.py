"""The guard: nothing leaves that nobody has decided about."""

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from caseseries.columns import COLUMNS, SYMPTOM_COLUMNS
from caseseries.fields import MAY_LEAVE, MUST_STAY


def own_models() -> list[type[Model]]:
    """The models of the rooms. A history table holds what its table holds, and nothing reads it."""
    models = [model for room in settings.ROOMS for model in apps.get_app_config(room).get_models()]
    return [model for model in models if not hasattr(model, "pgh_tracked_model")]


def stays(model: str) -> list[str]:
    return [name for names in MUST_STAY.get(model, {}).values() for name in names.split()]


def test_every_field_of_every_model_may_leave_or_must_stay() -> None:
    undecided, twice, unknown = [], [], []
    for model in own_models():
        label = model._meta.label
        fields = {field.name for field in model._meta.concrete_fields} | {
            field.name for field in model._meta.many_to_many
        }
        decided = [*MAY_LEAVE.get(label, {}), *stays(label)]
        undecided += [f"{label}.{name}" for name in sorted(fields - set(decided))]
        twice += [f"{label}.{name}" for name in sorted(set(decided)) if decided.count(name) > 1]
        unknown += [f"{label}.{name}" for name in sorted(set(decided) - fields)]
    assert (undecided, twice, unknown) == ([], [], [])


def test_the_guard_knows_no_model_that_is_gone() -> None:
    labels = {model._meta.label for model in own_models()}
    assert (set(MAY_LEAVE) | set(MUST_STAY)) - labels == set()


def test_every_column_of_the_file_is_made_of_fields_that_may_leave() -> None:
    for name, column in {**COLUMNS, **SYMPTOM_COLUMNS}.items():
        for source in column.sources:
            model, _, field = source.rpartition(".")
            assert field in MAY_LEAVE[model], f"{name} reads {source}"


def test_names_numbers_contacts_and_texts_must_stay() -> None:
    assert {"mrn", "family_name", "given_name", "contact", "search", "id"} <= set(stays("patients.Patient"))
    assert "note" in stays("patients.Visit")
    assert "other_text" in stays("patients.SymptomAnswer")
