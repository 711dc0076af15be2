"""Dosing: elemental amounts, doses of a day, and labels that cannot be."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimens.dosing import Dose, ImpossibleAmount, check_product, dose_of, elemental_mg, plain
from regimens.generics import GENERIC_PRODUCTS, GenericProduct
from regimens.salts import SALTS, Form

amounts = st.decimals(min_value=1, max_value=5000, places=1)


@pytest.mark.parametrize(
    ("form", "compound", "elemental"),
    [
        (Form.BISGLYCINATE, "500", "70.5"),
        (Form.OXIDE, "400", "241.2"),
        (Form.ASPARTATE_DIHYDRATE, "3245", "243.0"),
        (Form.CITRATE, "625", "101.0"),
    ],
)
def test_published_amounts(form: Form, compound: str, elemental: str) -> None:
    assert elemental_mg(Decimal(compound), SALTS[form].elemental_fraction) == Decimal(elemental)


def test_a_day_is_the_sum_of_its_intakes() -> None:
    two_in_the_morning = (Decimal(2), Decimal("99.9"), Decimal(709))
    half_at_night = (Decimal("0.5"), Decimal("241.2"), Decimal(400))
    assert dose_of([two_in_the_morning, half_at_night]) == Dose(Decimal("320.4"), Decimal(1618))


def test_no_intake_is_a_dose_of_nothing() -> None:
    assert dose_of([]) == Dose(Decimal(0), Decimal(0))


def test_two_scoops_of_powder_are_above_both_levels() -> None:
    powder = next(p for p in GENERIC_PRODUCTS if p.id == "P03")
    assert dose_of([(Decimal(2), powder.elemental_mg, powder.compound_mg)]).elemental_mg_per_day == Decimal(
        "400.4"
    )


def test_500_mg_of_bisglycinate_cannot_hold_500_mg_elemental() -> None:
    with pytest.raises(ImpossibleAmount) as refused:
        check_product(Form.BISGLYCINATE, Decimal("500.0"), Decimal(500))
    assert str(refused.value) == (
        "500 mg magnesium bisglycinate holds about 70.5 mg elemental magnesium (14.1 %), not 500 mg. "
        "Is 500 mg the compound?"
    )


@pytest.mark.parametrize("product", GENERIC_PRODUCTS, ids=lambda product: product.id)
def test_every_generic_product_is_as_its_label_says(product: GenericProduct) -> None:
    assert check_product(product.form, product.compound_mg, product.elemental_mg) == ""


@pytest.mark.parametrize(
    ("form", "elemental", "asks"),
    [
        # 1000 mg of bisglycinate hold 141.0 mg; 15 % below is 119.8, above 162.1.
        (Form.BISGLYCINATE, "120", False),
        (Form.BISGLYCINATE, "119", True),
        (Form.BISGLYCINATE, "162", False),
        (Form.BISGLYCINATE, "163", True),
        (Form.BISGLYCINATE, "5", True),
        # Labels of buffered bisglycinate say 16, 18 or 20 %.
        (Form.BISGLYCINATE_BUFFERED, "160", False),
        (Form.BISGLYCINATE_BUFFERED, "200", False),
        (Form.BISGLYCINATE, "200", True),
        # Dimagnesium malate under the plain name.
        (Form.MALATE, "200", True),
        (Form.OXIDE, "600", False),
    ],
)
def test_a_label_that_differs_by_more_than_15_percent_is_asked_about(
    form: Form, elemental: str, asks: bool
) -> None:
    sentence = check_product(form, Decimal(1000), Decimal(elemental))
    assert ("another hydrate or a blend" in sentence) is asks
    assert (f"the label says {elemental} mg" in sentence) is asks


@pytest.mark.parametrize(
    ("form", "possible", "impossible"),
    [
        (Form.BISGLYCINATE, "207", "208"),
        (Form.CITRATE, "185", "186"),
        (Form.OXIDE, "693", "694"),
        (Form.THREONATE_MONOHYDRATE, "94", "95"),
    ],
)
def test_more_than_the_richest_form_of_the_family_is_refused(
    form: Form, possible: str, impossible: str
) -> None:
    check_product(form, Decimal(1000), Decimal(possible))
    with pytest.raises(ImpossibleAmount, match="holds about"):
        check_product(form, Decimal(1000), Decimal(impossible))


@pytest.mark.parametrize(
    ("compound", "elemental"), [("0", "1"), ("500", "0"), ("-500", "70"), ("500", "-70")]
)
def test_amounts_must_be_above_nothing(compound: str, elemental: str) -> None:
    with pytest.raises(ImpossibleAmount, match="above 0 mg"):
        check_product(Form.BISGLYCINATE, Decimal(compound), Decimal(elemental))


@given(form=st.sampled_from(list(Form)), compound=amounts)
def test_the_computed_amount_is_always_accepted(form: Form, compound: Decimal) -> None:
    assert check_product(form, compound, compound * SALTS[form].elemental_fraction) == ""


@given(
    form=st.sampled_from(list(Form)), compound=amounts, more=st.decimals(min_value=0, max_value=9, places=1)
)
def test_the_mass_of_the_compound_is_never_taken_for_its_magnesium(
    form: Form, compound: Decimal, more: Decimal
) -> None:
    with pytest.raises(ImpossibleAmount):
        check_product(form, compound, compound + more)


@pytest.mark.parametrize(
    ("amount", "shown"), [("300", "300"), ("99.90", "99.9"), ("0.5", "0.5"), ("1E+3", "1000")]
)
def test_numbers_are_shown_without_needless_zeros(amount: str, shown: str) -> None:
    assert plain(Decimal(amount)) == shown
