"""The forms of members and of the clinic: who works there, as what, and when."""

from django import forms

from accounts.permissions import Role

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class RolesForm(forms.Form):
    """At least one role; roles add up."""

    roles = forms.MultipleChoiceField(
        label="Roles", choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )


class MemberForm(RolesForm):
    """A person to add, by e-mail."""

    email = forms.EmailField(label="E-mail", max_length=254)
    name = forms.CharField(label="Name", max_length=120, help_text="As it is shown to colleagues.")


class MembershipForm(RolesForm):
    """What a member may do, as of the version that the page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ClockInput(forms.TimeInput):
    """A time as browsers send it."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class HoursForm(forms.Form):
    """When the clinic works, in its own time; no day at all is allowed."""

    works_on = forms.TypedMultipleChoiceField(
        label="Days",
        coerce=int,
        required=False,
        choices=list(enumerate(WEEKDAYS, start=1)),
        widget=forms.CheckboxSelectMultiple,
        help_text="On other days nothing is sent.",
    )
    works_from = forms.TimeField(label="From", widget=ClockInput())
    works_until = forms.TimeField(label="Until", widget=ClockInput())


class ReleasingForm(forms.Form):
    """Whether one person can let files leave the clinic, as of the version that the page showed."""

    needs_second_releaser = forms.BooleanField(
        label="A second person releases each export",
        required=False,
        help_text="Who asks for an export can then not let it leave. With individual consent always.",
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
