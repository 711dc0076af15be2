"""Products on the API: the generic ones, the clinic's own, and labels that cannot be."""

from typing import Any

import pytest

from regimens.models import Product
from tests.api.calling import Caller, done, faults, made, results
from tests.stories import a_clinic, a_clinician, an_admin, an_assistant, product

pytestmark = pytest.mark.django_db
OWN: dict[str, Any] = {
    "name": "House glycinate",
    "form": "BISGLYCINATE",
    "compound_mg_per_unit": 709,
    "elemental_mg_per_unit": 100,
    "unit_name": "capsule",
}


def test_every_clinic_has_the_generic_products_and_finds_them_by_name() -> None:
    caller = Caller(a_clinician())
    found = results(caller.get("products/", search="taurate"))
    assert [(row["code"], row["elemental_mg_per_unit"], row["is_generic"]) for row in found] == [
        ("P10", 100.0, True)
    ]
    assert done(caller.get(f"products/{product('P02').pk}/"))["compound_mg_per_unit"] == 709.0
    assert {row["form"] for row in results(caller.get("products/", form="OXIDE"))} == {"OXIDE"}


def test_a_product_of_the_clinic_is_its_own() -> None:
    by = a_clinician()
    row = made(Caller(by).post("products/", **OWN))
    assert (row["is_generic"], row["question"], row["unit_name"]) == (False, "", "capsule")
    assert [r["id"] for r in results(Caller(an_assistant(by.clinic)).get("products/", search="house"))] == [
        row["id"]
    ]
    stranger = Caller(a_clinician(a_clinic("southbank")))
    assert results(stranger.get("products/", search="house")) == []
    assert stranger.get(f"products/{row['id']}/").status_code == 404


def test_500_mg_elemental_of_500_mg_bisglycinate_is_refused_with_what_it_would_hold() -> None:
    answer = Caller(a_clinician()).post(
        "products/", **OWN | {"compound_mg_per_unit": 500, "elemental_mg_per_unit": 500}
    )
    assert "70.5 mg" in faults(answer)["elemental_mg_per_unit"][0]
    assert not Product.objects.exclude(clinic=None).exists()


def test_a_label_that_differs_is_stored_and_asked_about() -> None:
    row = made(Caller(a_clinician()).post("products/", **OWN | {"elemental_mg_per_unit": 70}))
    assert "the label says 70 mg" in row["question"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"form": "GRANITE"}, "form"),
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"compound_mg_per_unit": 0}, "compound_mg_per_unit"),
        ({"elemental_mg_per_unit": "much"}, "elemental_mg_per_unit"),
        ({"elemental_mg_per_unit": "Infinity"}, "elemental_mg_per_unit"),
        ({"compound_mg_per_unit": 10**300}, "compound_mg_per_unit"),
    ],
)
def test_bad_products_are_refused_with_the_field(change: dict[str, Any], field: str) -> None:
    assert field in faults(Caller(a_clinician()).post("products/", **OWN | change))


def test_a_name_is_taken_once_in_a_clinic() -> None:
    by = a_clinician()
    made(Caller(by).post("products/", **OWN))
    assert list(faults(Caller(by).post("products/", **OWN))) == ["name"]


def test_who_may_not_prescribe_adds_no_product() -> None:
    clinic = a_clinic()
    assert Caller(an_assistant(clinic)).post("products/", **OWN).status_code == 403
    assert Caller(an_admin(clinic)).get("products/").status_code == 403


def test_a_label_that_names_only_the_compound_gets_its_elemental_amount_from_the_form() -> None:
    given = {key: value for key, value in OWN.items() if key != "elemental_mg_per_unit"}
    row = made(Caller(a_clinician()).post("products/", **given | {"compound_mg_per_unit": 500}))
    assert (row["elemental_mg_per_unit"], row["label_basis"], row["question"]) == (70.5, "the compound", "")


def test_a_label_that_names_only_the_element_is_asked_whether_it_means_it() -> None:
    given = {key: value for key, value in OWN.items() if key != "compound_mg_per_unit"}
    row = made(Caller(a_clinician()).post("products/", **given | {"elemental_mg_per_unit": 500}))
    assert (row["compound_mg_per_unit"], row["label_basis"]) == (3547.1, "elemental magnesium")
    assert "500 mg elemental magnesium are about 3,547.1 mg magnesium bisglycinate" in row["question"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "compound_mg_per_unit"),
        ({"compound_mg_per_unit": 667}, "elemental_mg_per_unit"),
        ({"elemental_mg_per_unit": 120}, "compound_mg_per_unit"),
    ],
)
def test_no_formula_completes_a_blend_or_nothing(given: dict[str, Any], field: str) -> None:
    body = {"name": "House buffered", "form": "BISGLYCINATE_BUFFERED"} | given
    assert list(faults(Caller(a_clinician()).post("products/", **body))) == [field]
    assert not Product.objects.exclude(clinic=None).exists()


def test_other_ingredients_are_kept_and_vitamin_d_may_come_in_iu() -> None:
    extras: dict[str, Any] = {
        "vitamin_b6_mg_per_unit": 1.4,
        "vitamin_d_iu_per_unit": 400,
        "calcium_mg_per_unit": 120,
    }
    row = made(Caller(a_clinician()).post("products/", **OWN, **extras, kind="MULTIMINERAL"))
    assert (row["vitamin_b6_mg_per_unit"], row["vitamin_d_ug_per_unit"], row["calcium_mg_per_unit"]) == (
        1.4,
        10.0,
        120.0,
    )
    assert row["kind"] == "MULTIMINERAL"


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ({"vitamin_b6_mg_per_unit": -1}, "vitamin_b6_mg_per_unit"),
        ({"calcium_mg_per_unit": -0.1}, "calcium_mg_per_unit"),
        ({"vitamin_d_iu_per_unit": -400}, "vitamin_d_ug_per_unit"),
        ({"vitamin_d_iu_per_unit": 400_000}, "vitamin_d_ug_per_unit"),
        ({"vitamin_d_iu_per_unit": 400, "vitamin_d_ug_per_unit": 10}, "vitamin_d_iu_per_unit"),
        ({"kind": "SWEET"}, "kind"),
        ({"compound_mg_per_unit": 999_999.9, "form": "OXIDE"}, "elemental_mg_per_unit"),
        ({"elemental_mg_per_unit": -5}, "elemental_mg_per_unit"),
        ({"name": "magnesium OXIDE"}, "name"),
    ],
)
def test_what_no_unit_can_hold_is_refused_at_its_field(extra: dict[str, Any], field: str) -> None:
    body = OWN | {"elemental_mg_per_unit": None} | extra
    body = {key: value for key, value in body.items() if value is not None}
    assert field in faults(Caller(a_clinician()).post("products/", **body))


def test_products_are_found_by_words_of_name_and_form_and_by_kind() -> None:
    caller = Caller(a_clinician())

    def codes(**asked: str) -> set[str]:
        return {row["code"] for row in results(caller.get("products/", **asked))}

    assert codes(search="powder citrate") == {"P06"}
    assert codes(search="dihydrate") == {"P10", "P12"}
    assert codes(search="glycinate buffered") == {"P04"}
    assert codes(search="citrate unobtainium") == set()
    assert codes(kind="ANTACID") == {"X1"}
    assert codes(kind="SUPPLEMENT", form="OXIDE") == {"P07"}
