"""Two releases tell nothing by subtraction: brute force over random groups of people."""

import random
from collections.abc import Iterator
from itertools import combinations
from uuid import UUID

import pytest

from caseseries.deidentify import Cells, suppress
from caseseries.exporting.ledger import (
    CannotBeReleased,
    Release,
    Told,
    also_hidden,
    check_beside,
    members_of,
)

THRESHOLD = 5
Group = dict[bytes, str]


def cells_of(people: Group, names: str, hidden: frozenset[str] = frozenset()) -> Cells:
    counts = {name: sum(cell == name for cell in people.values()) for name in names}
    return suppress(counts, THRESHOLD, also_hidden=hidden)


def release_of(people: Group, cells: Cells) -> Release:
    return Release(frozenset(people), {"table": Told.by(cells)}, THRESHOLD)


def sums(names: str) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(names) + 1):
        yield from combinations(names, size)


def some_people(chance: random.Random, names: str) -> Group:
    weights = [chance.random() ** 2 for _ in names]
    return {bytes([n]) * 16: chance.choices(names, weights)[0] for n in range(chance.randint(THRESHOLD, 60))}


@pytest.mark.parametrize("seed", range(1000))
def test_no_difference_of_two_shown_sums_is_a_small_cell(seed: int) -> None:
    chance = random.Random(seed)
    names = "abcd"[: chance.randint(2, 4)]
    first = some_people(chance, names)
    second = {key: cell for key, cell in first.items() if chance.random() < chance.choice([0.5, 0.8, 1])}
    if chance.random() < 0.3:  # the same people, of whom some were told otherwise since
        second = first | {key: chance.choice(names) for key in chance.sample(sorted(first), 3)}
    if chance.random() < 0.5:
        first, second = second, first
    before, after = cells_of(first, names), cells_of(second, names)
    try:
        hidden = also_hidden({"table": after}, frozenset(second), THRESHOLD, [release_of(first, before)])
    except CannotBeReleased:
        return
    after = cells_of(second, names, after.hidden | hidden.get("table", frozenset()))
    for some in sums(names):
        one, other = before.sum_of(*some), after.sum_of(*some)
        assert one is None or other is None or not 0 < abs(one - other) < THRESHOLD, (some, before, after)
    check_beside(release_of(second, after), [release_of(first, before)])


def a_group(size: int, cell: str = "a") -> Group:
    return {bytes([n]) * 16: cell for n in range(size)}


def test_what_two_releases_would_tell_is_hidden_in_the_second() -> None:
    first = a_group(40) | {bytes([100 + n]) * 16: "b" for n in range(20)}
    second = dict(list(first.items())[3:-5])
    before, after = cells_of(first, "ab"), cells_of(second, "ab")
    assert (before.hidden, after.hidden) == (frozenset(), frozenset())
    # 3 of a and 5 of b are between them: a goes, and b with it, since all are told together.
    hidden = also_hidden({"table": after}, frozenset(second), THRESHOLD, [release_of(first, before)])
    assert hidden == {"table": frozenset("ab")}


@pytest.mark.parametrize("fewer", [1, THRESHOLD - 1])
def test_people_who_differ_by_a_few_are_refused(fewer: int) -> None:
    first = a_group(40)
    second = dict(list(first.items())[fewer:])
    past = [release_of(first, cells_of(first, "a"))]
    with pytest.raises(CannotBeReleased, match="wait until 5 or more are different"):
        also_hidden({"table": cells_of(second, "a")}, frozenset(second), THRESHOLD, past)


def test_the_same_people_and_cells_again_hide_nothing() -> None:
    people = a_group(30) | {b"x" * 16: "b"}
    cells = cells_of(people, "ab")
    assert also_hidden({"table": cells}, frozenset(people), THRESHOLD, [release_of(people, cells)]) == {}


def test_a_release_made_before_another_is_refused_after_it() -> None:
    first = a_group(40)
    second = dict(list(first.items())[3:])
    waiting, released = (release_of(group, cells_of(group, "a")) for group in (first, second))
    with pytest.raises(CannotBeReleased):
        check_beside(waiting, [released])


def test_groups_that_only_overlap_tell_no_count_of_anybody() -> None:
    first, second = a_group(40), dict(list(a_group(60).items())[10:])
    past = [release_of(first, cells_of(first, "a"))]
    assert also_hidden({"table": cells_of(second, "a")}, frozenset(second), THRESHOLD, past) == {}


def test_members_are_keyed_and_come_back_from_the_store() -> None:
    people = [UUID(int=n) for n in range(20)]
    members = members_of(b"key", people)
    assert members == members_of(b"key", reversed(people)) != members_of(b"other", people)
    release = Release(members, {"table": Told.by(cells_of(a_group(30), "ab"))}, THRESHOLD)
    stored = {name: told.to_json() for name, told in release.tables.items()}
    assert Release.from_stored(release.packed_members, stored, THRESHOLD) == release
    assert all(person.bytes not in release.packed_members for person in people)
