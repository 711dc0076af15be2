"""The article's fifty, as they are told; what the case series counts of them is in test_seed_demo."""

from random import Random

from demo.article import series
from demo.happenings import Visit


def test_the_same_seed_tells_the_same_people() -> None:
    first, second = (list(series(Random(7), 1)) for _ in range(2))
    assert first == second
    assert list(series(Random(8), 1)) != first


def test_everybody_answers_the_gad7_at_the_start_and_around_week_12() -> None:
    for story in series(Random(7), 1):
        visits = [h for h in story.happenings if isinstance(h, Visit) and h.gad7 is not None]
        start = story.first_day - 7
        days = [start - visit.days for visit in visits]
        assert min(days) < 0
        assert any(70 <= day <= 98 for day in days)
