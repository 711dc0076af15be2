"""Figures: the numbers of the summary, nobody single for who may not see patients, and grey is enough."""

import re
from decimal import Decimal
from xml.etree import ElementTree as XML

import pytest

from caseseries.definition import OutcomeDefinition
from caseseries.figures import Figure, figures_of, standalone_svg
from caseseries.figures.standalone import drawn
from caseseries.persons import Anxiety, DoseSpan, Ending, Measured, Pair, Person
from caseseries.series import Series
from protocols.thresholds import Thresholds
from tests.caseseries.persons_made import a_person_made
from tests.caseseries.series_made import a_series_made, the_article_made

RANGE = (Decimal("0.45"), Decimal("0.60"))
OF_SINGLE_PEOPLE = ("series-less", "series-cross", "person-line", "dose-1")


def drawn_of(series: Series, *, single_people: bool = True) -> dict[str, Figure]:
    figures = figures_of(series, single_people=single_people, clinic_range=RANGE)
    return {figure.name: figure for figure in figures}


def classes(figure: Figure) -> list[str]:
    return [name for said in re.findall(r'class="([^"]*)"', drawn(figure)) for name in said.split()]


@pytest.fixture(scope="module")
def article() -> dict[str, Figure]:
    return drawn_of(a_series_made(the_article_made()))


def test_all_five_are_drawn_with_a_sentence_and_a_table(article: dict[str, Figure]) -> None:
    assert list(article) == ["swimmer", "ionized_mg", "symptoms", "first_onset", "attrition"]
    for figure in article.values():
        root = XML.fromstring(drawn(figure))  # noqa: S314 (our own)
        assert root.get("role") == "img" and root.get("aria-label") == figure.label
        assert figure.label.endswith(".") and figure.table.rows
        assert all(len(row) == len(figure.table.head) for row in figure.table.rows)


def test_the_swimmer_has_one_row_a_person_in_two_groups(article: dict[str, Figure]) -> None:
    figure = article["swimmer"]
    names = classes(figure)
    assert "new twitching: 11 of 50; no new twitching: 39 of 50" in figure.label
    # One more of each mark stands in the legend.
    assert names.count("series-cross") == 11 + 1
    assert names.count("series-less") == 34 + 1
    assert names.count("series-not-less") == 16 + 1
    assert names.count("series-arrow") + names.count("series-stop") == 50 + 2
    assert [row[4] == "none new" for row in figure.table.rows] == [False] * 11 + [True] * 39


def test_a_dose_is_read_from_the_height_of_its_bar(article: dict[str, Figure]) -> None:
    widths = dict(
        re.findall(r"\.plot \.(dose-\d)\{[^}]*stroke-width: ([\d.]+)", standalone_svg(article["swimmer"]))
    )
    assert widths == {"dose-1": "2.2", "dose-2": "4", "dose-3": "6"}


def test_what_was_not_measured_is_a_dash_and_who_stopped_has_no_arrow() -> None:
    people = [
        *the_article_made(20),
        a_person_made(anxiety=Anxiety.NO_OUTCOME, ending=Ending.LOST, ended_day=50, last_day=50),
        a_person_made(doses=(DoseSpan(0, 28, Decimal(0)),), last_day=28),
    ]
    figure = drawn_of(a_series_made(people))["swimmer"]
    assert classes(figure).count("series-missing") == 1 + 1
    assert [row[3] for row in figure.table.rows].count("lost") == 1
    assert any(row[1] == "0 (0 to 4)" for row in figure.table.rows)


def test_rows_stand_in_an_order_that_only_the_drawing_gives() -> None:
    people = the_article_made()
    there, back = (drawn_of(a_series_made(order)) for order in (people, people[::-1]))
    assert there["swimmer"] == back["swimmer"]
    assert there["ionized_mg"] == back["ionized_mg"]


def test_the_mean_and_its_interval_are_those_of_the_people(article: dict[str, Figure]) -> None:
    start, *_, outcome = article["ionized_mg"].table.rows
    change = a_series_made(the_article_made()).summary.ionized_mg_mmol_l
    assert change.at_start and change.at_outcome
    assert start[:3] == ["0", "50", f"{change.at_start.mean:.3f}"]
    assert outcome[0] == "24" or outcome[0] == "12"
    week_12 = next(row for row in article["ionized_mg"].table.rows if row[0] == "12")
    assert week_12[:3] == ["12", "50", f"{change.at_outcome.mean:.3f}"]
    assert classes(article["ionized_mg"]).count("person-line") == 50 + 1


def test_the_axis_is_widened_only_when_needed_and_never_cut() -> None:
    def ticks(low: str) -> list[str]:
        people = [_with_mg(low), *the_article_made(25)]
        return re.findall(r'class="end">(\d\.\d\d)<', drawn(drawn_of(a_series_made(people))["ionized_mg"]))

    assert (ticks("0.40")[0], ticks("0.40")[-1]) == ("0.36", "0.68")
    assert (ticks("0.21")[0], ticks("0.21")[-1]) == ("0.20", "0.68")


def _with_mg(value: str) -> Person:
    low = Decimal(value)
    return a_person_made(
        ionized_mg=Pair(low, low, 84), ionized_mg_course=(Measured(0, low), Measured(84, low))
    )


def test_the_forest_has_the_wilson_interval_of_the_summary(article: dict[str, Figure]) -> None:
    twitching, fatigue = article["symptoms"].table.rows
    assert twitching[:4] == ["Twitching", "11 of 50", "22", "12.8 to 35.2"]
    assert fatigue[1] == "0 of 50"
    assert classes(article["symptoms"]).count("whisker") == 2


def test_the_curve_is_that_of_the_summary(article: dict[str, Figure]) -> None:
    curve = a_series_made(the_article_made()).summary.new_symptoms[0].time_to_first
    assert curve is not None
    rows = article["first_onset"].table.rows
    assert [row[0] for row in rows] == [str(step.by_week) for step in curve.steps]
    assert rows[-1][4] == "22"
    # At the start all are at risk.
    assert ">50</text>" in drawn(article["first_onset"])


def test_a_researcher_gets_no_figure_of_single_people() -> None:
    series = a_series_made(the_article_made(), threshold=11)
    figures = drawn_of(series, single_people=False)
    assert "swimmer" not in figures
    for figure in figures.values():
        assert not set(OF_SINGLE_PEOPLE) & set(classes(figure))
    means = figures["ionized_mg"].table.rows
    assert [row[0] for row in means] == ["0", "12"] and all(int(row[1]) >= 11 for row in means)


@pytest.mark.parametrize("people, is_drawn", [(19, False), (20, True)])
def test_single_people_are_drawn_from_20_on(people: int, is_drawn: bool) -> None:
    assert ("swimmer" in drawn_of(a_series_made(the_article_made(people)))) is is_drawn


def test_what_the_summary_suppresses_is_not_drawn_of_single_people_either() -> None:
    """The profile with individual consent: 5 is the threshold, and no count below it is printed."""
    figure = drawn_of(a_series_made(the_article_made(30, less=28, twitching=3), threshold=5))["swimmer"]
    assert not {"series-cross", "series-less", "series-not-less"} & set(classes(figure))
    assert "3 of 30" not in figure.label
    assert {row[4] for row in figure.table.rows} == {row[5] for row in figure.table.rows} == {"not shown"}


@pytest.mark.parametrize("people", [0, 10])
def test_of_nobody_and_of_too_few_only_who_remains_is_drawn(people: int) -> None:
    series = a_series_made(the_article_made(people), threshold=11)
    assert list(drawn_of(series)) == ["attrition"]


def test_a_suppressed_step_says_so_and_has_no_bar() -> None:
    series = a_series_made(the_article_made(50)[:50], threshold=100)
    figure = drawn_of(series, single_people=False)["attrition"]
    assert "suppressed" in {cell for row in figure.table.rows for cell in row}


def test_at_most_200_people_are_drawn_and_it_is_said() -> None:
    people = [a_person_made() for _ in range(201)]
    figures = drawn_of(a_series_made(people))
    assert len(figures["swimmer"].table.rows) == 200
    assert "The first 200 of 201 people are drawn." in figures["swimmer"].note
    assert figures["ionized_mg"].table.rows[0][1] == "201"


def test_another_outcome_and_symptom_are_drawn() -> None:
    outcome = OutcomeDefinition.from_json({"symptom": "FATIGUE", "day": 56}, Thresholds())
    figure = drawn_of(a_series_made(the_article_made(), outcome=outcome))["swimmer"]
    assert "no new fatigue: 50 of 50" in figure.label
    assert "dashed line at 8\u00a0weeks" in figure.note


def test_a_standalone_figure_is_one_file_that_is_always_the_same(article: dict[str, Figure]) -> None:
    again = drawn_of(a_series_made(the_article_made()))
    for name, figure in article.items():
        svg = standalone_svg(figure)
        assert svg == standalone_svg(again[name])
        XML.fromstring(svg)  # noqa: S314 (our own)
        assert (
            "var(" not in svg
            and "light-dark" not in svg
            and "http" not in svg.replace("http://www.w3.org/2000/svg", "")
        )


def test_every_class_has_a_rule_in_the_standalone_figure(article: dict[str, Figure]) -> None:
    """A shape without a rule would be black in a report."""
    for figure in article.values():
        style = standalone_svg(figure).partition("</style>")[0]
        shapes = {name for name in classes(figure) if name not in ("plot", f"series-{figure.name}")}
        assert {name for name in shapes if f".{name}" not in style} == set()
