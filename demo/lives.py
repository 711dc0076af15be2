"""Long lives for a population: more than one regimen, several doses, and not everything done in time (pure).

Depth per person: about 1.3 regimens, 2 dose steps, 3 visits, 4 to 5 results (S).
"""

from collections.abc import Iterator
from random import Random

from demo.chances import body, creatinine_of, gad7_items
from demo.cohort import Course, course_of, symptoms_of, units_of
from demo.happenings import Became, Change, Happening, Present, Start, Stop, Visit, creatinine
from demo.telling import Story
from patients.models import Status
from patients.symptoms import Symptom
from regimens.models import StopReason

LONGEST_AGO, SHORTEST_AGO = 700, 10
LEAVES, PAUSES, RESTARTS, CHECKED, MEASURED, CONSENTS = 0.04, 0.02, 0.3, 0.92, 0.75, 0.6
# How many visits may tell of a symptom that flags; and what is told that never does.
TELLS, RECORDED_ONLY = 0.4, ((Symptom.INSOMNIA, 0.09), (Symptom.HEADACHE, 0.07))
# How many steps the first regimen has, and how often.
STEPS, SHARES = (1, 2, 3), (50, 35, 15)
A_YEAR = 350


def lives(chance: Random, number: int) -> Iterator[Story]:
    """So many people; their names are those of nobody, the population gives each its own."""
    for n in range(number):
        person = body(chance)
        course = course_of(chance, person, "US", chance.randint(SHORTEST_AGO, LONGEST_AGO))
        yield Story(
            mrn=str(n),
            family_name="Nobody",
            given_name="Nobody",
            sex=person.sex,
            age=person.age,
            happenings=tuple(_happenings(chance, course)),
            consent=chance.random() < CONSENTS,
            owned=False,
            birthday_days_ago=chance.randint(1, 360),
        )


def _happenings(chance: Random, course: Course) -> Iterator[Happening]:
    kidney = creatinine(str(creatinine_of(course.person)))
    gad7 = gad7_items(chance, course.person.gad7)
    yield Visit(course.ago(-7), gad7=gad7, results=(kidney, course.ionized(chance, 0)))
    yield course.begins()
    day = 0
    for number in range(chance.choices(STEPS, SHARES)[0]):
        if number:
            yield Change(course.ago(day), units_of(course.product, course.dose_mg - 50 * (number % 2)))
        day += chance.randint(29, 45)
        yield from _check(chance, course, day)
    yield from _goes_on(chance, course, day)
    if day < A_YEAR:
        yield Visit(course.ago(A_YEAR), results=(kidney,))
    if chance.random() < RESTARTS:
        yield from _again(chance, course, max(day, A_YEAR) + chance.randint(5, 60))
    yield from _end(chance, course)


def _goes_on(chance: Random, course: Course, day: int) -> Iterator[Happening]:
    """A re-evaluation every quarter of a year, which some people miss."""
    while (day := day + chance.randint(91, 110)) < course.start:
        yield from _check(chance, course, day)


def _check(chance: Random, course: Course, day: int) -> Iterator[Happening]:
    """A re-evaluation, which some people miss."""
    if chance.random() < CHECKED:
        yield Visit(
            course.ago(day),
            symptoms=_symptoms(chance, course.ago(day)),
            adherence=round(course.person.adherence * 100),
            results=(course.ionized(chance, course.dose_mg),) if chance.random() < MEASURED else (),
            is_re_evaluation=True,
            hour=9,
        )


def _symptoms(chance: Random, ago: int) -> tuple[Present, ...]:
    """About 0.4 reports a person, of which a quarter flag and were not dealt with yet."""
    flagging = symptoms_of(chance, ago) if chance.random() < TELLS else ()
    told = (Present(symptom, 1) for symptom, share in RECORDED_ONLY if chance.random() < share)
    return (*flagging, *told)


def _again(chance: Random, course: Course, day: int) -> Iterator[Happening]:
    """A pause from magnesium, and a second regimen of the same product."""
    yield Stop(course.ago(day), StopReason.COURSE_FINISHED)
    restart = day + chance.randint(14, 60)
    yield Start(course.ago(restart), course.product, units_of(course.product, course.dose_mg))
    yield from _check(chance, course, restart + chance.randint(29, 45))


def _end(chance: Random, course: Course) -> Iterator[Happening]:
    draw = chance.random()
    if draw < LEAVES:
        yield Became(course.ago(130), Status.LEFT, "Did not come back")
    elif draw < LEAVES + PAUSES:
        yield Became(course.ago(130), Status.PAUSED, "Away", returns_after=200)
