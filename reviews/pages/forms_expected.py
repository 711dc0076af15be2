"""The forms of ordered results: noting that results are expected, and withdrawing one."""

from typing import Any

from django import forms

from patients.forms import DateInput, DayField
from reviews.acts.expected import LONGEST_REASON
from reviews.pages.act_pages import VersionField
from reviews.pages.forms import ORDERABLE
from reviews.sentences import analyte_name

SHOWN = {"": "All", "overdue": "Overdue", "ordered": "Ordered", "mine": "Mine"}


class OrderForm(forms.Form):
    """Which results were ordered, and by when they are expected."""

    analytes = forms.MultipleChoiceField(
        label="Results ordered",
        widget=forms.CheckboxSelectMultiple,
        choices=[(analyte, analyte_name(analyte)) for analyte in ORDERABLE],
        error_messages={"required": "Choose at least one."},
    )
    due_on = DayField(label="Result expected by", widget=DateInput())


class WithdrawForm(forms.Form):
    """Why a result will not come."""

    version = VersionField()
    reason = forms.CharField(
        label="Reason", max_length=LONGEST_REASON, help_text="Such as: sample lost, patient declined."
    )

    @staticmethod
    def of(row: Any) -> dict[str, Any]:
        """Nothing of the row is in the form but its version."""
        return {}
