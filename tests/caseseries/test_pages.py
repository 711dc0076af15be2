"""The pages of case series: figures, what is hidden, what is refused, and who may."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from caseseries.models import Definition, SavedSeries
from tests.caseseries.people import a_person, the_article_series
from tests.stories import a_clinic, a_clinician, a_researcher, an_admin, an_assistant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
INDEX, SAVE = "/case-series/", "/case-series/definitions/"
ASKED = {"form": "GLYCINATE", "minimum_weeks": "12"}
PART = {"HX-Request": "true", "HX-Target": "series"}


def signed_in(by: Actor) -> Client:
    client = Client()
    client.force_login(by.user)
    return client


@pytest.fixture
def person(by: Actor) -> Client:
    return signed_in(by)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


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
        "all started: 68 %, 34 of 50",
        "Internal: unsuppressed counts, not for publication.",
        "does not show that magnesium caused the change",
        "What was changed, and what followed",
        "All who started, on the day of the outcome",
        "Serious events",
        "Re-evaluations on time",
        "Weeks at each dose",
    ):
        assert words in page, words
    assert "resolved them" not in page


@pytest.mark.usefixtures("article")
def test_every_figure_has_a_sentence_and_a_table(person: Client) -> None:
    page = text(person.get(INDEX))
    drawn = re.findall(r'<svg class="plot series-(\w+)"[^>]*role="img" aria-label="([^"]+\.)"', page)
    assert [name for name, _ in drawn] == ["swimmer", "first_onset", "attrition", "ionized_mg", "symptoms"]
    assert page.count("As table") == len(drawn)


def test_safety_is_stated_when_it_is_0(by: Actor, person: Client) -> None:
    a_person(by)
    page = text(person.get(INDEX))
    assert re.search(r"Deaths</dt><dd>0 of 1", page) and re.search(r"Serious events</dt><dd>0 of 1", page)


def test_an_outcome_that_nobody_measured_is_said(by: Actor, person: Client) -> None:
    a_person(by)
    page = text(person.get(INDEX))
    assert "Nobody has a GAD-7 at the start and one in the window of the outcome" in page
    assert "not measured" in page


@pytest.mark.usefixtures("article")
def test_htmx_gets_the_figures_and_who_remains_and_the_address_the_whole_page(person: Client) -> None:
    part, whole = text(person.get(INDEX, ASKED, headers=PART)), text(person.get(INDEX, ASKED))
    assert part.startswith('<div class="stack stale-while" id="series">') and "<html" not in part
    assert part.count('id="who-remains"') == 1 and 'hx-swap-oob="true"' in part
    assert "<html" in whole and "hx-swap-oob" not in whole and whole.count('id="who-remains"') == 1
    assert "Recounting." in part and "68 %" in part and "68 %" in whole


@pytest.mark.usefixtures("article")
def test_a_researcher_sees_nobody_single(researcher: Actor) -> None:
    page = text(signed_in(researcher).get(INDEX))
    assert "series-swimmer" not in page and "person-line" not in page
    assert "series-ionized_mg" in page and "series-attrition" in page
    assert "Internal" not in page and "person by person" not in page


def test_a_researcher_sees_no_small_count_and_a_clinician_sees_it(by: Actor, researcher: Actor) -> None:
    the_article_series(by, people=20, twitching=4)
    ours, theirs = (text(signed_in(who).get(INDEX)) for who in (by, researcher))
    assert "4 of 20 (20 %)" in ours and "4 of 20" not in theirs
    assert "Counts from 1 to 10, and those that would tell them, are suppressed." in theirs
    # How many took each form is not suppressed, so it is not told.
    assert re.search(r'GLYCINATE"[^>]*><span>Glycinate</span><span class="muted">20', ours)
    assert not re.search(r'GLYCINATE"[^>]*><span>Glycinate</span><span class="muted">', theirs)


def test_fewer_people_than_the_threshold_show_nothing(by: Actor, researcher: Actor) -> None:
    the_article_series(by, people=10)
    page = text(signed_in(researcher).get(INDEX))
    assert "Fewer than 11 people: nothing is shown." in page
    assert "What was changed" not in page and "10 of" not in page and "<figure" not in page


def test_nobody_is_told_with_the_step_that_removed_the_last(by: Actor, person: Client) -> None:
    assert "No one matches." in text(person.get(INDEX))
    a_person(by, research_consent=False)
    page = text(person.get(INDEX))
    assert "The last step that removed people: consent given." in page and "1 left out" in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"minimum_weeks": "-1"}, "whole number from 0 to 520"),
        ({"minimum_weeks": ""}, "This field is required"),
        ({"minimum_age_years": "60", "maximum_age_years": "50"}, "The highest age is below the lowest."),
        ({"started_from": "2025-01-01", "started_until": "2025-01-02"}, "28 days or more"),
        ({"day": "10", "margin_days": "14"}, "Windows that overlap"),
        ({"form": "SUGAR"}, "not one of the available choices"),
    ],
)
def test_a_bad_cohort_is_shown_again_with_the_reason(
    person: Client, asked: dict[str, str], sentence: str
) -> None:
    for answer in (person.get(INDEX, {**ASKED, **asked}), person.post(SAVE, {**ASKED, **asked})):
        assert sentence in text(answer)
        assert "Nothing was counted." in text(answer)
        assert 'value="GLYCINATE"' in text(answer)
    assert Definition.objects.count() == 0


def test_a_bad_cohort_keeps_what_was_typed(person: Client) -> None:
    page = text(person.get(INDEX, {**ASKED, "minimum_age_years": "60", "maximum_age_years": "50"}))
    assert re.search(r'name="minimum_age_years" value="60"', page)
    assert re.search(r'name="maximum_age_years" value="50"', page)


def test_saving_leads_to_the_series_and_a_change_is_its_next_version(person: Client) -> None:
    answer = person.post(SAVE, {**ASKED, "name": "Founding series"})
    kept = SavedSeries.objects.get().definition
    assert answer["Location"] == f"/case-series/{kept.pk}/"
    page = text(person.get(answer["Location"]))
    assert "Founding series" in page and kept.sha256 in page and "before its outcomes were shown" in page
    later = person.post(SAVE, {**ASKED, "minimum_age_years": "18", "name": "Founding series"})
    page = text(person.get(later["Location"]))
    assert "Founding series, version 2" in page and "lowest age: 18, before none" in page
    assert "Version 2 of 2; version 1 differed in lowest age" in page and page.count("shown here") == 1
    assert "Founding series" in text(person.get(INDEX))


@pytest.mark.parametrize(
    ("name", "said"), [(" ", "Give the series a name."), ("n" * 121, "at most 120 characters")]
)
def test_a_name_that_cannot_be_is_said_where_it_is_typed_and_nothing_is_lost(
    person: Client, name: str, said: str
) -> None:
    answer = person.post(SAVE, {**ASKED, "maximum_age_years": "70", "name": name})
    assert answer.status_code == 400
    page = text(answer)
    assert re.search(rf'id="series-name-error">.*?{said}', page) and f'value="{name}"' in page
    assert re.search(r'name="maximum_age_years" value="70"', page)
    assert "What this says" in page and "Nothing was counted" not in page
    assert SavedSeries.objects.count() == 0


def test_queries_do_not_grow_with_the_people(by: Actor, person: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert person.get(INDEX, ASKED).status_code == 200
        return len(counted)

    the_article_series(by, people=20)
    person.get(INDEX, ASKED)
    few = queries()
    the_article_series(by, people=30)
    assert queries() == few <= 60


def test_another_clinics_definition_is_a_404(person: Client) -> None:
    person.post(SAVE, {**ASKED, "name": "Ours"})
    address = f"/case-series/{Definition.objects.get().pk}/"
    assert person.get(address).status_code == 200
    assert signed_in(a_researcher(a_clinic("southbank"))).get(address).status_code == 404


def test_a_colleague_sees_the_saved_series(by: Actor, person: Client) -> None:
    person.post(SAVE, {**ASKED, "name": "Ours"})
    assert "Ours" in text(signed_in(a_clinician(by.clinic)).get(INDEX))


def test_assistants_and_admins_may_not(by: Actor) -> None:
    for member in (an_assistant(by.clinic), an_admin(by.clinic)):
        client = signed_in(member)
        assert {client.get(INDEX).status_code, client.post(SAVE, ASKED).status_code} == {403}


def test_nobody_is_sent_to_sign_in() -> None:
    assert "/accounts/login/" in Client().get(INDEX)["Location"]


@pytest.mark.usefixtures("article")
def test_no_page_of_a_series_shows_a_name_or_a_number_of_a_person(by: Actor, researcher: Actor) -> None:
    client = signed_in(researcher)
    client.post(SAVE, {**ASKED, "name": "Ours"})
    for address in (INDEX, f"/case-series/{Definition.objects.get().pk}/"):
        page = client.get(address).content.decode()
        assert "Lindqvist" not in page and "LINDQVIST" not in page and "100,0" not in page


@pytest.mark.usefixtures("article")
def test_nothing_on_the_page_needs_an_inline_style_or_script(person: Client) -> None:
    answer = person.get(INDEX)
    page = answer.content.decode()
    assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son\w+=", page)
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
