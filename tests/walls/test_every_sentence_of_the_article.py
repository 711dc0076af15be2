"""Every sentence that rests on the founding article has one click to its claim: every page, every role."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urldefrag, urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from accounts.permissions import Role
from patients.models import Patient
from protocols.claims import CLAIMS
from reviews.models import Flag
from reviews.sweep import sweep
from tests.factories import NOW, TODAY
from tests.stories import a_patient, a_result, a_visit, an_entry, at_the_clock, present, taking
from tests.walls.addresses import addresses, routes
from tests.walls.article import REGISTER, Page, faults
from tests.walls.furniture import House
from tests.walls.table import PAGES, TABLE

pytestmark = pytest.mark.django_db
IDS = {claim.id for claim in CLAIMS}
ANCHORS = IDS | {"content"}
# Signing out ends the walk; a file is no page.
NOT_WALKED = ("/accounts/logout/", "/files/", "/api/")
# Of pages that differ by row or query alone, so many are walked beside those that the test starts from.
MOST_OF_A_KIND = 4
OF_THE_PATIENT = ("patients:chart", "regimens:detail", "reviews:log_visit", "reviews:start_regimen")
ROW = re.compile(r"[0-9a-f-]{36}|\d+")


@dataclass(frozen=True)
class Desk:
    """A clinic in which every sentence of the article is said somewhere."""

    house: House
    patient: Patient


@pytest.fixture(scope="module")
def desk(houses: tuple[House, House], django_db_blocker: DjangoDbBlocker) -> Iterator[Desk]:
    """An open window, a running regimen, a modifier of the article, and enough people for a case series."""
    house = houses[0]
    by = house.people[Role.CLINICIAN]
    with django_db_blocker.unblock(), transaction.atomic():
        for weeks in range(13, 25):
            taking(a_patient(by, research_consent=True), by, since=TODAY - timedelta(weeks=weeks))
        patient = a_patient(by)
        taking(patient, by, since=TODAY - timedelta(days=35))
        an_entry(patient, by, "modifiers", "TRPM6_GENOTYPE", value="REDUCED")
        an_entry(patient, by, "modifiers", "BIFIDOBACTERIUM", value="LOW")
        a_result(patient, by, "1.25", analyte="IONIZED_CA")
        a_result(patient, by, "0.52")
        a_visit(patient, by, present("MUSCLE_TWITCHING", 2, nocturnal=True))
        sweep(house.clinic, at=NOW)
        yield Desk(house, patient)
        transaction.set_rollback(True)


@pytest.fixture
def client_of(desk: Desk, db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    at_the_clock(monkeypatch)
    cache.clear()
    client.force_login(desk.house.people[Role.CLINICIAN].user)
    return client


def walk(client: Client, starts: list[str]) -> Iterator[Page]:
    """Every page from `starts` on, by its links, each once."""
    waiting, seen, kinds = deque(starts), set(starts), Counter[str]()
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        if answer.status_code != 200 or answer.streaming or "html" not in answer["Content-Type"]:
            continue
        page = Page(answer.content.decode(), address)
        yield page
        for link in page.links:
            there = urldefrag(link).url
            kind = ROW.sub("*", urlsplit(there).path)
            outside = urlsplit(there).netloc or any(part in there for part in NOT_WALKED)
            if not outside and there not in seen and kinds[kind] < MOST_OF_A_KIND:
                kinds[kind] += 1
                seen.add(there)
                waiting.append(there)


def starts(desk: Desk) -> list[str]:
    """What the table of addresses knows, on the rows of the house and of the patient of this desk."""
    known = [route for route in routes() if route.name in PAGES and "GET" in TABLE[route.name]]
    found = [address for route in known for address, _ in addresses(route, desk.house)]
    flags = Flag.objects.filter(patient=desk.patient)
    return [
        *(address for address in found if not any(part in address for part in NOT_WALKED)),
        *(reverse(name, args=[desk.patient.pk]) for name in OF_THE_PATIENT),
        *(reverse("reviews:flag", args=[flag.pk]) for flag in flags),
    ]


def must_speak(desk: Desk, role: Role) -> set[str]:
    """Where the article is heard for certain, so that the walk is not silent because the pages are."""
    heard = {REGISTER, reverse("protocols:index"), reverse("regimens:forms")}
    if role in (Role.CLINICIAN, Role.ASSISTANT):
        flag = Flag.objects.get(patient=desk.patient, rule="RE_EVALUATION")
        heard |= {reverse(name, args=[desk.patient.pk]) for name in OF_THE_PATIENT[:3]}
        heard |= {"/", reverse("reviews:flag", args=[flag.pk])}
    if role in (Role.CLINICIAN, Role.RESEARCHER):
        heard.add(reverse("caseseries:index"))
    return heard


@pytest.mark.parametrize("role", list(Role))
def test_every_sentence_of_the_article_leads_to_its_claim(
    role: Role, desk: Desk, db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_clock(monkeypatch)
    client.force_login(desk.house.people[role].user)
    pages = list(walk(client, starts(desk)))
    assert [fault for page in pages for fault in faults(page, IDS, ANCHORS)] == []
    assert must_speak(desk, role) <= {urlsplit(page.at).path for page in pages if page.sayings}


def test_what_a_form_answers_while_somebody_types_leads_to_the_claims_too(
    desk: Desk, client_of: Client
) -> None:
    address = reverse("reviews:visit_checks", args=[desk.patient.pk])
    answer = client_of.post(address, {"kind": "CLINIC", "visited_on": TODAY.isoformat()})
    page = Page(answer.content.decode(), address)
    assert answer.status_code == 200
    assert page.sayings
    assert faults(page, IDS, ANCHORS) == []


def test_the_register_holds_the_anchor_of_every_claim(client_of: Client) -> None:
    assert Page(client_of.get(REGISTER).content.decode()).anchors >= ANCHORS


@pytest.mark.parametrize(
    "html",
    [
        "<p>Founding article, unverified</p>",
        "<p>Article: start at 200 to 300 mg/day.</p>",
        "<table><tr><td>UNVERIFIED</td></tr><tr><td><a href='/claims/#C19'>C19</a></td></tr></table>",
        "<section><p>Founding article</p><p><a href='/claims/#C19'>C19</a></p></section>",
        "<p>Founding article <a href='/claims/'>register</a></p>",
        "<p>Founding article <a href='/protocol/#C19'>C19</a></p>",
        "<p>Founding article <a href='/claims/#C37'>C37</a></p>",
        "<div><span>Unverified</span> <a href='/claims/#C19'>C19</a></div>",
        "<figure><svg role='img' aria-label='Article: 400 mg'><text>400</text></svg></figure>",
        "<p><a href='/claims/#C99'>a claim that is not there</a></p>",
    ],
)
def test_a_sentence_without_its_link_and_a_link_without_its_claim_are_faults(html: str) -> None:
    assert faults(Page(html), IDS, ANCHORS)


@pytest.mark.parametrize(
    "html",
    [
        "<li>Founding article, unverified <br><a href='/claims/#C19'>C19</a></li>",
        "<p><a href='/claims/#C21'>Founding article, unverified</a></p>",
        "<figure><svg><path d='M0 0'/><text>Article: 400</text></svg><a href='/claims/#C22'>C22</a></figure>",
        "<p>An article of clothing</p><select><option>Founding article</option></select>",
        "<p><a href='/claims/'>Claims register</a></p>",
    ],
)
def test_a_sentence_with_its_link_is_none(html: str) -> None:
    assert faults(Page(html), IDS, ANCHORS) == []
