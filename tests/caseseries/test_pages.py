"""The pages of case series: figures, what is hidden, what is refused, and who may."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.actors import Actor
from caseseries.models import Definition, Export
from tests.caseseries.people import the_article_series
from tests.stories import a_clinic, a_clinician, a_researcher, an_admin, an_assistant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
INDEX, EXPORTS = "/case-series/", "/case-series/exports/"
ASKED = {"form": "GLYCINATE", "minimum_weeks": "12"}


def signed_in(by: Actor) -> Client:
    client = Client()
    client.force_login(by.user)
    return client


@pytest.fixture
def person(by: Actor) -> Client:
    return signed_in(by)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def an_export(person: Client, **fields: str) -> Export:
    answer = person.post(EXPORTS, {**ASKED, **fields})
    assert answer.status_code == 302, text(answer)
    return Export.objects.get(pk=urlsplit(answer["Location"]).path.split("/")[-2])


@pytest.mark.usefixtures("article")
def test_the_first_look_is_the_glycinate_series_with_its_figures(person: Client) -> None:
    page = text(person.get(INDEX))
    for words in (
        "Glycinate, at least 12 weeks since the start",
        "68 %",
        "95 % CI 54.2–79.2 %",
        "+0.08",
        "11 of 50 (22 %)",
        "12.8–35.2 %",
        "Internal: unsuppressed counts, not for publication.",
        "does not show that magnesium caused the change",
        "all started: 68 %, 34 of 50",
    ):
        assert words in page, words


@pytest.mark.usefixtures("article")
def test_htmx_gets_the_figures_alone_and_the_address_the_whole_page(person: Client) -> None:
    part = text(person.get(INDEX, ASKED, headers={"HX-Request": "true", "HX-Target": "series"}))
    whole = text(person.get(INDEX, ASKED))
    assert part.startswith('<div class="stack stale-while" id="series">') and "<html" not in part
    assert "<html" in whole and "68 %" in part and "68 %" in whole


def test_a_researcher_sees_no_small_count_and_a_clinician_sees_it(by: Actor, researcher: Actor) -> None:
    the_article_series(by, people=20, twitching=4)
    ours, theirs = (text(signed_in(who).get(INDEX)) for who in (by, researcher))
    assert "4 of 20 (20 %)" in ours and "4 of 20" not in theirs
    assert "Counts from 1 to 10, and those that would tell them, are suppressed." in theirs
    assert "Internal" not in theirs


def test_fewer_people_than_the_threshold_show_nothing(by: Actor, researcher: Actor) -> None:
    the_article_series(by, people=10)
    page = text(signed_in(researcher).get(INDEX))
    assert "Fewer than 11 people: nothing is shown." in page
    assert "New symptoms" not in page and "10 of" not in page


def test_nobody_is_told_with_the_step_that_removed_the_last(person: Client) -> None:
    assert "No one matches." in text(person.get(INDEX))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"minimum_weeks": "-1"}, "whole number from 0 to 520"),
        ({"minimum_weeks": ""}, "This field is required"),
        ({"minimum_age_years": "60", "maximum_age_years": "50"}, "The highest age is below the lowest."),
        ({"started_from": "2025-01-01", "started_until": "2025-01-02"}, "28 days or more"),
        ({"started_from": "yesterday"}, "valid date"),
        ({"form": "SUGAR"}, "valid choice"),
        ({"name": "a\x00b"}, "Null characters"),
    ],
)
def test_a_bad_cohort_is_shown_again_with_the_reason(
    person: Client, asked: dict[str, str], sentence: str
) -> None:
    for answer in (person.get(INDEX, {**ASKED, **asked}), person.post(EXPORTS, {**ASKED, **asked})):
        assert sentence in text(answer)
        assert "Nothing was counted." in text(answer)
    assert (Export.objects.count(), Definition.objects.count()) == (0, 0)


def test_keeping_a_definition_leads_to_its_page(person: Client) -> None:
    answer = person.post("/case-series/definitions/", {**ASKED, "name": "Founding series"})
    page = text(person.get(answer["Location"]))
    kept = Definition.objects.get()
    assert answer["Location"] == f"/case-series/{kept.pk}/"
    assert "Founding series" in page and kept.sha256 in page
    assert "Founding series" in text(person.get(INDEX))
    assert person.post("/case-series/definitions/", {"form": "SUGAR"}).status_code == 400


@pytest.mark.usefixtures("article")
def test_an_export_leads_to_its_files(person: Client) -> None:
    export = an_export(person, name="Founding series")
    page = text(person.get(f"{EXPORTS}{export.pk}/"))
    for entry in export.files:
        assert entry["sha256"] in page
        answer = person.get(f"{EXPORTS}{export.pk}/{entry['name']}")
        assert len(ContentFile(answer.content)) == entry["bytes"]
        assert "attachment" in answer["Content-Disposition"]
    assert str(export.pk) in text(person.get(EXPORTS))


def test_an_export_of_a_kept_definition(person: Client) -> None:
    first = an_export(person)
    answer = person.post(EXPORTS, {"definition": str(first.definition_id)})
    again = Export.objects.get(pk=urlsplit(answer["Location"]).path.split("/")[-2])
    assert (again.definition, again.manifest_sha256) == (first.definition, first.manifest_sha256)
    assert str(again.pk) in text(person.get(f"/case-series/{first.definition_id}/"))


def test_a_double_click_exports_once(person: Client) -> None:
    first, second = (person.post(EXPORTS, {**ASKED, "once": "k1"})["Location"] for _ in range(2))
    assert first == second
    assert Export.objects.count() == 1
    changed = person.post(EXPORTS, {**ASKED, "minimum_weeks": "8", "once": "k1"})
    assert (changed["Location"], Export.objects.count()) == (EXPORTS, 1)
    assert "This was sent already." in text(person.get(changed["Location"]))


def test_files_that_cannot_be_written_are_said(person: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("caseseries.acts.store", full)
    answer = person.post(EXPORTS, ASKED, follow=True)
    assert "The files could not be written." in text(answer)
    assert Export.objects.count() == 0


@pytest.mark.parametrize("key", ["not-an-id", "00000000-0000-7000-8000-000000000000"])
def test_a_definition_that_is_not_here_is_a_404(person: Client, key: str) -> None:
    assert person.post(EXPORTS, {"definition": key}).status_code == 404


def test_another_clinics_definition_and_export_are_a_404(person: Client) -> None:
    export = an_export(person)
    stranger = signed_in(a_researcher(a_clinic("southbank")))
    for address in (
        f"/case-series/{export.definition_id}/",
        f"{EXPORTS}{export.pk}/",
        f"{EXPORTS}{export.pk}/people.csv",
    ):
        assert stranger.get(address).status_code == 404
    assert stranger.post(EXPORTS, {"definition": str(export.definition_id)}).status_code == 404


def test_a_colleagues_export_is_a_404_and_a_file_that_is_none_too(by: Actor, person: Client) -> None:
    export = an_export(person)
    colleague = signed_in(a_clinician(by.clinic))
    assert colleague.get(f"{EXPORTS}{export.pk}/").status_code == 404
    assert person.get(f"{EXPORTS}{export.pk}/people.xlsx").status_code == 404


def test_assistants_and_admins_may_not(by: Actor) -> None:
    for member in (an_assistant(by.clinic), an_admin(by.clinic)):
        client = signed_in(member)
        answers = [client.get(INDEX), client.get(EXPORTS), client.post(EXPORTS, ASKED)]
        assert {answer.status_code for answer in answers} == {403}


def test_nobody_is_sent_to_sign_in() -> None:
    assert "/accounts/login/" in Client().get(INDEX)["Location"]


@pytest.mark.usefixtures("article")
def test_no_page_of_a_series_shows_a_name_or_a_number_of_a_person(researcher: Actor) -> None:
    client = signed_in(researcher)
    export = an_export(client)
    for address in (INDEX, EXPORTS, f"{EXPORTS}{export.pk}/", f"/case-series/{export.definition_id}/"):
        page = client.get(address).content.decode()
        assert "Lindqvist" not in page and "LINDQVIST" not in page and "100,0" not in page
