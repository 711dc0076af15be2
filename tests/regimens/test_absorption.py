"""How forms are absorbed and borne: tiers, never numbers; and the curve of one dose, for teaching only."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimens.absorption import ABSORPTION, Tier, absorption_of
from regimens.absorption import OF_ANY_FORM as ABSORPTION_OF_ANY
from regimens.absorption_figure import absorption_figure
from regimens.salts import Family, Form
from regimens.single_dose import OutsideTheStudy, absorbed_mg, absorbed_of_day_mg
from regimens.tolerance import OF_ANY_FORM as TOLERANCE_OF_ANY
from regimens.tolerance import TOLERANCE

doses = st.decimals(min_value=36, max_value=504, places=1)


@pytest.mark.parametrize(
    ("form", "tier"),
    [
        (Form.OXIDE, Tier.LOW),
        (Form.CARBONATE_BASIC, Tier.LOW),
        (Form.HYDROXIDE, Tier.LOW),
        (Form.SULFATE_HEPTAHYDRATE, Tier.LOW),
        (Form.CITRATE_NONAHYDRATE, Tier.HIGHER),
        (Form.CHLORIDE_HEXAHYDRATE, Tier.HIGHER),
        (Form.LACTATE, Tier.HIGHER),
        (Form.ASPARTATE_DIHYDRATE, Tier.HIGHER),
        (Form.BISGLYCINATE, Tier.HIGHER),
        (Form.BISGLYCINATE_BUFFERED, Tier.MIXED),
        (Form.THREONATE, Tier.UNKNOWN),
        (Form.TAURATE_DIHYDRATE, Tier.UNKNOWN),
        (Form.MALATE, Tier.UNKNOWN),
        (Form.OROTATE, Tier.UNKNOWN),
    ],
)
def test_absorption_is_a_tier_and_never_a_number(form: Form, tier: Tier) -> None:
    assert absorption_of(form).tier is tier


def test_every_form_stands_somewhere_and_says_why_with_its_mark() -> None:
    assert set(ABSORPTION) == set(Family)
    for form in Form:
        found = absorption_of(form)
        assert found.why and found.mark == "D"


def test_only_what_was_compared_has_a_study() -> None:
    with_studies = {family for family, found in ABSORPTION.items() if found.studies}
    assert with_studies == {
        Family.GLYCINATE,
        Family.CITRATE,
        Family.OXIDE,
        Family.CHLORIDE,
        Family.LACTATE,
        Family.ASPARTATE,
    }
    assert not with_studies & {family for family, found in ABSORPTION.items() if found.tier is Tier.UNKNOWN}


def test_no_source_of_a_form_is_the_article() -> None:
    studies = [study for found in ABSORPTION.values() for study in found.studies]
    studies += [*ABSORPTION_OF_ANY, *TOLERANCE_OF_ANY, *TOLERANCE.values()]
    assert {study.source.mark for study in studies} == {"A", "B", "W"}
    assert {study.source.author for study in studies} >= {
        "Schuette",
        "Blancquaert",
        "Dickinson",
        "Walker",
        "Firoz and Graber",
    }


@pytest.mark.parametrize(
    ("dose", "absorbed", "percent"),
    [
        (50, "27.8", "55.5"),
        (100, "37.7", "37.7"),
        (150, "44.1", "29.4"),
        (200, "49.4", "24.7"),
        (250, "54.0", "21.6"),
        (300, "58.2", "19.4"),
        (400, "66.3", "16.6"),
        (500, "73.9", "14.8"),
    ],
)
def test_the_curve_is_the_published_table(dose: int, absorbed: str, percent: str) -> None:
    amount = absorbed_mg(Decimal(dose))
    assert f"{amount:.1f}" == absorbed
    assert abs(amount / dose * 100 - Decimal(percent)) < Decimal("0.06")


@pytest.mark.parametrize(("end", "percent"), [(36, 65), (1008, 11)])
def test_its_ends_are_those_of_the_study(end: int, percent: int) -> None:
    assert abs(absorbed_mg(Decimal(end)) / end * 100 - percent) < Decimal("0.5")


@pytest.mark.parametrize("dose", ["0", "-200", "35.9", "1008.1"])
def test_it_says_nothing_beyond_its_ends(dose: str) -> None:
    with pytest.raises(OutsideTheStudy):
        absorbed_mg(Decimal(dose))


def test_two_halves_give_more_than_the_whole() -> None:
    assert round(absorbed_of_day_mg([Decimal(200)] * 2)) == 99
    assert round(absorbed_mg(Decimal(400))) == 66


@given(doses, doses)
def test_splitting_never_lowers_what_is_absorbed(one: Decimal, other: Decimal) -> None:
    assert absorbed_of_day_mg([one, other]) > absorbed_mg(one + other)


def test_the_figure_compares_two_of_200_with_one_of_400_and_calls_itself_calculated() -> None:
    figure = absorption_figure()
    assert figure is not None
    assert figure.drawing.sentence == (
        "Calculated, for teaching only: of 2 × 200 mg about 99 mg, of 1 × 400 mg about 66 mg elemental "
        "magnesium are absorbed."
    )
    assert figure.rows == [("2 × 200 mg", "98.7", "24.7"), ("1 × 400 mg", "66.3", "16.6")]


@pytest.mark.parametrize(
    ("intakes", "words"),
    [
        (["150", "100", "150"], ["1 × 100 mg + 2 × 150 mg", "1 × 400 mg"]),
        (["300"], ["2 × 150 mg", "1 × 300 mg"]),
        (["99.9"] * 3, ["3 × 99.9 mg", "1 × 299.7 mg"]),
    ],
)
def test_any_day_is_compared_with_its_total_in_one(intakes: list[str], words: list[str]) -> None:
    figure = absorption_figure([Decimal(intake) for intake in intakes])
    assert figure is not None and [row[0] for row in figure.rows] == words


@pytest.mark.parametrize("intakes", [[], ["0"], ["30", "100"], ["600", "600"], ["50"]])
def test_a_day_beyond_the_curve_has_no_figure(intakes: list[str]) -> None:
    assert absorption_figure([Decimal(intake) for intake in intakes]) is None


@pytest.mark.parametrize("intakes", [["200", "200"], ["500", "500"], ["36"] * 28, ["75"]])
def test_everything_is_drawn_inside_the_figure(intakes: list[str]) -> None:
    figure = absorption_figure([Decimal(intake) for intake in intakes])
    assert figure is not None
    for shape in figure.drawing.shapes:
        x, y = getattr(shape, "x", 0), getattr(shape, "y", 0)
        assert 0 <= x + getattr(shape, "width", 0) <= figure.drawing.width
        assert 0 <= y <= figure.drawing.height
