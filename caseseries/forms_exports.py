"""The form that asks for an export; what it holds, `acts_exports` judges."""

from typing import Any

from django import forms
from django.http import QueryDict

from caseseries.models import Format, Profile


class ExportForm(forms.Form):
    """Which files are made, and for whom. `again`: what somebody chose before they confirmed the password."""

    formats = forms.MultipleChoiceField(
        choices=Format.choices, initial=Format.values, widget=forms.CheckboxSelectMultiple
    )
    profile = forms.ChoiceField(choices=Profile.choices, initial=Profile.STANDARD, widget=forms.RadioSelect)

    def __init__(self, again: QueryDict | None = None) -> None:
        self.is_again = again is not None and "profile" in again
        super().__init__(initial=chosen(again) if again is not None and self.is_again else None)


def chosen(sent: QueryDict) -> dict[str, Any]:
    """The formats and the profile of a form that was sent."""
    return {"formats": sent.getlist("formats"), "profile": sent.get("profile", Profile.STANDARD)}
