"""The figure of a course: where things stand, and what is left out where there is no room."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.course import (
    Band,
    Contact,
    Course,
    DoseStretch,
    Limit,
    MgPoint,
    Score,
    SymptomBar,
    WindowSpan,
)
from patients.drawing import Circle, Hatch, Line, Path, Rect, Text, TimeScale, ValueScale
from patients.gad7_figure import draw_gad7
from patients.lanes import LEFT, RIGHT
from patients.timeline import WIDTH, Drawing, draw

TODAY = date(2026, 3, 12)
FIRST, LAST = date(2025, 9, 12), date(2026, 4, 5)
BAND = Band(Decimal("0.45"), Decimal("0.60"), "Protocol range 0.45–0.60")


def drawn(**facts: object) -> Drawing:
    return draw(Course(today=TODAY, band=BAND, **facts), FIRST, LAST)  # type: ignore[arg-type]


def texts(drawing: Drawing) -> list[str]:
    return [shape.words for shape in drawing.shapes if isinstance(shape, Text)]


def with_css(drawing: Drawing, css: str) -> list[object]:
    return [shape for shape in drawing.shapes if getattr(shape, "css", "") == css]


def test_an_empty_course_draws_axes_and_range_and_says_so() -> None:
    drawing = drawn()
    assert {"No ionized Mg yet", "No regimen", "None present in this period"} <= set(texts(drawing))
    assert with_css(drawing, "band")
    assert drawing.sentence.endswith("no ionized magnesium yet; no regimen runs; no symptom goes on.")


@pytest.mark.parametrize(("side", "kind"), [("in", Circle), ("none", Circle), ("high", Path), ("low", Path)])
def test_a_result_out_of_range_has_its_own_shape(side: str, kind: type) -> None:
    drawing = drawn(mg=[MgPoint(TODAY, Decimal("0.50"), side)])
    css = "mg-point out" if kind is Path else "mg-point"
    assert [type(shape) for shape in with_css(drawing, css)] == [kind]


def test_value_and_word_stand_beside_the_point() -> None:
    said = texts(
        drawn(
            mg=[MgPoint(date(2025, 11, 10), Decimal("0.44"), "low"), MgPoint(TODAY, Decimal("0.62"), "high")]
        )
    )
    assert {"0.44 low", "0.62 high"} <= set(said)


def test_labels_that_would_touch_leave_the_newest() -> None:
    points = [MgPoint(TODAY - timedelta(days=n), Decimal(f"0.5{n}"), "in") for n in (2, 1, 0)]
    said = [
        words
        for words in texts(drawn(mg=points))
        if words.startswith("0.5") and words not in ("0.50", "0.55")
    ]
    assert said == [] and "0.50" in texts(drawn(mg=points))


@pytest.mark.parametrize(("days", "named"), [(27, False), (28, True)])
def test_a_long_time_without_a_result_is_named(days: int, named: bool) -> None:
    drawing = drawn(mg=[MgPoint(TODAY - timedelta(days=days), Decimal("0.50"), "in")])
    assert bool(with_css(drawing, "mg-line silent")) == named


@pytest.mark.parametrize("value", ["0.20", "0.95"])
def test_the_axis_is_widened_and_never_cut(value: str) -> None:
    drawing = drawn(mg=[MgPoint(TODAY, Decimal(value), "high")])
    mark = with_css(drawing, "mg-point out")[0]
    assert isinstance(mark, Path)
    y = float(mark.d.split()[1].split("L")[0])
    assert 40 < y < 200


def test_a_symptom_has_its_row_its_grade_and_its_end() -> None:
    bar = SymptomBar("Twitching", date(2026, 1, 17), date(2026, 2, 6), 1, at_night=True)
    drawing = drawn(symptoms=[bar])
    assert {"Twitching", "1", "gone 6\N{NO-BREAK SPACE}Feb"} <= set(texts(drawing))
    assert with_css(drawing, "symptom-end")
    assert any(isinstance(shape, Path) for shape in with_css(drawing, "symptom-mark"))


def test_a_symptom_that_lasts_has_an_open_end_at_today() -> None:
    drawing = drawn(symptoms=[SymptomBar("Fatigue", date(2026, 1, 1), None, None)])
    bar = with_css(drawing, "symptom-bar")[0]
    assert isinstance(bar, Line) and bar.x2 == TimeScale(FIRST, LAST, LEFT, RIGHT).x(TODAY)
    assert not with_css(drawing, "symptom-end")
    assert "?" in texts(drawing)
    assert "still present: fatigue" in drawing.sentence


def test_a_symptom_outside_the_period_has_no_row() -> None:
    assert "Fatigue" not in texts(
        drawn(symptoms=[SymptomBar("Fatigue", date(2025, 1, 1), date(2025, 2, 1), 1)])
    )


def test_a_dose_is_written_into_its_step_with_its_reason() -> None:
    drawing = drawn(doses=[DoseStretch(date(2025, 11, 1), None, Decimal("299.7"), "Mg still low")])
    assert {"299.7 mg", "Mg still low"} <= set(texts(drawing))
    assert "dose 299.7 mg/day elemental" in drawing.sentence


def test_a_planned_dose_is_a_dashed_line_without_area() -> None:
    drawing = drawn(doses=[DoseStretch(TODAY + timedelta(days=3), None, Decimal(250))])
    assert with_css(drawing, "dose-line planned") and not with_css(drawing, "dose-area")
    assert "no regimen runs" in drawing.sentence


def test_limits_are_dashed_lines_with_their_words() -> None:
    drawing = drawn(
        limits=[Limit(Decimal(350), "350 upper level"), Limit(Decimal(400), "Article: 400, unverified")]
    )
    assert len(with_css(drawing, "limit")) == 2
    assert "Article: 400, unverified" in texts(drawing)


@pytest.mark.parametrize(
    ("state", "met_on", "words"),
    [
        ("MET", date(2026, 3, 1), "met 1\N{NO-BREAK SPACE}Mar"),
        ("OPEN", None, "open until 9\N{NO-BREAK SPACE}Mar"),
        ("RESULT_BACK", None, "result back, not reviewed"),
        ("OVERDUE", None, "23\N{NO-BREAK SPACE}Feb to 9\N{NO-BREAK SPACE}Mar: not met"),
        ("SUPERSEDED", None, "closed by a later step"),
        ("STOPPED", None, "ended with the regimen"),
    ],
)
def test_a_window_says_how_it_stands(state: str, met_on: date | None, words: str) -> None:
    drawing = drawn(windows=[WindowSpan(date(2026, 2, 23), date(2026, 3, 9), state, met_on)])
    assert words in texts(drawing)


def test_only_an_overdue_window_is_hatched_with_its_days() -> None:
    late = drawn(windows=[WindowSpan(date(2026, 2, 23), date(2026, 3, 9), "OVERDUE")])
    met = drawn(windows=[WindowSpan(date(2026, 2, 23), date(2026, 3, 9), "MET", TODAY)])
    assert any(isinstance(shape, Hatch) for shape in late.shapes)
    assert "3\N{NO-BREAK SPACE}days over" in texts(late)
    assert not any(isinstance(shape, Hatch) for shape in met.shapes)


def test_phone_and_clinic_visits_differ_and_scores_are_numbers() -> None:
    drawing = drawn(visits=[Contact(TODAY, False), Contact(FIRST, True)], scores=[Score(TODAY, 7)])
    assert len(with_css(drawing, "visit")) == len(with_css(drawing, "visit remote")) == 1
    assert "7" in texts(drawing)


days = st.dates(date(2024, 1, 1), date(2027, 1, 1))


@given(st.lists(days, max_size=12), st.lists(days, max_size=12), st.lists(days, max_size=12))
def test_nothing_is_drawn_beside_the_figure(
    results: list[date], starts: list[date], onsets: list[date]
) -> None:
    drawing = drawn(
        mg=[MgPoint(on, Decimal("0.5"), "in") for on in sorted(results)],
        doses=[DoseStretch(on, None, Decimal(300)) for on in sorted(starts)],
        symptoms=[SymptomBar("Fatigue", on, None, 2) for on in sorted(onsets)],
        windows=[WindowSpan(on, on + timedelta(days=14), "OPEN") for on in sorted(starts)],
    )
    for shape in drawing.shapes:
        if isinstance(shape, Rect):
            assert shape.width >= 0 and shape.x >= 0 and shape.x + shape.width <= WIDTH
        if isinstance(shape, Line):
            assert 0 <= shape.x1 <= WIDTH and 0 <= shape.x2 <= WIDTH


def test_months_are_thinned_where_there_are_many() -> None:
    year = list(TimeScale(date(2025, 4, 2), date(2026, 4, 1), 0, 100).months())
    decade = list(TimeScale(date(2016, 1, 1), date(2026, 1, 1), 0, 100).months())
    assert year[0] == date(2025, 5, 1) and len(year) == 12
    assert len(decade) <= 12 and all(month.month == 1 for month in decade)


def test_scales_place_the_ends() -> None:
    scale = TimeScale(FIRST, LAST, 10, 20)
    assert (scale.x(FIRST), scale.x(LAST), scale.x(LAST + timedelta(days=9))) == (10, 20, 20)
    values = ValueScale(Decimal(0), Decimal(10), 0, 100)
    assert (values.y(Decimal(0)), values.y(Decimal(10))) == (100, 0)


def test_gad7_shows_the_last_six_totals_over_its_bands() -> None:
    drawing = draw_gad7([Score(TODAY - timedelta(days=30 * n), 14 - n) for n in range(8, -1, -1)])
    said = texts(drawing)
    assert {"5 mild", "10 moderate", "15 severe"} <= set(said)
    assert len(with_css(drawing, "score-point")) == 6
    assert "14 on 12" in drawing.sentence


def test_one_total_alone_is_drawn() -> None:
    assert len(with_css(draw_gad7([Score(TODAY, 21)]), "score-point")) == 1
