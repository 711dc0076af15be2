"""Interpretation: which interval wins, what no interval overrides, and what asks for review."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.analytes import Analyte
from labs.interpretation import (
    FLAGGING,
    Concern,
    Interpretation,
    Interval,
    alert_limits,
    concern,
    default_interval,
    interpret,
    reliable_change,
)
from protocols.thresholds import Thresholds

PROTOCOL = Thresholds()
LABORATORY = Interval(Decimal("0.46"), Decimal("0.60"), "RESULT")
I = Interpretation  # noqa: E741 (stands in each row of the tables below)


def read(
    value: str, previous: str | None = None, before: bool = False, interval: Interval | None = LABORATORY
) -> Concern:
    return concern(
        Analyte.IONIZED_MG, Decimal(value), interval, PROTOCOL, previous=previous, before_first_dose=before
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.45", I.LOW),
        ("0.46", I.NORMAL),
        ("0.60", I.NORMAL),
        ("0.61", I.HIGH),
        ("0.35", I.LOW),
        ("0.34", I.CRITICAL_LOW),
        ("0.80", I.HIGH),
        ("0.81", I.CRITICAL_HIGH),
    ],
)
def test_the_interval_of_the_laboratory_is_used(value: str, expected: Interpretation) -> None:
    assert interpret(Analyte.IONIZED_MG, Decimal(value), LABORATORY, PROTOCOL) is expected


def test_the_interval_of_the_laboratory_wins_over_the_protocol() -> None:
    default = default_interval(Analyte.IONIZED_MG, PROTOCOL)
    assert interpret(Analyte.IONIZED_MG, Decimal("0.44"), default, PROTOCOL) is I.NORMAL
    assert interpret(Analyte.IONIZED_MG, Decimal("0.44"), LABORATORY, PROTOCOL) is I.LOW


@pytest.mark.parametrize(
    ("analyte", "value", "expected"),
    [
        (Analyte.IONIZED_MG, "0.3499", I.CRITICAL_LOW),
        (Analyte.IONIZED_MG, "0.8001", I.CRITICAL_HIGH),
        (Analyte.TOTAL_MG, "0.3999", I.CRITICAL_LOW),
        (Analyte.TOTAL_MG, "0.40", I.NORMAL),
        (Analyte.TOTAL_MG, "1.2299", I.NORMAL),
        # 1.23 and more is "stop and call".
        (Analyte.TOTAL_MG, "1.23", I.CRITICAL_HIGH),
        (Analyte.TOTAL_MG, "1.4", I.CRITICAL_HIGH),
        (Analyte.IONIZED_CA, "0.9299", I.CRITICAL_LOW),
        (Analyte.IONIZED_CA, "0.93", I.NORMAL),
        (Analyte.IONIZED_CA, "1.53", I.NORMAL),
        (Analyte.IONIZED_CA, "1.5301", I.CRITICAL_HIGH),
        (Analyte.POTASSIUM, "2.9", I.CRITICAL_LOW),
        (Analyte.POTASSIUM, "3.0", I.NORMAL),
        (Analyte.POTASSIUM, "6.0", I.NORMAL),
        (Analyte.POTASSIUM, "6.1", I.CRITICAL_HIGH),
    ],
)
def test_no_interval_overrides_an_alert_limit(analyte: Analyte, value: str, expected: Interpretation) -> None:
    wide = Interval(Decimal(0), Decimal(100), "RESULT")
    assert interpret(analyte, Decimal(value), wide, PROTOCOL) is expected


def test_an_alert_needs_no_interval() -> None:
    assert interpret(Analyte.TOTAL_MG, Decimal("0.2"), None, PROTOCOL) is I.CRITICAL_LOW


@pytest.mark.parametrize("interval", [None, Interval(None, None, "RESULT")])
def test_without_an_interval_nothing_is_interpreted(interval: Interval | None) -> None:
    assert interpret(Analyte.CREATININE, Decimal("0.9"), interval, PROTOCOL) is I.NOT_INTERPRETED


@pytest.mark.parametrize(
    ("low", "high", "value", "expected"),
    [
        ("0.46", None, "0.45", I.LOW),
        ("0.46", None, "0.79", I.NORMAL),
        (None, "0.60", "0.61", I.HIGH),
        (None, "0.60", "0.36", I.NORMAL),
    ],
)
def test_an_interval_may_be_open(
    low: str | None, high: str | None, value: str, expected: Interpretation
) -> None:
    interval = Interval(Decimal(low) if low else None, Decimal(high) if high else None, "RESULT")
    assert interpret(Analyte.IONIZED_MG, Decimal(value), interval, PROTOCOL) is expected


@pytest.mark.parametrize(
    ("egfr", "expected"), [("59.9", I.LOW), ("60", I.NORMAL), ("140", I.NORMAL), ("20", I.LOW)]
)
def test_an_egfr_can_only_be_low(egfr: str, expected: Interpretation) -> None:
    to_120 = Interval(Decimal(60), Decimal(120), "RESULT")
    assert interpret(Analyte.EGFR, Decimal(egfr), to_120, PROTOCOL) is expected
    assert (
        interpret(Analyte.EGFR, Decimal(egfr), default_interval(Analyte.EGFR, PROTOCOL), PROTOCOL) is expected
    )


def test_an_egfr_with_only_an_upper_limit_is_not_interpreted() -> None:
    assert (
        interpret(Analyte.EGFR, Decimal(40), Interval(None, Decimal(120), "RESULT"), PROTOCOL)
        is I.NOT_INTERPRETED
    )


WITHOUT_INTERVAL = (
    Analyte.CREATININE, Analyte.PTH, Analyte.PHOSPHATE, Analyte.ALBUMIN, Analyte.RBC_MG, Analyte.BLOOD_MG,
    Analyte.URINE_MG_24H, Analyte.BLOOD_PH,
)  # fmt: skip


@pytest.mark.parametrize("analyte", list(Analyte))
def test_what_the_protocol_has_limits_for_has_an_interval_of_it(analyte: Analyte) -> None:
    interval = default_interval(analyte, PROTOCOL)
    if analyte in WITHOUT_INTERVAL:
        assert interval is None
    else:
        assert interval is not None
        assert interval.source == "PROTOCOL"
        assert interval.high is None or (interval.low is not None and interval.low < interval.high)


def test_exactly_four_analytes_flag_and_have_alert_limits() -> None:
    four = {Analyte.IONIZED_MG, Analyte.TOTAL_MG, Analyte.IONIZED_CA, Analyte.POTASSIUM}
    assert four == FLAGGING
    assert {analyte for analyte in Analyte if alert_limits(analyte, PROTOCOL)} == four


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # 0.46 less 6.6 % is 0.42964; 0.60 plus 6.6 % is 0.6396.
        ("0.46", Concern.NONE),
        ("0.45", Concern.BORDERLINE),
        ("0.43", Concern.BORDERLINE),
        ("0.42964", Concern.BORDERLINE),
        ("0.4296", Concern.OUT),
        ("0.42", Concern.OUT),
        ("0.34", Concern.ALERT),
        ("0.61", Concern.BORDERLINE),
        ("0.6396", Concern.BORDERLINE),
        ("0.6397", Concern.OUT),
        ("0.81", Concern.ALERT),
    ],
)
def test_beyond_the_margin_a_result_asks_for_review(value: str, expected: Concern) -> None:
    assert read(value) is expected


@pytest.mark.parametrize(
    ("value", "previous", "expected"),
    [
        ("0.45", "LOW", Concern.OUT),
        ("0.45", "CRITICAL_LOW", Concern.OUT),
        ("0.45", "NORMAL", Concern.BORDERLINE),
        ("0.45", "HIGH", Concern.BORDERLINE),
        ("0.45", "NOT_INTERPRETED", Concern.BORDERLINE),
        ("0.61", "HIGH", Concern.OUT),
        ("0.61", "CRITICAL_HIGH", Concern.OUT),
        ("0.61", "LOW", Concern.BORDERLINE),
        ("0.50", "LOW", Concern.NONE),
    ],
)
def test_two_in_a_row_on_the_same_side_ask_for_review(value: str, previous: str, expected: Concern) -> None:
    assert read(value, previous) is expected


@pytest.mark.parametrize(
    ("value", "previous", "expected"),
    [
        ("0.42", None, Concern.BORDERLINE),
        ("0.42", "LOW", Concern.BORDERLINE),
        ("0.50", None, Concern.NONE),
        ("0.34", None, Concern.ALERT),
    ],
)
def test_before_the_first_dose_only_an_alert_counts(
    value: str, previous: str | None, expected: Concern
) -> None:
    assert read(value, previous, before=True) is expected


def test_a_result_without_interval_concerns_only_beyond_alert_limits() -> None:
    assert read("0.42", interval=None) is Concern.NONE
    assert read("0.34", interval=None) is Concern.ALERT


@pytest.mark.parametrize("analyte", [a for a in Analyte if a not in FLAGGING])
def test_the_others_never_concern(analyte: Analyte) -> None:
    interval = Interval(Decimal(10), Decimal(20), "RESULT")
    for value in (Decimal("0.01"), Decimal(1000)):
        found = concern(analyte, value, interval, PROTOCOL, previous="LOW", before_first_dose=False)
        assert found is Concern.NONE


@given(
    value=st.decimals(min_value="0.1", max_value=3, places=4), previous=st.none() | st.sampled_from(list(I))
)
def test_before_the_first_dose_a_result_never_concerns_more_than_after(
    value: Decimal, previous: Interpretation | None
) -> None:
    grave = list(Concern)
    assert grave.index(read(str(value), previous, before=True)) <= grave.index(read(str(value), previous))


@pytest.mark.parametrize(
    ("before", "after", "reliable"),
    [
        ("0.54", "0.60", True),
        ("0.54", "0.599", False),
        ("0.54", "0.48", True),
        ("0.54", "0.481", False),
        ("1.000", "1.111", True),
        ("1.000", "1.110", False),
        ("0.54", "0.54", False),
    ],
)
def test_a_change_smaller_than_the_reference_change_is_not_reliable(
    before: str, after: str, reliable: bool
) -> None:
    assert reliable_change(Decimal(before), Decimal(after), PROTOCOL) is reliable
