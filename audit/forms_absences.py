"""The form of an absence: from when to when, and who stands in."""

from datetime import date
from typing import Any

from django import forms

from accounts.absences import who_may_answer
from accounts.models import Membership
from accounts.permissions import Act
from accounts.shapes import FIRST_DAY, LAST_DAY


class AbsenceDayField(forms.DateField):
    """A calendar day as browsers send it; a year such as 9999 is a slip of the hand."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not FIRST_DAY <= day < LAST_DAY:
            raise forms.ValidationError("This is not a day that an absence can have.")
        return day


class AbsenceForm(forms.Form):
    """An admin says who is away; everybody else speaks for themselves."""

    member = forms.ModelChoiceField(
        label="Who is away", queryset=Membership.objects.none(), empty_label="Choose"
    )
    from_on = AbsenceDayField(label="First day away")
    until_on = AbsenceDayField(label="Last day away")
    deputy = forms.ModelChoiceField(
        label="Who stands in", queryset=Membership.objects.none(), empty_label="Choose"
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = who_may_answer(membership.clinic)
        for name in ("member", "deputy"):
            field = self.fields[name]
            field.queryset = members  # type: ignore[attr-defined]
            field.label_from_instance = lambda member: str(member.user)  # type: ignore[attr-defined]
        if not membership.may(Act.MANAGE_MEMBERS):
            del self.fields["member"]
            self.fields["deputy"].queryset = members.exclude(pk=membership.pk)  # type: ignore[attr-defined]
