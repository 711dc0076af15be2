"""The forms of the patient's own particulars; what may be is decided by the acts that they call."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import Clinic, Membership
from accounts.permissions import Role
from accounts.shapes import FIRST_DAY, LAST_DAY
from patients.models import CareParty, DeathRelation, Patient, Sex, Status


class DateInput(forms.DateInput):
    """The browser's own date field, filled in the only form that it reads."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A calendar day that a record can have: a year such as 9999 is a slip of the hand."""

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not FIRST_DAY <= day < LAST_DAY:
            raise forms.ValidationError("This is not a day that a record can have.")
        return day


class PatientForm(forms.Form):
    """Who the person is, and whether the record may enter a case series."""

    family_name = forms.CharField(label="Family name", max_length=120)
    given_name = forms.CharField(label="Given name", max_length=120)
    birth_date = DayField(label="Born", widget=DateInput())
    sex = forms.ChoiceField(label="Sex", choices=Sex.choices, widget=forms.RadioSelect, initial=Sex.UNKNOWN)
    mrn = forms.CharField(label="MRN", max_length=64, help_text="Unique in this clinic.")
    contact = forms.CharField(label="Contact", max_length=200, required=False)
    owner = forms.ModelChoiceField(
        label="Clinician", queryset=Membership.objects.none(), required=False, empty_label="Not assigned"
    )
    research_consent = forms.BooleanField(label="Consents to case series, de-identified", required=False)
    publication_consent_on = DayField(
        label="Consented to publication as a single case on",
        widget=DateInput(),
        required=False,
        help_text="The day of the person's own written consent; empty when there is none.",
    )

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clinicians = Membership.objects.active().filter(clinic=clinic, roles__contains=[Role.CLINICIAN])
        owner = self.fields["owner"]
        owner.queryset = clinicians.select_related("user").order_by("user__name")  # type: ignore[attr-defined]
        owner.label_from_instance = lambda membership: str(membership.user)  # type: ignore[attr-defined]

    @staticmethod
    def of(patient: Patient) -> dict[str, Any]:
        """What the form shows of a patient, as initial values."""
        names = (
            "family_name", "given_name", "birth_date", "sex", "mrn", "contact", "research_consent",
            "publication_consent_on", "prescribed_by", "monitored_by", "shared_with",
        )  # fmt: skip
        return {name: getattr(patient, name) for name in names} | {"owner": patient.owner_id}


def _party(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=CareParty.choices,
        widget=forms.RadioSelect,
        required=False,
        empty_value=CareParty.THIS_CLINIC,
    )


class PatientCareForm(PatientForm):
    """The particulars of somebody who is under care already: also with whom that care is shared."""

    prescribed_by = _party("Prescribes")
    monitored_by = _party("Monitors")
    shared_with = forms.CharField(
        label="Care is shared with", max_length=200, required=False, help_text="Name and place."
    )


class StatusForm(forms.Form):
    """Pause, leave, death, or back under care."""

    status = forms.ChoiceField(label="Status", choices=Status.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="Reason", max_length=200, required=False)
    returns_on = DayField(label="Back on", widget=DateInput(), required=False, help_text="For a pause.")
    transferred_to = forms.CharField(
        label="Handed on to",
        max_length=200,
        required=False,
        help_text="Who cares from now on: name and place.",
    )
    deceased_on = DayField(label="Died on", widget=DateInput(), required=False, help_text="For a death.")
    death_relation = forms.ChoiceField(
        label="Related to the supplement",
        choices=DeathRelation.choices,
        widget=forms.RadioSelect,
        initial=DeathRelation.UNKNOWN,
        required=False,
    )

    @staticmethod
    def of(patient: Patient) -> dict[str, Any]:
        """What the form shows of a patient, as initial values."""
        return {
            "status": patient.status,
            "reason": patient.status_reason,
            "returns_on": patient.returns_on,
            "transferred_to": patient.transferred_to,
            "deceased_on": patient.deceased_on,
            "death_relation": patient.death_relation or DeathRelation.UNKNOWN,
        }
