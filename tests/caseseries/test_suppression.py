"""No count below the threshold, and none that two shown ones tell, whichever tables they stand in.

Each shown number is read off the summary, and the people whom it counts are found anew from the persons: not
from the tables that hide.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseseries.deidentify import Cells, suppress
from caseseries.persons import Course, Ending, Person, Reached, SymptomCourse
from caseseries.summary import Share, Spread, Summary, Tables, Tally, summarise, tables_of
from patients.symptoms import Symptom
from tests.caseseries.persons_made import a_person_made, an_episode
from tests.caseseries.persons_random import series
from tests.caseseries.told import OUTCOME, Told, told_by

SLOW = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def tables(persons: list[Person], threshold: int) -> tuple[Tables, Summary]:
    tally = Tally(OUTCOME, {"ALL": len(persons)})
    tally.add(persons)
    found = tables_of(tally, threshold)
    return found, summarise(tally, found)


@SLOW
@given(persons=series(), threshold=st.integers(5, 20))
def test_no_shown_count_and_no_rest_of_two_is_below_the_threshold(
    persons: list[Person], threshold: int
) -> None:
    _, summary = tables(persons, threshold)
    all_told = told_by(summary, persons)
    for told in all_told.values():
        assert told.n == len(told.ids), told.name
        assert told.n == 0 or told.n >= threshold, told.name
        for outer in chain.from_iterable(_all_around(name, all_told) for name in told.among):
            assert told.ids <= outer.ids, (told.name, outer.name)
            assert not 0 < outer.n - told.n < threshold, (told.name, outer.name)


@SLOW
@given(persons=series(), threshold=st.integers(5, 20))
def test_what_divides_a_hidden_group_is_hidden_with_it(persons: list[Person], threshold: int) -> None:
    """Its parts would add up to it: grades and changes to the new, bands to a sex, BEYOND to BOTH."""
    _, summary = tables(persons, threshold)
    names = set(told_by(summary, persons))
    for first, *_, last in (name.split() for name in names if " " in name):
        if last in set(Symptom) and first not in ("asked", "new", "already", "never"):
            assert f"new {last}" in names
        if first in ("FEMALE", "MALE"):
            assert first in names
    assert "beyond" not in names or "both" in names


def test_the_changes_of_a_hidden_symptom_would_tell_it() -> None:
    """3 were never asked, and the 20 new ones are hidden with them: 20 who were lowered would tell both."""
    never = a_person_made(symptoms={})
    lowered = a_person_made(symptoms={Symptom.MUSCLE_TWITCHING: SymptomCourse(Course.NEW, an_episode(), 100)})
    _, summary = tables([*[never] * 3, *[lowered] * 20, *[a_person_made()] * 40], 11)
    (new,) = summary.new_symptoms
    assert (new.new.n, new.never_asked, new.onset_days, new.time_to_first) == (None, None, None, None)
    assert [after.people for after in new.after] == [None]
    assert {grade.n for grade in new.grades} == {None}


def _all_around(name: str, all_told: dict[str, Told]) -> Iterator[Told]:
    """What is shown under the name, and what is around it, step by step; a hidden one bounds nothing."""
    found = all_told.get(name)
    if found is not None:
        yield found
        for outer in found.among:
            yield from _all_around(outer, all_told)


@SLOW
@given(persons=series(), threshold=st.integers(5, 20))
def test_groups_without_a_person_in_common_do_not_tell_the_rest_either(
    persons: list[Person], threshold: int
) -> None:
    _, summary = tables(persons, threshold)
    all_told = told_by(summary, persons)
    for outer in all_told.values():
        parts = [told for told in all_told.values() if outer.name in told.among and told.n]
        for some in chain.from_iterable(combinations(parts, size) for size in (2, 3)):
            if all(not one.ids & other.ids for one, other in combinations(some, 2)) and _apart(some):
                rest = outer.n - sum(told.n for told in some)
                assert rest == 0 or rest >= threshold, (outer.name, [told.name for told in some])


def _apart(some: tuple[Told, ...]) -> bool:
    """Whether a reader knows that they have nobody in common: cells of a table, or a count of each form."""
    words = [told.name.split() for told in some]
    firsts = {word[0] for word in words}
    if firsts == {"form"}:
        return len({tuple(word[2:]) for word in words}) == 1
    # `less KIND SYMPTOM`: kinds of one symptom are apart, two symptoms are not.
    return firsts in ({"reached"}, {"band"}) or (
        firsts in ({"less"}, {"kept"}) and len({word[-1] for word in words}) == 1
    )


@SLOW
@given(persons=series(), threshold=st.integers(5, 20))
def test_means_and_quartiles_are_of_enough_people(persons: list[Person], threshold: int) -> None:
    _, summary = tables(persons, threshold)
    assert all(spread.n >= threshold for spread in _all_of(summary, Spread))


@SLOW
@given(persons=series(), threshold=st.integers(5, 20))
def test_a_curve_has_no_small_step(persons: list[Person], threshold: int) -> None:
    _, summary = tables(persons, threshold)
    for new in summary.new_symptoms:
        for step in new.time_to_first.steps if new.time_to_first else []:
            for count in (step.events, step.censored, step.at_risk - step.events - step.censored):
                assert count == 0 or count >= threshold


@SLOW
@given(persons=series())
def test_the_clinics_own_view_hides_nothing_and_reached_adds_up(persons: list[Person]) -> None:
    found, summary = tables(persons, 1)
    assert found.hidden == 0
    assert sum(group.n or 0 for group in summary.reached) == len(persons)
    assert None not in {share.n for share in _all_of(summary, Share)}


@SLOW
@given(persons=series(), threshold=st.integers(5, 20), data=st.data())
def test_what_an_earlier_release_would_tell_is_hidden_with_what_it_divides(
    persons: list[Person], threshold: int, data: st.DataObject
) -> None:
    tally = Tally(OUTCOME)
    tally.add(persons)
    open_ = tables_of(tally, threshold)
    name = data.draw(st.sampled_from(sorted(open_.named())))
    cell = data.draw(st.sampled_from(sorted(open_[name].counts)))
    found = tables_of(tally, threshold, {name: frozenset({cell})})
    assert cell in found[name].hidden
    for names in _sums(found[name]):
        assert not _is_only(cell, names, found[name])
    if name.startswith("symptom.") and cell == "NEW":
        assert found[name.replace("symptom", "changed")].sum_of() is None


@given(
    counts=st.lists(st.integers(0, 30), min_size=1, max_size=5),
    threshold=st.integers(5, 20),
    data=st.data(),
)
def test_no_two_sums_tell_a_cell_that_was_asked_to_be_hidden(
    counts: list[int], threshold: int, data: st.DataObject
) -> None:
    names = [str(n) for n in range(len(counts))]
    asked = data.draw(st.sampled_from(names))
    cells = suppress(dict(zip(names, counts, strict=True)), threshold, also_hidden={asked})
    sums = [frozenset[str](), *_sums(cells)]
    for some, many in product(sums, sums):
        if some < many:
            assert not _is_only(asked, many - some, cells)


def _sums(cells: Cells) -> list[frozenset[str]]:
    """The sets of cells whose sum is shown."""
    names = sorted(cells.counts)[:12]
    sets = chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1))
    return [frozenset(some) for some in sets if cells.sum_of(*some) is not None]


def _is_only(cell: str, names: frozenset[str], cells: Cells) -> bool:
    """Whether these cells hold somebody, and all of them are in this one."""
    return {name for name in names if cells.counts[name]} == {cell}


def _all_of(value: Any, kind: type) -> Iterator[Any]:
    """Every object of a kind anywhere in the summary."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _all_of(item, kind)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _all_of(getattr(value, name), kind)


def test_the_same_fact_in_two_tables_is_hidden_in_both() -> None:
    """Stopped for harm: 11 by the day of the outcome, 14 at any time. The 3 would be told."""
    early = a_person_made(ending=Ending.STOPPED_FOR_HARM, ended_day=50)
    late = a_person_made(ending=Ending.STOPPED_FOR_HARM, ended_day=100)
    _, summary = tables([*[early] * 11, *[late] * 3, *[a_person_made()] * 40], 11)
    shown_harm = {group.name: group.n for group in summary.reached}[Reached.STOPPED_FOR_HARM]
    assert None in (shown_harm, summary.safety.stopped_for_harm.n)


HEARD_LATE = a_person_made(last_day=100)
LOST = a_person_made(ending=Ending.LOST, ended_day=60, last_day=60)


@pytest.mark.parametrize(
    ("few", "others"),
    [
        # 3 were lost in the weeks in which 20 who are not there yet were heard of last. These are hidden
        # among the doses, with 3 who took none.
        (
            LOST,
            [
                *[a_person_made(cut_day=80, last_day=60)] * 20,
                *[a_person_made(ending=Ending.DIED, ended_day=84, last_day=84)] * 12,
                *[HEARD_LATE] * 40,
                *[a_person_made(doses=(), last_day=100)] * 3,
            ],
        ),
        # 3 reached the day, and were heard of last before it: the doses count 20 for whom it lies ahead.
        (a_person_made(last_day=60), [*[replace(LOST, cut_day=80)] * 20, *[HEARD_LATE] * 40]),
        # 3 reached the day, but were heard of last in the weeks in which 20 were lost.
        (
            a_person_made(last_day=20),
            [
                *[a_person_made(ending=Ending.LOST, ended_day=20, last_day=20)] * 20,
                *[a_person_made(cut_day=200, last_day=200)] * 30,
            ],
        ),
        # 3 were heard of after the day, beside 11 who stopped for harm after it.
        (
            HEARD_LATE,
            [
                *[a_person_made(ending=Ending.STOPPED_FOR_HARM, ended_day=100, last_day=100)] * 11,
                *[a_person_made(last_day=20)] * 40,
            ],
        ),
    ],
)
def test_the_weeks_followed_do_not_tell_where_a_few_stand(few: Person, others: list[Person]) -> None:
    """Every band is of the threshold or more; but with those who stand elsewhere, 3 would be told."""
    found, _ = tables([*[few] * 3, *others], 11)
    assert found["weeks_followed"].hidden == set(found["weeks_followed"].counts)
    found, _ = tables([*[few] * 11, *others], 11)
    assert found["weeks_followed"].hidden == set()
