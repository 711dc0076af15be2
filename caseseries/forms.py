"""The form of a series, as query of an address: it judges nothing that `SeriesDefinition` does not."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from caseseries.definition import BadDefinition, Improved, OutcomeDefinition, SeriesDefinition
from caseseries.definition.criteria import DEFAULT_WEEKS, MOST_WEEKS, MOST_YEARS, NEVER_ASKED
from caseseries.families import Families, families_of
from patients.models import Sex
from patients.symptoms import Symptom
from patients.vocabulary import MODIFIERS
from protocols.thresholds import Thresholds
from regimens.salts import Family

_OUTCOME = (
    "day",
    "margin_days",
    "baseline_minimum",
    "improved",
    "drop",
    "percent",
    "remission_below",
    "rise",
    "symptom",
    "grade_at_most",
    "lowered_to_mg",
)
_BASELINE = (
    "minimum_elemental_mg_per_day",
    "maximum_elemental_mg_per_day",
    "minimum_gad7",
    "maximum_gad7",
    "minimum_ionized_mg_mmol_l",
    "maximum_ionized_mg_mmol_l",
    "minimum_egfr",
    "with_modifiers",
    "without_modifiers",
)
# Of these only the one that `improved` names decides anything, and only that one is asked for.
_MEASURE = {"drop": Improved.DROP, "percent": Improved.PERCENT, "remission_below": Improved.REMISSION}
_IMPROVED = {
    Improved.DROP: "lower by so many points",
    Improved.PERCENT: "lower by so much per cent",
    Improved.REMISSION: "below so many points",
}
_ALLOWED_MODIFIERS = [(m.code, m.label) for m in MODIFIERS if m.code not in NEVER_ASKED]


def _whole(label: str, most: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, widget=forms.NumberInput(attrs={"min": 0, "max": most}), required=False, **options
    )


def _amount(label: str, step: str, **options: Any) -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"min": 0, "step": step})
    return forms.DecimalField(label=label, widget=widget, required=False, **options)


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _boxes(label: str, choices: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


def _choice(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, **options)


class CohortForm(forms.Form):
    """Once it is valid, `definition` is what was asked for. What was left out is as the protocol says."""

    form = _boxes(
        "Form",
        [(family.value, family.label) for family in Family],
        help_text="None ticked: any form. The first start counts, a person once.",
    )
    minimum_weeks = forms.IntegerField(
        label="Since the start, at least", widget=forms.NumberInput(attrs={"min": 0, "max": MOST_WEEKS})
    )
    minimum_age_years = _whole("From age", MOST_YEARS)
    maximum_age_years = _whole("To age", MOST_YEARS)
    sex = _boxes("Sex", [(sex.value, str(sex.label).capitalize()) for sex in Sex])
    started_from = _day("Started from")
    started_until = _day("Started until")
    minimum_elemental_mg_per_day = _amount("From dose", "25")
    maximum_elemental_mg_per_day = _amount("To dose", "25")
    minimum_gad7 = _whole("GAD-7 from", 21)
    maximum_gad7 = _whole("GAD-7 to", 21)
    minimum_ionized_mg_mmol_l = _amount("Ionized Mg from", "0.01")
    maximum_ionized_mg_mmol_l = _amount("Ionized Mg to", "0.01")
    minimum_egfr = _amount("eGFR, at least", "1")
    with_modifiers = _boxes("Only with", _ALLOWED_MODIFIERS)
    without_modifiers = _boxes("Leave out", _ALLOWED_MODIFIERS)

    day = _whole("Day of the outcome", 3650)
    margin_days = _whole("Days around it", 90)
    baseline_minimum = _whole("GAD-7 at the start, at least", 21)
    improved = _choice("Less anxious is", [(way.value, words) for way, words in _IMPROVED.items()])
    drop = _whole("Drop, points", 21)
    percent = _whole("Drop, per cent", 100)
    remission_below = _whole("Remission below", 21)
    rise = _whole("Worse: rise of", 21)
    symptom = _choice("Symptom", [(symptom.value, symptom.label) for symptom in Symptom])
    grade_at_most = _choice("Its grade, at most", [("", "any grade"), *((n, n) for n in range(1, 5))])
    lowered_to_mg = _amount("Lowered to", "25")

    definition: SeriesDefinition

    def __init__(
        self, asked: QueryDict, thresholds: Thresholds, people: Mapping[str, int] | None = None
    ) -> None:
        """`people`: how many took each form, where that may be told."""
        super().__init__(_filled(asked, OutcomeDefinition.of(thresholds)))
        self.thresholds = thresholds
        self._people = people or {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            self.definition = SeriesDefinition.from_json(_asked(cleaned), self.thresholds)
        except BadDefinition as bad:
            for key, said in bad.errors.items():
                self._say(key.removeprefix("outcome."), said)
        return cleaned

    def _say(self, key: str, said: list[str]) -> None:
        for sentence in said:
            self.add_error(key if key in self.fields else None, sentence)

    @property
    def families(self) -> Families:
        """The boxes of the forms."""
        return families_of(self["form"].value() or [], self._people)

    @property
    def asks_baseline(self) -> bool:
        """Whether anything of the dose and the baseline is asked for."""
        return any(self[key].value() for key in _BASELINE)

    @property
    def asks_outcome(self) -> bool:
        """Whether the outcome is another than the protocol's, or has an error to be seen."""
        usual = OutcomeDefinition.of(self.thresholds)
        is_other = not self.errors and self.definition.outcome != usual
        return is_other or any(key in self.errors for key in _OUTCOME)

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """(name, value) of all that was asked for, to ask for the same again."""
        for field in self:
            value = field.value()
            values = value if isinstance(value, list) else [value]
            yield from ((field.html_name, str(one)) for one in values if one not in (None, ""))


def first_look() -> QueryDict:
    """What is asked for before anybody asked: the form of the founding article."""
    return QueryDict(f"form={Family.GLYCINATE}")


def _filled(asked: QueryDict, outcome: OutcomeDefinition) -> QueryDict:
    """What was not sent at all is as usual; what was sent empty stays empty."""
    filled = asked.copy()
    usual: dict[str, Any] = {"minimum_weeks": DEFAULT_WEEKS}
    usual |= {key: value for key in _OUTCOME if (value := getattr(outcome, key)) is not None}
    for key, value in usual.items():
        filled.setdefault(key, str(value))
    return filled


def _asked(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The definition as JSON has it, without what was left empty."""
    given = {key: value for key, value in cleaned.items() if value not in (None, "", [])}
    outcome = {key: given.pop(key) for key in _OUTCOME if key in given}
    for key, way in _MEASURE.items():
        if outcome.get("improved", Improved.DROP) != way:
            outcome.pop(key, None)
    if "grade_at_most" in outcome:
        outcome["grade_at_most"] = int(outcome["grade_at_most"])
    return {**given, "outcome": outcome}
