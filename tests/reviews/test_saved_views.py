"""Filters kept under a name: each person's own, at most 20, renamed and deleted."""

from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from reviews.acts.saved_views import MOST, rename_view, save_view
from reviews.models import SavedView
from tests.factories import NOW
from tests.stories import Clock, a_clinician, an_assistant, at_the_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def by(clock: Clock) -> Actor:
    return a_clinician()


@pytest.fixture
def web(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


def a_view(by: Actor, name: str = "Symptoms", query: str = "rule=SYMPTOM") -> SavedView:
    return save_view(by=by, at=NOW, name=name, query=query)


def send(client: Client, name: str, query: str = "rule=SYMPTOM&mine=1") -> tuple[int, str]:
    answer = client.post(reverse("reviews:saved_views"), {"name": name, "query": query}, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_selection_is_saved_from_the_queue_and_opened_from_it(web: Client) -> None:
    filters = {"rule": "SYMPTOM", "mine": "1"}
    queue = web.get("/", filters).content.decode()
    link = f"{reverse('reviews:saved_views')}?{urlencode({'query': urlencode(filters)})}"
    assert link in queue
    assert "Save the filters of now" in web.get(link).content.decode()
    status, html = send(web, "  My   symptoms ")
    assert status == 200
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("My symptoms", "rule=SYMPTOM&mine=1")
    assert "Saved as “My symptoms”." in html
    assert f'id="view-{view.pk}" href="/?rule=SYMPTOM&amp;mine=1" aria-current="true"' in html


def test_only_what_filters_mean_is_kept(web: Client) -> None:
    send(web, "Odd", "rule=SYMPTOM&next=https://elsewhere.test&owner=9999&group=LATE")
    assert SavedView.objects.get().query == "rule=SYMPTOM"


@pytest.mark.parametrize(
    ("name", "query", "field", "words"),
    [
        ("", "rule=SYMPTOM", "name", "Enter a name."),
        (" \t ", "rule=SYMPTOM", "name", "Enter a name."),
        ("n" * 61, "rule=SYMPTOM", "name", "Enter at most 60 letters."),
        ("Taken", "rule=SYMPTOM", "name", "You have a view of this name."),
        ("Empty", "", "query", "Choose what to filter by first."),
        ("Long", "text=" + "%F0" * 140, "query", "These filters are longer than 400 letters."),
    ],
)
def test_a_refusal_names_the_field(by: Actor, name: str, query: str, field: str, words: str) -> None:
    a_view(by, "Taken")
    with pytest.raises(ValidationError) as refused:
        a_view(by, name, query)
    assert refused.value.message_dict == {field: [words]}
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "words"), [("Taken", "You have a view of this name."), ("", "required"), ("n" * 61, "60")]
)
def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(
    web: Client, by: Actor, name: str, words: str
) -> None:
    a_view(by, "Taken")
    status, html = send(web, name)
    assert status == 400
    assert words in html and 'value="rule=SYMPTOM&amp;mine=1"' in html
    assert SavedView.objects.count() == 1


def test_nothing_to_save_is_said(web: Client) -> None:
    status, html = send(web, "All", "")
    assert status == 400
    assert "Choose what to filter by first." in html


def test_twenty_is_the_most(web: Client, by: Actor) -> None:
    for number in range(MOST):
        a_view(by, f"View {number}")
    status, html = send(web, "One more")
    assert status == 400
    assert "You have 20 saved views. Delete one first." in html
    assert SavedView.objects.count() == MOST


def test_renamed(web: Client, by: Actor) -> None:
    view = a_view(by)
    web.post(reverse("reviews:rename_saved_view", args=[view.pk]), {"name": "Twitching"})
    view.refresh_from_db()
    assert view.name == "Twitching"
    rename_view(view=view, by=by, at=NOW, name="Twitching")


def test_renaming_to_a_taken_name_is_refused_at_the_field(web: Client, by: Actor) -> None:
    view = a_view(by)
    a_view(by, "Taken")
    answer = web.post(reverse("reviews:rename_saved_view", args=[view.pk]), {"name": "Taken"})
    assert answer.status_code == 400
    assert "You have a view of this name." in answer.content.decode()
    view.refresh_from_db()
    assert view.name == "Symptoms"


def test_deleted_and_deleted_twice(web: Client, by: Actor) -> None:
    address = reverse("reviews:delete_saved_view", args=[a_view(by).pk])
    assert web.post(address).status_code == 302
    assert not SavedView.objects.exists()
    assert web.post(address).status_code == 404


def test_nobody_else_sees_or_touches_it(client: Client, by: Actor) -> None:
    view = a_view(by, "Secret words")
    client.force_login(an_assistant(by.clinic).user)
    assert "Secret words" not in client.get("/").content.decode()
    assert "Secret words" not in client.get(reverse("reviews:saved_views")).content.decode()
    for name in ("reviews:rename_saved_view", "reviews:delete_saved_view"):
        assert client.post(reverse(name, args=[view.pk]), {"name": "Mine"}).status_code == 404
    view.refresh_from_db()
    assert view.name == "Secret words"
