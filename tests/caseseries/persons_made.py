"""People of a series made by hand: who they are unless a test says otherwise."""

from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from caseseries.persons import (
    Anxiety,
    Asked,
    Changed,
    Course,
    DoseSpan,
    Ending,
    Followed,
    Measured,
    NewEpisode,
    Pair,
    Person,
    Reevaluations,
    SymptomCourse,
)
from patients.symptoms import Symptom
from regimens.salts import Family

_ids = count(1)


def a_person_made(**changes: Any) -> Person:
    """A woman of 45 who took 200 mg of glycinate for 20 weeks, was less anxious, and told of no symptom."""
    fields: dict[str, Any] = {
        "patient_id": UUID(int=next(_ids)),
        "family": Family.GLYCINATE,
        "sex": "FEMALE",
        "age_at_start": 45,
        "cut_day": 140,
        "last_day": 140,
        "ending": Ending.FOLLOWED,
        "ended_day": None,
        "doses": (DoseSpan(0, 141, Decimal(200)),),
        "ionized_mg": Pair(Decimal("0.44"), Decimal("0.52"), 84),
        "ionized_mg_course": (Measured(0, Decimal("0.44")), Measured(84, Decimal("0.52"))),
        "ionized_mg_method": "ISE",
        "gad7": Pair(12, 6, 84),
        "anxiety": Anxiety.LESS,
        "symptoms": {Symptom.MUSCLE_TWITCHING: SymptomCourse(Course.NOT_NEW, last_asked_day=120)},
        "egfr": Decimal(88),
        "adherence_percent": 90,
        "reevaluations": Reevaluations(on_time=2),
        "retest": Asked.YES,
        "prior_magnesium": Asked.NO,
        "psychotherapy_changed": False,
        "psychotropic_changed": False,
        "serious": False,
        "death_possibly_related": False,
    }
    return Person(**fields | changes)


def an_episode(**changes: Any) -> NewEpisode:
    """Grade 1 on day 40 at 300 mg; lowered to 250 mg on day 42, and absent on day 56."""
    fields: dict[str, Any] = {
        "onset_day": 40,
        "grade": 1,
        "mg_at_onset": Decimal(300),
        "changed": Changed.LOWERED,
        "changed_day": 42,
        "mg_after_change": Decimal(250),
        "change_beside": False,
        "followed": Followed.GONE,
        "gone_day": 56,
    }
    return NewEpisode(**fields | changes)


def new_symptom(symptom: Symptom = Symptom.MUSCLE_TWITCHING, **changes: Any) -> dict[Symptom, SymptomCourse]:
    """The symptoms of somebody in whom this one is new."""
    return {symptom: SymptomCourse(Course.NEW, an_episode(**changes), last_asked_day=120)}
