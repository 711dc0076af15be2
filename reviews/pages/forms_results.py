"""The form of several results at once: what the laboratory wrote, in its own units."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms

from labs.analytes import ANALYTES, Analyte
from labs.units import accepted
from reviews.acts.results import ResultEntry

ORDER = (
    Analyte.IONIZED_MG,
    Analyte.TOTAL_MG,
    Analyte.IONIZED_CA,
    Analyte.TOTAL_CA,
    Analyte.POTASSIUM,
    Analyte.CREATININE,
    Analyte.EGFR,
    Analyte.VITAMIN_D_25OH,
)
KNOWN = (("", "Not known"), ("NO", "No"), ("YES", "Yes"))
_VALUE = re.compile(r"(?P<comparator>[<>]=?)?\s*(?P<value>\d{1,8}(\.\d{1,4})?)")


@dataclass(frozen=True)
class Reported:
    """A value as a laboratory writes it: `<0.1` has a comparator."""

    value: Decimal
    comparator: str


class ValueField(forms.CharField):
    """A number with a point, with < or > before it where the laboratory says so."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, max_length=16)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = _VALUE.fullmatch(text)
        if found is None:
            raise forms.ValidationError(
                "Write a number such as 0.42, with a point; < or > may stand before it."
            )
        return Reported(Decimal(found["value"]), found["comparator"] or "")


class ResultsForm(forms.Form):
    """One sample: its time and facts, and a row for each analyte; rows without a value do not count."""

    collected_at = forms.DateTimeField(
        label="Sampled at",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="The clinic's local time.",
    )
    laboratory = forms.CharField(label="Laboratory", max_length=120, required=False)
    method = forms.CharField(label="Method", max_length=120, required=False)
    haemolysed = forms.ChoiceField(
        label="Haemolysed", choices=KNOWN, required=False, widget=forms.RadioSelect
    )
    anaerobic = forms.ChoiceField(
        label="Kept from air", choices=KNOWN, required=False, widget=forms.RadioSelect
    )
    analysed_at = forms.DateTimeField(
        label="Analysed at",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for analyte in ORDER:
            label, units = ANALYTES[analyte].label, accepted(analyte)
            self.fields[f"{analyte}_value"] = ValueField(label)
            # No unit is chosen beforehand: a unit is told by the report, never guessed.
            self.fields[f"{analyte}_unit"] = forms.ChoiceField(
                label=f"{label}, unit",
                choices=[("", "unit"), *((unit, unit) for unit in units)],
                required=False,
            )
            self.fields[f"{analyte}_low"] = forms.DecimalField(
                label=f"{label}, interval from", required=False, min_value=0, max_digits=12, decimal_places=4
            )
            self.fields[f"{analyte}_high"] = forms.DecimalField(
                label=f"{label}, interval to", required=False, min_value=0, max_digits=12, decimal_places=4
            )

    def rows(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Each analyte's name with its fields: value, unit, interval from and to."""
        for analyte in ORDER:
            yield (
                ANALYTES[analyte].label,
                [self[f"{analyte}_{part}"] for part in ("value", "unit", "low", "high")],
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["analytes"] = [analyte for analyte in ORDER if given.get(f"{analyte}_value") is not None]
        if not given["analytes"] and not self.errors:
            self.add_error(f"{ORDER[0]}_value", "Enter at least one value.")
        return given

    def entries(self) -> list[ResultEntry]:
        """The rows that have a value, as the act takes them."""
        given = self.cleaned_data
        return [_entry(analyte, given) for analyte in given["analytes"]]

    def field_names(self) -> dict[str, str]:
        """Names that the act uses in refusals, as names of this form."""
        parts = {"value": "value", "unit": "unit", "reference_low": "low", "loinc": "value"}
        names: dict[str, str] = {}
        for n, analyte in enumerate(self.cleaned_data.get("analytes", [])):
            names |= {f"lab_results.{n}.{theirs}": f"{analyte}_{ours}" for theirs, ours in parts.items()}
            names[f"lab_results.{n}.collected_at"] = "collected_at"
        return names


def _entry(analyte: Analyte, given: dict[str, Any]) -> ResultEntry:
    reported: Reported = given[f"{analyte}_value"]
    collected_at: datetime = given["collected_at"]
    return ResultEntry(
        value=reported.value,
        comparator=reported.comparator,
        unit=given[f"{analyte}_unit"],
        collected_at=collected_at,
        analyte=analyte,
        reference_low=given[f"{analyte}_low"],
        reference_high=given[f"{analyte}_high"],
        laboratory=given["laboratory"],
        method=given["method"],
        haemolysed=_known(given["haemolysed"]),
        anaerobic=_known(given["anaerobic"]),
        analysed_at=given["analysed_at"],
    )


def _known(answer: str) -> bool | None:
    return {"YES": True, "NO": False}.get(answer)
