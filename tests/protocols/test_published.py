"""Published limits that are stricter than a clinic's own: the value, one step laxer, one step stricter."""

from decimal import Decimal

import pytest

from protocols import published
from protocols.published import stricter_than
from protocols.thresholds import PROTOCOL_1


def names(name: str, value: str) -> list[str]:
    return [limit.name for limit in stricter_than(name, Decimal(value))]


@pytest.mark.parametrize(
    ("name", "same", "laxer", "stricter"),
    [
        ("supplement_level_us_mg", "350", "351", "349"),
        ("supplement_level_eu_mg", "250", "251", "249"),
        ("egfr_stop", "30", "29", "31"),
        ("ionized_mg_high_mmol_l", "0.68", "0.69", "0.67"),
        ("ionized_mg_low_mmol_l", "0.40", "0.39", "0.41"),
        ("potassium_alert_high_mmol_l", "6.0", "6.1", "5.9"),
        ("maintenance_closes_days", "180", "181", "179"),
    ],
)
def test_a_laxer_value_has_the_published_one_beside_it(
    name: str, same: str, laxer: str, stricter: str
) -> None:
    assert (names(name, same), names(name, laxer), names(name, stricter)) == ([], [name], [])


def test_beside_the_cap_of_the_article_stand_both_upper_levels() -> None:
    assert names("article_cap_mg", "400") == ["supplement_level_us_mg", "supplement_level_eu_mg"]
    assert names("article_cap_mg", "300") == ["supplement_level_eu_mg"]
    assert names("article_cap_mg", "250") == []


def test_an_assumption_of_ours_is_no_published_limit() -> None:
    assert names("ionized_mg_alert_high_mmol_l", "0.90") == []
    assert names("re_evaluation_closes_days", "99") == []


def test_every_name_is_one_of_the_protocol() -> None:
    known = {threshold.name for threshold in PROTOCOL_1}
    for limits in (published._LESS_IS_STRICTER, published._MORE_IS_STRICTER):
        assert set(limits) <= known
        assert {name for named in limits.values() for name in named} <= known
