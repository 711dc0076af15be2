"""A series of people made by hand, without a database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from caseseries.definition import CohortCriteria, OutcomeDefinition, SeriesDefinition
from caseseries.persons import Anxiety, Course, DoseSpan, Ending, Measured, Pair, Person, SymptomCourse
from caseseries.reading import Cohort
from caseseries.series import Series
from caseseries.summary import Tally, summarise, tables_of
from patients.symptoms import Symptom
from protocols.thresholds import Thresholds
from regimens.salts import Family
from tests.caseseries.persons_made import a_person_made, an_episode

OUTCOME = OutcomeDefinition.of(Thresholds())
STEPS = {"ALL": 412, "FORM": 238, "WEEKS": 131}


@dataclass(frozen=True)
class CohortMade:
    """What the figures ask of a cohort."""

    made: Sequence[Person]

    def persons(self) -> Iterator[Person]:
        return iter(self.made)


def a_series_made(
    persons: Sequence[Person], *, threshold: int = 1, outcome: OutcomeDefinition = OUTCOME
) -> Series:
    """As `read_series` would have read these people; a threshold of 1 suppresses nothing."""
    tally = Tally(outcome, {**STEPS, "CONSENT": len(persons)}, Thresholds())
    tally.add(persons)
    tables = tables_of(tally, threshold)
    return Series(
        definition=SeriesDefinition(CohortCriteria(families=(Family.GLYCINATE,)), outcome),
        data_cut_on=date(2026, 3, 12),
        protocol_version=1,
        version_in_words="",
        cohort=cast(Cohort, CohortMade(persons)),
        tables=tables,
        summary=summarise(tally, tables),
    )


def the_article_made(people: int = 50, less: int = 34, twitching: int = 11) -> list[Person]:
    """34 of 50 less anxious, 11 of 50 with new twitching who were lowered from 300 to 250 mg."""
    return [_person(n, n < twitching, n < less) for n in range(people)]


def _person(n: int, twitches: bool, is_less: bool) -> Person:
    last_day = 105 + n * 37 % 170
    onset = 49 + n * 5 % 42
    start, later = Decimal(40 + n % 9) / 100, Decimal(48 + n * 7 % 10) / 100
    course = [Measured(-2, start), Measured(40 + n % 5, (start + later) / 2), Measured(80 + n % 9, later)]
    symptom = SymptomCourse(Course.NOT_NEW, last_asked_day=last_day)
    if twitches:
        episode = an_episode(onset_day=onset, changed_day=onset + 3, gone_day=onset + 12)
        symptom = SymptomCourse(Course.NEW, episode, last_asked_day=last_day)
    changes: dict[str, Any] = {
        "sex": "FEMALE" if n % 5 < 3 else "MALE",
        "age_at_start": 25 + n * 13 % 50,
        "last_day": last_day,
        "cut_day": last_day if n % 4 else last_day + 30,
        "ending": Ending.FOLLOWED if n % 4 else Ending.STOPPED_OTHERWISE,
        "ended_day": None if n % 4 else last_day,
        "doses": _doses(n, last_day, onset if twitches else None),
        "ionized_mg": Pair(start, later, 80 + n % 9),
        "ionized_mg_course": tuple(course if n % 3 else [*course, Measured(last_day, later)]),
        "gad7": Pair(12, 6 if is_less else 11, 84),
        "anxiety": Anxiety.LESS if is_less else Anxiety.NEITHER,
        "symptoms": {
            Symptom.MUSCLE_TWITCHING: symptom,
            Symptom.FATIGUE: SymptomCourse(Course.NOT_NEW, None, 120),
        },
    }
    return a_person_made(**changes)


def _doses(n: int, last_day: int, onset: int | None) -> tuple[DoseSpan, ...]:
    first = 28 + n % 3 * 7
    spans = [DoseSpan(0, first, Decimal(200))]
    if onset is None:
        return (*spans, DoseSpan(first, last_day + 1, Decimal((200, 250, 300)[n % 3])))
    return (
        *spans,
        DoseSpan(first, onset + 3, Decimal(300)),
        DoseSpan(onset + 3, last_day + 1, Decimal(250)),
    )
