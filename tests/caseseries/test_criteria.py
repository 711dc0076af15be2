"""Reading a definition: what is refused, and what its hash depends on."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseseries.definition import BadDefinition, CohortCriteria, Improved, OutcomeDefinition, SeriesDefinition
from caseseries.definition.criteria import NEVER_ASKED
from caseseries.definition.differences import differences
from patients.models import Sex
from patients.symptoms import Symptom
from patients.vocabulary import MODIFIERS
from protocols.thresholds import Thresholds
from regimens.salts import Family, Form

FULL = {
    "form": "GLYCINATE",
    "minimum_weeks": 12,
    "minimum_age_years": 18,
    "maximum_age_years": 65,
    "started_from": "2025-01-01",
    "started_until": "2025-11-30",
}
EVERY_KEY = {
    **FULL,
    "form": ["CITRATE", "GLYCINATE"],
    "sex": ["FEMALE", "MALE"],
    "minimum_elemental_mg_per_day": "100",
    "maximum_elemental_mg_per_day": "350",
    "minimum_gad7": 5,
    "maximum_gad7": 20,
    "minimum_ionized_mg_mmol_l": "0.35",
    "maximum_ionized_mg_mmol_l": "0.6",
    "minimum_egfr": "60",
    "with_modifiers": ["PPI"],
    "without_modifiers": ["PREGNANCY"],
}
PROTOCOL_1 = Thresholds()
USUAL = OutcomeDefinition.of(PROTOCOL_1)
# The hash of a definition that was locked before there were more keys than those of FULL.
LOCKED_BEFORE = {
    "cohort": FULL,
    "outcome": {
        "baseline_minimum": 5,
        "drop": 4,
        "rise": 4,
        "day": 84,
        "margin_days": 14,
        "instrument": "GAD7",
    },
}
ITS_SHA256 = "95baf2f6a7a05931b98bd09db9de89d5c2056a71f7173ad7499c85b5c1f781bd"


def refusals(values: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(BadDefinition) as refused:
        SeriesDefinition.from_json(values, PROTOCOL_1)
    return refused.value.errors


@pytest.mark.parametrize("values", [FULL, EVERY_KEY])
def test_a_definition_is_read_and_written_the_same(values: dict[str, Any]) -> None:
    criteria = CohortCriteria.from_json(values)
    assert criteria.started_until == date(2025, 11, 30)
    assert criteria.to_json() == values


def test_an_empty_definition_is_any_form_for_12_weeks() -> None:
    criteria = CohortCriteria.from_json({})
    assert (criteria.families, criteria.minimum_weeks) == ((), 12)
    assert set(criteria.forms) == set(Form)
    assert criteria.to_json()["form"] is None


def test_a_family_stands_for_all_its_forms() -> None:
    forms = CohortCriteria(families=(Family.GLYCINATE,)).forms
    assert {Form.BISGLYCINATE, Form.BISGLYCINATE_BUFFERED, Form.BISGLYCINATE_DIHYDRATE} <= set(forms)
    assert Form.CITRATE not in forms


def test_several_families_are_one_definition_in_whatever_order() -> None:
    one, other = (
        CohortCriteria.from_json({"form": form}) for form in (["OXIDE", "CITRATE"], ["CITRATE", "OXIDE"])
    )
    assert one == other
    assert one.to_json()["form"] == ["CITRATE", "OXIDE"]
    assert {Form.OXIDE, Form.CITRATE_NONAHYDRATE} <= set(one.forms)
    assert CohortCriteria.from_json({"form": ["OXIDE"]}).to_json()["form"] == "OXIDE"


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("followed_weeks", 12, "followed_weeks is not a key of a definition"),
        ("consent", False, "consent is not a key of a definition"),
        ("form", "SUGAR", "'SUGAR' is not a form"),
        ("form", ["GLYCINATE", "SUGAR"], "'SUGAR' is not a form"),
        ("form", [], "at least one name"),
        ("form", 5, "at least one name"),
        ("form", "BISGLYCINATE", "Ask for GLYCINATE"),
        ("minimum_weeks", -1, "whole number from 0 to 520"),
        ("minimum_weeks", 12.5, "whole number"),
        ("minimum_weeks", True, "whole number"),
        ("minimum_weeks", None, "whole number"),
        ("minimum_age_years", 121, "whole number from 0 to 120"),
        ("maximum_age_years", "65", "whole number"),
        ("started_from", "12 March", "YYYY-MM-DD"),
        ("started_until", 20250101.5, "YYYY-MM-DD"),
        ("sex", "FEMALE", "Send a list"),
        ("sex", ["WOMAN"], "'WOMAN' is not a sex. It is one of FEMALE"),
        ("sex", [{"a": 1}], "is not a sex"),
        ("minimum_elemental_mg_per_day", -1, "number from 0 to 2500"),
        ("minimum_elemental_mg_per_day", "much", "number from 0 to 2500"),
        ("minimum_elemental_mg_per_day", "NaN", "number from 0 to 2500"),
        ("minimum_elemental_mg_per_day", True, "number from 0 to 2500"),
        ("minimum_ionized_mg_mmol_l", 0.12345, "at most 4 decimals"),
        ("minimum_gad7", 22, "whole number from 0 to 21"),
        ("minimum_egfr", "1e9", "number from 0 to 250"),
        ("with_modifiers", ["LUCK"], "'LUCK' is not a modifier"),
        ("with_modifiers", ["TRPM6_GENOTYPE"], "TRPM6_GENOTYPE is never exported nor used as a filter"),
        ("without_modifiers", ["BIFIDOBACTERIUM"], "BIFIDOBACTERIUM is never exported nor used as a filter"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_key(key: str, value: Any, sentence: str) -> None:
    errors = refusals({**FULL, key: value})
    assert list(errors) == [key]
    assert sentence in errors[key][0]


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("follow_up", 1, "follow_up is not a key of an outcome"),
        ("instrument", "PHQ9", "'PHQ9' is not an instrument"),
        ("drop", 0, "whole number from 1 to 21"),
        ("day", 0, "whole number from 1"),
        ("margin_days", -1, "whole number from 0 to 90"),
        ("improved", "HAPPY", "'HAPPY' is not a way to improve. It is one of DROP, PERCENT, REMISSION"),
        ("symptom", "JOY", "'JOY' is not a symptom"),
        ("symptom", ["TINGLING"], "is not a symptom"),
        ("grade_at_most", 5, "whole number from 1 to 4"),
        ("lowered_to_mg", "low", "number from 0 to 2500"),
        ("percent", 30, "percent counts only when improved is PERCENT, and it is DROP"),
    ],
)
def test_a_bad_key_of_the_outcome_is_named_with_where_it_stands(key: str, value: Any, sentence: str) -> None:
    errors = refusals({"outcome": {key: value}})
    assert list(errors) == [f"outcome.{key}"]
    assert sentence in errors[f"outcome.{key}"][0]


@pytest.mark.parametrize("outcome", [[], "GAD7", 3, True])
def test_an_outcome_is_an_object(outcome: object) -> None:
    assert list(refusals({"outcome": outcome})) == ["outcome"]


def test_every_bad_key_is_named_at_once() -> None:
    errors = refusals({"form": "SUGAR", "minimum_weeks": -1, "cohort": 1, "outcome": {"drop": 0, "x": 1}})
    assert set(errors) == {"form", "minimum_weeks", "cohort", "outcome.drop", "outcome.x"}


@pytest.mark.parametrize(
    ("bound", "least", "most", "word"),
    [
        ("age_years", 60, 59, "age"),
        ("gad7", 10, 9, "GAD-7"),
        ("elemental_mg_per_day", 300, "299.9", "dose"),
        ("ionized_mg_mmol_l", 0.5, 0.49, "ionized magnesium"),
    ],
)
def test_bounds_are_in_order(bound: str, least: Any, most: Any, word: str) -> None:
    errors = refusals({f"minimum_{bound}": least, f"maximum_{bound}": most})
    assert errors == {f"maximum_{bound}": [f"The highest {word} is below the lowest."]}
    CohortCriteria.from_json({f"minimum_{bound}": least, f"maximum_{bound}": least})


def test_nobody_is_with_and_without_a_modifier() -> None:
    errors = refusals({"with_modifiers": ["PPI"], "without_modifiers": ["PPI", "DIURETIC"]})
    assert errors == {"without_modifiers": ["Nobody is with and without PPI at the same time."]}


def test_a_period_of_less_than_28_days_would_tell_when_people_started() -> None:
    with pytest.raises(BadDefinition, match="28 days"):
        CohortCriteria.from_json({"started_from": "2025-01-01", "started_until": "2025-01-27"})
    CohortCriteria.from_json({"started_from": "2025-01-01", "started_until": "2025-01-28"})


@pytest.mark.parametrize(("day", "margin", "overlaps"), [(14, 14, True), (13, 14, True), (15, 14, False)])
def test_the_window_begins_after_the_start_where_the_baseline_ends(
    day: int, margin: int, overlaps: bool
) -> None:
    asked = {"outcome": {"day": day, "margin_days": margin}}
    if overlaps:
        assert "Windows that overlap" in refusals(asked)["outcome.margin_days"][0]
    else:
        assert SeriesDefinition.from_json(asked, PROTOCOL_1).outcome.opens_day == 1


# --- outcomes


def test_the_outcome_is_the_protocols() -> None:
    assert (USUAL.baseline_minimum, USUAL.drop, USUAL.rise) == (5, 4, 4)
    assert (USUAL.day, USUAL.margin_days, USUAL.lowered_to_mg) == (84, 14, Decimal(250))
    assert SeriesDefinition.from_json({}, PROTOCOL_1).outcome == USUAL
    lower = Thresholds(article_step_down_mg=Decimal(200))
    assert OutcomeDefinition.of(lower).lowered_to_mg == 200


@pytest.mark.parametrize(
    ("asked", "start", "later", "less"),
    [
        ({}, 9, 5, True),
        ({}, 9, 6, False),
        ({}, 4, 0, False),
        ({"drop": 5}, 9, 5, False),
        ({"improved": "PERCENT"}, 10, 5, True),
        ({"improved": "PERCENT"}, 10, 6, False),
        ({"improved": "PERCENT", "percent": 30}, 10, 7, True),
        ({"improved": "PERCENT"}, 4, 0, False),
        ({"improved": "PERCENT", "baseline_minimum": 0}, 0, 0, False),
        ({"improved": "REMISSION"}, 6, 4, True),
        ({"improved": "REMISSION"}, 20, 5, False),
        ({"improved": "REMISSION", "remission_below": 10}, 9, 3, False),
        ({"improved": "REMISSION", "remission_below": 10}, 10, 9, True),
    ],
)
def test_what_counts_as_less_anxious(asked: dict[str, Any], start: int, later: int, less: bool) -> None:
    outcome = OutcomeDefinition.from_json(asked, PROTOCOL_1)
    assert outcome.is_less_anxious(start, later) is less


# --- what is kept


def test_a_definition_from_before_the_newer_keys_is_read_and_keeps_its_hash() -> None:
    definition = SeriesDefinition.from_stored(LOCKED_BEFORE)
    assert definition.to_json() == LOCKED_BEFORE
    assert definition.sha256 == ITS_SHA256
    assert definition.outcome == USUAL


def test_the_hash_depends_on_cohort_and_outcome_and_on_nothing_else() -> None:
    definition = SeriesDefinition(CohortCriteria.from_json(FULL), USUAL)
    assert definition.sha256 == SeriesDefinition.from_stored(definition.to_json()).sha256
    same = {**FULL, "minimum_elemental_mg_per_day": None, "sex": None}
    assert SeriesDefinition(CohortCriteria.from_json(same), USUAL).sha256 == definition.sha256
    others = [
        SeriesDefinition(CohortCriteria.from_json({**FULL, "minimum_weeks": 13}), USUAL),
        SeriesDefinition(CohortCriteria.from_json(EVERY_KEY), USUAL),
        SeriesDefinition(definition.cohort, OutcomeDefinition.of(Thresholds(gad7_improved_drop=5))),
        SeriesDefinition(definition.cohort, OutcomeDefinition.from_json({"symptom": "TINGLING"}, PROTOCOL_1)),
    ]
    assert len({definition.sha256, *(other.sha256 for other in others)}) == 5


MEASURES = {Improved.DROP: "drop", Improved.PERCENT: "percent", Improved.REMISSION: "remission_below"}
MODIFIER_CODES = [m.code for m in MODIFIERS if m.code not in NEVER_ASKED]


def bounds(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    """A lowest and a highest in order, each of which may be missing."""
    return st.tuples(st.none() | numbers, st.none() | numbers).map(
        lambda pair: pair if None in pair else tuple(sorted(pair))
    )


def amounts(most: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(0, most, places=2)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Anything that may be asked for, as JSON."""
    asked: dict[str, Any] = {
        "form": draw(
            st.none() | st.sampled_from(list(Family)) | st.lists(st.sampled_from(list(Family)), min_size=1)
        ),
        "minimum_weeks": draw(st.integers(0, 520)),
        "sex": draw(st.none() | st.lists(st.sampled_from(Sex.values), min_size=1)),
        "minimum_egfr": draw(st.none() | amounts(250)),
    }
    for bound, numbers in (
        ("age_years", st.integers(0, 120)),
        ("gad7", st.integers(0, 21)),
        ("elemental_mg_per_day", amounts(2500)),
        ("ionized_mg_mmol_l", amounts(3)),
    ):
        asked[f"minimum_{bound}"], asked[f"maximum_{bound}"] = draw(bounds(numbers))
    first = draw(st.none() | st.dates(date(2000, 1, 1), date(2040, 1, 1)))
    asked["started_from"] = first
    asked["started_until"] = first and first + timedelta(days=draw(st.integers(27, 2000)))
    codes = draw(st.lists(st.sampled_from(MODIFIER_CODES), unique=True))
    cut = draw(st.integers(0, len(codes)))
    asked["with_modifiers"], asked["without_modifiers"] = codes[:cut] or None, codes[cut:] or None
    improved = draw(st.sampled_from(list(Improved)))
    margin = draw(st.integers(0, 90))
    asked["outcome"] = {
        "improved": improved,
        MEASURES[improved]: draw(st.integers(1, 21)),
        "margin_days": margin,
        "day": margin + draw(st.integers(1, 300)),
        "symptom": draw(st.sampled_from(list(Symptom))),
        "grade_at_most": draw(st.none() | st.integers(1, 4)),
        "lowered_to_mg": draw(amounts(2500)),
    }
    return asked


@given(definitions())
def test_whatever_may_be_asked_is_stored_and_read_back(asked: dict[str, Any]) -> None:
    definition = SeriesDefinition.from_json(asked, PROTOCOL_1)
    stored = definition.to_json()
    assert SeriesDefinition.from_stored(stored) == definition
    assert SeriesDefinition.from_stored(stored).sha256 == definition.sha256
    assert CohortCriteria.from_json(stored["cohort"]) == definition.cohort


# --- what differs


@given(definitions(), definitions())
def test_two_definitions_differ_in_words_exactly_when_their_hashes_do(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    first, second = (SeriesDefinition.from_json(asked, PROTOCOL_1) for asked in (one, other))
    assert bool(differences(first, second)) == (first.sha256 != second.sha256)
    assert differences(first, first) == []


def test_what_differs_is_told_line_by_line() -> None:
    old = SeriesDefinition.from_json(FULL, PROTOCOL_1)
    new = SeriesDefinition.from_json(
        {**FULL, "form": ["OXIDE", "CITRATE"], "maximum_age_years": None, "outcome": {"drop": 6}}, PROTOCOL_1
    )
    assert differences(old, new) == [
        "form: citrate and oxide, before glycinate",
        "highest age: none, before 65",
        "drop of GAD-7: 6, before 4",
    ]
