"""Telling many stories at once: all happens in the order of time, and at night the clinic is swept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from demo.clinics import Staff
from demo.happenings import Case, Happening
from patients.models import Patient
from reviews.acts.patients import register_patient
from reviews.sweep import sweep

NIGHT = time(3, 10)
# (until so many days ago, one night in so many): flags that stand are as old as they read.
NIGHTS = ((14, 1), (70, 7), (400, 28))


@dataclass(frozen=True)
class Story:
    """One synthetic person and what happens; `age` in years today. `owned`: in the clinician's own list."""

    mrn: str
    family_name: str
    given_name: str
    sex: str
    age: int
    happenings: Sequence[Happening]
    consent: bool = False
    owned: bool = True
    birthday_days_ago: int = field(default=100, kw_only=True)

    @property
    def first_day(self) -> int:
        """Days before today on which the story begins."""
        return max(happening.days for happening in self.happenings)

    def birth_date(self, today: date) -> date:
        """The day that makes the person `age` years old today."""
        birthday = today - timedelta(days=self.birthday_days_ago)
        # 28 at most: the birthday of a leap year has to exist in the year of birth.
        return birthday.replace(year=birthday.year - self.age, day=min(birthday.day, 28))


def tell(
    staff: Staff,
    stories: Sequence[Story],
    now: datetime,
    *,
    swept: bool = True,
    nights_until: Sequence[tuple[int, int]] = NIGHTS,
    seen: Callable[[datetime, Case | None], None] = lambda at, case: None,
) -> list[Case]:
    """Let all of it happen up to `now`, and sweep in the nights and at the end; returns the cases.

    Without `swept` no night passes: only what the acts themselves do. `nights_until` is as NIGHTS. Whoever
    looks on is told of each happening with its case, and of each night without one (`seen`).
    """
    today = staff.clinic.local_date(now)
    oldest_first = sorted(stories, key=lambda story: -story.first_day)
    cases = {story.mrn: _registered(staff, story, today) for story in oldest_first}
    nights = [*_nights(staff, today, oldest_first[0].first_day, nights_until), now] if swept else []

    def sleep() -> None:
        night = nights.pop(0)
        sweep(staff.clinic, at=night)
        seen(night, None)

    for happening, case in _in_order(stories, cases):
        at = happening.at(case)
        while nights and nights[0] < at:
            sleep()
        happening.happen(case)
        seen(at, case)
    while nights:
        sleep()
    return list(cases.values())


def _registered(staff: Staff, story: Story, today: date) -> Case:
    """The person is registered in the morning of the first day."""
    first_day = today - timedelta(days=story.first_day)
    patient: Patient = register_patient(
        by=staff.assistant,
        at=datetime.combine(first_day, time(8), tzinfo=staff.clinic.zone),
        mrn=story.mrn,
        family_name=story.family_name,
        given_name=story.given_name,
        birth_date=story.birth_date(today),
        sex=story.sex,
        research_consent=story.consent,
        owner=staff.clinician.membership if story.owned else None,
        is_synthetic=True,
    )
    return Case(staff, today, patient)


def _in_order(stories: Sequence[Story], cases: dict[str, Case]) -> Iterator[tuple[Happening, Case]]:
    """What has happened until yesterday, oldest first; what lies ahead has not happened yet."""
    past = ((h, cases[story.mrn]) for story in stories for h in story.happenings if h.days > 0)
    yield from sorted(past, key=lambda pair: pair[0].at(pair[1]))


def _nights(
    staff: Staff, today: date, oldest: int, nights_until: Sequence[tuple[int, int]]
) -> Iterator[datetime]:
    for days in range(oldest, 0, -1):
        if days % next(every for until, every in nights_until if days <= until) == 0:
            yield datetime.combine(today - timedelta(days=days), NIGHT, tzinfo=staff.clinic.zone)
