"""The converter: what is typed last leads, and an amount between quarters is refused with what they hold."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from regimens.portions import Holds
from reviews.pages.regimen_converter import WAS, Refused, asked, evenly, shown, units_of

P02 = Holds(Decimal("99.9"), Decimal(709), "tablet")
THREE = [Decimal(1)] * 3


def typed(before: Sequence[Decimal], **changed: str) -> dict[str, str]:
    """The fields as a browser without a script sends them: what was shown, and what somebody changed."""
    now = shown(before, P02)
    return now | {f"{WAS}{name}": value for name, value in now.items()} | changed


def converted(before: Sequence[Decimal], lead: str = "", **changed: str) -> list[Decimal]:
    fields = typed(before, **changed)
    return units_of(fields, asked(fields, lead), before, P02)


def test_three_tablets_are_shown_in_every_unit() -> None:
    assert shown(THREE, P02) == {
        "elemental_mg": "99.9",
        "daily_mg": "299.7",
        "compound_mg": "709",
        "per_intake": "1",
        "times": "3",
    }


def test_intakes_that_differ_have_no_amount_each() -> None:
    told = shown([Decimal(1), Decimal(2)], P02)
    assert (told["elemental_mg"], told["daily_mg"], told["times"]) == ("", "299.7", "2")


@pytest.mark.parametrize(
    ("name", "amount", "each"),
    [("elemental_mg", "150", "1.5"), ("compound_mg", "1064", "1.5"), ("daily_mg", "450", "1.5"),
     ("per_intake", "0.75", "0.75"), ("daily_mg", "600", "2")],
)  # fmt: skip
def test_each_field_leads_when_it_is_the_one_that_changed(name: str, amount: str, each: str) -> None:
    assert converted(THREE, **{name: amount}) == [Decimal(each)] * 3


def test_another_number_of_intakes_keeps_each() -> None:
    assert converted(THREE, times="2") == [Decimal(1)] * 2


def test_an_amount_and_a_number_of_intakes_go_together() -> None:
    assert converted(THREE, daily_mg="200", times="2") == [Decimal(1)] * 2
    assert converted([], elemental_mg="100", times="3") == THREE


def test_intakes_that_differ_are_split_evenly_over_another_number() -> None:
    assert converted([Decimal(1), Decimal(2)], times="3") == THREE


def test_elemental_leads_where_several_changed_and_says_so() -> None:
    fields = typed(THREE, elemental_mg="150", compound_mg="709.5", daily_mg="800")
    assert (asked(fields, "").leads, asked(fields, "").several) == ("elemental_mg", True)


def test_a_script_says_which_was_typed_last() -> None:
    fields = typed(THREE, elemental_mg="150", compound_mg="1418")
    assert (asked(fields, "compound_mg").leads, asked(fields, "compound_mg").several) == (
        "compound_mg",
        False,
    )
    assert asked(fields, "rows").leads == ""


def test_nothing_changed_leads_nothing() -> None:
    assert asked(typed(THREE), "").leads == ""
    assert asked(typed(THREE, elemental_mg="many"), "").leads == ""


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"elemental_mg": "130"}, "elemental_mg", "1.25 tablets (124.875 mg) or 1.5 tablets (149.85 mg)"),
        ({"daily_mg": "330"}, "daily_mg", "1 tablet (299.7 mg a day over 3) or 1.25 tablets (374.625 mg"),
        ({"elemental_mg": "5"}, "elemental_mg", "Nearest: 0.25 tablet (24.975 mg)."),
        ({"elemental_mg": "0"}, "elemental_mg", "Enter more than 0."),
        ({"compound_mg": "-709"}, "compound_mg", "Enter more than 0."),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field(
    changed: dict[str, str], field: str, sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        converted(THREE, **changed)
    assert refused.value.field == field
    assert sentence in refused.value.sentence


def test_an_amount_without_a_number_of_intakes_asks_for_it() -> None:
    with pytest.raises(Refused) as refused:
        converted([], elemental_mg="100")
    assert refused.value.field == "times"


def test_an_uneven_split_says_over_how_many_it_would_divide() -> None:
    with pytest.raises(Refused) as refused:
        evenly([Decimal(1)], 3, "split_over")
    assert "Over 1, 2, 4 it would." in refused.value.sentence
