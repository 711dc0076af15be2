"""Series of people made at random: small groups beside large ones (hypothesis)."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from caseseries.persons import (
    Anxiety,
    Asked,
    Changed,
    Course,
    DoseSpan,
    Ending,
    Followed,
    Pair,
    Person,
    SymptomCourse,
)
from patients.symptoms import Symptom
from regimens.salts import Family
from tests.caseseries.persons_made import a_person_made, an_episode


def doses(mg: tuple[int, ...], cut: int) -> tuple[DoseSpan, ...]:
    """Each for 20 days, the last until the data cut."""
    ends = [*(20 * n for n in range(1, len(mg))), cut + 1]
    return tuple(DoseSpan(a, b, Decimal(one)) for (a, b), one in zip(pairwise([0, *ends]), mg, strict=True))


EPISODES = st.builds(
    an_episode,
    grade=st.sampled_from([1, 1, 2, 3, None]),
    changed=st.sampled_from([Changed.LOWERED, Changed.STOPPED, Changed.RAISED, Changed.NOTHING]),
    mg_after_change=st.sampled_from([Decimal(250), Decimal(275)]),
    change_beside=st.booleans(),
    followed=st.sampled_from(list(Followed)),
    changed_day=st.sampled_from([42, 90]),
    onset_day=st.sampled_from([10, 40]),
)
COURSES = st.sampled_from([Course.NOT_NEW, Course.NOT_NEW, Course.ALREADY_PRESENT, Course.NEVER_ASKED])
ENDINGS = st.sampled_from(
    [
        (Ending.FOLLOWED, None),
        (Ending.FOLLOWED, None),
        (Ending.STOPPED_FOR_HARM, 50),
        (Ending.STOPPED_FOR_HARM, 100),
        (Ending.LOST, 30),
        (Ending.DIED, 20),
        (Ending.DIED, 100),
    ]
)

# Who has not ended may have been heard of last on any day.
HEARD_DAYS = st.sampled_from([20, 60, 84, 100, 200])
DOSES = {
    frozenset({Changed.LOWERED}): (300, 250),
    frozenset({Changed.RAISED}): (200, 300),
    frozenset({Changed.LOWERED, Changed.RAISED}): (200, 300, 250),
}


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, Any]:
    """One kind of person; what is true of every person by definition is true of it."""
    ending, ended_day = draw(ENDINGS)
    cut = draw(st.sampled_from([140, 140, 110, 200]))
    if ending is Ending.FOLLOWED and draw(st.booleans()):
        cut = 60
    mg = draw(st.sampled_from([(200,), (300, 250), (200, 300), (300,)]))
    symptoms = {}
    for symptom in (Symptom.MUSCLE_TWITCHING, Symptom.TINGLING):
        if draw(st.booleans()):
            symptoms[symptom] = SymptomCourse(Course.NEW, draw(EPISODES), 100)
        else:
            symptoms[symptom] = SymptomCourse(draw(COURSES), None, 100)
    episodes = [found.episode for found in symptoms.values() if found.episode]
    mg = DOSES.get(
        frozenset(e.changed for e in episodes if e.changed in (Changed.LOWERED, Changed.RAISED)), mg
    )
    anxiety = draw(st.sampled_from(list(Anxiety)))
    has = {Anxiety.NO_BASELINE: Pair(None, 6, 84), Anxiety.NO_OUTCOME: Pair(12, None)}
    return {
        "sex": draw(st.sampled_from(["FEMALE", "MALE"])),
        "age_at_start": draw(st.sampled_from([45, 71])),
        "family": draw(st.sampled_from([Family.GLYCINATE, Family.GLYCINATE, Family.CITRATE])),
        "cut_day": cut,
        "last_day": ended_day if ended_day is not None else min(cut, draw(HEARD_DAYS)),
        "ending": ending,
        "ended_day": ended_day,
        "doses": doses(mg, cut),
        "symptoms": symptoms,
        "serious": draw(st.booleans()) or any(e.grade == 3 for e in episodes),
        "anxiety": anxiety,
        "gad7": has.get(anxiety, Pair(12, 6, 84)),
        "ionized_mg": draw(
            st.sampled_from(
                [Pair(), Pair(Decimal("0.5"), Decimal("0.6"), 84), Pair(Decimal("0.5"), Decimal("0.51"), 84)]
            )
        ),
        "retest": draw(st.sampled_from(list(Asked))),
        "adherence_percent": draw(st.sampled_from([90, 50, None])),
    }


@st.composite
def series(draw: st.DrawFn) -> list[Person]:
    """Up to 7 kinds of people, each so many times: small groups beside large ones."""
    made: list[Person] = []
    for profile in draw(st.lists(profiles(), min_size=1, max_size=7)):
        made += [a_person_made(**profile) for _ in range(draw(st.integers(1, 25)))]
    return made
