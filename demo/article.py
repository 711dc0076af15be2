"""The founding article's case series, made so that its two figures come out: 34 of 50 and 11 of 50.

Clinical facts 9 (C and S): 50 people start glycinate; around week 12 exactly 34 have a GAD-7 lower by 4 or
more; exactly 11 tell new muscle twitching of grade 1, mostly at night, and are lowered to 250 mg/day; 9 of
them are free of it within three weeks. These are made-up people: they prove that the counting is right, and
nothing about magnesium.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from demo.chances import Body, body, creatinine_of, gad7_items, measured, treated
from demo.cohort import WEAK_KIDNEYS
from demo.happenings import Happening, Present, Result, Start, Visit, creatinine, ionized_mg
from demo.people import names
from demo.queue_work import Resolve, Settle
from demo.telling import Story
from demo.upkeep import upkeep
from patients.models import VisitKind
from patients.symptoms import Symptom
from reviews.models import Action, Rule

PEOPLE, LESS_ANXIOUS, WORSE, TWITCHING = 50, 34, 2, 11
# Of the eleven, by their place: who tells it on the phone on day 62, who has it by day, who keeps it.
TOLD_LATE, BY_DAY, KEEPING = {3, 7, 10}, {2, 8}, {4, 9}
CHECK_DAY, LATE_DAY, FREE_AFTER_DAYS = 35, 62, 20
# The lowered dose is re-evaluated at most so many days after it.
RECHECKED_AFTER_DAYS = 41
# GAD-7 falls of 4 to 14, 9 on average, make the mean of all fifty about 6 (clinical facts 9).
LEAST_FALL, GREATEST_FALL = 4, 14
TWO, THREE, LOWERED = ("1", "1"), ("1", "1", "1"), ("1", "0.5", "1")
ELEMENTAL_MG = {TWO: 199.8, THREE: 299.7, LOWERED: 249.8}


@dataclass(frozen=True)
class Twitching:
    """The day after the start on which it is told and on which it began, and how it goes on."""

    told: int
    began: int
    at_night: bool
    goes_away: bool


@dataclass(frozen=True)
class Course:
    """One of the fifty; `start` days before today, GAD-7 at the start and its fall until week 12."""

    person: Body
    start: int
    gad7: int
    fall: int
    twitching: Twitching | None
    units: tuple[str, ...]

    def ago(self, day: int) -> int:
        """Days before today of a day after the start."""
        return self.start - day

    def tells(self) -> tuple[Present, ...]:
        """The twitching as it is told at a visit."""
        if self.twitching is None:
            return ()
        began = self.ago(self.twitching.began)
        return (Present(Symptom.MUSCLE_TWITCHING, 1, self.twitching.at_night, began),)

    def goes_on(self) -> tuple[Present, ...]:
        """The same as long as it does not go away."""
        return self.tells() if self.twitching and not self.twitching.goes_away else ()


def series(chance: Random, first_mrn: int) -> Iterator[Story]:
    """The fifty, started 105 to 330 days ago, all with research consent."""
    name = names(chance)
    for number, course in enumerate(_courses(chance)):
        family, given = next(name)
        person = course.person
        yield Story(
            mrn=str(first_mrn + number),
            family_name=family,
            given_name=given[person.sex],
            sex=person.sex,
            age=person.age,
            happenings=tuple(_happenings(chance, course)),
            consent=True,
            owned=chance.random() < 0.5,
            birthday_days_ago=chance.randint(1, 360),
        )


def _courses(chance: Random) -> Iterator[Course]:
    """Who improves and who twitches are drawn apart from each other; how many of each is fixed."""
    falls = [chance.randint(LEAST_FALL, GREATEST_FALL) for _ in range(LESS_ANXIOUS)]
    falls += [-chance.randint(4, 5) for _ in range(WORSE)]
    falls += [chance.randint(-2, 3) for _ in range(PEOPLE - len(falls))]
    chance.shuffle(falls)
    place = {number: place for place, number in enumerate(chance.sample(range(PEOPLE), TWITCHING))}
    for number, fall in enumerate(falls):
        person = body(chance)
        twitching = _twitching(chance, place[number]) if number in place else None
        gad7 = min(max(person.gad7, 5, fall), 21 + min(fall, 0))
        units = THREE if twitching or chance.random() < 0.6 else TWO
        yield Course(person, chance.randint(105, 330), gad7, fall, twitching, units)


def _twitching(chance: Random, place: int) -> Twitching:
    told = LATE_DAY if place in TOLD_LATE else CHECK_DAY
    return Twitching(told, chance.randint(told - 25, told - 2), place not in BY_DAY, place not in KEEPING)


def _happenings(chance: Random, course: Course) -> Iterator[Happening]:
    first = (creatinine(str(creatinine_of(course.person))), _ionized(chance, course.person.ionized))
    gad7 = gad7_items(chance, course.gad7)
    yield Visit(course.ago(-7), gad7=gad7, results=first, note="First visit.")
    yield Start(course.start, "P02", course.units)
    yield from _check(chance, course)
    if course.twitching:
        yield from _lowered(course, course.twitching)
    yield from _week_12(chance, course)
    yield from _later(chance, course)


def _check(chance: Random, course: Course) -> Iterator[Happening]:
    """The re-evaluation of day 35; most tell their twitching there."""
    tells = course.twitching is not None and course.twitching.told == CHECK_DAY
    yield Visit(
        course.ago(CHECK_DAY),
        symptoms=course.tells() if tells else (),
        adherence=round(course.person.adherence * 100),
        gad7=gad7_items(chance, course.gad7 - round(course.fall * 0.7)),
        results=(_ionized(chance, treated(course.person, ELEMENTAL_MG[course.units])),),
        units=LOWERED if tells else (),
        reason="Muscle twitching" if tells else "",
        is_re_evaluation=True,
    )
    yield Settle(course.ago(CHECK_DAY + 1))


def _lowered(course: Course, twitching: Twitching) -> Iterator[Happening]:
    """Lowered to 250 mg on the day on which it is told; asked again three weeks later."""
    if twitching.told == LATE_DAY:
        yield Visit(
            course.ago(LATE_DAY),
            symptoms=course.tells(),
            units=LOWERED,
            reason="Muscle twitching",
            kind=VisitKind.PHONE,
        )
    note = "Lowered from 300 to 250 mg/day."
    yield Resolve(course.ago(twitching.told), Rule.SYMPTOM, Action.DOSE_CHANGED, note, hour=11)
    yield Visit(
        course.ago(twitching.told + FREE_AFTER_DAYS),
        symptoms=() if twitching.goes_away else course.tells(),
        kind=VisitKind.PHONE,
    )


def _week_12(chance: Random, course: Course) -> Iterator[Happening]:
    """Week 12, which for those who were lowered is the re-evaluation of the new dose too."""
    twitching = course.twitching
    day = chance.randint(80, 88) if twitching is None else twitching.told + chance.randint(33, 36)
    if twitching and twitching.told == CHECK_DAY:
        day = chance.randint(72, 76)
    units = LOWERED if twitching else course.units
    yield Visit(
        course.ago(day),
        symptoms=course.goes_on(),
        adherence=round(course.person.adherence * 100),
        gad7=gad7_items(chance, course.gad7 - course.fall),
        results=(_ionized(chance, treated(course.person, ELEMENTAL_MG[units])),),
        is_re_evaluation=twitching is not None,
    )
    yield Settle(course.ago(day + 1))


def _later(chance: Random, course: Course) -> Iterator[Happening]:
    """The re-evaluations after the last of the first twelve weeks."""
    twitching, late = course.twitching, course.person.egfr < WEAK_KIDNEYS
    met = CHECK_DAY if twitching is None else twitching.told + RECHECKED_AFTER_DAYS
    yield from upkeep(
        chance, course.start, met, late=late, adherence=course.person.adherence, tells=course.goes_on()
    )


def _ionized(chance: Random, true_mmol_l: float) -> Result:
    return ionized_mg(str(measured(chance, true_mmol_l)))
