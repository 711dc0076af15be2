"""Numbers are read as they stand or refused with the reason."""

from decimal import Decimal

import pytest

from labs.reading.intervals import NotAnInterval, interval
from labs.reading.numbers import DecimalSign, NotANumber, measured, number, within


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.42", ("", "0.42")),
        (" 27 ", ("", "27")),
        ("-1.5", ("", "-1.5")),
        ("−1.5", ("", "-1.5")),
        ("<0.20", ("<", "0.20")),
        ("< 0.20", ("<", "0.20")),
        (">=60", (">=", "60")),
        ("≥ 60", (">=", "60")),
        ("≤5", ("<=", "5")),
        ("=5", ("", "5")),
    ],
)
def test_numbers_and_comparators(text: str, expected: tuple[str, str]) -> None:
    assert measured(text) == (expected[0], Decimal(expected[1]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.5O", "Not a number: letter O instead of zero"),
        ("o.50", "Not a number: letter o instead of zero"),
        ("0.4l", "Not a number: letter l instead of one"),
        ("", "No value"),
        ("<", "No value"),
        ("1,5", "Not a number: 1,5"),
        ("1.234,5", "thousands separator"),
        ("1'234", "thousands separator"),
        ("12.03.2026", "is a date"),
        ("01-May-26", "is a date"),
        ("1e3", "Not a number: 1e3"),
        ("NaN", "Not a number"),
        ("Infinity", "Not a number"),
        ("٣", "Not a number"),
        ("0.4 0.5", "Not a number"),
        ("x" * 1000, "Not a number: " + "x" * 40 + "…"),
        ("9" * 12, "that a result can have"),
        ("9" * 400, "Not a number"),
    ],
)
def test_what_is_no_number_says_why(text: str, words: str) -> None:
    with pytest.raises(NotANumber) as error:
        measured(text)
    assert words in str(error.value)
    assert len(str(error.value)) < 120


@pytest.mark.parametrize("value", ["1E+999999", "-1E+9", "NaN", "Infinity", "100000000"])
def test_numbers_that_nothing_holds(value: str) -> None:
    with pytest.raises(NotANumber):
        within(Decimal(value))


def column(*cells: str) -> DecimalSign:
    sign = DecimalSign()
    for cell in cells:
        sign.see(cell)
    return sign


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["0,52", "71", "<0,20"], ["0.52", "71", None]),
        (["0.52", "71"], ["0.52", "71"]),
        (["0,52", "1,234"], ["0.52", "1.234"]),
        (["71", "5"], ["71", "5"]),
        (["O.5", "0.5"], [None, "0.5"]),
    ],
)
def test_the_sign_is_that_of_the_whole_column(cells: list[str], expected: list[str | None]) -> None:
    sign = column(*cells)
    for cell, value in zip(cells, expected, strict=True):
        if value is not None:
            assert sign.number(cell) == Decimal(value)


def test_a_column_that_mixes_comma_and_point_gives_neither() -> None:
    sign = column("1,5", "1.5", "7")
    assert sign.number("7") == 7
    for cell in ("1,5", "1.5"):
        with pytest.raises(NotANumber, match=r"the column mixes .* \(1,5 and 1\.5\)"):
            sign.number(cell)


@pytest.mark.parametrize("cell", ["1,234", "1.234"])
def test_thousands_are_never_guessed(cell: str) -> None:
    with pytest.raises(NotANumber, match="no cell decides"):
        column(cell, "71").number(cell)
    assert column(cell).number(cell, column(f"0{cell[1]}5")) == Decimal("1.234")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.44-0.59", "0.44", "0.59"),
        ("0.44 - 0.59", "0.44", "0.59"),
        ("[0.44 – 0.59]", "0.44", "0.59"),
        ("0.44 to 0.59", "0.44", "0.59"),
        ("0.44 bis 0.59", "0.44", "0.59"),
        ("0.44-0.59 mmol/L", "0.44", "0.59"),
        ("-2.0-3.0", "-2.0", "3.0"),
        ("<0.59", None, "0.59"),
        ("≤ 0.59", None, "0.59"),
        ("-0.59", None, "0.59"),
        (">60", "60", None),
        ("60-", "60", None),
        (">= 60", "60", None),
        ("", None, None),
    ],
)
def test_intervals_in_one_text(text: str, low: str | None, high: str | None) -> None:
    expected = tuple(None if end is None else Decimal(end) for end in (low, high))
    assert interval(text, number, "mmol/l") == expected


@pytest.mark.parametrize("text", ["70_105", "negative", "M: 1-2, F: 2-3", "see below", "1-2-3"])
def test_words_are_no_interval(text: str) -> None:
    with pytest.raises((NotAnInterval, NotANumber)):
        interval(text, number)
