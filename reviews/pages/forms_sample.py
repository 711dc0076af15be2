"""The facts of one sample, asked on the page of results and in the visit: what its values are worth."""

from datetime import datetime
from typing import Any

from django import forms

KNOWN = (("", "Not known"), ("NO", "No"), ("YES", "Yes"))
# What a clinic meets; the words are kept as they stand here (clinical facts 4.5).
SPECIMENS = (
    "venous whole blood", "arterial whole blood", "capillary whole blood", "serum", "plasma",
    "red blood cells", "24 h urine",
)  # fmt: skip
TUBES = (
    "lithium heparin, balanced, dry", "lithium heparin", "sodium heparin", "no additive", "EDTA", "citrate",
    "oxalate and fluoride",
)  # fmt: skip
STORAGES = ("room temperature", "on ice", "refrigerated, 2 to 8 °C", "frozen")
# Fields of a result that this form asks for, in its order.
_TEXTS = ("laboratory", "method", "analyzer", "specimen", "anticoagulant", "storage")
_KNOWN = ("haemolysed", "anaerobic", "fasting", "ph_adjusted")
_AS_GIVEN = ("analysed_at", "last_mg_dose_at", "ph")
SAMPLE_FIELDS = (*_TEXTS, *_KNOWN, *_AS_GIVEN)


def _choice(label: str, words: tuple[str, ...]) -> forms.ChoiceField:
    choices = [("", "Not known"), *((word, word) for word in words)]
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _known(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=KNOWN, required=False, widget=forms.RadioSelect)


def moment(label: str, **more: Any) -> forms.DateTimeField:
    """A moment in the clinic's local time, as browsers send it."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **more)


class SampleForm(forms.Form):
    """Nothing is preset: what is not known stays so, and casts no doubt."""

    laboratory = forms.CharField(label="Laboratory", max_length=120, required=False)
    method = forms.CharField(label="Method", max_length=120, required=False)
    analyzer = forms.CharField(
        label="Analyzer",
        max_length=120,
        required=False,
        help_text="Values of two analyzers are not compared.",
    )
    specimen = _choice("Specimen", SPECIMENS)
    anticoagulant = _choice("Tube", TUBES)
    storage = _choice("Kept until analysis", STORAGES)
    haemolysed = _known("Haemolysed")
    anaerobic = _known("Kept from air")
    fasting = _known("Fasting")
    analysed_at = moment("Analysed at", required=False)
    last_mg_dose_at = moment("Last magnesium dose at", required=False)
    ph = forms.DecimalField(
        label="pH of the sample", required=False, max_digits=4, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    ph_adjusted = _known("Ionized values adjusted to pH 7.4")

    @property
    def is_told(self) -> bool:
        """Whether anything is known of the sample, so that the page shows it unfolded."""
        return any(self[name].value() for name in SAMPLE_FIELDS)

    def facts(self) -> dict[str, Any]:
        """What was told, by the names of a ResultEntry; a field with an error counts as not told."""
        given = self.cleaned_data
        texts: dict[str, Any] = {name: given.get(name) or "" for name in _TEXTS}
        known = {name: {"YES": True, "NO": False}.get(given.get(name, "")) for name in _KNOWN}
        rest: dict[str, datetime | None] = {name: given.get(name) for name in _AS_GIVEN}
        return texts | known | rest
