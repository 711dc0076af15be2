"""Which version of a result stands, whatever the order in which its versions come."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.versions import Version, cancelled, superseded

SAMPLED = datetime(2026, 3, 10, 8, tzinfo=UTC)
SAMPLE = ("IONIZED_MG", "73572-0", SAMPLED)


def version(
    key: str,
    status: str = "FINAL",
    *,
    identity: str = "LAB|F1|73572-0",
    dated: int | None = 0,
    came: int = 0,
    sample: tuple[object, ...] = SAMPLE,
) -> Version:
    """`dated` and `came` are hours after the sample."""
    return Version(
        key,
        identity,
        sample,
        status,
        None if dated is None else SAMPLED + timedelta(hours=dated),
        (SAMPLED + timedelta(hours=came), key),
    )


def arriving(*statuses: str) -> list[Version]:
    return [version(f"{n} {status}", status, came=n) for n, status in enumerate(statuses)]


def standing(versions: Sequence[Version]) -> list[str]:
    lower = superseded(versions)
    return [str(v.key) for v in versions if v.key not in lower]


@pytest.mark.parametrize("order", list(permutations(["PRELIMINARY", "FINAL", "CORRECTED"])))
def test_the_highest_status_stands_in_every_order(order: Sequence[str]) -> None:
    versions = arriving(*order)
    assert [key.split()[1] for key in standing(versions)] == ["CORRECTED"]
    assert set(superseded(versions).values()) == {standing(versions)[0]}


def test_of_two_corrections_the_one_dated_later_stands_and_else_the_one_that_came_later() -> None:
    first, second = version("a", "CORRECTED", dated=5, came=9), version("b", "CORRECTED", dated=6, came=1)
    assert standing([first, second]) == ["b"]
    first, second = version("a", "CORRECTED", came=9), version("b", "CORRECTED", came=1)
    assert standing([first, second]) == ["a"]


def test_an_old_version_that_is_sent_again_with_a_new_date_does_not_come_back() -> None:
    assert standing([version("c", "CORRECTED", dated=1), version("f", "FINAL", dated=50, came=50)]) == ["c"]


def test_results_of_other_identities_of_one_sample_both_stand() -> None:
    two = [version("a", identity="LAB|F1|x"), version("b", "CORRECTED", identity="LAB|F2|x")]
    assert standing(two) == ["a", "b"]


def test_without_identity_a_correction_of_the_same_sample_stands() -> None:
    typed, sent = version("typed", identity=""), version("sent", "CORRECTED")
    assert superseded([typed, sent]) == {"typed": "sent"}
    other = version("typed", identity="", sample=(*SAMPLE[:2], SAMPLED + timedelta(minutes=1)))
    assert superseded([other, sent]) == {}


def test_two_measurements_of_one_sample_without_identity_both_stand() -> None:
    assert standing([version("a", identity=""), version("b", identity="")]) == ["a", "b"]


def test_a_chain_ends_at_the_version_that_stands() -> None:
    rows = [version("p", "PRELIMINARY", identity=""), version("f"), version("c", "CORRECTED")]
    assert superseded(rows) == {"p": "c", "f": "c"}


def test_a_result_that_was_taken_back_is_so_in_all_its_versions() -> None:
    rows = [version("f"), version("c", "CORRECTED"), version("x", identity=""), version("y", identity="o")]
    assert cancelled(rows, {"LAB|F1|73572-0", ""}) == {"f", "c"}


STATUSES = st.lists(st.sampled_from(["PRELIMINARY", "FINAL", "CORRECTED"]), min_size=1, max_size=6)


@given(STATUSES, st.randoms(use_true_random=False))
def test_what_stands_does_not_depend_on_the_order_of_arrival(statuses: list[str], random: object) -> None:
    rows = [version(str(n), status, dated=n) for n, status in enumerate(statuses)]
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert set(standing(mixed)) == set(standing(rows))
    assert len(standing(rows)) == 1
