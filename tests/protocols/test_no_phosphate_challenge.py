"""C34: the "calcium dipsodium phosphate challenge" is no agent and no test; it is offered nowhere."""

from pathlib import Path
from re import IGNORECASE, compile

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from patients import vocabulary
from regimens.models import Product
from reviews.models import Action
from tests.stories import a_clinician, a_patient, a_visit, an_entry

ROOT = Path(__file__).resolve().parents[2]
AGENT = compile(r"di[sp]\w*odium\s+phosphate|phosphate\s+(challenge|load)|dipsodium", IGNORECASE)
# Where it is told of, as a warning.
TOLD = {"protocols/register/series.py"}
WORDS = "calcium dipsodium phosphate challenge"


def test_the_pattern_sees_what_it_guards_against() -> None:
    for words in (WORDS, "Disodium phosphate", "phosphate load", "DIPSODIUM"):
        assert AGENT.search(words), words
    assert not AGENT.search("cellulose sodium phosphate")


def test_no_code_template_or_script_speaks_of_it_but_the_register() -> None:
    sources = [
        path.relative_to(ROOT)
        for room in (*settings.ROOMS, "config", "templates", "static")
        for kind in ("*.py", "*.html", "*.js", "*.json", "*.csv")
        for path in (ROOT / room).rglob(kind)
    ]
    assert sources
    assert {str(path) for path in sources if AGENT.search((ROOT / path).read_text())} <= TOLD


def test_no_list_of_words_offers_it() -> None:
    lists = [value for value in vars(vocabulary).values() if isinstance(value, tuple) and len(value) > 1]
    labels = [item.label for words in lists for item in words if hasattr(item, "label")]
    assert len(labels) > 50
    assert [label for label in labels if AGENT.search(label)] == []
    assert [choice for choice in Action.labels if AGENT.search(str(choice))] == []


def test_no_field_of_the_record_offers_it_as_a_choice() -> None:
    choices = [
        f"{value} {label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        for value, label in getattr(field, "flatchoices", [])
    ]
    assert len(choices) > 100
    assert [choice for choice in choices if AGENT.search(choice)] == []


@pytest.mark.django_db
def test_no_product_holds_it() -> None:
    names = list(Product.objects.values_list("name", flat=True))
    assert names
    assert [name for name in names if AGENT.search(name)] == []


@pytest.mark.django_db
def test_a_past_event_may_still_be_told_in_words() -> None:
    by = a_clinician()
    patient = a_patient(by)
    assert a_visit(patient, by, note=f"Had a {WORDS} elsewhere.").visit.note.startswith("Had a")
    assert an_entry(patient, by, "conditions", "OTHER", value=WORDS).value == WORDS


@pytest.mark.django_db
def test_no_form_offers_it(client: Client) -> None:
    by = a_clinician()
    patient = a_patient(by)
    client.force_login(by.user)
    names = ("reviews:log_visit", "reviews:start_regimen", "reviews:record_results", "patients:chart")
    addresses = [reverse(name, args=[patient.pk]) for name in names]
    kinds = ("medications", "conditions", "modifiers", "co-treatments")
    addresses += [reverse("reviews:add_entry", args=[patient.pk, kind]) for kind in kinds]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert not AGENT.search(answer.content.decode()), address
