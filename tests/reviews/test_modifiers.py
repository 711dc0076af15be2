"""Modifiers on the chart: what is known, from where, what the app does with it; none raises a dose."""

import ast
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import Actor
from config.local import BASE_DIR
from patients.models import Patient
from patients.vocabulary import MODIFIERS
from regimens.checks import IntakeFacts
from reviews.facts.record import Record
from reviews.facts.regimen_facts import Proposed, proposed_of
from reviews.moments import Moment
from reviews.pages.chart_modifiers import ModifierRow, modifier_rows, not_recorded
from reviews.pages.regimen_preview import preview_of
from tests.factories import NOW, TODAY
from tests.stories import a_clinician, a_patient, a_result, an_entry, product, taking

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


def row_of(patient: Patient, by: Actor, code: str) -> ModifierRow:
    rows = modifier_rows(Record(patient, Moment.of(by.clinic, NOW)))
    return rows[[facts.code for facts in MODIFIERS].index(code)]


def words_of(row: ModifierRow) -> str:
    return row.known.words.replace("\N{NO-BREAK SPACE}", " ")


def effects_of(row: ModifierRow) -> list[str]:
    return [effect.sentence.replace("\N{NO-BREAK SPACE}", " ") for effect in row.effects]


def test_unknown_not_tested_normal_and_not_recorded_are_four_words(by: Actor, patient: Patient) -> None:
    said = {words_of(row_of(patient, by, "TRPM6_GENOTYPE"))}
    for n, value in enumerate(("UNKNOWN", "NOT_TESTED", "NORMAL")):
        an_entry(patient, by, "modifiers", "TRPM6_GENOTYPE", value=value, since=TODAY - timedelta(days=9 - n))
        row = row_of(patient, by, "TRPM6_GENOTYPE")
        assert row.effects == ()
        said.add(words_of(row))
    assert said == {"not recorded", "unknown", "not tested", "normal"}


def test_what_is_not_recorded_is_named(by: Actor, patient: Patient) -> None:
    an_entry(patient, by, "modifiers", "PPI", value="UNKNOWN")
    names = not_recorded(modifier_rows(Record(patient, Moment.of(by.clinic, NOW))))
    assert "Pregnancy" in names and "Diuretic" in names
    assert "Acid suppression" not in names


def test_the_newest_entry_that_holds_is_shown_with_its_date_and_source(by: Actor, patient: Patient) -> None:
    an_entry(patient, by, "modifiers", "DIETARY_PHYTATE", value="LOW", since=date(2026, 2, 1))
    an_entry(
        patient, by, "modifiers", "DIETARY_PHYTATE", value="HIGH", since=date(2026, 1, 1), source="Diary"
    )
    row = row_of(patient, by, "DIETARY_PHYTATE")
    assert (words_of(row), row.known.where) == ("low", "told 1\N{NO-BREAK SPACE}Feb\N{NO-BREAK SPACE}2026")
    newest: dict[str, Any] = {"since": date(2026, 3, 1), "source": "Diary", "until": date(2026, 3, 11)}
    an_entry(patient, by, "modifiers", "DIETARY_PHYTATE", value="HIGH", **newest)
    assert words_of(row_of(patient, by, "DIETARY_PHYTATE")) == "low"  # the other ended yesterday


@pytest.mark.parametrize(
    ("code", "value", "claim", "words"),
    [
        ("TRPM6_GENOTYPE", "REDUCED", "C16", "50 % higher dose"),
        ("BIFIDOBACTERIUM", "LOW", "C18", "35 % fall"),
    ],
)
def test_what_only_the_article_says_is_unverified_with_the_reason_why_nothing_follows(
    by: Actor, patient: Patient, code: str, value: str, claim: str, words: str
) -> None:
    an_entry(patient, by, "modifiers", code, value=value)
    (effect,) = row_of(patient, by, code).effects
    assert (effect.mark, effect.claim) == ("C", claim)
    assert (
        effect.sentence.startswith("Article: ") and "unverified. It raises no dose here: " in effect.sentence
    )
    assert words in effect.sentence


@pytest.mark.parametrize(
    ("egfr", "words"),
    [
        ("60", []),
        ("59.9", ["After a dose, the re‑evaluation is 14 days earlier."]),
        ("30", ["After a dose, the re‑evaluation is 14 days earlier."]),
        (
            "29.9",
            [
                "Below 30: magnesium is contraindicated.",
                "After a dose, the re‑evaluation is 14 days earlier.",
            ],
        ),
    ],
)
def test_a_measured_kidney_wins_over_what_was_told(
    by: Actor, patient: Patient, egfr: str, words: list[str]
) -> None:
    an_entry(patient, by, "modifiers", "KIDNEY_FUNCTION", value="NORMAL", source="Patient")
    a_result(patient, by, egfr, analyte="EGFR", unit="mL/min/{1.73_m2}", days_ago=3)
    row = row_of(patient, by, "KIDNEY_FUNCTION")
    assert words_of(row) == f"eGFR {egfr} mL/min/1.73 m²"
    assert "measured" in row.known.where and row.told_words == "normal"
    assert effects_of(row) == words


def test_a_low_egfr_shows_the_trail_of_the_re_evaluation_that_it_brings_forward(
    by: Actor, patient: Patient
) -> None:
    a_result(patient, by, "48", analyte="EGFR", unit="mL/min/{1.73_m2}", days_ago=40)
    taking(patient, by, since=TODAY - timedelta(days=5), kidney_reason="")
    (said,) = effects_of(row_of(patient, by, "KIDNEY_FUNCTION"))
    assert "2 weeks earlier because eGFR is 48" in said


def test_an_old_egfr_says_its_age_and_a_told_kidney_asks_to_be_measured(by: Actor, patient: Patient) -> None:
    an_entry(patient, by, "modifiers", "KIDNEY_FUNCTION", value="REDUCED")
    assert effects_of(row_of(patient, by, "KIDNEY_FUNCTION")) == [
        "Told, not measured: record a creatinine or an eGFR."
    ]
    a_result(patient, by, "88", analyte="EGFR", unit="mL/min/{1.73_m2}", days_ago=400)
    assert "older than 12 months" in row_of(patient, by, "KIDNEY_FUNCTION").known.where


@pytest.mark.parametrize(
    ("value", "word"), [("49", "low"), ("50", "in range"), ("200", "in range"), ("201", "high")]
)
def test_a_measured_vitamin_d_wins_and_is_never_more_than_the_article_s_word(
    by: Actor, patient: Patient, value: str, word: str
) -> None:
    an_entry(patient, by, "modifiers", "VITAMIN_D_STATUS", value="NORMAL")
    a_result(patient, by, value, analyte="VITAMIN_D_25OH", unit="nmol/L", days_ago=3)
    row = row_of(patient, by, "VITAMIN_D_STATUS")
    assert words_of(row) == f"25-OH-D {value} nmol/L, {word}"
    assert [(effect.mark, effect.claim) for effect in row.effects] == [("C", "C13")]


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (date(2025, 3, 13), "omeprazole, not yet for more than a year"),
        (date(2025, 3, 12), "omeprazole, for more than a year"),
        (None, "omeprazole"),
    ],
)
def test_a_medicine_on_record_wins_over_a_told_no(
    by: Actor, patient: Patient, since: date | None, words: str
) -> None:
    an_entry(patient, by, "modifiers", "PPI", value="NO")
    assert effects_of(row_of(patient, by, "PPI")) == []
    an_entry(patient, by, "medications", "OMEPRAZOLE", since=since)
    row = row_of(patient, by, "PPI")
    assert (words_of(row), row.told_words) == (words, "no")
    (said,) = effects_of(row)
    assert "usually after a year" in said and "about 25 %" in said and "FDA 2011" in said


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("FUROSEMIDE", "LOOP", "Magnesium loss"),
        ("INDAPAMIDE", "THIAZIDE", "Magnesium loss"),
        ("SPIRONOLACTONE", "POTASSIUM_SPARING", "Keeps magnesium in"),
    ],
)
def test_a_diuretic_says_what_it_does_whether_told_or_on_record(
    by: Actor, patient: Patient, code: str, value: str, words: str
) -> None:
    an_entry(patient, by, "modifiers", "DIURETIC", value=value)
    assert effects_of(row_of(patient, by, "DIURETIC"))[0].startswith(words)
    an_entry(patient, by, "medications", code)
    row = row_of(patient, by, "DIURETIC")
    assert words_of(row) == code.lower()
    assert effects_of(row)[0].startswith(words)


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (date(2025, 12, 13), "Asked again after 3 months."),
        (date(2025, 12, 12), "Ask again: 3 months have passed."),
    ],
)
def test_pregnancy_is_asked_again_after_three_months(
    by: Actor, patient: Patient, since: date, words: str
) -> None:
    an_entry(patient, by, "modifiers", "PREGNANCY", value="NOT_PREGNANT", since=since)
    assert effects_of(row_of(patient, by, "PREGNANCY")) == [words]


def test_a_diagnosis_of_pregnancy_wins_over_what_was_told(by: Actor, patient: Patient) -> None:
    an_entry(patient, by, "modifiers", "PREGNANCY", value="NOT_PREGNANT", since=TODAY)
    an_entry(patient, by, "conditions", "PREGNANCY")
    row = row_of(patient, by, "PREGNANCY")
    assert (words_of(row), row.told_words) == ("pregnant", "not pregnant")
    assert "a specialist" in effects_of(row)[0]


told = st.one_of(
    *(
        st.tuples(
            st.just(facts.code),
            st.sampled_from(facts.values) if facts.values else st.integers(0, 5000).map(str),
        )
        for facts in MODIFIERS
    )
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(told, min_size=1, max_size=4))
def test_no_modifier_of_whatever_value_changes_an_amount(
    by: Actor, patient: Patient, entries: list[tuple[str, str]]
) -> None:
    """Neither of a dose that is taken, nor of one that is proposed, nor of the ledger."""
    with transaction.atomic():
        taking(patient, by)
        before = _amounts(patient, by)
        for code, value in entries:
            an_entry(patient, by, "modifiers", code, value=value, since=TODAY)
        assert _amounts(patient, by) == before
        transaction.set_rollback(True)


def _amounts(patient: Patient, by: Actor) -> Any:
    record = Record(patient, Moment.of(by.clinic, NOW))
    typed = Proposed(product("P05"), [(IntakeFacts(time(8)), Decimal(2))], TODAY, TODAY)
    seen = preview_of(record, typed)
    steps = record.steps_on(TODAY)
    planned = [preview_of(record, proposed_of(step)) for step in steps]
    return (
        record.ledger_on(TODAY),
        [(step.dose(), [(i.at, i.units) for i in step.intakes.all()]) for step in steps],
        (seen.dose, seen.ledger),
        [(one.dose, one.ledger) for one in planned],
    )


# Who may read a modifier at all: to ask, to check or to bring a re-evaluation forward; nobody who computes.
MAY_READ = {
    "reviews/facts/record.py": {"modifiers"},
    "reviews/facts/regimen_facts.py": {"_pregnancy"},
    "reviews/facts/anchors.py": {"modifiers_of"},
    "reviews/facts/reevaluations.py": {"_window"},
}
WORDS = {"modifiers", "Modifier", "Modifiers", "MODIFIERS", "modifiers_of", "ModifierFacts"}


def readers(path: Path) -> set[str]:
    """The functions of a module in which a modifier is named; "" is the module itself, imports aside."""
    tree = ast.parse(path.read_text())
    within: dict[ast.AST, str] = {}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        within |= dict.fromkeys(ast.walk(function), function.name)
    return {
        within.get(node, "")
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id in WORDS)
        or (isinstance(node, ast.Attribute) and node.attr in WORDS)
    }


def test_what_computes_amounts_reads_no_modifier() -> None:
    modules = [*(BASE_DIR / "regimens").rglob("*.py"), *(BASE_DIR / "reviews" / "facts").glob("*.py")]
    assert len(modules) > 20
    for path in modules:
        name = str(path.relative_to(BASE_DIR))
        assert readers(path) <= MAY_READ.get(name, set()), name
    assert {name for name in MAY_READ if readers(BASE_DIR / name)} == set(MAY_READ)
