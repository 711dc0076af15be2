"""What was changed while a new symptom lasted, and what followed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from caseseries.persons import Changed, DoseSpan, Followed, NewEpisode
from caseseries.reading.episodes import Around, Moved, changes_of, new_episode
from patients.symptoms import Answer, Symptom
from reviews.episodes import AnswerOn

START = date(2025, 10, 23)
P, A = Answer.PRESENT, Answer.ABSENT


def on(day: int) -> date:
    return START + timedelta(days=day)


def said(day: int, answer: Answer, grade: int | None = None, onset: int | None = None) -> AnswerOn:
    told = on(onset) if onset is not None else None
    return AnswerOn(UUID(int=day), UUID(int=day), Symptom.MUSCLE_TWITCHING, on(day), answer, grade, told)


def around(*doses: tuple[int, int], **days: tuple[int, ...]) -> Around:
    """`doses`: (from day, mg); `days`: moved, began, stopped, beside."""
    ends = [*(day for day, _ in doses[1:]), 200]
    spans = tuple(DoseSpan(day, end, Decimal(mg)) for (day, mg), end in zip(doses, ends, strict=True))
    dated = {name: [on(day) for day in days.get(name, ())] for name in ("began", "stopped", "beside")}
    return Around(
        start=START,
        spans=spans,
        changes=changes_of(spans, START),
        moved=[Moved(on(day)) for day in days.get("moved", ())],
        **dated,
    )


def of(episode: NewEpisode, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(episode, name) for name in names)


def test_the_articles_case_lowered_and_gone() -> None:
    answers = [said(40, P, grade=1), said(56, A)]
    assert new_episode(answers, around((0, 300), (42, 250))) == NewEpisode(
        onset_day=40,
        grade=1,
        mg_at_onset=Decimal(300),
        changed=Changed.LOWERED,
        changed_day=42,
        mg_after_change=Decimal(250),
        change_beside=False,
        followed=Followed.GONE,
        gone_day=56,
    )


@pytest.mark.parametrize(
    ("to_mg", "changed"), [(250, Changed.LOWERED), (0, Changed.STOPPED), (400, Changed.RAISED)]
)
def test_what_was_changed(to_mg: int, changed: Changed) -> None:
    episode = new_episode([said(40, P)], around((0, 300), (45, to_mg)))
    assert of(episode, "changed", "mg_after_change", "followed") == (changed, to_mg, Followed.NOT_ASKED)


def test_intakes_that_moved_are_a_change_to_the_same_dose() -> None:
    episode = new_episode([said(40, P), said(60, A)], around((0, 300), moved=(45,)))
    assert of(episode, "changed", "changed_day", "mg_after_change") == (Changed.INTAKES_MOVED, 45, 300)
    assert of(episode, "followed", "gone_day") == (Followed.GONE, 60)
    first = new_episode([said(40, P), said(60, A)], around((0, 300), (50, 250), moved=(45,)))
    assert of(first, "changed", "followed") == (Changed.INTAKES_MOVED, Followed.NOT_ASKED)


def test_an_unchanged_dose_is_followed_from_the_first_present() -> None:
    nothing = around((0, 300))
    assert of(new_episode([said(40, P), said(60, A)], nothing), "changed", "followed", "gone_day") == (
        Changed.NOTHING, Followed.GONE, 60,
    )  # fmt: skip
    assert new_episode([said(40, P), said(60, P)], nothing).followed is Followed.STILL_PRESENT
    assert new_episode([said(40, P)], nothing).followed is Followed.NOT_ASKED


@pytest.mark.parametrize(
    ("changed_day", "changed"),
    [
        (39, Changed.NOTHING),
        # On the day of the visit the change came after the questions.
        (40, Changed.LOWERED),
        (59, Changed.LOWERED),
        # Told to be gone on that day: it was gone before anything was changed.
        (60, Changed.NOTHING),
        (61, Changed.NOTHING),
    ],
)
def test_only_a_change_while_it_lasted_counts(changed_day: int, changed: Changed) -> None:
    episode = new_episode([said(40, P), said(60, A)], around((0, 300), (changed_day, 250)))
    assert episode.changed is changed


def test_a_change_on_the_day_of_a_told_onset_was_made_before_it() -> None:
    told = new_episode([said(45, P, onset=40)], around((0, 200), (40, 300)))
    assert of(told, "onset_day", "mg_at_onset", "changed") == (40, 300, Changed.NOTHING)
    not_told = new_episode([said(40, P)], around((0, 200), (40, 300)))
    assert of(not_told, "onset_day", "mg_at_onset", "changed") == (40, 200, Changed.RAISED)


def test_answers_after_the_next_change_belong_to_it() -> None:
    doses = around((0, 300), (45, 250), (60, 200))
    assert new_episode([said(40, P), said(61, A)], doses).followed is Followed.NOT_ASKED
    assert new_episode([said(40, P), said(60, A)], doses).followed is Followed.GONE


def test_gone_and_back_is_told() -> None:
    answers = [said(40, P, grade=1), said(56, A), said(90, P, grade=2)]
    episode = new_episode(answers, around((0, 300), (42, 250), (70, 300)))
    assert of(episode, "followed", "gone_day", "episodes", "grade") == (Followed.CAME_BACK, 56, 2, 1)


def test_the_grade_is_the_highest_of_the_first_episode() -> None:
    answers = [said(40, P, grade=1), said(50, P, grade=3), said(56, A)]
    assert new_episode(answers, around((0, 300))).grade == 3
    assert new_episode([said(40, P)], around((0, 300))).grade is None


@pytest.mark.parametrize("day", [41, 42, 50, 56, 57])
@pytest.mark.parametrize("what", ["beside", "began", "stopped"])
def test_another_change_from_the_day_of_the_change_to_the_answer_stands_beside(what: str, day: int) -> None:
    answers = [said(40, P), said(56, A)]
    episode = new_episode(answers, around((0, 300), (42, 250), **{what: (day,)}))
    # A product that ended on the day of the change is the change.
    first = 43 if what == "stopped" else 42
    assert episode.change_beside is (first <= day <= 56)


def test_without_an_answer_nothing_stands_beside() -> None:
    assert not new_episode([said(40, P)], around((0, 300), (42, 250), beside=(42,))).change_beside
