"""What an import keeps of a row comes back exactly as it was."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from labs.reading.kept import as_json, from_json
from labs.reading.reported import Reported

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
OLDEST = datetime(1900, 1, 2)  # noqa: DTZ001  # hypothesis adds the zone
NUMBERS = st.none() | st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=0, max_value=9999
)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-4)), timezone(timedelta(hours=5, minutes=30))])
TIMES = st.none() | st.datetimes(timezones=ZONES, min_value=OLDEST)
BY_TYPE = {
    str: TEXT,
    bool: st.booleans(),
    bool | None: st.none() | st.booleans(),
    Decimal | None: NUMBERS,
    datetime | None: TIMES,
    date | None: st.none() | st.dates(),
}
APART = {"number", "place", "raw", "problem"}
KEPT = {field.name: BY_TYPE[field.type] for field in fields(Reported) if field.name not in APART}  # type: ignore[index]
ROWS = st.builds(Reported, number=st.just(3), place=st.just("line 4"), raw=st.just("a;b"), **KEPT)


@given(ROWS)
def test_a_row_comes_back_as_it_was(row: Reported) -> None:
    kept = json.loads(json.dumps(as_json(row)))
    again = from_json(kept, number=3, place="line 4", raw="a;b")
    assert again == row
    assert str(again.value) == str(row.value)


def test_what_a_row_does_not_tell_takes_no_room() -> None:
    assert as_json(Reported(number=1, place="line 2", raw="x", mrn="7")) == {"mrn": "7"}
