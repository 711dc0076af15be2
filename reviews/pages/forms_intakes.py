"""The intakes of the regimen editor: clock times, units, how they are taken, and the converter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from regimens.dosing import plain
from regimens.models import DoseStep, Timing
from regimens.portions import MOST_INTAKES, Holds
from reviews.acts.regimen_entries import IntakeEntry
from reviews.pages.regimen_converter import FIELDS, WAS, shown
from reviews.pages.regimen_editing import PARTS, Sheet

# The founding article says 30 to 60 minutes before a meal (C23); it is offered unverified.
MINUTES_BEFORE = (30, 45, 60)
FIRST_ROWS = 3
_BEFORE = "BEFORE_"


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


@dataclass(frozen=True)
class RowFields:
    """One intake on the page: its fields, its place, and whether it stands open."""

    n: int
    at: forms.BoundField
    units: forms.BoundField
    taken: forms.BoundField
    is_shown: bool
    elemental_mg: Decimal | None
    compound_mg: Decimal | None


class IntakesForm(forms.Form):
    """Up to eight intakes, and the converter beside them; rows that are left empty do not count.

    `sheet` is what the buttons made of what was posted, `holds` one unit of the product until then; without
    `before_meal` that is not offered.
    """

    lead = forms.CharField(required=False, widget=forms.HiddenInput)
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    split_over = forms.IntegerField(label="intakes", required=False)

    def __init__(
        self,
        *args: Any,
        sheet: Sheet | None = None,
        step: DoseStep | None = None,
        holds: Holds | None = None,
        before_meal: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(sheet.data if sheet else None, *args, **kwargs)
        self.sheet = sheet
        self.holds = sheet.holds if sheet else holds
        for name, label in (
            ("compound_mg", "Compound per intake"),
            ("elemental_mg", "Elemental per intake"),
            ("per_intake", "Units per intake"),
            ("daily_mg", "Daily dose"),
        ):
            self.fields[name] = _number(label, max_digits=12, decimal_places=6)
        self.fields["times"] = forms.IntegerField(
            label="Intakes", required=False, min_value=1, max_value=MOST_INTAKES, widget=_text()
        )
        self.fields["split_over"].widget = _text()
        choices = _taken_choices(before_meal, step)
        for n in range(MOST_INTAKES):
            self.fields[f"intake_{n}_at"] = forms.TimeField(
                label=f"Time of intake {n + 1}", required=False, widget=TimeInput()
            )
            self.fields[f"intake_{n}_units"] = _number(
                f"Units of intake {n + 1}", min_value=Decimal("0.01"), max_digits=5, decimal_places=2
            )
            self.fields[f"intake_{n}_taken"] = forms.ChoiceField(
                label=f"How intake {n + 1} is taken", required=False, choices=choices
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["intakes"] = [entry for n in range(MOST_INTAKES) if (entry := self._entry(n)) is not None]
        for n, at in enumerate(given.get(f"intake_{n}_at") for n in range(MOST_INTAKES)):
            if at is not None and at in [given.get(f"intake_{m}_at") for m in range(n)]:
                self.add_error(f"intake_{n}_at", "Two intakes are at the same minute.")
        for name, sentence in (self.sheet.refusals if self.sheet else {}).items():
            self.errors.pop(name, None)
            self.add_error(name if name in self.fields else None, sentence)
        return given

    def _entry(self, n: int) -> IntakeEntry | None:
        at, units, taken = (self.cleaned_data.get(f"intake_{n}_{part}") for part in PARTS)
        fields = {f"intake_{n}_at": at, f"intake_{n}_units": units}
        if at is not None and units is not None:
            minutes = int(taken.removeprefix(_BEFORE)) if taken and taken.startswith(_BEFORE) else None
            return IntakeEntry(at, units, minutes, Timing.BEFORE_MEAL if minutes is not None else taken or "")
        if at is None and units is None:
            return None
        missing = next(name for name, value in fields.items() if value is None)
        if missing not in self.errors:
            self.add_error(missing, "Enter both the time and the units.")
        return None

    def forgive(self) -> None:
        """What is only missing is no fault while nothing is saved."""
        for name, faults in list(self.errors.as_data().items()):
            if all(fault.code == "required" for fault in faults):
                del self.errors[name]

    def converter(self) -> list[forms.BoundField]:
        """The fields of the converter, in the order of the page."""
        return [self[name] for name in ("compound_mg", "elemental_mg", "times", "daily_mg")]

    def was(self) -> dict[str, Any]:
        """What the converter showed when the page was rendered, for who has no script."""
        return {f"{WAS}{name}": self._now(name, f"{WAS}{name}") for name in FIELDS}

    def rows(self) -> Iterator[RowFields]:
        """All eight; those that are neither filled nor asked for are hidden."""
        asked = self._now("shown", "shown")
        count = int(asked) if str(asked).isdigit() else FIRST_ROWS
        holds = self.holds
        for n in range(MOST_INTAKES):
            at, units, taken = (self[f"intake_{n}_{part}"] for part in PARTS)
            amount = self._units(n)
            yield RowFields(
                n, at, units, taken, n < max(count, 1) or bool(at.errors or units.errors),
                amount * holds.elemental_mg if amount and holds else None,
                amount * holds.compound_mg if amount and holds else None,
            )  # fmt: skip

    def _units(self, n: int) -> Decimal | None:
        name = f"intake_{n}_units"
        found: Decimal | None = (self.cleaned_data if self.is_bound else self.initial).get(name)
        return found

    def _now(self, name: str, posted: str) -> Any:
        """The posted text, else the initial value."""
        return self.data.get(posted, "") if self.is_bound else self.initial.get(name, "")

    @staticmethod
    def of(entries: Sequence[IntakeEntry]) -> dict[str, Any]:
        """These intakes as values of the fields."""
        values: dict[str, Any] = {}
        for n, entry in enumerate(entries[:MOST_INTAKES]):
            values |= {
                f"intake_{n}_at": entry.at,
                f"intake_{n}_units": Decimal(plain(entry.units)),
                f"intake_{n}_taken": _taken(entry.taken, entry.minutes_before_meal),
            }
        return values

    @classmethod
    def at_first(cls, entries: Sequence[IntakeEntry], holds: Holds | None) -> dict[str, Any]:
        """Initial values for these intakes: what the converter shows of them, and how many stand open."""
        told = shown([entry.units for entry in entries], holds) if holds and entries else {}
        return {
            **cls.of(entries),
            **told,
            "shown": len(entries) or FIRST_ROWS,
            "split_over": len(entries) or None,
        }


def _taken(timing: str, minutes: int | None) -> str:
    return timing if minutes is None else f"{_BEFORE}{minutes}"


def _taken_choices(before_meal: bool, step: DoseStep | None) -> list[Any]:
    """With food first; before a meal only where it is offered, or was chosen before."""
    kept = {i.minutes_before_meal for i in step.intakes.all()} - {None} if step else set()
    minutes: Sequence[int] = sorted({*(MINUTES_BEFORE if before_meal else ()), *kept})
    before = [(f"{_BEFORE}{m}", f"{m} min before a meal") for m in minutes]
    usual = [(timing.value, timing.label) for timing in (Timing.WITH_FOOD, Timing.BEDTIME)]
    return [*usual, *([("Founding article, unverified", before)] if before else [])]


def _number(label: str, **limits: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, widget=_text(), **limits)


def _text() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal"})
