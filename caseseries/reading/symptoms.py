"""The course of each symptom of one person, from what all visits together told of it (pure)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from caseseries.persons import Course, SymptomCourse


class Told(NamedTuple):
    """What visits until the data cut told of one symptom; days since the start.

    `asked_day`: the last on which it was present or absent. `present_day`: the first on which it was present.
    `onset_day`: the earliest onset that was told.
    """

    asked_day: int
    present_day: int | None
    onset_day: int | None


def course_of(told: Told) -> Course:
    """New only for those who were free of it at the start and were asked afterwards."""
    if (told.present_day is not None and told.present_day <= 0) or (
        told.onset_day is not None and told.onset_day < 0
    ):
        return Course.ALREADY_PRESENT
    if told.asked_day <= 0:
        return Course.NEVER_ASKED
    return Course.NOT_NEW if told.present_day is None else Course.NEW


@lru_cache(maxsize=4096)
def without_episode(course: Course, asked_day: int) -> SymptomCourse:
    """One object for the many who share it: most symptoms of most people are not new."""
    return SymptomCourse(course, None, asked_day)


def told_of(answers: Sequence[tuple[int, bool, int | None]]) -> Told:
    """The same from the answers themselves: (day, present, onset), of one person and symptom."""
    present = [day for day, is_present, _ in answers if is_present]
    onsets = [onset for _, is_present, onset in answers if is_present and onset is not None]
    return Told(max(day for day, _, _ in answers), min(present, default=None), min(onsets, default=None))
