"""Points of one analyte: where a line may lead, and where another way of measuring begins."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.series import LabPoint, changes, runs

DAY = date(2026, 1, 1)


def points(*how: dict[str, str]) -> list[LabPoint]:
    return [LabPoint(DAY + timedelta(days=n), Decimal("0.5"), "in", how=told) for n, told in enumerate(how)]


NOVA, STAT = {"analyzer": "Nova 8"}, {"analyzer": "Stat Profile"}


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ([NOVA, NOVA], ["", ""]),
        ([NOVA, STAT], ["", "another analyzer"]),
        ([NOVA, {"analyzer": " nova  8 "}], ["", ""]),
        ([{}, NOVA], ["", ""]),
        ([NOVA, {}], ["", ""]),
        ([NOVA, {}, STAT], ["", "", "another analyzer"]),
        ([NOVA, {"analyzer": ""}, NOVA], ["", "", ""]),
        ([{"laboratory": "North"}, {"laboratory": "South"}], ["", "another laboratory"]),
        ([{"method": "ISE"}, {"method": "AAS"}], ["", "another method"]),
        ([{"test": "serum"}, {"test": "blood"}], ["", "another kind of test"]),
        ([NOVA | {"method": "ISE"}, STAT | {"method": "AAS"}], ["", "another analyzer"]),
        ([NOVA, {"laboratory": "South"}], ["", ""]),
    ],
)
def test_only_what_is_told_and_differs_is_another_way(how: list[dict[str, str]], expected: list[str]) -> None:
    assert changes(points(*how)) == expected


def test_what_does_not_stand_changes_nothing() -> None:
    first, wrong, last = points(NOVA, STAT, NOVA)
    assert changes([first, replace(wrong, state="superseded"), last]) == ["", "", ""]


def test_a_line_breaks_where_the_way_of_measuring_changes() -> None:
    shown = points(NOVA, NOVA, STAT, STAT, {})
    assert runs(shown) == [shown[:2], shown[2:]]


def test_a_line_never_crosses_a_value_that_is_only_known_to_lie_beyond() -> None:
    shown = points(*[NOVA] * 5)
    shown[2] = replace(shown[2], comparator="<")
    assert runs(shown) == [shown[:2], shown[3:]]


@pytest.mark.parametrize("told", [{"is_doubtful": True}, {"state": "superseded"}, {"state": "preliminary"}])
def test_a_line_passes_what_is_doubtful_or_does_not_stand(told: dict[str, str]) -> None:
    first, odd, last = points(NOVA, NOVA, NOVA)
    assert runs([first, replace(odd, **told), last]) == [[first, last]]  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B", ""]),
            st.sampled_from(["", "<", ">="]),
            st.sampled_from(["", "superseded", "withdrawn"]),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_no_line_ever_joins_two_analyzers_or_anything_but_sound_numbers(
    told: list[tuple[str, str, str, bool]],
) -> None:
    shown = [
        LabPoint(
            DAY + timedelta(days=n), Decimal(1), "in", comparator=comparator, state=state,
            is_doubtful=doubtful, how={"analyzer": analyzer},
        )
        for n, (analyzer, comparator, state, doubtful) in enumerate(told)
    ]  # fmt: skip
    for run in runs(shown):
        assert len({point.how["analyzer"] for point in run} - {""}) <= 1
        assert all(point.stands and not point.comparator and not point.is_doubtful for point in run)
