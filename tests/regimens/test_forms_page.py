"""All forms side by side: shares, tiers and studies for every role, and the article as unverified."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from regimens.salts import SALTS, Family
from tests.stories import a_clinic, a_member
from tests.walls.article import REGISTER, Page

pytestmark = pytest.mark.django_db


def shown(client: Client, role: Role = Role.CLINICIAN) -> str:
    client.force_login(a_member(a_clinic(), role).user)
    answer = client.get(reverse("regimens:forms"))
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_every_form_stands_there_with_its_formula_and_share(client: Client) -> None:
    html = shown(client)
    for salt in SALTS.values():
        assert salt.label in html
        assert (salt.formula or "16 to 20") in html
    for words in ("14.10", "11.66", "MgCl2·6H2O", "hexahydrate", "A12CC04", "52356"):
        assert words in html
    assert "16% means 4.1 % oxide" in html.replace("&nbsp;", " ")


def test_absorption_is_an_order_and_no_number_of_ours(client: Client) -> None:
    html = shown(client)
    assert {line.family for line in client.get(reverse("regimens:forms")).context["families"]} == set(Family)
    for tier in ("low", "higher", "buffered: mixed", "unknown"):
        assert f'<span class="chip">{tier}</span>' in html


def test_the_article_stands_unverified_beside_what_studies_found(client: Client) -> None:
    html = shown(client)
    links = Page(html, reverse("regimens:forms")).links
    for claim in ("C03", "C04", "C10", "C24"):
        assert f"{REGISTER}#{claim}" in links
    for study in (
        "Schuette 1994",
        "Blancquaert 2019",
        "Dickinson 2006",
        "Walker 2003",
        "Firoz and Graber 2001",
    ):
        assert study in html
    assert "Founding article, unverified" in html
    assert "No comparison with other forms was found." in html


def test_the_figure_calls_itself_calculated_and_has_a_table(client: Client) -> None:
    html = shown(client)
    assert 'aria-label="Calculated, for teaching only: of 2 × 200 mg about 99 mg' in html
    assert "Absorbed of a day&#x27;s dose, calculated" in html


@pytest.mark.parametrize("role", Role)
def test_every_role_reads_it_and_only_who_sees_patients_is_led_to_products(
    client: Client, role: Role
) -> None:
    links = Page(shown(client, role)).links
    may = role in (Role.CLINICIAN, Role.ASSISTANT)
    assert (reverse("regimens:products") in links) is may
