"""What narrows the register of claims: the same fields on its page and in the API."""

from django import forms

from protocols.claims import CHOICES


def _choice(name: str, label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "All"), *CHOICES[name]], required=False)


class ClaimsForm(forms.Form):
    """All fields may be left out; `cleaned_data` is what `protocols.claims.found` takes."""

    search = forms.CharField(
        label="Words",
        max_length=100,
        required=False,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    topic = _choice("topic", "Topic")
    status = _choice("status", "Literature")
    danger = _choice("danger", "Danger if taken as fact")
    mark = _choice("mark", "Evidence")
