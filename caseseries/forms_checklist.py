"""The form of the reporting checklist: one text for each question; what it holds, `acts_checklist` judges."""

from collections.abc import Mapping
from typing import Any

from django import forms

from caseseries.checklist import QUESTIONS


class ChecklistForm(forms.Form):
    """A field for each question, by its code."""

    def __init__(self, data: Mapping[str, Any] | None, stated: Mapping[str, str]) -> None:
        super().__init__(data, initial=dict(stated))
        for question in QUESTIONS.values():
            self.fields[question.code] = forms.CharField(
                label=question.label,
                help_text=question.hint,
                required=False,
                strip=True,
                widget=forms.Textarea(attrs={"rows": 2, "maxlength": 4000}),
            )
