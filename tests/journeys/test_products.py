"""A product is added as its label states it, after a question; forms are compared side by side."""

import pytest
from playwright.sync_api import expect

from accounts.actors import Actor
from regimens.models import Product
from tests.journeys.conftest import SitDown
from tests.journeys.desk import Desk
from tests.journeys.test_screens import look_at

pytestmark = pytest.mark.browser


def fill_in_the_label(desk: Desk) -> None:
    """500 mg "of magnesium": most labels that say so mean the compound."""
    desk.open("regimens:new_product")
    desk.fill("Name", "House glycinate")
    desk.page.get_by_label("Form", exact=True).select_option("BISGLYCINATE")
    desk.fill("One unit is", "capsule")
    desk.pick("Elemental magnesium")
    desk.page.get_by_label("Amount on the label, per unit").fill("500")
    desk.press("Add product")
    desk.sees("Does the label say elemental, and not 500 mg of the compound?")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_who_meant_the_compound_says_so_when_asked(
    scripts: bool, sit_down: SitDown, clinician: Actor
) -> None:
    desk = sit_down(clinician, java_script_enabled=scripts)
    fill_in_the_label(desk)
    expect(desk.page.get_by_label("Name", exact=True)).to_have_value("House glycinate")
    desk.pick("The compound")
    desk.press("Add product")
    desk.sees("Added House glycinate: 70.5 mg elemental in one capsule of 500 mg compound.")
    assert Product.objects.get(name="House glycinate").label_basis == "the compound"


def test_the_screens_of_products_and_forms(desk: Desk) -> None:
    look_at(desk, **{
        "products": lambda: desk.open("regimens:products"),
        "no product": lambda: desk.open("regimens:products", query="?search=granite"),
        "add a product": lambda: desk.open("regimens:new_product"),
        "add a product, asked": lambda: fill_in_the_label(desk),
        "forms": lambda: desk.open("regimens:forms"),
    })  # fmt: skip
