"""The many: a random cohort in which most things go as they should (clinical facts 9, S; a fixed seed)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from demo.chances import Body, body, creatinine_of, gad7_items, measured, treated
from demo.happenings import (
    Became,
    Entry,
    Happening,
    Present,
    Result,
    Start,
    Stop,
    Visit,
    creatinine,
    ionized_mg,
)
from demo.people import names
from demo.queue_work import Settle
from demo.telling import Story
from demo.upkeep import upkeep
from patients.models import Status, VisitKind
from patients.symptoms import Symptom
from regimens.generics import GENERIC_PRODUCTS
from regimens.models import StopReason
from regimens.salts import SALTS, Family, Form

LONGEST_AGO, SHORTEST_AGO = 345, 4
# (product, share): glycinate 55 %, citrate 20, oxide 10, malate 5, other 10.
PRODUCTS = (("P02", 45), ("P01", 10), ("P05", 20), ("P07", 10), ("P08", 5), ("P10", 5), ("P11", 5))
# Elemental mg per day that is aimed at: mode 200 to 250, 8 % above 350; Southbank stays at 250.
DOSES = {
    "US": ((150, 15), (200, 35), (250, 27), (300, 15), (400, 8)),
    "EU": ((150, 30), (200, 40), (250, 30)),
}
# (symptom, share of people in 12 weeks, highest grade)
SYMPTOMS = (
    (Symptom.DIARRHOEA, 0.08, 2),
    (Symptom.FATIGUE, 0.05, 1),
    (Symptom.NAUSEA, 0.04, 1),
    (Symptom.TINGLING, 0.03, 1),
    (Symptom.ABDOMINAL_PAIN, 0.03, 1),
    (Symptom.MUSCLE_CRAMP, 0.04, 2),
    (Symptom.DIZZINESS, 0.02, 1),
    (Symptom.MUSCLE_TWITCHING, 0.02, 1),
    (Symptom.PALPITATIONS, 0.02, 1),
)
BESIDE = (
    ("medications", "OMEPRAZOLE", 0.12),
    ("medications", "HYDROCHLOROTHIAZIDE", 0.08),
    ("medications", "ALENDRONATE", 0.03),
    ("co-treatments", "SSRI", 0.15),
    ("conditions", "HYPERTENSION", 0.10),
)
LEAVES, PAUSES, CHANGES, FALLS_ILL = 0.11, 0.03, 0.3, 0.06
# eGFR in mL/min/1.73 m², elemental mg per day.
WEAK_KIDNEYS, HIGH_MG = 60, 350
_FORM = {product.id: product.form for product in GENERIC_PRODUCTS}
_ELEMENTAL = {product.id: float(product.elemental_mg) for product in GENERIC_PRODUCTS}


@dataclass(frozen=True)
class Course:
    """One person; days are counted from the start, which was `start` days ago."""

    person: Body
    start: int
    product: str
    dose_mg: float

    def ago(self, day: int) -> int:
        return self.start - day

    @property
    def window(self) -> tuple[int, int]:
        """Days after a dose in which it is re-evaluated; two weeks earlier with weak kidneys."""
        return (14, 28) if self.person.egfr < WEAK_KIDNEYS else (28, 42)

    def begins(self) -> Start:
        """The start; above 350 mg somebody watches, and looks again in a month."""
        units = units_of(self.product, self.dose_mg)
        return Start(self.start, self.product, units, again_in=30 if self.dose_mg > HIGH_MG else None)

    def ionized(self, chance: Random, dose_mg: float) -> Result:
        true = treated(self.person, dose_mg, oxide=_FORM[self.product] is Form.OXIDE)
        return ionized_mg(str(measured(chance, true)))


def cohort(chance: Random, people: int, first_mrn: int, jurisdiction: str) -> Iterator[Story]:
    """So many people, started between a year and a few days ago."""
    name = names(chance)
    for number in range(people):
        person = body(chance)
        if chance.random() < FALLS_ILL:
            person = _with_weak_kidneys(chance, person)
        family, given = next(name)
        course = course_of(chance, person, jurisdiction, chance.randint(SHORTEST_AGO, LONGEST_AGO))
        yield Story(
            mrn=str(first_mrn + number),
            family_name=family,
            given_name=given[person.sex],
            sex=person.sex,
            age=person.age,
            happenings=tuple(_happenings(chance, course)),
            consent=_consents(chance, course),
            owned=chance.random() < 0.4,
            birthday_days_ago=chance.randint(1, 360),
        )


def course_of(chance: Random, person: Body, jurisdiction: str, start: int) -> Course:
    """A product and a dose, begun `start` days ago."""
    product = _drawn(chance, PRODUCTS)
    return Course(person, start, product, float(_drawn(chance, DOSES[jurisdiction])))


def _consents(chance: Random, course: Course) -> bool:
    """Nobody on glycinate but the article's fifty, so that their series can be counted by itself."""
    return SALTS[_FORM[course.product]].family is not Family.GLYCINATE and chance.random() < 0.7


def _with_weak_kidneys(chance: Random, person: Body) -> Body:
    return Body(
        person.sex,
        max(person.age, 55),
        chance.uniform(38, 58),
        person.ionized,
        person.gad7,
        person.adherence,
    )


def _happenings(chance: Random, course: Course) -> Iterator[Happening]:
    """First visit, start, other medicines, re-evaluation, perhaps another dose, week 12, perhaps the end."""
    end = chance.randint(20, 80) if chance.random() < LEAVES else None
    for happening in _all(chance, course):
        if end is None or happening.days > course.ago(end):
            yield happening
    if end is not None:
        yield Stop(course.ago(end), chance.choice((StopReason.PATIENT_CHOICE, StopReason.NO_BENEFIT)))
        yield Became(course.ago(end), Status.LEFT, "Did not come back")
    elif chance.random() < PAUSES:
        yield Became(course.ago(95), Status.PAUSED, "Away for some months", returns_after=120)


def _all(chance: Random, course: Course) -> Iterator[Happening]:
    first = (creatinine(str(creatinine_of(course.person))), course.ionized(chance, 0))
    gad7 = gad7_items(chance, course.person.gad7)
    yield Visit(course.ago(-7), gad7=gad7, results=first, note="First visit.")
    yield from _beside(chance, course)
    yield course.begins()
    yield Settle(course.ago(1))
    opens, closes = course.window
    in_time = chance.random() < 0.95
    check = chance.randint(opens, closes - 9) if in_time else chance.randint(closes + 1, closes + 10)
    units = units_of(course.product, course.dose_mg)
    higher = units_of(course.product, min(course.dose_mg + 50, 350))
    changes = chance.random() < CHANGES and higher != units
    yield from _check(chance, course, check, higher if changes else ())
    met, late = check, check > closes
    if changes:
        met, late = check + chance.randint(opens, closes - 9), False
        yield from _check(chance, course, met, ())
    else:
        yield from _week_12(chance, course)
    yield from upkeep(chance, course.start, met, late=late, adherence=course.person.adherence)


def _check(chance: Random, course: Course, day: int, units: tuple[str, ...]) -> Iterator[Happening]:
    """A re-evaluation visit, which may change the dose; what it flags is settled two days later."""
    gad7 = max(0, min(21, course.person.gad7 + round(chance.gauss(-4.5, 3.5))))
    yield Visit(
        course.ago(day),
        symptoms=symptoms_of(chance, course.ago(day)),
        adherence=round(course.person.adherence * 100),
        gad7=gad7_items(chance, gad7),
        results=(course.ionized(chance, course.dose_mg),) if chance.random() < 0.85 else (),
        units=units,
        reason="Dose adjusted at the re-evaluation" if units else "",
        is_re_evaluation=True,
    )
    yield Settle(course.ago(day + 2))


def _week_12(chance: Random, course: Course) -> Iterator[Happening]:
    day = chance.randint(78, 92)
    gad7 = max(0, min(21, course.person.gad7 + round(chance.gauss(-5, 3.5))))
    yield Visit(
        course.ago(day),
        symptoms=symptoms_of(chance, course.ago(day)),
        gad7=gad7_items(chance, gad7),
        kind=chance.choice((VisitKind.CLINIC, VisitKind.VIDEO)),
    )
    yield Settle(course.ago(day + 2))


def _beside(chance: Random, course: Course) -> Iterator[Happening]:
    for kind, code, share in BESIDE:
        if chance.random() < share:
            yield Entry(course.ago(-7), kind, code)


def symptoms_of(chance: Random, ago: int) -> tuple[Present, ...]:
    """What somebody tells at a visit so many days ago; mostly nothing."""
    return tuple(
        Present(symptom, chance.randint(1, grade), chance.random() < 0.4, ago + chance.randint(2, 14))
        for symptom, share, grade in SYMPTOMS
        if chance.random() < share
    )


def units_of(product: str, dose_mg: float) -> tuple[str, ...]:
    """Half units over one to three intakes that come nearest to the dose."""
    halves = max(1, round(dose_mg / _ELEMENTAL[product] * 2))
    times = min(3, (halves + 1) // 2)
    each = [halves // times + (n < halves % times) for n in range(times)]
    return tuple(f"{count / 2:g}" for count in each)


def _drawn(chance: Random, shares: Sequence[tuple[str, int]] | Sequence[tuple[int, int]]) -> str:
    values, weights = zip(*shares, strict=True)
    return str(chance.choices(values, weights)[0])
