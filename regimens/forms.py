"""The forms of products: finding one, and adding one; what may be is decided by `add_product`."""

from typing import Any

from django import forms

from accounts.wording import number
from regimens.catalogue import ANSWERED, COMPOUND, ELEMENTAL
from regimens.labels import vitamin_d_ug
from regimens.models import ProductKind
from regimens.salts import SALTS, Family, forms_of

OF_THE_ELEMENT, OF_THE_SALT = "ELEMENTAL", "COMPOUND"
MICROGRAMS, UNITS = "UG", "IU"
_INGREDIENTS = {
    "vitamin_b6": "vitamin_b6_mg_per_unit",
    "vitamin_d": "vitamin_d_ug_per_unit",
    "calcium": "calcium_mg_per_unit",
}


def _form_choices() -> list[Any]:
    """The forms under their families, each with its elemental share."""
    return [("", "Choose the form"), *((family.label, _of(family)) for family in Family)]


def _of(family: Family) -> list[tuple[str, str]]:
    return [
        (form.value, f"{form.label}, {_share(SALTS[form].elemental_fraction)}") for form in forms_of(family)
    ]


def _share(fraction: Any) -> str:
    return f"{fraction * 100:.2f} % elemental"


def amount(label: str, *, digits: int, places: int, **more: Any) -> forms.DecimalField:
    """A number in a text field: a number field would round and scroll it."""
    box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, max_digits=digits, decimal_places=places, widget=box, **more)


class ProductSearchForm(forms.Form):
    """What narrows the list of products."""

    search = forms.CharField(
        label="Name or form",
        max_length=100,
        required=False,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label="Kind", choices=[("", "All"), *ProductKind.choices], required=False)


class ProductForm(forms.Form):
    """One product of the clinic, as its label states it."""

    name = forms.CharField(label="Name", max_length=120)
    form = forms.ChoiceField(
        label="Form", choices=_form_choices, help_text="With its water: a hydrate holds less magnesium."
    )
    kind = forms.ChoiceField(
        label="Kind", choices=ProductKind.choices, widget=forms.RadioSelect, initial=ProductKind.SUPPLEMENT
    )
    unit_name = forms.CharField(
        label="One unit is", max_length=20, help_text="Such as capsule, tablet, sachet or 5 mL."
    )
    label_basis = forms.ChoiceField(
        label="Does the label's amount mean elemental magnesium or the compound?",
        choices=[(OF_THE_ELEMENT, "Elemental magnesium"), (OF_THE_SALT, "The compound, the whole salt")],
        widget=forms.RadioSelect,
    )
    label_amount = amount("Amount on the label, per unit", digits=7, places=1)
    other_amount = amount(
        "The other amount, if the label gives it",
        digits=7,
        places=1,
        required=False,
        help_text="Left empty, it is computed from the form. An elemental amount on the label wins.",
    )
    vitamin_b6 = amount("Vitamin B6 per unit", digits=6, places=2, required=False)
    vitamin_d = amount("Vitamin D3 per unit", digits=8, places=2, required=False)
    vitamin_d_unit = forms.ChoiceField(
        label="Vitamin D3 is in",
        choices=[(MICROGRAMS, "µg"), (UNITS, "IU")],
        widget=forms.RadioSelect,
        initial=MICROGRAMS,
    )
    calcium = amount("Calcium per unit", digits=6, places=1, required=False)
    answered = forms.CharField(label="Question", required=False)

    def given(self) -> dict[str, Any]:
        """What `add_product` takes, of a valid form."""
        data = self.cleaned_data
        amounts = dict(zip(self._amounts(), (data["label_amount"], data["other_amount"]), strict=True))
        others = {column: data[name] for name, column in _INGREDIENTS.items() if data[name] is not None}
        if data["vitamin_d"] is not None and data["vitamin_d_unit"] == UNITS:
            others["vitamin_d_ug_per_unit"] = vitamin_d_ug(data["vitamin_d"])
        names = ("name", "form", "kind", "unit_name", ANSWERED)
        return {name: data[name] for name in names} | amounts | others

    def fields_of_act(self) -> dict[str, str]:
        """The names that `add_product` gives to what stands in the fields here."""
        shown = dict(zip(self._amounts(), ("label_amount", "other_amount"), strict=True))
        return shown | {column: name for name, column in _INGREDIENTS.items()}

    def question(self) -> str:
        """What the label asks: refused now, or said yes to before something else was refused."""
        return " ".join(map(str, self.errors.get(ANSWERED, []))) or str(self.data.get(ANSWERED, ""))

    def _amounts(self) -> tuple[str, str]:
        """Of what the first and the second amount are."""
        is_elemental = self.data.get("label_basis") == OF_THE_ELEMENT
        return (ELEMENTAL, COMPOUND) if is_elemental else (COMPOUND, ELEMENTAL)


def in_words(product: Any) -> str:
    """`70.5 mg elemental in a capsule of 500 mg compound`."""
    elemental, compound = number(product.elemental_mg_per_unit), number(product.compound_mg_per_unit)
    return f"{elemental} mg elemental in one {product.unit_name} of {compound} mg compound"
