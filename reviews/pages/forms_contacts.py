"""The forms of recalls: booking a visit, logging an attempt, and losing or finding a patient."""

from typing import Any

from django import forms

from patients.forms import DateInput, DayField
from reviews.acts.contacts import LONGEST_NOTE, MAY_REMOVE, Afterwards, Contact
from reviews.acts.reach import LONGEST_REASON
from reviews.models import ContactOutcome, ContactWay, Reevaluation
from reviews.pages.act_pages import VersionField
from reviews.pages.forms_moments import MomentField


class BookForm(forms.Form):
    """The day on which the patient comes; the button that clears it sends `clear`."""

    version = VersionField()
    booked_on = DayField(label="Visit on", required=False, widget=DateInput())
    clear = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @staticmethod
    def of(row: Any) -> dict[str, Any]:
        return {"booked_on": row.booked_on}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("clear"):
            return given | {"booked_on": None}
        if not given.get("booked_on") and "booked_on" not in self.errors:
            self.add_error("booked_on", "Choose the day of the visit.")
        return given


class RescheduleForm(forms.Form):
    """One day for all that are ticked."""

    booked_on = DayField(label="Book the ticked ones for", widget=DateInput())


class ContactForm(forms.Form):
    """One attempt to reach a patient. Each outcome asks for what follows from it, and for nothing else."""

    version = VersionField()
    patient_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, required=False)
    way = forms.ChoiceField(
        label="How", choices=ContactWay.choices, widget=forms.RadioSelect, initial=ContactWay.PHONE
    )
    outcome = forms.ChoiceField(
        label="How it ended",
        choices=ContactOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it ended."},
    )
    booked_on = DayField(label="The patient comes on", required=False, widget=DateInput())
    call_again_on = DayField(label="Call again on", required=False, widget=DateInput())
    afterwards = forms.ChoiceField(
        label="What follows", required=False, choices=Afterwards.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=LONGEST_REASON,
        help_text="A removal needs one. It stands on the chart.",
    )
    attempted_at = MomentField(label="When")
    note = forms.CharField(
        label="Note", required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, may_remove: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_remove:
            kept = [(Afterwards.KEEP.value, Afterwards.KEEP.label)]
            self.fields["afterwards"].choices = kept  # type: ignore[attr-defined]

    def contact(self, owed: Reevaluation) -> Contact:
        """The attempt as the act takes it, without what belongs to another outcome than the chosen one."""
        given = self.cleaned_data
        outcome = given["outcome"]
        agreed, later = outcome == ContactOutcome.AGREED, outcome == ContactOutcome.CALL_LATER
        return Contact(
            way=given["way"],
            outcome=outcome,
            attempted_at=given["attempted_at"],
            reevaluation=owed,
            version=given["version"],
            booked_on=given["booked_on"] if agreed else None,
            call_again_on=given["call_again_on"] if later else None,
            afterwards=given["afterwards"] if outcome in MAY_REMOVE else "",
            reason=given["reason"],
            patient_version=given["patient_version"],
            note=given["note"],
        )


class ReachForm(forms.Form):
    """That a patient cannot be reached, and why; or, of one who could not be, that they can be again."""

    version = VersionField()
    reason = forms.CharField(
        label="Reason", max_length=LONGEST_REASON, help_text="Such as: three attempts, no answer."
    )

    def __init__(self, *args: Any, is_lost: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_lost:
            del self.fields["reason"]
