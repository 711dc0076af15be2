"""The guide names every parameter, every status that can go out, and every name of our own."""

import re

import pytest

from config.local import BASE_DIR
from fhir.serving import systems
from fhir.serving.doors import ISSUES
from fhir.serving.offered import OFFERS
from tests.docs.markdown import SPAN, table

GUIDE = (BASE_DIR / "docs" / "fhir.md").read_text()
OF_ALL = {"_id", "_lastUpdated"}


def test_the_guide_lists_the_parameters_of_each_type() -> None:
    rows = {
        row["Type"].strip("`"): set(SPAN.findall(row["Parameters, beside those of all"]))
        for row in table("fhir.md", "Search")
    }
    assert rows.pop("all") >= OF_ALL
    assert rows == {kind: set(offer.parameters) - OF_ALL for kind, offer in OFFERS.items()}


@pytest.mark.parametrize(
    "name", sorted(value for value in vars(systems).values() if str(value).startswith(systems.OWN))
)
def test_the_guide_explains_every_name_of_our_own(name: str) -> None:
    assert name == systems.OWN or f"`{name}" in GUIDE


def test_the_guide_tells_every_refusal() -> None:
    told = {
        int(status) for row in table("fhir.md", "Refusals") for status in re.findall(r"\d+", row["Status"])
    }
    assert told == set(ISSUES)
