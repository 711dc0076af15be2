"""The claims register as a page and in the API: for every role, searchable, each claim at its own place."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.permissions import Role
from protocols.claims import CLAIMS, LEFT_OUT
from tests.api.calling import Caller, faults, results
from tests.stories import a_clinic, a_member
from tests.walls.article import Page

pytestmark = pytest.mark.django_db
BAD: list[tuple[dict[str, str], str]] = [
    ({"topic": "WEATHER"}, "topic"),
    ({"status": "supported"}, "status"),
    ({"danger": "EXTREME"}, "danger"),
    ({"mark": "Z"}, "mark"),
    ({"search": "x" * 101}, "search"),
    ({"search": "a\x00b"}, "search"),
]


@pytest.fixture
def reader() -> Actor:
    return a_member(a_clinic(), Role.ADMIN)


def page(client: Client, who: Actor, /, answers: int = 200, **asked: str) -> str:
    client.force_login(who.user)
    answer = client.get(reverse("protocols:claims"), asked)
    assert answer.status_code == answers
    return answer.content.decode()


def shown(html: str) -> list[str]:
    ids = {claim.id for claim in CLAIMS}
    return sorted(anchor for anchor in Page(html).anchors if anchor in ids)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_every_claim_beside_what_studies_found(client: Client, role: str) -> None:
    html = page(client, a_member(a_clinic(), role))
    assert shown(html) == [claim.id for claim in CLAIMS]
    assert "Fine 1991, J Clin Invest 88:396" in html
    assert "Founding article, unverified" in html


def test_the_protocol_page_leads_to_the_register(client: Client, reader: Actor) -> None:
    client.force_login(reader.user)
    html = client.get(reverse("protocols:index")).content.decode()
    assert reverse("protocols:claims") in Page(html).links
    assert 'id="C01"' not in html


def test_claims_are_found_by_words_topic_status_danger_and_mark(client: Client, reader: Actor) -> None:
    assert shown(page(client, reader, search="dipsodium", danger="CRITICAL")) == ["C34"]
    assert shown(page(client, reader, topic="WEARABLES")) == ["C30"]
    assert shown(page(client, reader, status="SUPPORTS", mark="A")) == ["C07", "C36"]
    assert "No claim matches" in page(client, reader, search="nothing of the kind")


def test_where_claims_contradict_each_other_they_link_to_each_other(client: Client, reader: Actor) -> None:
    html = page(client, reader)
    assert 'Inconsistent with <a href="/claims/#C24">C24</a>' in html
    assert 'Inconsistent with <a href="/claims/#C10">C10</a>' in html
    assert "Inconsistent with itself" in html


def test_what_the_article_leaves_out_stands_at_the_end(client: Client, reader: Actor) -> None:
    html = page(client, reader)
    assert all(what in html for what, _ in LEFT_OUT)
    assert html.index(LEFT_OUT[0][0]) > html.index('id="C36"')


def test_the_most_dangerous_claim_says_so_and_why(client: Client, reader: Actor) -> None:
    html = page(client, reader, search="C34")
    assert "danger: critical" in html
    assert "Edetate disodium and cellulose sodium phosphate bind magnesium" in html


@pytest.mark.parametrize(("asked", "field"), BAD)
def test_a_filter_that_cannot_be_is_refused_at_its_field(
    client: Client, reader: Actor, asked: dict[str, str], field: str
) -> None:
    html = page(client, reader, answers=400, **asked)
    assert f'id="id_{field}_error"' in html
    assert shown(html) == []


def rows(who: Actor, **asked: Any) -> list[dict[str, Any]]:
    return results(Caller(who).get("claims/", **asked))


def test_the_api_lists_the_claims_with_what_studies_found(reader: Actor) -> None:
    found = rows(reader)
    assert [row["id"] for row in found] == [claim.id for claim in CLAIMS]
    row = found[9]
    assert (row["id"], row["status"], row["danger"], row["mark"]) == ("C10", "CONTRADICTS", "MEDIUM", "C")
    assert (row["topic"], row["inconsistent_with"], row["use"]) == ("DOSE", ["C24"], "not used")
    study = row["studies"][0]
    assert (study["author"], study["year"], study["journal"], study["mark"]) == (
        "Fine", "1991", "J Clin Invest 88:396", "B",
    )  # fmt: skip
    assert row["text"] and row["finding"] and study["words"]


def test_the_api_takes_the_filters_of_the_page(reader: Actor) -> None:
    assert [row["id"] for row in rows(reader, search="dipsodium")] == ["C34"]
    assert [row["id"] for row in rows(reader, topic="TIMING", danger="HIGH")] == ["C23"]
    assert len(rows(reader, topic="", search="")) == 36


@pytest.mark.parametrize(("asked", "field"), BAD)
def test_the_api_refuses_a_filter_that_cannot_be(reader: Actor, asked: dict[str, str], field: str) -> None:
    assert list(faults(Caller(reader).get("claims/", **asked))) == [field]


def test_the_register_is_read_only(reader: Actor) -> None:
    assert Caller(reader).post("claims/", id="C37").status_code == 405
