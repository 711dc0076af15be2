"""Templates propose; their numbers are the protocol's, and each carries its mark."""

from dataclasses import replace
from decimal import Decimal

import pytest

from protocols.claims import by_id
from protocols.thresholds import Thresholds
from regimens.proposals import nearest_units, proposal_of, proposals

THRESHOLDS = Thresholds()


def test_the_article_s_start_is_the_protocol_s_range_and_unverified() -> None:
    start = proposal_of("START_LOW", THRESHOLDS)
    assert start and (start.mark, start.claim) == ("C", "C19")
    assert [stage.elemental_mg for stage in start.stages] == [Decimal(200), Decimal(300)]
    (later,) = start.later
    assert (later.after_days, later.condition) == (28, "ionized Mg is still low")


def test_another_protocol_proposes_its_own_numbers() -> None:
    changed = replace(THRESHOLDS, start_low_mg=Decimal(150))
    start = proposal_of("START_LOW", changed)
    assert start and start.stages[0].elemental_mg == 150 and "150 mg/day" in start.title


def test_each_has_a_source_and_a_claim_that_exists() -> None:
    for one in proposals(THRESHOLDS):
        assert one.source
        assert not one.claim or by_id(one.claim)
    assert proposal_of("NOTHING", THRESHOLDS) is None


@pytest.mark.parametrize(("mg", "units"), [("200", "1"), ("10", "0.25"), ("260", "1.25")])
def test_a_dose_comes_in_the_nearest_quarters_and_never_in_none(mg: str, units: str) -> None:
    assert nearest_units(Decimal(mg), 2, Decimal("99.9")) == Decimal(units)
