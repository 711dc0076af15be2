"""The register of the founding article's claims, as data."""

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path
from re import findall
from typing import Any

import pytest

from accounts import wording
from patients.vocabulary import MODIFIERS
from protocols.claims import (
    CHOICES,
    CLAIMS,
    CONTRADICTIONS,
    LEFT_OUT,
    by_id,
    by_topic,
    claim_of,
    contradictions_of,
    found,
)
from protocols.register.shape import NOT_USED, Claim, Danger, Source, Status, Topic
from protocols.thresholds import PROTOCOL_1, Thresholds
from regimens.checks import RegimenFacts, check_regimen
from reviews.rules import RULES

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "accounts",
    "protocols",
    "patients",
    "labs",
    "regimens",
    "wearables",
    "reviews",
    "caseseries",
    "templates",
)
CODE = sorted(path for room in ROOMS for kind in ("*.py", "*.html") for path in (ROOT / room).rglob(kind))


IDS = {claim.id for claim in CLAIMS}
OF_ARTICLE = {claim.id for claim in CLAIMS if claim.mark == "C"}


def of_topic(topic: Topic) -> str:
    return " ".join(claim.id for claim in CLAIMS if claim.topic is topic)


def test_the_register_runs_from_c01_to_c36() -> None:
    assert [claim.id for claim in CLAIMS] == [f"C{n:02}" for n in range(1, 37)]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_every_claim_has_a_topic_a_text_a_finding_a_use_and_a_mark(claim: Claim) -> None:
    assert claim.topic in Topic and claim.status in Status and claim.danger in Danger
    assert claim.text and claim.finding and claim.use and claim.mark in set("ABC")
    for study in claim.studies:
        assert study.words.endswith(".") and str(study.source) and study.source.mark in wording.EVIDENCE


def test_what_studies_support_or_contradict_names_the_studies() -> None:
    """But for what nothing was found, a hypothesis, and C33 and C35, of which the article alone tells."""
    assert [claim.id for claim in CLAIMS if not claim.studies] == ["C05", "C08", "C25", "C33", "C35"]


def test_a_mark_better_than_the_article_is_that_of_a_study_beside_it() -> None:
    for claim in CLAIMS:
        if claim.mark != "C":
            assert claim.mark in {study.source.mark for study in claim.studies}, claim.id


def test_a_citation_reads_as_author_year_and_journal() -> None:
    assert str(Source("Fine", "1991", "J Clin Invest 88:396", "B")) == "Fine 1991, J Clin Invest 88:396"
    assert str(Source("Our calculation", "", "", "D")) == "Our calculation"


def test_what_the_literature_contradicts_or_does_not_know_keeps_the_mark_of_the_article() -> None:
    for claim in CLAIMS:
        if claim.status in {Status.CONTRADICTS, Status.NO_EVIDENCE}:
            assert claim.mark == "C", claim.id


def test_what_the_literature_supports_is_not_marked_as_the_article_alone() -> None:
    assert [claim.id for claim in CLAIMS if claim.status is Status.SUPPORTS] == ["C01", "C07", "C24", "C36"]
    assert all(claim.mark in "AB" for claim in CLAIMS if claim.status is Status.SUPPORTS)


def test_the_most_dangerous_claims_are_known() -> None:
    assert [claim.id for claim in CLAIMS if claim.danger is Danger.CRITICAL] == ["C34"]
    assert [claim.id for claim in CLAIMS if claim.danger is Danger.HIGH] == [
        "C11", "C12", "C16", "C18", "C22", "C23", "C26", "C29", "C30", "C31", "C32",
    ]  # fmt: skip


def test_a_higher_dose_for_a_genotype_is_not_used() -> None:
    assert by_id("C16").use == NOT_USED


def test_the_critical_claim_warns_of_the_names_that_look_alike() -> None:
    hazards = " ".join(study.words for study in by_id("C34").studies)
    assert all(name in hazards for name in ("Edetate disodium", "cellulose sodium phosphate"))
    assert "phosphate can itself lower calcium" in hazards


def test_an_unknown_claim_is_not_found() -> None:
    with pytest.raises(KeyError):
        by_id("C37")


def test_the_topics_hold_the_claims_that_a_reader_looks_for_there() -> None:
    assert of_topic(Topic.FORMS) == "C01 C02 C03 C04 C05"
    assert of_topic(Topic.TIMING) == "C06 C23 C24 C25"
    assert of_topic(Topic.MODIFIERS) == "C15 C16 C17 C18"
    assert of_topic(Topic.WEARABLES) == "C30"
    assert of_topic(Topic.SERIES) == "C31 C32 C33 C34 C35"
    grouped = by_topic(list(CLAIMS))
    assert [topic for topic, _ in grouped] == list(Topic)
    assert sorted(claim.id for _, claims in grouped for claim in claims) == [claim.id for claim in CLAIMS]


def test_where_the_article_contradicts_itself_each_side_names_the_other() -> None:
    pairs = {contradiction.claims for contradiction in CONTRADICTIONS}
    assert pairs == {("C10", "C24"), ("C16", "C22"), ("C16",), ("C33", "C19"), ("C06", "C23")}
    assert [other for other, _ in contradictions_of("C24")] == ["C10"]
    assert [other for other, _ in contradictions_of("C16")] == ["C22", "C16"]
    assert list(contradictions_of("C01")) == []


def test_what_the_article_leaves_out_begins_with_the_kidney() -> None:
    assert len(LEFT_OUT) == 8
    assert LEFT_OUT[0][0] == "Kidney function"


def test_a_claim_is_found_when_each_word_stands_in_it_or_beside_it() -> None:
    assert [claim.id for claim in found("4 WEEKS adjust")] == ["C21"]
    assert [claim.id for claim in found("pouteau")] == ["C26"]
    assert found("weeks zebra") == []
    assert len(found()) == 36


def test_filters_narrow_together() -> None:
    assert [c.id for c in found(topic="TIMING", status="CONTRADICTS", danger="HIGH", mark="C")] == ["C23"]
    assert [c.id for c in found("phosphate", danger="CRITICAL")] == ["C34"]
    assert {value for value, _ in CHOICES["mark"]} == {claim.mark for claim in CLAIMS}


def test_every_claim_that_code_or_a_page_names_exists() -> None:
    named = {name for path in CODE for name in findall(r"\bC\d\d\b", path.read_text())}
    assert len(named) == 36
    assert named <= {claim.id for claim in CLAIMS}


def test_a_page_gives_a_claim_the_mark_of_the_register() -> None:
    pages = [path.read_text() for path in CODE if path.suffix == ".html"]
    told = [pair for page in pages for pair in findall(r'evidence "(\w)"[^%]* claim="(\w+)"', page)]
    assert told
    assert [pair for pair in told if by_id(pair[1]).mark != pair[0]] == []


def test_every_number_of_the_article_names_its_claim_and_every_modifier_one_that_exists() -> None:
    named = {number.name: number.claim for number in PROTOCOL_1 if number.mark == "C"}
    assert all(by_id(claim).mark == "C" for claim in named.values())
    assert set(named.values()) == {"C19", "C21", "C22", "C33"}
    assert all(number.claim in number.source for number in PROTOCOL_1 if number.claim)
    assert {m.claim_id for m in MODIFIERS if m.claim_id} == {"C14", "C15", "C18"}
    assert (claim_of("article_cap_mg"), claim_of("egfr_stop")) == ("C22", "")


def test_every_rule_of_the_article_names_its_claim() -> None:
    assert [spec.rule for spec in RULES if spec.mark == "C" and not spec.claim] == []
    assert all(by_id(spec.claim) for spec in RULES if spec.claim)
    assert {str(spec.rule): spec.claim for spec in RULES}["SYMPTOM"] == "C29"


def lines_written() -> list[tuple[str, list[Any]]]:
    """(file, its constant arguments) of each `Check(...)` that code writes."""
    found = []
    for path in sorted((ROOT / "regimens").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Check":
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                found.append((path.name, [part.value for part in given if isinstance(part, ast.Constant)]))
    return found


def test_every_check_of_the_article_names_its_claim() -> None:
    of_article = [(name, words) for name, words in lines_written() if "C" in words]
    assert len(of_article) >= 4
    for name, words in of_article:
        assert any(by_id(str(word)).mark == "C" for word in words if word in IDS), (name, words)


@pytest.mark.parametrize("mg", ["100", "450"])
def test_a_line_that_says_article_has_the_mark_and_claim_of_it(mg: str) -> None:
    facts = RegimenFacts(
        on=date(2026, 3, 12),
        jurisdiction="EU",
        age_years=45,
        elemental_mg_per_day=Decimal(mg),
        is_first_step=True,
        egfr=None,
        egfr_on=None,
    )
    for line in check_regimen(facts, Thresholds()):
        assert (line.mark == "C") == ("Article:" in line.sentence) == (line.claim_id in OF_ARTICLE), line
