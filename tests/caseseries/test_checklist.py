"""The reporting checklist: what the records say, what people state once, and what is still missing."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.actors import Actor
from audit.models import AuditEvent
from caseseries.acts import lock_definition, save_series
from caseseries.acts_checklist import LONGEST_TEXT, state_for_report
from caseseries.checklist import ITEMS, QUESTIONS, Kind, State, causal_words, checklist_of
from caseseries.checklist.computed import computed
from caseseries.definition import CohortCriteria, SeriesDefinition
from caseseries.models import Definition, Statement
from caseseries.persons import Pair, Person
from tests.caseseries.persons_made import a_person_made
from tests.caseseries.series_made import OUTCOME, a_series_made, the_article_made
from tests.factories import NOW
from tests.stories import a_clinic, a_clinician, a_researcher, an_assistant

# Chapter 5 of the research: computable without any author text, and with numbers from the records.
COMPUTED = {1, 2, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 28, 30}
ATTESTED = {4, 5, 6, 9, 10, 13, 16, 27, 28, 29}
AUTHORED = {1, 2, 3, 14, 23, 25, 26, 27}


def a_definition(by: Actor, weeks: int = 12) -> Definition:
    series = SeriesDefinition(CohortCriteria(minimum_weeks=weeks), OUTCOME)
    return lock_definition(definition=series, by=by, at=NOW)


def signed_in(by: Actor) -> Client:
    client = Client()
    client.force_login(by.user)
    return client


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_there_are_30_items_of_three_kinds_as_the_research_says() -> None:
    assert [item.number for item in ITEMS] == list(range(1, 31))
    assert {item.number for item in ITEMS if item.computed} == COMPUTED

    def asking(kind: Kind) -> set[int]:
        return {item.number for item in ITEMS if any(q.kind is kind for q in item.questions)}

    assert (asking(Kind.ATTESTED), asking(Kind.AUTHORED)) == (ATTESTED, AUTHORED)
    assert len(QUESTIONS) == sum(len(item.questions) for item in ITEMS)


def test_without_a_word_computed_is_done_attested_missing_and_authored_open() -> None:
    states = checklist_of(a_series_made(the_article_made()), {})
    expected = {Kind.COMPUTED: State.DONE, Kind.ATTESTED: State.MISSING, Kind.AUTHORED: State.OPEN}
    assert all(part.state is expected[part.kind] for part in states)
    assert all(part.text for part in states if part.kind is Kind.COMPUTED)


def test_a_statement_fills_its_question_and_no_other() -> None:
    states = checklist_of(a_series_made(the_article_made()), {"FUNDING": "None.", "ETHICS": "  "})
    done = [part.question.code for part in states if part.question and part.state is State.DONE]
    assert done == ["FUNDING"]


def test_the_records_say_the_numbers_of_the_summary() -> None:
    said = computed(a_series_made(the_article_made()))
    assert set(said) == COMPUTED
    assert "34 of 50 (68 %, 95 % CI 54.2–79.2 %)" in said[20]
    assert "412 patients, 50 included" in said[7]
    assert "twitching 11 of 50" in said[22] and "died 0 of 50" in said[22]


@pytest.mark.parametrize(
    ("persons", "words"),
    [
        ([a_person_made()] * 11, "one way of measuring."),
        (
            [*[a_person_made()] * 11, *[a_person_made(ionized_mg_method="GEM")] * 11],
            "2 ways of measuring, mixed.",
        ),
        (
            [*[a_person_made()] * 11, *[a_person_made(ionized_mg_method="GEM")] * 10],
            "ways of measuring not shown.",
        ),
        ([a_person_made(ionized_mg=Pair(), ionized_mg_course=())] * 11, "never measured."),
    ],
)
def test_ways_of_measuring_are_told_where_each_has_people_enough(persons: list[Person], words: str) -> None:
    said = computed(a_series_made(persons, threshold=11))
    assert said[10].endswith(f"; {words}") and "GEM" not in said[10]


def test_what_is_suppressed_stays_suppressed() -> None:
    said = computed(a_series_made(the_article_made(30, less=27, twitching=4), threshold=11))
    assert "27 of 30" not in " ".join(said.values()) and "4 of 30" not in " ".join(said.values())
    assert "suppressed" in said[20]


@pytest.mark.parametrize(
    "text, found",
    [
        ("Lowering the dose corrected it, and magnesium CURED anxiety.", ["corrected", "cured"]),
        ("It led  to relief and was effective.", ["led to", "effective"]),
        ("Symptoms resolved because of magnesium.", ["resolved", "because of"]),
        ("Twitching was later answered absent. Secured by a treaty.", []),
        ("", []),
    ],
)
def test_causal_words_are_found(text: str, found: list[str]) -> None:
    assert causal_words(text) == found


@pytest.mark.django_db
def test_the_newest_text_counts_and_only_changes_are_kept(by: Actor) -> None:
    definition = a_definition(by)
    state_for_report(definition=definition, texts={"FUNDING": "None.", "ETHICS": ""}, by=by, at=NOW)
    state_for_report(definition=definition, texts={"FUNDING": " None. "}, by=by, at=NOW)
    state_for_report(definition=definition, texts={"FUNDING": "A grant."}, by=by, at=NOW)
    assert Statement.objects.newest(definition) == {"FUNDING": "A grant."}
    assert Statement.objects.count() == 2


@pytest.mark.django_db
def test_the_audit_log_names_the_questions_and_not_the_text(by: Actor) -> None:
    state_for_report(definition=a_definition(by), texts={"FUNDING": "A grant of Ida"}, by=by, at=NOW)
    event = AuditEvent.objects.get(act="STATE_FOR_REPORT")
    assert event.after == {"items": ["FUNDING"]}


@pytest.mark.django_db
def test_versions_of_a_saved_series_are_asked_once(by: Actor) -> None:
    first, second, other = (SeriesDefinition(CohortCriteria(minimum_weeks=n), OUTCOME) for n in (12, 10, 8))
    kept = save_series(definition=first, name="Founding", by=by, at=NOW).definition
    state_for_report(definition=kept, texts={"ETHICS": "None needed."}, by=by, at=NOW)
    next_one = save_series(definition=second, name="Founding", by=by, at=NOW).definition
    another = save_series(definition=other, name="Another", by=by, at=NOW).definition
    assert Statement.objects.newest(next_one) == {"ETHICS": "None needed."}
    assert Statement.objects.newest(another) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "texts", [{"NO_SUCH": "a"}, {"FUNDING": "a" * (LONGEST_TEXT + 1)}, {"FUNDING": "a\x00b"}]
)
def test_a_text_that_cannot_be_is_refused_by_its_question(by: Actor, texts: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        state_for_report(definition=a_definition(by), texts=texts, by=by, at=NOW)
    assert list(refused.value.message_dict) == list(texts)
    assert Statement.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("clock", "article")
def test_the_page_keeps_answers_and_warns_of_causes(by: Actor) -> None:
    client, definition = signed_in(by), a_definition(by)
    address = f"/case-series/definitions/{definition.pk}/checklist/"
    first = words(client.get(address))
    assert "not answered yet" in first
    # What rests on the article alone leads to its claim.
    assert (
        re.search(r"founding article, unverified\)\.[^<]*<span class=\"evidence", first) and "#C33" in first
    )
    answer = client.post(address, {"FUNDING": "None.", "CONCLUSION": "Magnesium cured it."}, follow=True)
    page = words(answer)
    assert "2 answers kept." in page and "Claims a cause: cured." in page
    assert "None.</textarea>" in page
    assert "Nothing had changed." in words(
        client.post(address, {"FUNDING": "None.", "CONCLUSION": "Magnesium cured it."}, follow=True)
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_bad_answer_is_shown_again_with_all_that_was_typed(by: Actor) -> None:
    address = f"/case-series/definitions/{a_definition(by).pk}/checklist/"
    answer = signed_in(by).post(address, {"FUNDING": "a" * 4001, "ETHICS": "Kept here."})
    assert answer.status_code == 400
    assert "at most 4,000 characters" in words(answer) and "Kept here.</textarea>" in words(answer)
    assert Statement.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_another_clinic_finds_nothing_and_an_assistant_may_not(by: Actor) -> None:
    address = f"/case-series/definitions/{a_definition(by).pk}/checklist/"
    assert signed_in(a_researcher(a_clinic("southbank"))).get(address).status_code == 404
    assert signed_in(an_assistant(by.clinic)).get(address).status_code == 403
    assert signed_in(a_researcher(by.clinic)).get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("clock", "article")
def test_the_api_states_and_answers_the_checklist(by: Actor) -> None:
    client, definition = signed_in(a_clinician(by.clinic)), a_definition(by)
    address = f"/api/v1/case-series/checklists/{definition.pk}/"
    before = client.get(address).json()
    body = {"texts": {"FUNDING": "It led to nothing."}}
    after = client.post(f"{address}statements/", body, content_type="application/json").json()
    assert after["missing"] == before["missing"] - 1
    funding = next(part for part in after["parts"] if part["question"] == "FUNDING")
    assert (funding["state"], funding["causal_words"]) == ("DONE", ["led to"])
    refused = client.post(f"{address}statements/", {"texts": {"X": "a"}}, content_type="application/json")
    assert refused.status_code == 400 and "X" in refused.json()
