"""The forms of members: who works in the clinic, and as what."""

from django import forms

from accounts.permissions import Role


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
