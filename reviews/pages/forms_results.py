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
from reviews.pages.forms_sample import SAMPLE_FIELDS, SampleForm, moment
from reviews.pages.lab_verdicts import Verdict

ORDER = tuple(Analyte)
# What is measured least often stands folded below the others.
USUAL = ORDER[: ORDER.index(Analyte.PTH)]
PARTS = ("value", "unit", "low", "high")
_VALUE = re.compile(r"(?P<comparator>[<>]=?)?\s*(?P<value>\d{1,8}(\.\d{1,4})?)")


@dataclass(frozen=True)
class Reported:
    """A value as a laboratory writes it: `<0.1` has a comparator."""

    value: Decimal
    comparator: str


class ValueField(forms.CharField):
    """A number with a point, with < or > before it where the laboratory says so."""

    def __init__(self, label: str, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(label=label, required=False, max_length=16, widget=widget, **options)

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


@dataclass(frozen=True)
class Row:
    """One analyte on the page; `fields` are value, unit, interval from and to."""

    analyte: Analyte
    name: str
    fields: list[forms.BoundField]
    verdict: Verdict | None


class ResultsForm(SampleForm):
    """One sample: its time and facts, and a row for each analyte; rows without a value do not count."""

    collected_at = moment("Sampled at", help_text="The clinic's local time.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verdicts: dict[Analyte, Verdict] = {}
        for analyte in ORDER:
            label, units = ANALYTES[analyte].label, accepted(analyte)
            self.fields[f"{analyte}_value"] = ValueField(label)
            # No unit is chosen beforehand: a unit is told by the report, never guessed.
            self.fields[f"{analyte}_unit"] = forms.ChoiceField(
                label=f"{label}, unit",
                choices=[("", "unit"), *((unit, unit) for unit in units)],
                required=False,
            )
            self.fields[f"{analyte}_low"] = _limit(f"{label}, interval from")
            self.fields[f"{analyte}_high"] = _limit(f"{label}, interval to")

    @property
    def usual_rows(self) -> Iterator[Row]:
        return (self._row(analyte) for analyte in USUAL)

    @property
    def other_rows(self) -> list[Row]:
        return [self._row(analyte) for analyte in ORDER if analyte not in USUAL]

    @property
    def others_are_told(self) -> bool:
        return any(field.value() for row in self.other_rows for field in row.fields)

    @property
    def verdict_ids(self) -> str:
        """Where the live check swaps its words in, as htmx wants it."""
        return ",".join(f"#verdict-{analyte}:innerHTML" for analyte in ORDER)

    def _row(self, analyte: Analyte) -> Row:
        fields = [self[f"{analyte}_{part}"] for part in PARTS]
        return Row(analyte, ANALYTES[analyte].label, fields, self.verdicts.get(analyte))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["analytes"] = [analyte for analyte in ORDER if given.get(f"{analyte}_value") is not None]
        if not given["analytes"] and not self.errors:
            self.add_error(f"{ORDER[0]}_value", "Enter at least one value.")
        return given

    def entries(self) -> list[ResultEntry]:
        """The rows that have a value, as the act takes them."""
        return list(self.entries_so_far(self.cleaned_data.get("collected_at")).values())

    def entries_so_far(self, collected_at: datetime | None) -> dict[Analyte, ResultEntry]:
        """The rows that can be read, of a sample taken at `collected_at`; for a form with errors too."""
        if collected_at is None:
            return {}
        given = self.cleaned_data
        return {analyte: self._entry(analyte, collected_at) for analyte in given.get("analytes", [])}

    def _entry(self, analyte: Analyte, collected_at: datetime) -> ResultEntry:
        given = self.cleaned_data
        reported: Reported = given[f"{analyte}_value"]
        return ResultEntry(
            value=reported.value,
            comparator=reported.comparator,
            unit=given.get(f"{analyte}_unit", ""),
            collected_at=collected_at,
            analyte=analyte,
            reference_low=given.get(f"{analyte}_low"),
            reference_high=given.get(f"{analyte}_high"),
            **self.facts(),
        )

    def field_names(self) -> dict[str, str]:
        """Names that the act uses in refusals, as names of this form."""
        parts = {"value": "value", "unit": "unit", "reference_low": "low", "loinc": "value"}
        names: dict[str, str] = {}
        for n, analyte in enumerate(self.cleaned_data.get("analytes", [])):
            names |= {f"lab_results.{n}.{theirs}": f"{analyte}_{ours}" for theirs, ours in parts.items()}
            names |= {f"lab_results.{n}.{name}": name for name in ("collected_at", *SAMPLE_FIELDS)}
        return names


def _limit(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_digits=12, decimal_places=4)
