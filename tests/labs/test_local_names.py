"""The names that mean one thing only, in six languages; and those that somebody has to explain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.analytes import ANALYTES, Analyte, analyte_of
from labs.local_names import _NAMES, LONGEST, _words, folded, meaning_of


@pytest.mark.parametrize(
    ("name", "analyte"),
    [
        ("Ionized magnesium", "IONIZED_MG"),
        ("Magnesium, ionised", "IONIZED_MG"),
        ("Magnesium ionisiert", "IONIZED_MG"),
        ("Ionisiertes Magnesium", "IONIZED_MG"),
        ("Mg ionisiert", "IONIZED_MG"),
        ("Mg2+ (ionized)", "IONIZED_MG"),
        ("Magnésium ionisé", "IONIZED_MG"),
        ("Magnesio ionizado", "IONIZED_MG"),
        ("Geïoniseerd magnesium", "IONIZED_MG"),
        ("Magnesio ionizzato", "IONIZED_MG"),
        ("iMg", "IONIZED_MG"),
        ("Gesamtmagnesium", "TOTAL_MG"),
        ("Magnesium, total, serum", "TOTAL_MG"),
        ("Magnesium RBC", "RBC_MG"),
        ("Magnesium im 24-h-Urin", "URINE_MG_24H"),
        ("Calcium ionisiert", "IONIZED_CA"),
        ("iCa", "IONIZED_CA"),
        ("Calcium total", "TOTAL_CA"),
        ("Kalium", "POTASSIUM"),
        ("POTASSIUM", "POTASSIUM"),
        ("Potasio", "POTASSIUM"),
        ("Kreatinin", "CREATININE"),
        ("Créatinine", "CREATININE"),
        ("Creatinina sérica", "CREATININE"),
        ("Creatinine, Ser/Plas", "CREATININE"),
        ("eGFR", "EGFR"),
        ("eGFR (CKD-EPI)", "EGFR"),
        ("DFG estimé", "EGFR"),
        ("25-OH-Vitamin D", "VITAMIN_D_25OH"),
        ("25-OH vitamine D3", "VITAMIN_D_25OH"),
        ("25-hydroxyvitamin D", "VITAMIN_D_25OH"),
        ("25(OH)D", "VITAMIN_D_25OH"),
        ("Parathormon", "PTH"),
        ("Serum albumin", "ALBUMIN"),
    ],
)
def test_a_name_that_means_one_thing(name: str, analyte: str) -> None:
    meaning = meaning_of(name)
    assert meaning is not None
    assert (meaning.analyte, analyte_of(meaning.loinc)) == (analyte, analyte)


@pytest.mark.parametrize(
    "name",
    [
        "", "***", "Magnesium", "Mg", "MG++", "Mg i.S.", "i-Mg", "Magnesium, serum", "Magnesium Vollblut",
        "Gesamtmagnesium Vollblut", "Calcium", "Ca", "Ca++", "Calcium i.S.", "Vitamin D", "25-OH-Vitamin D2",
        "1,25-OH-Vitamin D", "Creatinine, urine", "Kreatinin im Urin", "Creatinine clearance", "GFR", "K",
        "Albumin", "Potassium, urine", "Alkaline phosphatase", "eGFR cystatin C", "Hemoglobin",
    ],
)  # fmt: skip
def test_a_name_that_may_mean_two_things_is_not_guessed(name: str) -> None:
    assert meaning_of(name) is None


def test_every_name_of_the_vocabulary_means_the_same_wherever_it_stands() -> None:
    meanings: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for analyte, loinc, names in _NAMES:
        assert analyte_of(loinc or ANALYTES[analyte].default_loinc) is analyte
        for name in names:
            assert folded(name) == name
            meanings.setdefault(_words(name), set()).add((analyte.value, loinc))
    assert [words for words, meant in meanings.items() if len(meant) > 1] == []


def test_the_code_says_more_where_the_name_does() -> None:
    at_ph = meaning_of("Ionized magnesium, pH 7.4")
    by_equation = meaning_of("eGFR CKD-EPI 2009")
    assert at_ph and at_ph.loinc == "73573-8"
    assert by_equation and by_equation.loinc == "62238-1"
    assert by_equation.analyte is Analyte.EGFR


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mg  Ionisiert ", "mg ionisiert"),
        ("MAGNÉSIUM", "magnesium"),
        ("Mg\x00\tion\u200b", "mg ion"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name_are_kept_once(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("Mg", "Mg*"), ("Mg-S", "Mg-U"), ("Crea.", "Crea")])
def test_two_tests_of_one_laboratory_stay_two(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text(max_size=400))
def test_any_text_is_folded_and_asked(text: str) -> None:
    name = folded(text)
    assert len(name) <= LONGEST
    assert folded(name) == name
    assert name.isprintable()
    meaning_of(text)
