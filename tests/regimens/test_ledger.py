"""The elemental ledger, by its numbers: shares, sums, levels, and what is not known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.thresholds import Thresholds
from regimens.dosing import Dose, dose_of
from regimens.ledger import Contents, Ledger, Source, Told, ledger_of

PROTOCOL = Thresholds()


def a_source(elemental: str, compound: str, units: str = "1", name: str = "Magnesium", **more: str) -> Source:
    holds = Contents(
        Decimal(elemental), Decimal(compound), **{key: Decimal(value) for key, value in more.items()}
    )
    return Source(None, name, "Regimen", Decimal(units), "tablet", holds)


P03 = a_source("200.2", "1420", "2")
P07 = a_source("241.2", "400", name="Magnesium oxide")
X2 = a_source("100.1", "166", name="Multimineral")
X3 = a_source("99.9", "709", "3", vitamin_b6_mg="10")


def of(
    *sources: Source, told: tuple[Told, ...] = (), unknown: tuple[str, ...] = (), where: str = "US"
) -> Ledger:
    return ledger_of(sources, told, unknown, where, PROTOCOL)


amounts = st.decimals("0.1", "900", places=1)
sources = st.builds(
    lambda elemental, salt, units: a_source(str(elemental), str(elemental + salt), str(units)),
    amounts,
    amounts,
    st.decimals("0.25", "9", places=2),
)


@pytest.mark.parametrize(
    ("taken", "elemental", "above"),
    [((P03,), "400.4", {"US": True, "EU": True}), ((P07, X2), "341.3", {"US": False, "EU": True})],
)
def test_the_cases_of_the_clinical_facts(
    taken: tuple[Source, ...], elemental: str, above: dict[str, bool]
) -> None:
    """Clinical facts 8: 2 x P03 is above both levels; P07 and X2 above the EU's and below the US's."""
    for where, is_above in above.items():
        ledger = of(*taken, where=where)
        assert ledger.dose.elemental_mg_per_day == Decimal(elemental)
        assert ledger.headline.is_above is is_above


@pytest.mark.parametrize(("elemental", "is_above"), [("349.9", False), ("350", False), ("350.1", True)])
def test_at_the_level_is_not_above_it(elemental: str, is_above: bool) -> None:
    assert of(a_source(elemental, "1000")).headline.is_above is is_above


def test_the_level_of_the_jurisdiction_comes_first_and_the_article_s_beside_it_with_its_mark() -> None:
    level, article = of(P03).magnesium
    assert (level.level, level.mark, level.claim) == (Decimal(350), "A", "")
    assert (article.level, article.mark, article.claim) == (Decimal(400), "C", "C22")
    assert of(P03, where="EU").headline.level == Decimal(250)


@given(st.lists(sources, max_size=5), st.integers(0, 4), sources)
def test_changing_one_product_changes_only_its_share(before: list[Source], which: int, other: Source) -> None:
    after = [other if n == which else source for n, source in enumerate(before)]
    old, new = of(*before), of(*after)
    for n, (one, two) in enumerate(zip(old.lines, new.lines, strict=True)):
        assert n == which or one == two
    difference = sum((new.lines[n].dose.elemental_mg_per_day - old.lines[n].dose.elemental_mg_per_day
                      for n in range(len(before))), Decimal(0))  # fmt: skip
    assert new.dose.elemental_mg_per_day - old.dose.elemental_mg_per_day == difference


@given(st.lists(st.decimals("0.25", "4", places=2), min_size=1, max_size=6), amounts, amounts)
def test_the_sum_over_split_doses_is_the_daily_total(
    parts: list[Decimal], elemental: Decimal, salt: Decimal
) -> None:
    compound = elemental + salt
    whole = of(a_source(str(elemental), str(compound), str(sum(parts)))).dose
    assert whole == dose_of((units, elemental, compound) for units in parts)


@given(st.lists(sources, max_size=5))
def test_the_sum_is_that_of_the_lines_and_the_compound_is_always_beside_it(taken: list[Source]) -> None:
    ledger = of(*taken)
    assert ledger.dose == Dose(
        sum((line.dose.elemental_mg_per_day for line in ledger.lines), Decimal(0)),
        sum((line.dose.compound_mg_per_day for line in ledger.lines), Decimal(0)),
    )
    assert all(line.dose.compound_mg_per_day > line.dose.elemental_mg_per_day for line in ledger.lines)


def test_an_interrupted_regimen_stands_in_the_ledger_and_adds_nothing() -> None:
    resting = replace(X3, paused_since=date(2026, 3, 1))
    ledger = of(P07, resting)
    assert [line.source for line in ledger.lines] == [P07, resting]
    assert ledger.dose == of(P07).dose
    assert ledger.beside[0].amount == 0


def test_what_is_of_unknown_amount_is_named_and_not_in_the_sum() -> None:
    ledger = of(P07, unknown=("Antacid with magnesium",))
    assert ledger.dose == of(P07).dose
    assert ledger.unknown == ("Antacid with magnesium",)
    assert all(against.has_unknown for against in ledger.magnesium)
    assert not any(against.has_unknown for against in of(P07).magnesium)


@pytest.mark.parametrize(("where", "is_above"), [("US", False), ("EU", True)])
def test_b6_of_products_and_of_supplements_is_one_sum(where: str, is_above: bool) -> None:
    """Clinical facts 8, X3: three a day hold 30 mg, above the 12 mg of the EU."""
    b6 = of(X3, told=(Told("VITAMIN_B6", Decimal(5)), Told("CALCIUM", Decimal(500))), where=where).beside[0]
    assert (b6.amount, b6.unit, b6.is_above) == (Decimal(35), "mg/day", is_above)


@pytest.mark.parametrize(("amount", "is_above"), [("99.9", False), ("100", False), ("100.1", True)])
def test_vitamin_d_stands_against_its_level(amount: str, is_above: bool) -> None:
    d = of(told=(Told("VITAMIN_D", Decimal(amount)),)).beside[1]
    assert (d.level, d.mark, d.is_above) == (Decimal(100), "K", is_above)


def test_calcium_has_no_level_and_is_never_above() -> None:
    calcium = of(told=(Told("CALCIUM", Decimal(3000)),)).beside[2]
    assert (calcium.amount, calcium.level, calcium.is_above) == (Decimal(3000), None, False)


def test_a_supplement_of_unknown_amount_is_said() -> None:
    b6, d, _ = of(X3, told=(Told("VITAMIN_B6", None), Told("VITAMIN_D", Decimal(10)))).beside
    assert (b6.amount, b6.has_unknown, d.has_unknown) == (Decimal(30), True, False)


def test_a_day_without_anything_is_zero_and_above_nothing() -> None:
    ledger = of()
    assert ledger.dose == Dose(Decimal(0), Decimal(0))
    assert not any(against.is_above for against in (*ledger.magnesium, *ledger.beside))
