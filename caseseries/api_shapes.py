"""The shapes of case series in the API: the keys of a definition, and the figures of a summary."""

from dataclasses import fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.shapes import Day
from caseseries.definition import Improved
from caseseries.definition.criteria import NEVER_ASKED
from caseseries.models import SavedSeries
from caseseries.summary import Summary
from patients.models import Sex
from patients.symptoms import Symptom
from patients.vocabulary import MODIFIERS
from regimens.salts import Family

_NAMES_OF_FAMILIES = {"type": "string", "enum": [family.value for family in Family]}
_LISTED = {"type": "array", "items": _NAMES_OF_FAMILIES, "minItems": 1}
_MODIFIER_CODES = [m.code for m in MODIFIERS if m.code not in NEVER_ASKED]
_NOT_MEASURED = "Who was not measured stays in."


@extend_schema_field({"oneOf": [_NAMES_OF_FAMILIES, _LISTED], "nullable": True})
class FormsField(serializers.JSONField):
    """One family of forms, several, or null for any."""


def _number(help_text: str) -> serializers.FloatField:
    return serializers.FloatField(required=False, allow_null=True, help_text=help_text)


def _whole(help_text: str) -> serializers.IntegerField:
    return serializers.IntegerField(required=False, allow_null=True, help_text=help_text)


def _names(names: list[str], help_text: str) -> serializers.MultipleChoiceField:
    return serializers.MultipleChoiceField(
        choices=names, required=False, allow_null=True, help_text=help_text
    )


class OutcomeGiven(serializers.Serializer[Any]):
    """What counts as an outcome, and when; what is left out is as the protocol in force says."""

    instrument = serializers.CharField(required=False, help_text="GAD7.")
    baseline_minimum = _whole("Lowest GAD-7 at the start that can improve, points.")
    improved = serializers.ChoiceField(
        choices=[way.value for way in Improved],
        required=False,
        help_text="DROP: lower by `drop` points; PERCENT: by `percent` of the first; REMISSION: from "
        "`remission_below` or more to below it.",
    )
    drop = _whole("Points; counts only with DROP.")
    percent = _whole("1 to 100; counts only with PERCENT.")
    remission_below = _whole("Points; counts only with REMISSION.")
    rise = _whole("Points of a rise that counts as worse, from any start.")
    day = _whole("Days from the start; the answer nearest to it counts.")
    margin_days = _whole("Days on both sides; the window begins after the start, where the baseline ends.")
    symptom = serializers.ChoiceField(
        choices=[(symptom.value, symptom.label) for symptom in Symptom],
        required=False,
        help_text="Of the headline.",
    )
    grade_at_most = _whole("Highest CTCAE grade that counts of it; null is any.")
    lowered_to_mg = _number("Elemental mg/day; lowering to it or below is told apart.")


class CriteriaGiven(serializers.Serializer[Any]):
    """Who belongs to the series. Consent is always asked for, and a key that is not here is refused."""

    name = serializers.CharField(required=False, help_text="For people of the clinic: in no file.")
    form = FormsField(
        required=False,
        help_text="A family of forms, a list of them, or null for any. A person's first start.",
    )
    minimum_weeks = serializers.IntegerField(
        required=False, help_text="From the start to the data cut, never observed follow-up; 12 unless given."
    )
    minimum_age_years = _whole("Completed years on the day of the start.")
    maximum_age_years = _whole("Completed years on the day of the start.")
    started_from = Day(required=False, allow_null=True, help_text="First day of the period of starts.")
    started_until = Day(
        required=False, allow_null=True, help_text="Its last day; a period has 28 days or more."
    )
    sex = _names(list(Sex.values), "Any of these; null is all.")
    minimum_elemental_mg_per_day = _number(f"On the day of the start, over all products. {_NOT_MEASURED}")
    maximum_elemental_mg_per_day = _number(f"On the day of the start, over all products. {_NOT_MEASURED}")
    minimum_gad7 = _whole(f"Points, the last at or before the start. {_NOT_MEASURED}")
    maximum_gad7 = _whole(f"Points, the last at or before the start. {_NOT_MEASURED}")
    minimum_ionized_mg_mmol_l = _number(f"The last at or before the start. {_NOT_MEASURED}")
    maximum_ionized_mg_mmol_l = _number(f"The last at or before the start. {_NOT_MEASURED}")
    minimum_egfr = _number(f"mL/min/1.73 m², the last at or before the start. {_NOT_MEASURED}")
    with_modifiers = _names(_MODIFIER_CODES, "All of these in force on the day of the start.")
    without_modifiers = _names(_MODIFIER_CODES, "None of these in force on the day of the start.")
    outcome = OutcomeGiven(required=False)


class DefinitionGiven(CriteriaGiven):
    """The keys of a definition, and until when the record counts."""

    data_cut_on = Day(required=False, help_text="Today unless given; never in the future.")


class NamedDefinitionGiven(CriteriaGiven):
    """A definition to keep. Other criteria under a name that is there already are its next version."""

    name = serializers.CharField(help_text="For people of the clinic: in no file.")


class DefinitionShape(serializers.Serializer[Any]):
    sha256 = serializers.CharField()
    cohort = serializers.DictField()
    outcome = serializers.DictField()


class SavedShape(serializers.ModelSerializer[SavedSeries]):
    sha256 = serializers.CharField(source="definition.sha256")
    criteria = serializers.DictField(source="definition.values", help_text="The cohort and the outcome.")

    class Meta:
        model = SavedSeries
        fields = ["id", "name", "version", "definition", "sha256", "criteria", "saved_at", "saved_by"]


_SCALARS: dict[Any, type[serializers.Field[Any, Any, Any, Any]]] = {
    int: serializers.IntegerField,
    float: serializers.FloatField,
    str: serializers.CharField,
    bool: serializers.BooleanField,
}


def _field_of(hint: Any, **options: Any) -> Any:
    """The field that writes a value of this type: of a list of figures, of one that may be null, or plain."""
    if get_origin(hint) in (Union, UnionType):
        (kind,) = (one for one in get_args(hint) if one is not NoneType)
        return _field_of(kind, allow_null=True)
    if get_origin(hint) is list:
        return _field_of(*get_args(hint), many=True)
    return _SCALARS[hint](**options) if hint in _SCALARS else shape_of(hint)(**options)


@cache
def shape_of(kind: Any) -> type[serializers.Serializer[Any]]:
    """The shape of a dataclass of figures, field by field, with its docstring."""
    hints = get_type_hints(kind)
    members = {field.name: _field_of(hints[field.name]) for field in fields(kind)}
    return type(f"Series{kind.__name__}", (serializers.Serializer,), {**members, "__doc__": kind.__doc__})


class SummaryShape(shape_of(Summary)):  # type: ignore[misc]  # made of the dataclass, so that it cannot differ
    """Null is a suppressed count, or a figure that nobody was measured for."""

    internal = serializers.BooleanField(help_text="Unsuppressed, for the clinic's own eyes.")
    definition = DefinitionShape()
    version_in_words = serializers.CharField(help_text="Of a saved series, and what the one before asked.")
    criteria_in_words = serializers.ListField(child=serializers.CharField())
    outcome_in_words = serializers.CharField()
    data_cut_on = Day()
    protocol_version = serializers.IntegerField()
    sentences = serializers.ListField(child=serializers.CharField())
    small_cells = serializers.CharField()
    limitation = serializers.CharField()
