"""The fields that a check opens: why above the level, who watches it, the specialist, the kidney."""

from typing import Any

from django import forms

from accounts.models import Clinic, Membership
from accounts.permissions import Role
from patients.forms import DateInput, DayField
from regimens.models import DoseStep, Regimen
from reviews.acts.regimen_entries import Supervision
from reviews.pages.act_pages import VersionField

OTHER = "OTHER"
# One click each; the words are stored with the step (own wording).
REASONS = (
    ("LOW_IONIZED", "Low ionized Mg at a lower dose"),
    ("DEFICIENCY", "Licensed product for deficiency"),
    ("SPECIALIST", "Specialist's plan"),
    (OTHER, "Other"),
)
SAVE_WITHOUT = "Save without: it stays on the queue"


class WatchedForm(forms.Form):
    """Who watches a dose, and when it is looked at again."""

    supervision_note = forms.CharField(label="Supervision note", max_length=200, required=False)
    supervisor = forms.ModelChoiceField(
        label="Supervised by", queryset=Membership.objects.none(), required=False, empty_label="Nobody"
    )
    check_again_on = DayField(label="Check again on", widget=DateInput(), required=False)
    specialist_note = forms.CharField(
        label="Specialist who takes it upon herself",
        max_length=200,
        required=False,
        help_text="For an eGFR below 30, myasthenia, or above the level in pregnancy.",
    )

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supervisor = self.fields["supervisor"]
        clinicians = Membership.objects.active().filter(clinic=clinic, roles__contains=[Role.CLINICIAN])
        supervisor.queryset = clinicians.select_related("user").order_by("user__name")  # type: ignore[attr-defined]
        supervisor.label_from_instance = lambda membership: str(membership.user)  # type: ignore[attr-defined]

    def supervision(self) -> Supervision:
        """As typed."""
        given = self.cleaned_data
        return Supervision(
            given["supervision_note"], given["supervisor"], given["check_again_on"], given["specialist_note"]
        )

    def told_anew(self, regimen: Regimen) -> Supervision | None:
        """As typed, where that differs from what the regimen says already."""
        now = Supervision(
            regimen.supervision_note, regimen.supervisor, regimen.check_again_on, regimen.specialist_note
        )
        return self.supervision() if self.supervision() != now else None

    @staticmethod
    def watched(regimen: Regimen) -> dict[str, Any]:
        """The regimen's own values."""
        return {
            "supervision_note": regimen.supervision_note,
            "supervisor": regimen.supervisor_id,
            "check_again_on": regimen.check_again_on,
            "specialist_note": regimen.specialist_note,
        }


class ReasonsForm(WatchedForm):
    """The same with the reason for a dose above the level, and to start without an eGFR."""

    above_level_choice = forms.ChoiceField(
        label="Reason to go above the level", choices=REASONS, required=False, widget=forms.RadioSelect
    )
    above_level_text = forms.CharField(label="In words, for “Other”", max_length=200, required=False)
    save_without = forms.BooleanField(label=SAVE_WITHOUT, required=False)
    kidney_reason = forms.CharField(
        label="Reason to start without an eGFR of the last 12 months",
        max_length=200,
        required=False,
        help_text="Record a creatinine or eGFR first if you can.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        choice, text = given.get("above_level_choice", ""), given.get("above_level_text", "").strip()
        given["above_level_reason"] = text if choice in ("", OTHER) else dict(REASONS)[choice]
        return given

    @staticmethod
    def reason_of(step: DoseStep | None) -> dict[str, Any]:
        """The reason of a step as initial values."""
        reason = step.above_level_reason if step else ""
        choice = next((code for code, words in REASONS if words == reason), OTHER if reason else "")
        return {"above_level_choice": choice, "above_level_text": reason if choice == OTHER else ""}


class SuperviseForm(WatchedForm):
    """Who watches it, on a page of its own."""

    version = VersionField()
