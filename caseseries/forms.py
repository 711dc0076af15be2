"""The form of a cohort, as query of an address: it judges nothing that `CohortCriteria` does not."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.refusals import show_refusals
from caseseries.acts import LONGEST_NAME, asked
from caseseries.criteria import DEFAULT_WEEKS, MOST_WEEKS, MOST_YEARS, CohortCriteria
from regimens.salts import Family

ANY_FORM = "ANY"
FIRST_LOOK = {"form": Family.GLYCINATE.value, "minimum_weeks": DEFAULT_WEEKS}


def _number(most: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(widget=forms.NumberInput(attrs={"min": 0, "max": most}), **options)


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class CohortForm(forms.Form):
    """`criteria` and `name` hold what was asked for once the form is valid."""

    form = forms.ChoiceField(
        label="Form",
        choices=[(ANY_FORM, "Any form"), *((family.value, family.label) for family in Family)],
        help_text="The first start of the form counts, a person once.",
    )
    minimum_weeks = _number(MOST_WEEKS, label="Since the start, at least")
    minimum_age_years = _number(MOST_YEARS, label="From age", required=False)
    maximum_age_years = _number(MOST_YEARS, label="To age", required=False)
    started_from = _day("Started from")
    started_until = _day("Started until")
    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        required=False,
        help_text="For people of the clinic; it is in no file.",
        widget=forms.HiddenInput,
    )

    criteria: CohortCriteria

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        values = {key: value for key, value in cleaned.items() if value is not None}
        if values.get("form") == ANY_FORM:
            del values["form"]
        try:
            _, self.criteria = asked(values)
        except ValidationError as refused:
            show_refusals(self, refused)
        return cleaned
