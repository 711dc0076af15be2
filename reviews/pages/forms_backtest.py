"""The form of a backtest: which number is tried, or all that the draft changes, and over how many months."""

from collections.abc import Mapping
from typing import Any

from django import forms

from protocols.models import Protocol
from protocols.thresholds import PROTOCOL_1, Threshold
from protocols.versions import differences
from reviews.acts.backtests import LONGEST_MONTHS, SHORTEST_MONTHS
from reviews.backtest.numbers import tryable

DRAFT = "DRAFT"
USUAL_MONTHS = 12
# What is refused of a number stands at the field in which it was written.
AT_VALUE = {threshold.name: "value" for threshold in PROTOCOL_1} | {"tried": "threshold"}


class BacktestForm(forms.Form):
    """One number with the value to try; or the draft, whose numbers are then tried together."""

    threshold = forms.ChoiceField(label="Number to try")
    value = forms.DecimalField(
        label="Tried value",
        max_digits=9,
        decimal_places=4,
        required=False,
        widget=forms.NumberInput({"autocomplete": "off", "step": "any"}),
    )
    months = forms.IntegerField(
        label="Past months",
        min_value=SHORTEST_MONTHS,
        max_value=LONGEST_MONTHS,
        initial=USUAL_MONTHS,
        help_text=f"{SHORTEST_MONTHS} to {LONGEST_MONTHS}",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, live: Protocol, draft: Protocol | None, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.drafted = _tried_by(live, draft) if draft else {}
        choices: list[Any] = [("", "Choose")]
        if draft and self.drafted:
            choices.append((DRAFT, f"All that draft {draft.version} changes"))
        groups: dict[str, list[tuple[str, str]]] = {}
        for threshold in tryable():
            groups.setdefault(threshold.group, []).append((threshold.name, _named(threshold, live)))
        self.fields["threshold"].choices = [*choices, *groups.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        name = given.get("threshold")
        if name and name != DRAFT and given.get("value") is None and "value" not in self.errors:
            self.add_error("value", "Enter the value to try.")
        return given

    def tried(self) -> dict[str, Any]:
        """{name: value} of the valid form."""
        name = self.cleaned_data["threshold"]
        return self.drafted if name == DRAFT else {name: self.cleaned_data["value"]}


def _tried_by(live: Protocol, draft: Protocol) -> dict[str, Any]:
    known = {threshold.name for threshold in tryable()}
    changed = (difference.threshold.name for difference in differences(live, draft))
    return {name: draft.values[name] for name in changed if name in known}


def _named(threshold: Threshold, live: Protocol) -> str:
    return f"{threshold.label}: now {getattr(live.thresholds, threshold.name)} {threshold.unit}"
