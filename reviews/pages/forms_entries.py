"""The forms of dated entries beside the regimen, and of what was entered in error."""

import re
from datetime import date, time
from typing import Any

from django import forms

from patients.forms import DateInput, DayField
from patients.models import Condition, CoTreatment, Medication
from patients.vocabulary import CO_TREATMENTS, MODIFIERS
from reviews.pages.act_pages import VersionField

TITLES = {
    "modifiers": "modifier",
    "conditions": "condition or allergy",
    "medications": "medicine",
    "co-treatments": "other treatment",
}
_CODES = {"conditions": Condition, "medications": Medication, "co-treatments": CoTreatment}
# Modifiers that are a number, not a word.
_UNITS = {facts.code: facts.unit for facts in MODIFIERS if facts.unit}
# Co-supplements are told as an amount per day in a unit of their own.
_AMOUNTS = {facts.code: facts.unit for facts in CO_TREATMENTS if facts.unit}
_CLOCKED = ("medications", "co-treatments")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class EntryForm(forms.Form):
    """One entry of a kind. A modifier's words are chosen together with it, so that none can be mistyped."""

    what = forms.ChoiceField(label="What")
    value = forms.CharField(label="Amount or detail", max_length=120, required=False)
    unit = forms.CharField(label="Unit", max_length=40, required=False)
    taken_at = forms.CharField(
        label="Clock times", max_length=80, required=False, help_text="Such as 06:30, 21:00."
    )
    since = DayField(label="Since", widget=DateInput(), required=False)
    until = DayField(label="Until", widget=DateInput(), required=False)
    source = forms.CharField(label="Source", max_length=120, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [("", "Choose"), *_choices(kind)]  # type: ignore[attr-defined]
        if kind not in _CLOCKED:
            del self.fields["taken_at"]
        if kind in ("modifiers", "conditions"):
            del self.fields["unit"]

    def clean_taken_at(self) -> list[time]:
        """Clock times separated by commas or blanks."""
        words = re.split(r"[,;\s]+", self.cleaned_data["taken_at"].strip())
        found = [_CLOCK.fullmatch(word) for word in words if word]
        if not all(found):
            raise forms.ValidationError("Write clock times such as 06:30, 21:00.")
        return sorted({time(int(match[1]), int(match[2])) for match in found if match})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        code, _, word = given.pop("what", "").partition("|")
        given["code"] = code
        if word:
            given["value"], given["source"] = word, _joined(given.get("value"), given.get("source"))
        elif code in _UNITS:
            given["unit"] = _UNITS[code]
        return given


def _joined(detail: str | None, source: str | None) -> str:
    """The detail of a chosen word, such as a variant, is kept with its source."""
    return ", ".join(words for words in (detail, source) if words)


def _choices(kind: str) -> list[Any]:
    if kind != "modifiers":
        known = _CODES[kind]._meta.get_field("code").choices or []
        return [(code, f"{label}{_in_unit(kind, str(code))}") for code, label in known]
    return [
        (
            facts.label,
            [(f"{facts.code}|{word}", f"{facts.label}: {_plain(word)}") for word in facts.values]
            or [(facts.code, f"{facts.label}, amount in {facts.unit}")],
        )
        for facts in MODIFIERS
    ]


def _in_unit(kind: str, code: str) -> str:
    """What is told as an amount names its unit."""
    unit = _AMOUNTS.get(code) if kind == "co-treatments" else None
    return f", amount in {unit}" if unit else ""


def _plain(word: str) -> str:
    return word.replace("_", " ").lower()


class EndForm(forms.Form):
    """The last day of an entry."""

    version = VersionField()
    until = DayField(label="Until", widget=DateInput())

    @staticmethod
    def of(entry: Any) -> dict[str, date | None]:
        """The entry's own value, to compare after a conflict."""
        return {"until": entry.until}


class InErrorForm(forms.Form):
    """Why a record is withdrawn."""

    version = VersionField()
    reason = forms.CharField(
        label="Why was it entered in error?", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
