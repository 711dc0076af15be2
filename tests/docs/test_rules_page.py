"""docs/rules.md is what the code says."""

from pathlib import Path

import pytest
from django.core.management import call_command

from protocols.thresholds import PROTOCOL_1
from reviews.models import Rule
from reviews.rule_parts import RuleSpec
from reviews.rulebook import CAUSES, cleared_reasons, rules_page, severities
from reviews.rules import RULES, spec_of
from reviews.triage import RED_FLAGS
from tests.docs.markdown import DOCS


def test_the_page_is_written_from_the_code_as_it_is() -> None:
    assert (DOCS / "rules.md").read_text() == rules_page(), "write it again: manage.py write_rules"


def test_the_page_holds_every_rule_red_flag_and_number_with_its_source() -> None:
    page = rules_page()
    assert {spec.rule for spec in RULES} == set(Rule)
    for spec in RULES:
        assert f"### {spec.rule}: " in page
        assert f"- **Mark {spec.mark}**: {spec.source}.\n" in page
    for flag in RED_FLAGS:
        assert f"| {flag.id} | `{flag.urgency}` | {flag.text} | {flag.mark} | {flag.source} |" in page
    for number in PROTOCOL_1:
        assert f"| `{number.name}` | {number.label} | {number.value} {number.unit} | {number.mark} |" in page


@pytest.mark.parametrize("spec", RULES, ids=lambda spec: f"{spec.rule} {spec.cause}")
def test_every_rule_says_in_words_when_it_asks_and_when_it_clears(spec: RuleSpec) -> None:
    assert spec.causes.__doc__
    assert spec.gone.__doc__
    assert spec.cause in CAUSES
    assert cleared_reasons(spec)


def test_severities_and_reasons_are_read_from_the_rules_themselves() -> None:
    assert severities(spec_of("SYMPTOM", "symptom_answer")) == ["ACT_TODAY", "THIS_WEEK"]
    assert severities(spec_of("LAB_NOT_BACK", "expected_result")) == ["THIS_WEEK"]
    assert severities(spec_of("RE_EVALUATION", "reevaluation")) == []
    assert cleared_reasons(spec_of("OUTCOME_WORSE", "outcome")) == ["ENTERED_IN_ERROR", "CAUSE_CHANGED"]


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    call_command("write_rules", to=tmp_path / "rules.md", verbosity=0)
    assert (tmp_path / "rules.md").read_text() == rules_page()
