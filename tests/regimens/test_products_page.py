"""The pages of products: the list and its search, and adding one as its label states it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.idempotency import new_key
from audit.models import AuditEvent
from regimens.models import Product
from tests.api.calling import Caller, made
from tests.stories import a_clinic, a_clinician, an_assistant, at_the_clock
from tests.walls.article import Page

pytestmark = pytest.mark.django_db
LABEL: dict[str, str] = {
    "name": "House glycinate",
    "form": "BISGLYCINATE",
    "kind": "SUPPLEMENT",
    "unit_name": "capsule",
    "label_basis": "COMPOUND",
    "label_amount": "500",
    "other_amount": "",
    "vitamin_b6": "",
    "vitamin_d": "",
    "vitamin_d_unit": "UG",
    "calcium": "",
}


@pytest.fixture
def by(client: Client, monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    clinician = a_clinician()
    client.force_login(clinician.user)
    return clinician


def listed(client: Client, answers: int = 200, **asked: str) -> str:
    answer = client.get(reverse("regimens:products"), asked)
    assert answer.status_code == answers
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def sent(client: Client, **changes: str) -> Any:
    return client.post(reverse("regimens:new_product"), LABEL | changes)


def refused(client: Client, **changes: str) -> Any:
    """The form that came back."""
    answer = sent(client, **changes)
    assert answer.status_code == 400
    assert not Product.objects.exclude(clinic=None).exists()
    return answer.context["form"]


def own() -> Product:
    return Product.objects.exclude(clinic=None).get()


def test_each_product_says_what_one_unit_holds(client: Client, by: Actor) -> None:
    caller = Caller(by)
    body: dict[str, Any] = {"name": "House all", "form": "CITRATE", "compound_mg_per_unit": 625}
    others: dict[str, Any] = {
        "elemental_mg_per_unit": 101,
        "vitamin_b6_mg_per_unit": 1.4,
        "vitamin_d_ug_per_unit": 10,
        "calcium_mg_per_unit": 120,
    }
    made(caller.post("products/", **body, **others))
    html = listed(client, search="house")
    for words in ("101 mg", "625 mg", "16.2 %", "vitamin B6 1.4 mg", "vitamin D3 10 µg", "calcium 120 mg"):
        assert words in html
    assert "elemental magnesium and the compound" in html
    assert "Magnesium oxide" not in html


def test_the_list_is_searched_by_words_and_narrowed_by_kind(client: Client, by: Actor) -> None:
    assert "Magnesium taurate" in listed(client, search="TAURATE dihydrate")
    assert "No product matches" in listed(client, search="taurate antacid")
    html = listed(client, kind="ANTACID")
    assert "Magnesium hydroxide suspension" in html and "Magnesium oxide" not in html


@pytest.mark.parametrize("asked", [{"kind": "SWEET"}, {"search": "a\x00b"}, {"search": "x" * 101}])
def test_a_search_that_cannot_be_is_said_at_its_field(
    client: Client, by: Actor, asked: dict[str, str]
) -> None:
    assert 'class="error"' in listed(client, 400, **asked)


def test_another_clinics_product_is_not_listed(client: Client, by: Actor) -> None:
    stranger = Caller(a_clinician(a_clinic("southbank")))
    body: dict[str, Any] = {"name": "Theirs", "form": "OXIDE", "compound_mg_per_unit": 400}
    made(stranger.post("products/", **body))
    assert "Theirs" not in listed(client)


def test_only_who_may_change_a_dose_is_offered_to_add_one(client: Client, by: Actor) -> None:
    assert reverse("regimens:new_product") in Page(listed(client)).links
    client.force_login(an_assistant(by.clinic).user)
    assert reverse("regimens:new_product") not in Page(listed(client)).links
    assert sent(client).status_code == 403


def test_nobody_changes_a_product_and_the_pages_say_so(client: Client, by: Actor) -> None:
    assert "A product is never changed" in listed(client)
    assert "nobody can change it" in client.get(reverse("regimens:new_product")).content.decode()


def test_a_label_of_the_compound_gets_the_elemental_amount_from_its_form(client: Client, by: Actor) -> None:
    answer = client.post(reverse("regimens:new_product"), LABEL, follow=True)
    assert "70.5 mg elemental in one capsule of 500 mg compound" in answer.content.decode()
    product = own()
    assert (product.clinic, str(product.elemental_mg_per_unit)) == (by.clinic, "70.5")
    assert AuditEvent.objects.filter(act="ADD_PRODUCT").count() == 1


def test_the_label_has_to_say_of_what_its_amount_is(client: Client, by: Actor) -> None:
    html = client.get(reverse("regimens:new_product")).content.decode()
    assert "Does the label&#x27;s amount mean elemental magnesium or the compound?" in html
    assert list(refused(client, label_basis="").errors) == ["label_basis"]


def test_a_label_that_differs_by_more_than_15_percent_asks_and_a_yes_saves_it(
    client: Client, by: Actor
) -> None:
    form = refused(client, other_amount="55")
    question = form.errors["answered"][0]
    assert "the label says 55 mg" in question
    assert form["other_amount"].value() == "55"
    assert sent(client, other_amount="55", answered=question).status_code == 302
    assert str(own().elemental_mg_per_unit) == "55.0"


@pytest.mark.parametrize(
    ("elemental", "asks"), [("81", False), ("81.1", True), ("60", False), ("59.9", True)]
)
def test_the_question_begins_above_15_percent(client: Client, by: Actor, elemental: str, asks: bool) -> None:
    answer = sent(client, other_amount=elemental)
    assert (answer.status_code == 400) is asks


def test_a_yes_to_one_question_is_none_to_another(client: Client, by: Actor) -> None:
    question = refused(client, other_amount="55").errors["answered"][0]
    assert list(refused(client, other_amount="50", answered=question).errors) == ["answered"]


def test_a_yes_is_kept_while_something_else_is_refused(client: Client, by: Actor) -> None:
    question = refused(client, other_amount="55").errors["answered"][0]
    answer = sent(client, other_amount="55", answered=question, name="Magnesium oxide")
    box = next(line for line in answer.content.decode().splitlines() if 'id="id_answered"' in line)
    assert answer.status_code == 400
    assert "checked" in box and "the label says 55 mg" in box


def test_an_elemental_amount_alone_is_asked_about(client: Client, by: Actor) -> None:
    form = refused(client, label_basis="ELEMENTAL", label_amount="500")
    assert "3,547.1 mg magnesium bisglycinate" in form.errors["answered"][0]


def test_500_mg_elemental_in_500_mg_is_refused_at_the_elemental_amount(client: Client, by: Actor) -> None:
    form = refused(client, label_basis="ELEMENTAL", label_amount="500", other_amount="500")
    assert list(form.errors) == ["label_amount"]
    assert "70.5 mg" in form.errors["label_amount"][0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "magnesium oxide"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"form": "GRANITE"}, "form"),
        ({"kind": "SWEET"}, "kind"),
        ({"unit_name": ""}, "unit_name"),
        ({"label_amount": ""}, "label_amount"),
        ({"label_amount": "0"}, "label_amount"),
        ({"label_amount": "-5"}, "label_amount"),
        ({"label_amount": "much"}, "label_amount"),
        ({"label_amount": "NaN"}, "label_amount"),
        ({"label_amount": "0.3"}, "other_amount"),
        ({"label_amount": "999999.9", "form": "OXIDE"}, "other_amount"),
        ({"other_amount": "0"}, "other_amount"),
        ({"form": "BISGLYCINATE_BUFFERED"}, "other_amount"),
        ({"vitamin_b6": "-1"}, "vitamin_b6"),
        ({"vitamin_d": "-1"}, "vitamin_d"),
        ({"vitamin_d": "400000", "vitamin_d_unit": "IU"}, "vitamin_d"),
        ({"vitamin_d_unit": "g"}, "vitamin_d_unit"),
        ({"calcium": "100000"}, "calcium"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_kept(
    client: Client, by: Actor, changes: dict[str, str], field: str
) -> None:
    form = refused(client, **changes)
    assert list(form.errors) == [field]
    assert form["calcium"].value() == changes.get("calcium", "")


def test_a_name_is_taken_once(client: Client, by: Actor) -> None:
    assert sent(client).status_code == 302
    answer = sent(client, name="HOUSE glycinate ")
    assert list(answer.context["form"].errors) == ["name"]
    assert own().name == "House glycinate"


@pytest.mark.parametrize(("amount", "unit", "kept"), [("400", "IU", "10.00"), ("10", "UG", "10.00")])
def test_vitamin_d_is_kept_in_micrograms(
    client: Client, by: Actor, amount: str, unit: str, kept: str
) -> None:
    assert sent(client, vitamin_d=amount, vitamin_d_unit=unit).status_code == 302
    assert str(own().vitamin_d_ug_per_unit) == kept


def test_a_double_click_saves_once_and_a_changed_form_says_that_it_was_sent(
    client: Client, by: Actor
) -> None:
    key = new_key()
    assert [sent(client, once=key).status_code for _ in range(2)] == [302, 302]
    assert sent(client, once=key, name="Another").status_code == 409
    assert own().name == "House glycinate"
