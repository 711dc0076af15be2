"""Notices about a test: the intervals of clinical facts 4.1 and 4.3 fit, in a wrong unit none does."""

from decimal import Decimal

import pytest

from labs.analytes import ANALYTES, Analyte
from labs.interpretation import Interval
from labs.models import LabNotice
from labs.notices import Place, Sent, in_words, interval_changed, interval_unfit, many_outside, unit_changed
from labs.units import accepted

IONIZED, TOTAL = Analyte.IONIZED_MG, Analyte.TOTAL_MG
# The protocol's defaults, as clinical facts 4.1 and 4.3 have them.
DEFAULTS: dict[Analyte, Interval | None] = {
    analyte: Interval(Decimal(low), Decimal(high) if high else None, "PROTOCOL")
    for analyte, low, high in (
        (IONIZED, "0.40", "0.68"),
        (TOTAL, "0.70", "1.10"),
        (Analyte.IONIZED_CA, "1.15", "1.33"),
        (Analyte.TOTAL_CA, "2.2", "2.6"),
        (Analyte.POTASSIUM, "3.5", "5.0"),
        (Analyte.VITAMIN_D_25OH, "50", "200"),
        (Analyte.EGFR, "60", ""),
    )
}
# Clinical facts 4.1, all rows with an interval, and 4.3.
PUBLISHED = [
    (IONIZED, "0.40", "0.68", "mmol/L"),
    (IONIZED, "0.38", "0.64", "mmol/L"),
    (IONIZED, "0.34", "0.66", "mmol/L"),
    (IONIZED, "0.39", "1.04", "mmol/L"),
    (IONIZED, "0.40", "0.76", "mmol/L"),
    (IONIZED, "0.44", "0.59", "mmol/L"),
    (IONIZED, "0.47", "0.68", "mmol/L"),
    (IONIZED, "0.53", "0.67", "mmol/L"),
    (IONIZED, "0.46", "0.60", "mmol/L"),
    (IONIZED, "1.07", "1.43", "mg/dL"),
    (IONIZED, "0.88", "1.18", "meq/L"),
    (TOTAL, "0.70", "1.10", "mmol/L"),
    (TOTAL, "0.7", "1.0", "mmol/L"),
    (TOTAL, "0.72", "1.00", "mmol/L"),
    (TOTAL, "0.75", "0.95", "mmol/L"),
    (TOTAL, "1.7", "2.4", "mg/dL"),
    (TOTAL, "1.4", "2.0", "meq/L"),
    (Analyte.IONIZED_CA, "1.15", "1.33", "mmol/L"),
    (Analyte.IONIZED_CA, "1.14", "1.28", "mmol/L"),
    (Analyte.IONIZED_CA, "4.6", "5.3", "mg/dL"),
    (Analyte.TOTAL_CA, "2.2", "2.6", "mmol/L"),
    (Analyte.TOTAL_CA, "8.8", "10.4", "mg/dL"),
    (Analyte.POTASSIUM, "3.5", "5.0", "mmol/L"),
    (Analyte.POTASSIUM, "3.5", "5.0", "meq/L"),
    (Analyte.VITAMIN_D_25OH, "50", "200", "nmol/L"),
    (Analyte.VITAMIN_D_25OH, "20", "80", "ng/mL"),
    (Analyte.VITAMIN_D_25OH, "30", "100", "ng/mL"),
    (Analyte.VITAMIN_D_25OH, "50", "125", "nmol/L"),
    (Analyte.CREATININE, "0.7", "1.3", "mg/dL"),
    (Analyte.CREATININE, "62", "106", "umol/L"),
    (Analyte.CREATININE, "0", "1.2", "mg/dL"),
    (Analyte.EGFR, "60", "9999", "mL/min/{1.73_m2}"),
]


def sent(low: str | None, high: str | None, unit: str = "mmol/L") -> Sent:
    return Sent(unit, None if low is None else Decimal(low), None if high is None else Decimal(high))


@pytest.mark.parametrize(("analyte", "low", "high", "unit"), PUBLISHED)
def test_a_published_interval_fits_its_unit(analyte: Analyte, low: str, high: str, unit: str) -> None:
    assert interval_unfit(analyte, sent(low, high, unit), DEFAULTS) == ""


@pytest.mark.parametrize(
    ("analyte", "low", "high", "unit", "fits"),
    [
        (TOTAL, "1.7", "2.4", "mmol/L", "mg/dL or meq/L"),
        (TOTAL, "1.4", "2.0", "mmol/L", "mg/dL or meq/L"),
        (TOTAL, "0.70", "1.10", "mg/dL", "mmol/L"),
        (TOTAL, "0.70", "1.10", "meq/L", "mmol/L"),
        (TOTAL, "0.44", "0.59", "mmol/L", "Ionized magnesium"),
        (IONIZED, "0.70", "1.10", "mmol/L", "meq/L or Total magnesium"),
        (IONIZED, "1.07", "1.43", "mmol/L", "mg/dL or meq/L"),
        (IONIZED, "0.44", "0.59", "mg/dL", "mmol/L"),
        (Analyte.IONIZED_CA, "4.6", "5.3", "mmol/L", "mg/dL"),
        (Analyte.IONIZED_CA, "2.3", "2.66", "mmol/L", "meq/L or Total calcium"),
        (Analyte.TOTAL_CA, "8.8", "10.4", "mmol/L", "mg/dL"),
        (Analyte.TOTAL_CA, "2.2", "2.6", "mg/dL", "mmol/L"),
        (Analyte.VITAMIN_D_25OH, "20", "80", "nmol/L", "ng/mL"),
        (Analyte.VITAMIN_D_25OH, "50", "200", "ng/mL", "nmol/L"),
        (Analyte.VITAMIN_D_25OH, "20", None, "nmol/L", "ng/mL"),
        (Analyte.CREATININE, "62", "106", "mg/dL", "umol/L"),
        (Analyte.CREATININE, "0.7", "1.3", "umol/L", "mg/dL"),
        (TOTAL, "700", "1000", "mmol/L", "umol/L"),
    ],
)
def test_an_interval_in_a_wrong_unit_is_noticed_with_what_it_would_fit(
    analyte: Analyte, low: str, high: str | None, unit: str, fits: str
) -> None:
    sentence = interval_unfit(analyte, sent(low, high, unit), DEFAULTS)
    would_fit = sentence.partition("it would fit ")[2].removesuffix(". Ask the laboratory.").split(" or ")
    assert set(fits.split(" or ")) <= set(would_fit)
    assert in_words(sent(low, high, unit)) in sentence
    assert ANALYTES[analyte].label in sentence


def test_an_interval_that_cannot_be_read_says_nothing() -> None:
    assert interval_unfit(TOTAL, sent(None, None), DEFAULTS) == ""
    assert interval_unfit(TOTAL, sent("1", "2", "furlong"), DEFAULTS) == ""
    assert interval_unfit(TOTAL, sent("0", "0"), DEFAULTS) != ""


@pytest.mark.parametrize("analyte", list(Analyte))
def test_no_sentence_is_longer_than_what_is_kept(analyte: Analyte) -> None:
    longest = LabNotice._meta.get_field("sentence").max_length
    assert longest
    for unit in accepted(analyte):
        for low, high in (("12345678.1234", "12345678.5678"), ("0.0001", "0.0002")):
            assert len(interval_unfit(analyte, sent(low, high, unit), DEFAULTS)) <= longest


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        ("mmol/L", "mg/dL", "The unit changed from mmol/L to mg/dL."),
        ("mmol/L", "meq/L", "The unit changed from mmol/L to meq/L."),
        ("mmol/L", "MMOL/l", ""),
        ("meq/L", "mval/L", ""),
        ("", "mmol/L", ""),
    ],
)
def test_a_unit_changes_with_its_meaning_and_not_with_its_spelling(
    before: str, now: str, sentence: str
) -> None:
    assert unit_changed(IONIZED, Sent(before), Sent(now)) == sentence


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        (
            sent("0.46", "0.60"),
            sent("0.44", "0.59"),
            "The interval changed from 0.46 to 0.6 mmol/L to 0.44 to 0.59 mmol/L.",
        ),
        (sent("0.46", "0.60"), sent("0.4600", "0.6000"), ""),
        (sent("0.46", "0.60"), sent(None, None), ""),
        (sent(None, None), sent("0.46", "0.60"), ""),
        (sent("0.46", "0.60"), sent("1.12", "1.46", "mg/dL"), ""),
        (
            sent("0.46", "0.60"),
            sent("1.07", "1.43", "mg/dL"),
            "The interval changed from 0.46 to 0.6 mmol/L to 1.07 to 1.43 mg/dL.",
        ),
        (
            sent("0.46", "0.60"),
            sent("0.46", None),
            "The interval changed from 0.46 to 0.6 mmol/L to from 0.46 mmol/L.",
        ),
    ],
)
def test_an_interval_changes_with_its_limits_and_not_with_its_unit(
    before: Sent, now: Sent, sentence: str
) -> None:
    assert interval_changed(IONIZED, before, now) == sentence


def places(outside: int, inside: int) -> list[Place]:
    limits = (Decimal("0.46"), Decimal("0.60"))
    return [Place(Decimal("0.61"), *limits)] * outside + [Place(Decimal("0.60"), *limits)] * inside


@pytest.mark.parametrize(
    ("outside", "inside", "is_many"),
    [(11, 39, True), (10, 40, False), (49, 0, False), (11, 38, False), (11, 100, True), (10, 100, False)],
)
def test_more_than_a_fifth_of_the_last_fifty(outside: int, inside: int, is_many: bool) -> None:
    assert bool(many_outside(places(outside, inside))) is is_many


@pytest.mark.parametrize(
    ("low", "high", "is_outside"),
    [("0.62", None, True), (None, "0.60", True), ("0.61", None, False), (None, "0.61", False)],
)
def test_a_limit_itself_is_inside(low: str | None, high: str | None, is_outside: bool) -> None:
    limits = [None if limit is None else Decimal(limit) for limit in (low, high)]
    assert Place(Decimal("0.61"), limits[0], limits[1]).is_outside is is_outside
