"""The forms of a regimen: start, change of dose, switch, stop. What may be is decided by the acts."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms

from accounts.wording import NO_BREAK
from patients.forms import DateInput, DayField
from patients.vocabulary import CONTRAINDICATIONS
from regimens.dosing import plain
from regimens.models import PriorMagnesium, Product, Regimen, StopReason
from regimens.portions import Holds
from regimens.salts import SALTS, Family, Form
from reviews.acts.regimens import STOP_REASONS
from reviews.pages.act_pages import VersionField
from reviews.pages.forms_intakes import IntakesForm
from reviews.pages.forms_supervision import ReasonsForm

ANSWERS = (("YES", "Yes"), ("NO", "No"), ("NOT_ASKED", "Not asked"))
# The forms of the tiles; each tile says the share of its own form, products may differ.
TILES = (
    (Family.GLYCINATE, Form.BISGLYCINATE),
    (Family.CITRATE, Form.CITRATE),
    (Family.OXIDE, Form.OXIDE),
    (Family.MALATE, Form.MALATE),
)
OTHER = "OTHER"


class ProductSelect(forms.Select):
    """Products in groups of their family; each option tells a script what one unit holds."""

    products: dict[str, Product]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        product = self.products.get(str(value))
        if product is not None:
            option["attrs"] |= {
                "data-family": tile_of(product),
                "data-elemental": plain(product.elemental_mg_per_unit),
                "data-compound": plain(product.compound_mg_per_unit),
                "data-unit": product.unit_name,
            }
        return option


class ProductForm(forms.Form):
    """Which product: a tile for the family narrows the list; without a script the list says it all."""

    family = forms.ChoiceField(label="Form", required=False, widget=forms.RadioSelect)
    product = forms.ModelChoiceField(
        label="Product",
        queryset=Product.objects.none(),
        widget=ProductSelect,
        error_messages={"required": "Choose a product."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(family.value, family.label) for family, _ in TILES]
        self.fields["family"].choices = [*names, (OTHER, "Other form")]  # type: ignore[attr-defined]
        field: Any = self.fields["product"]
        field.queryset = Product.objects.offered_to(kwargs["clinic"])
        products = sorted(field.queryset, key=lambda product: _place(tile_of(product)))
        field.choices = [("", "Choose a product"), *_groups(products)]
        field.widget.products = {str(product.pk): product for product in products}

    def tiles(self) -> list[tuple[Any, str]]:
        """Each tile with the elemental share of its form."""
        shares = [f"{SALTS[form].elemental_fraction * 100:.1f}{NO_BREAK}% elemental" for _, form in TILES]
        return list(zip(self["family"], [*shares, "share of the product"], strict=True))


class StartForm(ProductForm, IntakesForm, ReasonsForm):
    """A start: product, day, intakes, and what was asked before it."""

    started_on = DayField(label="First day", widget=DateInput())
    indication = forms.CharField(label="Indication", max_length=120, required=False)
    prior_magnesium = forms.ChoiceField(
        label="Magnesium before",
        choices=PriorMagnesium.choices,
        widget=forms.RadioSelect,
        initial="NOT_ASKED",
    )
    none_of_these = forms.BooleanField(label="Asked: none of these", required=False)
    template = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        unasked = "NO" if given.get("none_of_these") else "NOT_ASKED"
        answers = {item.code: given.get(f"asked_{item.code}") or "NOT_ASKED" for item in CONTRAINDICATIONS}
        given["contraindications"] = {
            code: unasked if answer == "NOT_ASKED" else answer for code, answer in answers.items()
        }
        return given


class ChangeDoseForm(IntakesForm, ReasonsForm):
    """A new dose of a running regimen, today, earlier, or planned for a later day."""

    base = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    effective_on = DayField(label="From", widget=DateInput())
    reason = forms.CharField(label="Reason", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["kidney_reason"]


class SwitchForm(ProductForm, IntakesForm, ReasonsForm):
    """Another product in the place of the one that is taken."""

    version = VersionField()
    on = DayField(label="From", widget=DateInput())


class StopForm(forms.Form):
    """The end of a regimen."""

    version = VersionField()
    stopped_on = DayField(label="First day without it", widget=DateInput())
    reason = forms.ChoiceField(label="Why", choices=[(code, StopReason(code).label) for code in STOP_REASONS])

    @staticmethod
    def of(regimen: Regimen) -> dict[str, Any]:
        """The regimen's own values, to compare after a conflict."""
        return {"stopped_on": regimen.stopped_on, "reason": regimen.stop_reason}


def tile_of(product: Product) -> str:
    """The tile under which a product stands."""
    family = SALTS[Form(product.form)].family
    return family.value if family in dict(TILES) else OTHER


def holds_of(product: Product) -> Holds:
    """What one unit holds."""
    return Holds(product.elemental_mg_per_unit, product.compound_mg_per_unit, product.unit_name)


def _place(tile: str) -> int:
    return [*(family.value for family, _ in TILES), OTHER].index(tile)


def _groups(products: Iterable[Product]) -> list[Any]:
    names = {family.value: family.label for family, _ in TILES} | {OTHER: "Other forms"}
    return [
        (names[tile], [(product.pk, _product_words(product)) for product in group])
        for tile, group in groupby(products, key=tile_of)
    ]


def _product_words(product: Product) -> str:
    elemental, compound = plain(product.elemental_mg_per_unit), plain(product.compound_mg_per_unit)
    return f"{product.name}: {elemental} mg elemental in a {product.unit_name} of {compound} mg"
