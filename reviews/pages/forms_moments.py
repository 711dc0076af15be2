"""A moment as a browser sends it, in the clinic's time."""

from datetime import datetime
from typing import Any

from django import forms

from accounts.shapes import FIRST_DAY, LAST_DAY


class MomentField(forms.DateTimeField):
    """A day and a time of day, to the minute; a year such as 9999 is a slip of the hand."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        if moment is not None and not FIRST_DAY <= moment.date() < LAST_DAY:
            raise forms.ValidationError("This is not a day that a record can have.")
        return moment
