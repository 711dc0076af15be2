"""What people fill in on the queue: the name of a view, and until when many flags wait."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from patients.forms import DayField
from reviews.acts.saved_views import LONGEST_NAME, LONGEST_QUERY
from reviews.moments import Moment
from reviews.pages.forms import ANOTHER_DAY, SNOOZE_DAYS, DayInput


class ViewForm(forms.Form):
    """The name of a view; `query` are the filters that the page has."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    query = forms.CharField(required=False, max_length=LONGEST_QUERY, widget=forms.HiddenInput)


class RenameForm(forms.Form):
    """Another name for a view."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)


class BulkSnoozeForm(forms.Form):
    """Until when the selected flags wait; what asks for an act today is not among them."""

    wait = forms.ChoiceField(
        label="Snooze until", widget=forms.RadioSelect, error_messages={"required": "Choose until when."}
    )
    until_on = DayField(label="Another day", required=False, widget=DayInput())
    reason = forms.CharField(required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, now: Moment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        choice = self.fields["wait"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 (tells the types what the class says above)
        choice.choices = [*((str(days), words) for days, words in SNOOZE_DAYS), (ANOTHER_DAY, "Another day")]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if given.get("wait") == ANOTHER_DAY and not given.get("until_on"):
            raise ValidationError({"until_on": "Enter the day on which they come back."})
        return given

    def until(self) -> datetime:
        """The moment that was chosen; a day begins where the clinic is."""
        wait = self.cleaned_data["wait"]
        day = (
            self.cleaned_data["until_on"] if wait == ANOTHER_DAY else self.now.on + timedelta(days=int(wait))
        )
        return datetime.combine(day, time.min, tzinfo=self.now.clinic.zone)
