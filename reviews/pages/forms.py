"""What people fill in about a flag: how it was resolved, until when it may wait."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from labs.analytes import Analyte
from patients.forms import DayField
from reviews.acts.flags import NOT_FOR_EMERGENCIES, ORDER_DAYS, default_order
from reviews.models import Action, Flag, Severity
from reviews.moments import Moment
from reviews.pages.act_pages import VersionField
from reviews.sentences import analyte_name

LONGEST_NOTE = 10_000
ACTION_WORDS = {
    Action.DOSE_CHANGED: "recorded on the regimen page",
    Action.LAB_ORDERED: "which results, and when they are expected",
    Action.ADVISED: "by phone or message",
    Action.REFERRED: "to whom, and why",
    Action.NO_ACTION: "needs a reason",
}
ORDERABLE = (
    Analyte.IONIZED_MG,
    Analyte.TOTAL_MG,
    Analyte.IONIZED_CA,
    Analyte.POTASSIUM,
    Analyte.CREATININE,
    Analyte.VITAMIN_D_25OH,
)
SNOOZE_DAYS = ((1, "Tomorrow"), (3, "In 3 days"), (7, "In a week"), (14, "In two weeks"))
SNOOZE_HOURS = (1, 2)
ANOTHER_DAY = "DAY"


class DayInput(forms.DateInput):
    """A date as browsers send it."""

    input_type = "date"

    def __init__(self, **attrs: object) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ResolveForm(forms.Form):
    """What was done about a flag; an emergency offers only what fits one."""

    version = VersionField()
    action = forms.ChoiceField(widget=forms.RadioSelect, error_messages={"required": "Say what you did."})
    analytes = forms.MultipleChoiceField(
        label="Results ordered",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(analyte, analyte_name(analyte)) for analyte in ORDERABLE],
    )
    expected_by = DayField(label="Result expected by", required=False, widget=DayInput())
    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Kept with the flag and in the audit log"}),
    )

    def __init__(self, *args: Any, flag: Flag, on: date, action: str = "", **kwargs: Any) -> None:
        initial = {
            "action": action,
            "analytes": [default_order(flag)],
            "expected_by": on + timedelta(days=ORDER_DAYS),
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        barred = NOT_FOR_EMERGENCIES if flag.emergency else ()
        chosen = self.fields["action"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 (tells the types what the class says above)
        chosen.choices = [(word, label) for word, label in Action.choices if word not in barred]

    @property
    def tiles(self) -> list[tuple[forms.boundfield.BoundWidget, str]]:
        """Each action with the words that say what it asks for."""
        return [(radio, ACTION_WORDS[Action(radio.data["value"])]) for radio in self["action"]]


class SnoozeForm(forms.Form):
    """Until when a flag may wait: hours for act today, days for the rest."""

    version = VersionField()
    wait = forms.ChoiceField(
        label="Snooze until", widget=forms.RadioSelect, error_messages={"required": "Choose until when."}
    )
    until_on = DayField(label="Another day", required=False, widget=DayInput())
    reason = forms.CharField(required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, flag: Flag, now: Moment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.urgent = flag.severity == Severity.ACT_TODAY
        choice = self.fields["wait"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 (tells the types what the class says above)
        choice.choices = self._hours() if self.urgent else self._days()
        self.fields["reason"].required = self.urgent
        if self.urgent:
            del self.fields["until_on"]

    def _hours(self) -> list[tuple[str, str]]:
        longest = self.now.thresholds.act_today_snooze_hours
        hours = [*(hours for hours in SNOOZE_HOURS if hours < longest), longest]
        return [(str(n), f"{n} hour{'' if n == 1 else 's'}") for n in hours]

    def _days(self) -> list[tuple[str, str]]:
        return [*((str(days), words) for days, words in SNOOZE_DAYS), (ANOTHER_DAY, "Another day")]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if given.get("wait") == ANOTHER_DAY and not given.get("until_on"):
            raise ValidationError({"until_on": "Enter the day on which it comes back."})
        return given

    def until(self) -> datetime:
        """The moment that was chosen; a day begins where the clinic is."""
        wait = self.cleaned_data["wait"]
        if self.urgent:
            return self.now.at + timedelta(hours=int(wait))
        day = (
            self.cleaned_data["until_on"] if wait == ANOTHER_DAY else self.now.on + timedelta(days=int(wait))
        )
        return datetime.combine(day, time.min, tzinfo=self.now.clinic.zone)
