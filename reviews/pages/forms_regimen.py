"""The forms of a regimen: start, change of dose, stop. What may be is decided by the acts."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms

from accounts.models import Clinic, Membership
from accounts.permissions import Role
from patients.forms import DateInput
from patients.vocabulary import CONTRAINDICATIONS
from regimens.models import DoseStep, PriorMagnesium, Product, Regimen, StopReason
from reviews.acts.regimen_entries import IntakeEntry
from reviews.pages.act_pages import VersionField

ROWS = 5
ANSWERS = (("YES", "Yes"), ("NO", "No"), ("NOT_ASKED", "Not asked"))


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class IntakesForm(forms.Form):
    """Some rows of clock time, units and minutes before a meal; rows that are left empty do not count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(ROWS):
            self.fields[f"intake_{n}_at"] = forms.TimeField(
                label=f"Time of intake {n + 1}", required=False, widget=TimeInput()
            )
            self.fields[f"intake_{n}_units"] = forms.DecimalField(
                label=f"Units of intake {n + 1}",
                required=False,
                min_value=Decimal("0.01"),
                max_digits=5,
                decimal_places=2,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
            self.fields[f"intake_{n}_before"] = forms.IntegerField(
                label=f"Minutes before a meal of intake {n + 1}", required=False, min_value=0, max_value=240
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["intakes"] = [entry for n in range(ROWS) if (entry := self._entry(n)) is not None]
        return given

    def _entry(self, n: int) -> IntakeEntry | None:
        at, units = self.cleaned_data.get(f"intake_{n}_at"), self.cleaned_data.get(f"intake_{n}_units")
        if at is not None and units is not None:
            return IntakeEntry(at, units, self.cleaned_data.get(f"intake_{n}_before"))
        fields = {f"intake_{n}_at": at, f"intake_{n}_units": units}
        if at is None and units is None:
            return None
        missing = next(name for name, value in fields.items() if value is None)
        if missing not in self.errors:
            self.add_error(missing, "Enter both the time and the units.")
        return None

    def rows(self) -> Iterator[tuple[forms.BoundField, ...]]:
        """The fields of each row, for the page."""
        for n in range(ROWS):
            yield tuple(self[f"intake_{n}_{part}"] for part in ("at", "units", "before"))

    @staticmethod
    def of(step: DoseStep | None) -> dict[str, Any]:
        """The intakes of a step as initial values."""
        initial: dict[str, Any] = {}
        for n, intake in enumerate(step.intakes.all() if step else ()):
            initial |= {
                f"intake_{n}_at": intake.at,
                f"intake_{n}_units": intake.units.normalize(),
                f"intake_{n}_before": intake.minutes_before_meal,
            }
        return initial


class StartForm(IntakesForm):
    """A start: product, day, intakes, and what was asked before it."""

    product = forms.ModelChoiceField(
        label="Product", queryset=Product.objects.none(), empty_label="Choose a product"
    )
    started_on = forms.DateField(label="First day", widget=DateInput())
    indication = forms.CharField(label="Indication", max_length=120, required=False)
    prior_magnesium = forms.ChoiceField(
        label="Magnesium before",
        choices=PriorMagnesium.choices,
        widget=forms.RadioSelect,
        initial="NOT_ASKED",
    )
    kidney_reason = forms.CharField(
        label="Reason to start without an eGFR of the last 12 months",
        max_length=200,
        required=False,
        help_text="Only where there is none: record a creatinine or eGFR first if you can.",
    )
    supervision_note = forms.CharField(label="Supervision note", max_length=200, required=False)
    supervisor = forms.ModelChoiceField(
        label="Supervised by", queryset=Membership.objects.none(), required=False, empty_label="Nobody"
    )
    check_again_on = forms.DateField(label="Check again on", widget=DateInput(), required=False)

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product, supervisor = self.fields["product"], self.fields["supervisor"]
        product.queryset = Product.objects.offered_to(clinic)  # type: ignore[attr-defined]
        product.label_from_instance = _product_words  # type: ignore[attr-defined]
        clinicians = Membership.objects.active().filter(clinic=clinic, roles__contains=[Role.CLINICIAN])
        supervisor.queryset = clinicians.select_related("user").order_by("user__name")  # type: ignore[attr-defined]
        supervisor.label_from_instance = lambda membership: str(membership.user)  # type: ignore[attr-defined]
        for item in CONTRAINDICATIONS:
            self.fields[f"asked_{item.code}"] = forms.ChoiceField(
                label=item.label,
                choices=ANSWERS,
                widget=forms.RadioSelect,
                initial="NOT_ASKED",
                required=False,
            )

    def questions(self) -> list[forms.BoundField]:
        """The contraindications, each answered yes, no or not asked."""
        return [self[f"asked_{item.code}"] for item in CONTRAINDICATIONS]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        given["contraindications"] = {
            item.code: given.get(f"asked_{item.code}") or "NOT_ASKED" for item in CONTRAINDICATIONS
        }
        return given


def _product_words(product: Product) -> str:
    elemental, compound = (
        f"{amount.normalize():f}" for amount in (product.elemental_mg_per_unit, product.compound_mg_per_unit)
    )
    return f"{product.name}: {elemental} mg elemental in a {product.unit_name} of {compound} mg"


class ChangeDoseForm(IntakesForm):
    """A new dose of a running regimen."""

    effective_on = forms.DateField(label="From", widget=DateInput())
    reason = forms.CharField(label="Reason", max_length=200, required=False)


class StopForm(forms.Form):
    """The end of a regimen."""

    version = VersionField()
    stopped_on = forms.DateField(label="First day without it", widget=DateInput())
    reason = forms.ChoiceField(label="Why", choices=StopReason.choices)

    @staticmethod
    def of(regimen: Regimen) -> dict[str, Any]:
        """The regimen's own values, to compare after a conflict."""
        return {"stopped_on": regimen.stopped_on, "reason": regimen.stop_reason}
