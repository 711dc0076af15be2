"""Search by date, at the edges of days, months and clock changes (without a database)."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from fhir.serving.dates import NotADate, asked

NEW_YORK = ZoneInfo("America/New_York")


def span(text: str, zone: ZoneInfo = NEW_YORK) -> tuple[str, str, str]:
    value = asked(text, zone)
    assert value.start.tzinfo is value.end.tzinfo is UTC
    return value.prefix, f"{value.start:%Y-%m-%dT%H:%M:%S.%f}", f"{value.end:%Y-%m-%dT%H:%M:%S.%f}"


@pytest.mark.parametrize(
    ("text", "prefix", "start", "end"),
    [
        ("2026", "eq", "2026-01-01T05:00:00.000000", "2027-01-01T05:00:00.000000"),
        ("ge2026-12", "ge", "2026-12-01T05:00:00.000000", "2027-01-01T05:00:00.000000"),
        ("2024-02-29", "eq", "2024-02-29T05:00:00.000000", "2024-03-01T05:00:00.000000"),
        # The night in which the clocks go forward has 23 hours, and in autumn one has 25.
        ("lt2026-03-08", "lt", "2026-03-08T05:00:00.000000", "2026-03-09T04:00:00.000000"),
        ("2026-11-01", "eq", "2026-11-01T04:00:00.000000", "2026-11-02T05:00:00.000000"),
        ("le2026-03-12T11:00", "le", "2026-03-12T15:00:00.000000", "2026-03-12T15:01:00.000000"),
        ("gt2026-03-12T15:00:00Z", "gt", "2026-03-12T15:00:00.000000", "2026-03-12T15:00:01.000000"),
        ("2026-03-12T15:00:00.25Z", "eq", "2026-03-12T15:00:00.250000", "2026-03-12T15:00:00.260000"),
        ("2026-03-12T15:00:00.123456Z", "eq", "2026-03-12T15:00:00.123456", "2026-03-12T15:00:00.123457"),
        ("2026-03-12T16:00:00+01:00", "eq", "2026-03-12T15:00:00.000000", "2026-03-12T15:00:01.000000"),
        ("2026-03-12T16:00:00 01:00", "eq", "2026-03-12T15:00:00.000000", "2026-03-12T15:00:01.000000"),
    ],
)
def test_a_value_is_a_span_of_time(text: str, prefix: str, start: str, end: str) -> None:
    assert span(text) == (prefix, start, end)


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "2026-13", "2026-02-30", "12.3.2026", "2026-3-12", "2026-03-12T25:00:00Z", "1",
        "ne2026-03-12", "ap2026", "sa2026-03-12", "2026-03-12T15:00:00.1234567Z", "1879-12-31", "9999",
        "２０２６-03-12", "2026-03-12T15:00:00+99:00", "2026-03-12T", "0000-01-01",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NotADate, match=r"ge2026|eq, ge"):
        asked(text, NEW_YORK)
