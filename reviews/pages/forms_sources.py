"""The forms of other sources of magnesium, of days without it, and of advice on food."""

from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms

from accounts.models import Clinic
from accounts.wording import number
from patients.forms import DateInput, DayField
from regimens.models import Interruption, Product, ProductKind
from reviews.pages.act_pages import VersionField

# What is bought for something else comes first; a second supplement is more often a regimen of its own.
KINDS = (ProductKind.ANTACID, ProductKind.LAXATIVE, ProductKind.MULTIMINERAL, ProductKind.SUPPLEMENT)


class SourceForm(forms.Form):
    """A product and how many units of it a day holds."""

    product = forms.ModelChoiceField(
        label="Product", queryset=Product.objects.none(), empty_label="Choose a product"
    )
    units_per_day = forms.DecimalField(
        label="Units a day",
        min_value=Decimal("0.01"),
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="On a usual day. A new entry says when it changes.",
    )
    since = DayField(label="Since", widget=DateInput(), required=False)
    until = DayField(label="Until", widget=DateInput(), required=False)
    source = forms.CharField(label="Who said so", max_length=120, required=False)

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product: Any = self.fields["product"]
        product.queryset = Product.objects.offered_to(clinic)
        product.choices = [("", "Choose a product"), *_by_kind(product.queryset)]


def _by_kind(products: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """The products under their kinds."""
    ordered = sorted(products, key=lambda product: KINDS.index(product.kind))
    return [
        (str(ProductKind(kind).label), [(str(product.pk), _words(product)) for product in group])
        for kind, group in groupby(ordered, key=lambda product: product.kind)
    ]


def _words(product: Product) -> str:
    elemental, compound = number(product.elemental_mg_per_unit), number(product.compound_mg_per_unit)
    return f"{product.name}, {product.unit_name}: {elemental} mg elemental in {compound} mg compound"


class InterruptForm(forms.Form):
    """Days on which a running regimen was not taken; without an end it is still not taken."""

    from_on = DayField(label="First day without it", widget=DateInput())
    until_on = DayField(
        label="Last day without it",
        widget=DateInput(),
        required=False,
        help_text="Leave empty while it is not taken.",
    )
    reason = forms.CharField(label="Reason", max_length=200, required=False)


class ResumeForm(forms.Form):
    """The last day without it."""

    version = VersionField()
    until_on = DayField(label="Last day without it", widget=DateInput())

    @staticmethod
    def of(row: Interruption) -> dict[str, Any]:
        """The entry's own value, to compare after a conflict."""
        return {"until_on": row.until_on}


class AdviceForm(forms.Form):
    """On which day the advice was given."""

    given_on = DayField(label="Given on", widget=DateInput())
