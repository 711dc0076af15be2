"""The forms of versions: every number of a draft with its unit, and which two versions to compare."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from protocols.drafts import LONGEST_SUMMARY, WHOLE
from protocols.models import Protocol
from protocols.thresholds import PROTOCOL_1, Threshold

NAMES = [threshold.name for threshold in PROTOCOL_1]


class EditionForm(forms.Form):
    """An act on a draft as the person saw it; the page writes the edition, which changes after a conflict."""

    edition = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)


class DraftForm(EditionForm):
    """All numbers of the next version. Whether they can be a protocol is judged when they are saved."""

    summary = forms.CharField(
        label="What changes and why",
        max_length=LONGEST_SUMMARY,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="Who adopts the version reads this first.",
    )

    def __init__(self, *args: Any, in_force: Protocol, **options: Any) -> None:
        super().__init__(*args, **options)
        for threshold in PROTOCOL_1:
            now = getattr(in_force.thresholds, threshold.name)
            field = _field(threshold)
            field.label, field.help_text = threshold.label, f"In force: {now} {threshold.unit}"
            self.fields[threshold.name] = field

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in NAMES}

    def groups(self) -> list[tuple[str, list[tuple[Threshold, BoundField]]]]:
        """The numbers under their groups, each with the field to write it in."""
        grouped: dict[str, list[tuple[Threshold, BoundField]]] = {}
        for threshold in PROTOCOL_1:
            grouped.setdefault(threshold.group, []).append((threshold, self[threshold.name]))
        return list(grouped.items())

    @staticmethod
    def of(draft: Protocol) -> dict[str, Any]:
        """What the fields hold when they show `draft`."""
        return {"summary": draft.summary, **draft.values}


class CompareForm(forms.Form):
    """`from` and `to` are numbers of versions."""

    def __init__(self, data: Mapping[str, Any], versions: list[Protocol]) -> None:
        super().__init__(data)
        choices = [(version.version, _named(version)) for version in versions]
        self._versions = {version.version: version for version in versions}
        for name, label in (("from", "From"), ("to", "To")):
            self.fields[name] = forms.TypedChoiceField(label=label, choices=choices, coerce=int)

    def chosen(self) -> Iterator[Protocol]:
        """The two versions, once the form is valid."""
        yield from (self._versions[self.cleaned_data[name]] for name in ("from", "to"))


def _field(threshold: Threshold) -> forms.Field:
    widget = forms.NumberInput({"autocomplete": "off", "step": 1 if threshold.name in WHOLE else "any"})
    if threshold.name in WHOLE:
        return forms.IntegerField(widget=widget)
    return forms.DecimalField(max_digits=9, decimal_places=4, widget=widget)


def _named(version: Protocol) -> str:
    return f"Version {version.version}{'' if version.adopted_at else ', draft'}"
