"""Doses over all products, day by day."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from caseseries.persons import DoseSpan
from caseseries.reading.doses import Gap, Step, spans_of

ONE, OTHER = "one", "other"


def a_step(day: int, mg: int, regimen: str = ONE, stopped: int | None = None) -> Step:
    return Step(regimen, day, Decimal(mg), stopped)


def told(*steps: Step, gaps: tuple[Gap, ...] = (), until: int = 100) -> list[tuple[int, int, int]]:
    spans = spans_of(sorted(steps, key=lambda step: step.day), gaps, until)
    return [(span.from_day, span.until_day, int(span.elemental_mg_per_day)) for span in spans]


def test_one_dose_lasts_until_the_end() -> None:
    assert told(a_step(0, 200)) == [(0, 100, 200)]


def test_each_step_takes_over_on_its_day() -> None:
    assert told(a_step(0, 300), a_step(40, 250)) == [(0, 40, 300), (40, 100, 250)]


def test_a_step_of_the_same_dose_is_no_change() -> None:
    assert told(a_step(0, 300), a_step(40, 300)) == [(0, 100, 300)]


def test_products_add_up_and_one_that_ran_before_the_start_counts() -> None:
    assert told(a_step(-20, 100, OTHER, stopped=30), a_step(0, 200)) == [(0, 30, 300), (30, 100, 200)]


def test_after_the_stop_there_is_none_and_the_day_of_the_stop_is_the_first_without() -> None:
    assert told(a_step(0, 300, stopped=50)) == [(0, 50, 300), (50, 100, 0)]


def test_an_interruption_is_a_dose_of_none() -> None:
    assert told(a_step(0, 300), gaps=(Gap(ONE, 10, 15),)) == [(0, 10, 300), (10, 15, 0), (15, 100, 300)]
    assert told(a_step(0, 300), gaps=(Gap(ONE, 90, None),)) == [(0, 90, 300), (90, 100, 0)]
    assert told(a_step(0, 300), gaps=(Gap(OTHER, 10, 15),)) == [(0, 100, 300)]


def test_what_comes_at_the_end_or_later_is_left_out() -> None:
    assert told(a_step(0, 300), a_step(100, 200), until=100) == [(0, 100, 300)]
    assert told(a_step(0, 300), until=0) == []


def test_without_a_step_nothing_is_known_to_be_taken() -> None:
    assert told() == [(0, 100, 0)]


STEPS = st.builds(
    a_step,
    st.integers(-30, 60),
    st.integers(50, 400),
    st.sampled_from([ONE, OTHER]),
)


@given(
    st.lists(STEPS, max_size=5, unique_by=lambda s: (s.regimen_id, s.day)),
    st.lists(
        st.builds(Gap, st.sampled_from([ONE, OTHER]), st.integers(-10, 40), st.integers(41, 70)), max_size=2
    ),
)
def test_the_spans_have_no_holes_and_say_the_dose_of_each_day(steps: list[Step], gaps: list[Gap]) -> None:
    ordered = sorted(steps, key=lambda step: step.day)
    spans = spans_of(ordered, gaps, 80)
    assert [span.from_day for span in spans] == [0, *(span.until_day for span in spans[:-1])]
    assert spans[-1].until_day == 80
    for day in range(80):
        assert _span_on(spans, day) == sum(
            (_of_regimen(regimen, ordered, gaps, day) for regimen in (ONE, OTHER)), Decimal(0)
        )


def _span_on(spans: tuple[DoseSpan, ...], day: int) -> Decimal:
    return next(s.elemental_mg_per_day for s in spans if s.from_day <= day < s.until_day)


def _of_regimen(regimen: str, steps: list[Step], gaps: list[Gap], day: int) -> Decimal:
    """The slow way: the last step of the regimen until the day, unless it is interrupted."""
    past = [step for step in steps if step.regimen_id == regimen and step.day <= day]
    rests = any(g.regimen_id == regimen and g.from_day <= day < (g.until_day or 999) for g in gaps)
    return past[-1].elemental_mg_per_day if past and not rests else Decimal(0)
