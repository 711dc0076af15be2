"""Units: vectors of clinical facts 11, every refusal, and properties over many values."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.analytes import ANALYTES, Analyte
from labs.units import (
    STORED,
    UNITS,
    Implausible,
    UnitMissing,
    UnitUnknown,
    ValueUnitError,
    accepted,
    canonical,
    display,
)

# Clinical facts 3.1 as printed, rounded there; independent of the factors in the code.
PRINTED = [
    (Analyte.IONIZED_MG, "mg/dL", "0.41144"),
    (Analyte.TOTAL_MG, "mg/dL", "0.41144"),
    (Analyte.IONIZED_MG, "meq/L", "0.5"),
    (Analyte.TOTAL_MG, "meq/L", "0.5"),
    (Analyte.IONIZED_MG, "umol/L", "0.001"),
    (Analyte.RBC_MG, "mg/dL", "0.41144"),
    (Analyte.URINE_MG_24H, "mg/(24.h)", "0.041144"),
    (Analyte.PHOSPHATE, "mg/dL", "0.32285"),
    (Analyte.PTH, "pg/mL", "0.106"),
    (Analyte.ALBUMIN, "g/dL", "10"),
    (Analyte.IONIZED_CA, "mg/dL", "0.24951"),
    (Analyte.TOTAL_CA, "mg/dL", "0.24951"),
    (Analyte.IONIZED_CA, "meq/L", "0.5"),
    (Analyte.POTASSIUM, "meq/L", "1"),
    (Analyte.POTASSIUM, "mg/dL", "0.25577"),
    (Analyte.VITAMIN_D_25OH, "ng/mL", "2.496"),
]

every_analyte = st.sampled_from(list(Analyte))
amounts = st.decimals(min_value=0, max_value=3000, places=3, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "expected"),
    [
        (Analyte.TOTAL_MG, "1.0", "mg/dL", "0.411"),
        (Analyte.TOTAL_MG, "2.0", "mg/dL", "0.823"),
        (Analyte.TOTAL_MG, "5.0", "mg/dL", "2.057"),
        (Analyte.TOTAL_MG, "1.7", "meq/L", "0.85"),
        (Analyte.TOTAL_MG, "4.5", "mEq/L", "2.25"),
        (Analyte.TOTAL_CA, "10.0", "mg/dL", "2.495"),
        (Analyte.VITAMIN_D_25OH, "30", "ng/mL", "74.9"),
        (Analyte.PHOSPHATE, "3.5", "mg/dL", "1.130"),
        (Analyte.PTH, "40", "pg/mL", "4.24"),
        (Analyte.URINE_MG_24H, "243", "mg/24h", "10.0"),
        (Analyte.CREATININE, "88.4", "umol/L", "1.0"),
        (Analyte.IONIZED_MG, "0.42", "mmol/L", "0.42"),
    ],
)
def test_published_vectors(analyte: Analyte, value: str, unit: str, expected: str) -> None:
    places = Decimal(expected)
    assert canonical(analyte, Decimal(value), unit).quantize(places) == places


@pytest.mark.parametrize(("analyte", "unit", "factor"), PRINTED)
@given(value=amounts)
def test_conversion_agrees_with_the_printed_factor(
    analyte: Analyte, unit: str, factor: str, value: Decimal
) -> None:
    converted = canonical(analyte, value, unit, plausible=False)
    assert abs(converted - value * Decimal(factor)) <= STORED + value * Decimal("0.00001")


@given(analyte=every_analyte, value=amounts, data=st.data())
def test_converting_back_gives_the_value_again(analyte: Analyte, value: Decimal, data: st.DataObject) -> None:
    unit = data.draw(st.sampled_from(UNITS[analyte]))
    converted = canonical(analyte, value, unit.ucum, plausible=False)
    back = converted * unit.denominator / unit.numerator
    assert abs(back - value) <= STORED * unit.denominator / unit.numerator


@given(analyte=every_analyte, lower=amounts, upper=amounts, data=st.data())
def test_a_higher_value_never_becomes_a_lower_one(
    analyte: Analyte, lower: Decimal, upper: Decimal, data: st.DataObject
) -> None:
    lower, upper = sorted((lower, upper))
    unit = data.draw(st.sampled_from(accepted(analyte)))
    assert canonical(analyte, lower, unit, plausible=False) <= canonical(
        analyte, upper, unit, plausible=False
    )


@given(analyte=every_analyte, share=st.decimals(min_value=0, max_value=1, places=3))
def test_a_plausible_canonical_value_stays_as_it_is(analyte: Analyte, share: Decimal) -> None:
    facts = ANALYTES[analyte]
    value = (facts.plausible_low + share * (facts.plausible_high - facts.plausible_low)).quantize(STORED)
    assert canonical(analyte, value, facts.unit) == value


@pytest.mark.parametrize("analyte", list(Analyte))
def test_the_canonical_unit_comes_first_and_changes_nothing(analyte: Analyte) -> None:
    assert accepted(analyte)[0] == ANALYTES[analyte].unit
    assert UNITS[analyte][0].numerator == UNITS[analyte][0].denominator


@pytest.mark.parametrize("spelling", ["mmol/L", "mmol/l", "MMOL/L", " mmol / L ", "mMol/L"])
def test_case_and_blanks_do_not_matter(spelling: str) -> None:
    assert canonical(Analyte.IONIZED_MG, Decimal("0.5"), spelling) == Decimal("0.5")


# The last two spell the micro sign with U+00B5 and with the Greek letter U+03BC.
@pytest.mark.parametrize("spelling", ["umol/L", "\u00b5mol/l", "\u03bcmol/L"])
def test_both_micro_signs_are_read(spelling: str) -> None:
    assert canonical(Analyte.CREATININE, Decimal("71"), spelling) == Decimal("0.8032")


@pytest.mark.parametrize(
    "spelling",
    [
        "mL/min/{1.73_m2}",
        "mL/min/1.73 m2",
        "ml/min/1.73m²",
        "mL/min/1.73m^2",
        "mL/min/1.73_m2",
        "ml/min/1,73 m2",
    ],
)
def test_the_many_spellings_of_egfr_are_read(spelling: str) -> None:
    assert canonical(Analyte.EGFR, Decimal("27"), spelling) == 27


@pytest.mark.parametrize("blank", ["", "   ", "\t", "[pH]", "pH"])
def test_a_ph_needs_no_unit_because_it_has_none(blank: str) -> None:
    assert canonical(Analyte.BLOOD_PH, Decimal("7.41"), blank) == Decimal("7.41")
    assert display(Analyte.BLOOD_PH, Decimal("7.41")) == "7.41"


@pytest.mark.parametrize("blank", ["", "   ", "\t"])
def test_a_missing_unit_is_asked_for_and_names_what_is_accepted(blank: str) -> None:
    with pytest.raises(
        UnitMissing, match=r"ionized magnesium is missing\. Accepted: mmol/L, mg/dL"
    ) as refused:
        canonical(Analyte.IONIZED_MG, Decimal("0.5"), blank)
    assert refused.value.field == "unit"


@pytest.mark.parametrize(
    ("analyte", "unit"),
    [
        (Analyte.IONIZED_MG, "g/L"),
        (Analyte.IONIZED_MG, "%"),
        (Analyte.URINE_MG_24H, "mmol/L"),
        (Analyte.TOTAL_MG, "mmol/(24.h)"),
        (Analyte.TOTAL_MG, "mmol/L" * 40),
        (Analyte.TOTAL_MG, "mmol"),
        (Analyte.CREATININE, "mmol/L"),
        (Analyte.EGFR, "mL/min"),
        (Analyte.VITAMIN_D_25OH, "mmol/L"),
    ],
)
def test_an_unknown_unit_is_refused_and_names_what_is_accepted(analyte: Analyte, unit: str) -> None:
    with pytest.raises(UnitUnknown, match=r"is not a unit of .* Accepted: ") as refused:
        canonical(analyte, Decimal("1"), unit)
    assert refused.value.field == "unit"
    assert ANALYTES[analyte].unit in str(refused.value)


@pytest.mark.parametrize(
    ("analyte", "inside", "outside"),
    [
        (Analyte.IONIZED_MG, "0.10", "0.09"),
        (Analyte.IONIZED_MG, "3.00", "3.01"),
        (Analyte.TOTAL_MG, "0.20", "0.19"),
        (Analyte.TOTAL_MG, "6.00", "6.01"),
        (Analyte.IONIZED_CA, "0.40", "0.39"),
        (Analyte.IONIZED_CA, "2.50", "2.51"),
        (Analyte.TOTAL_CA, "1.0", "0.9"),
        (Analyte.TOTAL_CA, "5.0", "5.1"),
        (Analyte.POTASSIUM, "1.5", "1.4"),
        (Analyte.POTASSIUM, "9.0", "9.1"),
        (Analyte.EGFR, "1", "0.9"),
        (Analyte.EGFR, "250", "251"),
        (Analyte.VITAMIN_D_25OH, "5", "4"),
        (Analyte.VITAMIN_D_25OH, "750", "751"),
        (Analyte.BLOOD_PH, "6.50", "6.49"),
        (Analyte.BLOOD_PH, "8.00", "8.01"),
    ],
)
def test_limits_are_still_plausible_and_the_next_value_is_not(
    analyte: Analyte, inside: str, outside: str
) -> None:
    unit = ANALYTES[analyte].unit
    assert canonical(analyte, Decimal(inside), unit) == Decimal(inside)
    with pytest.raises(Implausible, match="Is the unit right"):
        canonical(analyte, Decimal(outside), unit)


@pytest.mark.parametrize(
    ("umol_l", "plausible"), [("14", False), ("16", True), ("2499", True), ("2510", False)]
)
def test_creatinine_is_plausible_from_15_to_2500_umol_l(umol_l: str, plausible: bool) -> None:
    if plausible:
        assert canonical(Analyte.CREATININE, Decimal(umol_l), "umol/L") > 0
    else:
        with pytest.raises(Implausible):
            canonical(Analyte.CREATININE, Decimal(umol_l), "umol/L")


def test_a_value_in_the_wrong_unit_is_questioned_with_value_unit_and_limits() -> None:
    with pytest.raises(Implausible) as refused:
        canonical(Analyte.IONIZED_MG, Decimal("19"), "mg/dL")
    assert str(refused.value) == (
        "19 mg/dL (7.82 mmol/L) is not plausible for ionized magnesium, 0.10 to 3.00 mmol/L. "
        "Is the unit right?"
    )
    assert refused.value.field == "value"


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "-0.5", "1E+999999", "1E+8"])
@pytest.mark.parametrize("plausible", [True, False])
def test_what_is_no_amount_is_refused_even_as_a_limit(value: str, plausible: bool) -> None:
    with pytest.raises(Implausible, match="not a value of ionized magnesium"):
        canonical(Analyte.IONIZED_MG, Decimal(value), "mmol/L", plausible=plausible)


def test_a_limit_that_no_column_could_hold_is_refused() -> None:
    with pytest.raises(Implausible, match="too large"):
        canonical(Analyte.VITAMIN_D_25OH, Decimal("99999999"), "ng/mL", plausible=False)


def test_a_limit_of_an_interval_may_lie_outside_what_is_plausible() -> None:
    assert canonical(Analyte.POTASSIUM, Decimal("0"), "mmol/L", plausible=False) == 0


def test_all_refusals_are_of_one_family() -> None:
    for error in (UnitMissing, UnitUnknown, Implausible):
        assert issubclass(error, ValueUnitError)
        assert issubclass(error, ValueError)


def test_no_spelling_of_an_analyte_means_two_units() -> None:
    for units in UNITS.values():
        spellings = [s.casefold() for unit in units for s in (unit.ucum, *unit.spellings)]
        assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize(
    ("analyte", "value", "shown"),
    [
        (Analyte.IONIZED_MG, "0.62", "0.62 mmol/L"),
        (Analyte.IONIZED_MG, "0.4951", "0.50 mmol/L"),
        (Analyte.POTASSIUM, "4.25", "4.3 mmol/L"),
        (Analyte.EGFR, "59.6", "59.6 mL/min/1.73 m²"),
        (Analyte.VITAMIN_D_25OH, "74.88", "75 nmol/L"),
        (Analyte.CREATININE, "0.8032", "0.80 mg/dL"),
        (Analyte.URINE_MG_24H, "10.04", "10.0 mmol/24 h"),
    ],
)
def test_people_see_the_value_with_its_unit(analyte: Analyte, value: str, shown: str) -> None:
    assert display(analyte, Decimal(value)) == shown
