"""What a series says, at the thresholds of a clinic, of a publication with consent and of a file."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from caseseries.definition import CohortCriteria, Improved, OutcomeDefinition, SeriesDefinition
from caseseries.persons import Changed, Ending, Followed, Pair, Person
from caseseries.sentences import (
    LIMITATION,
    changed_in_words,
    criteria_in_words,
    outcome_in_words,
    sentences,
    small_cells,
    too_few,
)
from caseseries.summary import Tally, summarise, tables_of
from patients.symptoms import Symptom
from protocols.thresholds import Thresholds
from regimens.salts import Family
from tests.caseseries.persons_made import a_person_made, new_symptom
from tests.caseseries.test_summary import the_article

OUTCOME = OutcomeDefinition.of(Thresholds())
# A sentence of a case series describes; it does not say what brought something about.
CAUSAL = re.compile(
    r"\b(caus\w+|because|due to|led to|leads? to|result(s|ed) (in|from)|thanks to|resolved (by|it|after)"
    r"|corrected|cured|treated|worked|effective|effects?|prevent\w*|improved|proves?|shows? that"
    r"|significant\w*|p ?[<=])",
    re.IGNORECASE,
)


def said(persons: Sequence[Person], threshold: int = 1, **outcome: Any) -> list[str]:
    definition = SeriesDefinition(CohortCriteria(), OutcomeDefinition(**vars(OUTCOME) | outcome))
    tally = Tally(definition.outcome, {"ALL": len(persons)})
    tally.add(persons)
    return sentences(summarise(tally, tables_of(tally, threshold)), definition)


def text(persons: Sequence[Person], threshold: int = 1, **outcome: Any) -> str:
    return "\n".join(said(persons, threshold, **outcome)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_articles_sentence_comes_out_with_its_receipts() -> None:
    told = text(the_article())
    assert (
        "Less anxious at 12 weeks (day 84 ± 14): 34 of 50 (68 %, 95 % CI 54.2–79.2 %) of those with both "
        "GAD-7 totals; 34 of 50 (68 %, 95 % CI 54.2–79.2 %) of all who started, not measured counted as not "
        "less (no GAD-7 at the start 0, none at week 12 0)."
    ) in told
    assert "11 of 50 developed new twitching. That is 22 %, 95 % CI 12.8–35.2 % of those free of it" in told
    assert "by highest grade, grade 1: 11" in told
    assert (
        "Twitching, lowered to 250 mg/day or less while it lasted: 11 of 11; later answered absent 11 of 11 "
        "(100 %, 95 % CI 74.1–100 %) asked again, median 14 days after the change; with nothing else changed "
        "beside it 11; came back in 0; not asked again 0; of those less anxious at 12 weeks, answered so "
        "after the change: 11 of 11."
    ) in told
    assert "Twitching, nothing changed while it lasted: 0 of 11." in told


def test_who_resolved_without_a_change_is_told_beside() -> None:
    unchanged: dict[str, Any] = {"changed": Changed.NOTHING, "changed_day": None, "mg_after_change": None}
    told = text([*the_article(), *[a_person_made(symptoms=new_symptom(**unchanged))] * 3])
    assert "Twitching, nothing changed while it lasted: 3 of 14; later answered absent 3 of 3" in told
    assert "median 16 days after the onset" in told


def test_at_11_the_number_resolved_is_not_shown() -> None:
    told = text(the_article(gone=9), 11)
    assert (
        "11 of 50 developed new twitching; the number resolved is not shown (fewer than 11 in a group)."
        in told
    )
    assert "Twitching, lowered to 250 mg/day or less while it lasted: 11 of 11; what was heard" in told
    assert "9 of 11" not in told and "2 of 11" not in told


def test_at_5_what_is_large_enough_for_it_is_shown() -> None:
    told = text(the_article(gone=6), 5)
    assert "later answered absent 6 of 11" in told
    assert "later answered absent" not in text(the_article(gone=7), 5)


@pytest.mark.parametrize("threshold", [5, 11])
@pytest.mark.parametrize("gone", range(12))
def test_no_sentence_prints_a_small_count(threshold: int, gone: int) -> None:
    persons = [
        *the_article(gone),
        *[a_person_made(ending=Ending.DIED, ended_day=30, serious=True)] * 2,
        *[a_person_made(gad7=Pair(12, None), anxiety="NO_OUTCOME", symptoms={})] * 3,
        *[a_person_made(family=Family.CITRATE, egfr=None)] * 4,
    ]
    for sentence in said(persons, threshold):
        for count in re.findall(
            r"(\d+) of \d+|(?:absent|beside it|back in|again|start|asked|none at week 12) (\d+)\b", sentence
        ):
            n = int(count[0] or count[1])
            assert n == 0 or n >= threshold, sentence


def test_a_series_below_the_threshold_says_only_that() -> None:
    assert said([a_person_made()] * 10, 11) == ["Fewer than 11 people: nothing is shown."]
    assert too_few(11) == "Fewer than 11 people: nothing is shown."


def test_serious_events_and_deaths_are_said_when_there_are_none() -> None:
    told = text([a_person_made()] * 20, 11)
    assert "a serious event in 0 of 20 (0 %, 95 % CI 0–16.1 %); died 0 of 20" in told
    assert "stopped for harm 0 of 20" in told
    assert "Psychotherapy started or changed in 0 of 20" in told


def test_the_change_of_ionized_magnesium_has_its_interval() -> None:
    values = ["0.50", "0.51", "0.55", "0.60"]
    told = text([a_person_made(ionized_mg=Pair(Decimal("0.50"), Decimal(value), 84)) for value in values])
    assert (
        "It changed by +0.040 mmol/L on average (95 % CI -0.032 to +0.112), median +0.030; by the reference "
        "change value or more, which is beyond noise, in 1 of 4"
    ) in told


@pytest.mark.parametrize(
    ("others", "threshold", "end"),
    [
        (0, 11, "50 of 50 (100 %, 95 % CI 92.9–100 %)."),
        (10, 11, "Of how many methods the values are is not shown."),
        (10, 1, "The values are of 2 methods."),
        (11, 11, "The values are of 2 methods."),
    ],
)
def test_a_method_of_few_people_is_not_said(others: int, threshold: int, end: str) -> None:
    persons = [*[a_person_made()] * (50 - others), *[a_person_made(ionized_mg_method="GEM")] * others]
    (told,) = [
        words for words in said(persons, threshold) if words.startswith("Ionized magnesium was measured at")
    ]
    assert told.replace("\N{NO-BREAK SPACE}", " ").endswith(end) and "GEM" not in told


def test_the_weeks_followed_are_said_in_bands() -> None:
    persons = [*[a_person_made(last_day=20)] * 11, *[a_person_made(last_day=100)] * 40]
    some = "0 to 3 weeks: {0}; 4 to 7 weeks: 0; 8 to 11 weeks: 0; 12 to 23 weeks: {1}; 24 or more weeks: 0"
    assert f"People followed for {some.format(11, 40)}; median 14.3 weeks." in text(persons, 11)
    assert some.format("suppressed", "suppressed") in text(persons[1:], 11)


def test_everything_else_of_the_contract_is_said() -> None:
    told = text(the_article())
    for beginning in (
        "Worse at 12 weeks: 0 of 50",
        "Elemental dose, median: 200 mg/day at the start, 200 mg/day at week 12",
        "Of 50 who started, on day 84: reached it 50, not yet there 0",
        "Re-evaluations on time 100 of 100",
        "Adherence of 80 % or more in 50 of 50 (100 %, 95 % CI 92.9–100 %) in whom it was recorded, mean "
        "90 %; not recorded in 0.",
        "Magnesium before the start: taken by 0, not by 50, not asked 0.",
    ):
        assert beginning in told


def test_forms_are_said_beside_each_other() -> None:
    told = said([*[a_person_made()] * 20, *[a_person_made(family=Family.CITRATE)] * 15], 11)
    assert [line.partition(":")[0] for line in told[-2:]] == ["Citrate, 15 people", "Glycinate, 20 people"]


def test_the_headline_comes_first_of_the_symptoms() -> None:
    both = {**new_symptom(Symptom.TINGLING), **new_symptom()}
    told = [line for line in said([a_person_made(symptoms=both)]) if "developed new" in line]
    assert [line.split(".")[0] for line in told] == [
        "1 of 1 developed new twitching",
        "1 of 1 developed new tingling",
    ]


def test_the_headline_may_count_up_to_a_grade() -> None:
    persons = [a_person_made(symptoms=new_symptom(grade=grade)) for grade in (1, 3)]
    assert "New twitching of grade 1 or less: 1 of 2" in text(persons, grade_at_most=1)


@pytest.mark.parametrize("threshold", [1, 5, 11])
@pytest.mark.parametrize("followed", list(Followed))
def test_no_sentence_says_what_caused_something(threshold: int, followed: Followed) -> None:
    heard = a_person_made(symptoms=new_symptom(followed=followed, change_beside=True))
    persons = [*the_article(), *[heard] * 12, *[a_person_made(family=Family.CITRATE)] * 20]
    lines = [*said(persons, threshold, grade_at_most=1), outcome_in_words(OUTCOME), small_cells(11)]
    assert [line for line in lines if CAUSAL.search(line)] == []


def test_the_limitation_is_fixed() -> None:
    assert LIMITATION == (
        "Uncontrolled observation of one clinic: it does not show that magnesium caused the change "
        "(regression to the mean, placebo effect, co-treatment). Descriptive only."
    )


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ({}, "lower by 4 or more on day 84 ± 14"),
        ({"improved": Improved.PERCENT}, "lower by 50 % or more on day 84 ± 14"),
        ({"improved": Improved.REMISSION}, "from 5 or more to below 5 on day 84 ± 14"),
        ({"grade_at_most": 1}, "New twitching of grade 1 or less (CTCAE): in who was free of it"),
    ],
)
def test_the_outcome_is_in_words(outcome: dict[str, Any], words: str) -> None:
    assert words in outcome_in_words(OutcomeDefinition(**vars(OUTCOME) | outcome))


def test_the_criteria_are_in_words() -> None:
    cohort = CohortCriteria.from_json(
        {"form": ["GLYCINATE", "CITRATE"], "sex": ["FEMALE"], "minimum_egfr": "30", "maximum_gad7": 15}
    )
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in criteria_in_words(cohort)]
    assert lines == [
        "First time that the person took citrate or glycinate",
        "At least 12 weeks from the start to the data cut",
        "Sex: female",
        "GAD-7 at the start: 15 points or less, or not measured",
        "eGFR at the start: 30 mL/min/1.73 m² or more, or not measured",
        "Consent to research given",
    ]


def test_a_kind_of_change_has_words_with_the_dose_of_the_definition() -> None:
    assert changed_in_words("LOWERED_TO", OUTCOME) == "lowered to 250 mg/day or less"
    assert changed_in_words("NOTHING", OUTCOME) == "nothing changed"
