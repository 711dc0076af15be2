"""The 24 hours as a figure: what is too close is a dashed bracket with its distance in words."""

from datetime import time
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from patients.vocabulary import medication_facts
from protocols.thresholds import Thresholds
from regimens.checks import Check, Medicine, Severity, Supplement
from reviews.pages.regimen_apart import Fix, fix_of, rules_of
from reviews.pages.regimen_strip import Beside, Pill, strip

THRESHOLDS = Thresholds()
CIPROFLOXACIN = Medicine(medication_facts("CIPROFLOXACIN"), (time(9, 30),), id=uuid4())


def shapes(figure: Any, css: str) -> list[Any]:
    return [shape for shape in figure.shapes if css in getattr(shape, "css", "").split()]


def test_each_intake_says_its_amount_inside_its_halo() -> None:
    figure = strip([Pill(time(8), Decimal("149.85")), Pill(time(13), None)], [])
    assert [shape.words for shape in shapes(figure, "pill-words")] == ["149.85", "?"]
    halo, pill = shapes(figure, "halo")[0], shapes(figure, "pill-mark")[0]
    assert halo.x < pill.x and halo.x + halo.width > pill.x + pill.width


def test_what_is_too_close_has_a_bracket_and_words() -> None:
    figure = strip([Pill(time(8), Decimal(100))], [Beside(time(9, 30), "Ciprofloxacin", time(8), 90)])
    assert len(shapes(figure, "apart")) == 1
    assert shapes(figure, "apart-words")[0].words == "1\N{NO-BREAK SPACE}h 30\N{NO-BREAK SPACE}min apart"
    assert "too close to magnesium: Ciprofloxacin at 09:30" in figure.sentence


def test_what_is_far_enough_has_none() -> None:
    figure = strip([Pill(time(8), Decimal(100))], [Beside(time(21), "Ca 500 mg")])
    assert not shapes(figure, "apart") and "nothing with known times is too close" in figure.sentence


def test_things_of_one_hour_do_not_cover_each_other() -> None:
    figure = strip([], [Beside(time(9, n), f"Medicine {n}") for n in range(5)])
    boxes = shapes(figure, "beside")
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert apart or abs(one.y - other.y) >= one.height


@pytest.mark.parametrize("at", [time(0), time(0, 5), time(12), time(23, 59)])
def test_every_mark_stays_inside_the_figure(at: time) -> None:
    figure = strip([Pill(at, Decimal("1234.55"))], [Beside(at, "A medicine with a long name", at, 0)])
    for shape in figure.shapes:
        if shape.kind == "rect":
            assert shape.x >= 0 and shape.x + shape.width <= figure.width and shape.width >= 0


def line(**changed: Any) -> Check:
    told = {
        "code": "INTERACTION",
        "severity": Severity.ATTENTION,
        "medication_id": CIPROFLOXACIN.id,
    } | changed
    return Check(sentence="", mark="A", source="", **told)


def test_a_clash_offers_the_nearest_time_with_room() -> None:
    rules = rules_of([CIPROFLOXACIN], [], THRESHOLDS)
    assert fix_of(line(), rules, [time(8)]) == Fix(time(8), time(11, 30))
    assert fix_of(line(), rules, [time(8), time(11, 30)]) == Fix(time(8), time(12, 30))
    assert fix_of(line(), rules, [time(20)]) is None
    assert fix_of(line(severity=Severity.PASSED), rules, [time(8)]) is None


def test_a_day_without_room_says_so() -> None:
    often = Medicine(CIPROFLOXACIN.facts, (time(0), time(6), time(12), time(18)), id=CIPROFLOXACIN.id)
    fix = fix_of(line(), rules_of([often], [], THRESHOLDS), [time(8)])
    assert fix and fix.new is None and fix.value == ""


def test_calcium_is_moved_from_by_the_protocol_s_hours() -> None:
    calcium = Supplement("CALCIUM", Decimal(500), (time(21),))
    close = line(code="CALCIUM_APART", medication_id=None, subject="21:00")
    fix = fix_of(close, rules_of([], [calcium], THRESHOLDS), [time(22)])
    assert fix == Fix(time(22), time(19))


def test_a_moved_intake_keeps_away_from_everything_at_once() -> None:
    calcium = Supplement("CALCIUM", Decimal(500), (time(12),))
    rules = rules_of([CIPROFLOXACIN], [calcium], THRESHOLDS)
    assert fix_of(line(), rules, [time(8)]) == Fix(time(8), time(14))
