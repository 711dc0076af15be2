"""Kidney: the published vectors of CKD-EPI 2021, bands, and which readings ask for review."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.kidney import Band, band, egfr_ckd_epi_2021, kidney_causes
from protocols.thresholds import Thresholds

PROTOCOL = Thresholds()

creatinines = st.decimals(min_value="0.17", max_value="28", places=2)
adult_ages = st.integers(18, 110)
sexes = st.sampled_from(["FEMALE", "MALE"])


@pytest.mark.parametrize(
    ("sex", "age", "creatinine", "egfr"),
    [
        ("FEMALE", 30, "0.7", "119.2"),
        ("FEMALE", 55, "0.9", "75.5"),
        ("FEMALE", 70, "1.4", "40.5"),
        ("FEMALE", 80, "2.2", "22.1"),
        ("FEMALE", 40, "0.5", "121.5"),
        ("MALE", 30, "0.9", "117.8"),
        ("MALE", 50, "1.0", "91.7"),
        ("MALE", 65, "1.8", "41.3"),
        ("MALE", 72, "3.5", "17.8"),
    ],
)
def test_published_vectors(sex: str, age: int, creatinine: str, egfr: str) -> None:
    assert egfr_ckd_epi_2021(Decimal(creatinine), age, sex) == Decimal(egfr)


@given(
    creatinine=creatinines,
    more=st.decimals(min_value="0.1", max_value=5, places=1),
    age=adult_ages,
    sex=sexes,
)
def test_more_creatinine_or_age_never_means_a_better_kidney(
    creatinine: Decimal, more: Decimal, age: int, sex: str
) -> None:
    egfr = egfr_ckd_epi_2021(creatinine, age, sex)
    assert 0 < egfr_ckd_epi_2021(creatinine + more, age, sex) <= egfr
    assert egfr_ckd_epi_2021(creatinine, age + 1, sex) <= egfr


@pytest.mark.parametrize("sex", ["OTHER", "UNKNOWN", ""])
def test_no_coefficients_no_egfr(sex: str) -> None:
    with pytest.raises(ValueError, match="FEMALE and MALE only"):
        egfr_ckd_epi_2021(Decimal("0.9"), 40, sex)


def test_the_equation_begins_at_18_years() -> None:
    assert egfr_ckd_epi_2021(Decimal("0.9"), 18, "MALE") > 100
    with pytest.raises(ValueError, match="18 years"):
        egfr_ckd_epi_2021(Decimal("0.9"), 17, "MALE")


@pytest.mark.parametrize("creatinine", ["0", "-1"])
def test_no_creatinine_no_egfr(creatinine: str) -> None:
    with pytest.raises(ValueError, match="above 0"):
        egfr_ckd_epi_2021(Decimal(creatinine), 40, "MALE")


@pytest.mark.parametrize(
    ("egfr", "expected"),
    [
        ("29.9", Band.BELOW_30),
        ("30", Band.FROM_30_TO_59),
        ("30.1", Band.FROM_30_TO_59),
        ("59.9", Band.FROM_30_TO_59),
        ("60", Band.FROM_60),
        ("60.1", Band.FROM_60),
    ],
)
def test_a_band_begins_at_its_limit(egfr: str, expected: Band) -> None:
    assert band(Decimal(egfr), PROTOCOL) is expected


@pytest.mark.parametrize(
    ("readings", "causes"),
    [
        ([], []),
        (["92"], []),
        (["55"], [0]),
        (["92", "55"], [1]),
        # A band asks once, however often it is measured.
        (["92", "55", "50", "48"], [1]),
        # 55 less a quarter is 41.25.
        (["55", "41.3"], [0]),
        (["55", "41.25"], [0, 1]),
        (["55", "41"], [0, 1]),
        # Each fall counts from the last reading that asked.
        (["58", "43", "32.3"], [0, 1]),
        (["58", "43", "32.2"], [0, 1, 2]),
        # The worse band is entered anew, and so is the milder one.
        (["55", "28"], [1]),
        (["55", "28", "27"], [1]),
        (["28", "45"], [1]),
        (["28", "21"], [0, 1]),
        # A good value ends the run, and the next entry asks again.
        (["55", "62"], []),
        (["55", "62", "55"], [2]),
        (["92", "29", "92", "45", "44"], [3]),
    ],
)
def test_a_reading_asks_when_it_enters_a_band_or_falls_by_a_quarter(
    readings: list[str], causes: list[int]
) -> None:
    assert kidney_causes([(n, Decimal(egfr)) for n, egfr in enumerate(readings)], PROTOCOL) == set(causes)


@given(egfrs=st.lists(st.decimals(min_value=5, max_value=140, places=1), min_size=1, max_size=12))
def test_only_readings_of_the_newest_band_ask(egfrs: list[Decimal]) -> None:
    causes = kidney_causes(list(enumerate(egfrs)), PROTOCOL)
    newest = band(egfrs[-1], PROTOCOL)
    assert bool(causes) == (newest is not Band.FROM_60)
    assert {band(egfrs[n], PROTOCOL) for n in causes if isinstance(n, int)} <= {newest}


def test_a_clinic_can_change_the_limits() -> None:
    strict = Thresholds(egfr_caution=Decimal(90), egfr_fall_percent=Decimal(10))
    readings = [("a", Decimal(80)), ("b", Decimal(72))]
    assert kidney_causes(readings, strict) == {"a", "b"}
