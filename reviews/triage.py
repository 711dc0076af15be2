"""How urgent the symptoms of one visit are, alone and together.

Rules RF1 to RF14: clinical facts 6.3, on what a visit records; levels E, U, S and R as protocol 1 reads them
(E emergency, U today, S and R this week). RF11 is about results and lives with them. A grade that was not
told counts as severe where a rule for an emergency names a grade, and nowhere else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from patients.symptoms import SYMPTOMS, Symptom, triaged_as
from protocols.thresholds import Thresholds

EMERGENCY_SENTENCE = "This can be an emergency: call your emergency number now."


class Urgency(StrEnum):
    """What a symptom asks for, most urgent first."""

    EMERGENCY = "EMERGENCY"
    TODAY = "TODAY"
    THIS_WEEK = "THIS_WEEK"
    NONE = "NONE"


_MOST_URGENT_FIRST = tuple(Urgency)


@dataclass(frozen=True)
class AnswerFacts:
    """One symptom that is present at the visit; CTCAE grade 1 to 4 or None when it was not told."""

    symptom: Symptom
    grade: int | None
    new_or_worse: bool


@dataclass(frozen=True)
class Triage:
    """The urgency, and the ids of the rules that found it, in the order of `RED_FLAGS`."""

    urgency: Urgency
    rules: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What must be said at once; empty unless this is an emergency."""
        return EMERGENCY_SENTENCE if self.urgency is Urgency.EMERGENCY else ""


@dataclass(frozen=True)
class _Visit:
    """The present symptoms with their grades, and what else bears on them."""

    grades: Mapping[Symptom, int | None]
    new_or_worse: frozenset[Symptom]
    on_digoxin: bool
    kidneys_fail: bool

    def present(self, *symptoms: Symptom) -> frozenset[Symptom]:
        return frozenset(symptoms) & self.grades.keys()

    def at_least(self, grade: int, *symptoms: Symptom, untold: bool = False) -> frozenset[Symptom]:
        """Those present with this grade or more; with `untold`, also those of unknown grade."""
        return frozenset(s for s in self.present(*symptoms) if _reaches(self.grades[s], grade, untold))


def _reaches(grade: int | None, least: int, untold: bool) -> bool:
    return untold if grade is None else grade >= least


def _together(one: frozenset[Symptom], other: frozenset[Symptom]) -> frozenset[Symptom]:
    """All of both, when there is something of each."""
    return one | other if one and other else frozenset()


_S = Symptom
_HEARTBEAT = tuple(s for s in Symptom if triaged_as(s) is Symptom.IRREGULAR_HEARTBEAT)
# Recorded, never flagged: they take part in no rule.
RECORDED_ONLY = frozenset({_S.ANXIETY, _S.INSOMNIA, _S.HEADACHE, _S.FLUSHING})
_TRIAGED = tuple(s for s in Symptom if s not in RECORDED_ONLY)


@dataclass(frozen=True)
class RedFlag:
    """One rule: `finds` gives the symptoms of the visit that take part in it, none when it does not hold."""

    id: str
    urgency: Urgency
    text: str
    source: str
    mark: str
    finds: Callable[[_Visit], frozenset[Symptom]]


def _heart_with_warning(visit: _Visit) -> frozenset[Symptom]:
    warnings = visit.present(_S.SYNCOPE, _S.PRESYNCOPE, _S.CHEST_PAIN) | visit.at_least(
        3, _S.DYSPNOEA, untold=True
    )
    return _together(visit.present(*_HEARTBEAT), warnings)


def _breath_or_spreading_weakness(visit: _Visit) -> frozenset[Symptom]:
    """Breathlessness on minimal exertion or at rest; weakness that has come to limit self-care."""
    return visit.at_least(2, _S.DYSPNOEA, untold=True) | (visit.at_least(3, _S.WEAKNESS) & visit.new_or_worse)


def _low_pressure_felt(visit: _Visit) -> frozenset[Symptom]:
    felt = visit.present(_S.SYNCOPE, _S.PRESYNCOPE, _S.DIZZINESS)
    return _together(visit.at_least(2, _S.HYPOTENSION, untold=True), felt)


def _toxic_digoxin(visit: _Visit) -> frozenset[Symptom]:
    return visit.present(_S.NAUSEA, *_HEARTBEAT) if visit.on_digoxin else frozenset()


def _severe_diarrhoea(visit: _Visit) -> frozenset[Symptom]:
    with_dizziness = _together(visit.present(_S.DIARRHOEA), visit.present(_S.DIZZINESS))
    return visit.at_least(3, _S.DIARRHOEA) | with_dizziness


# Most urgent first. Blood pressure, vision, urine and known heart disease are not recorded at a visit, so the
# parts of RF2, RF6, RF8 and RF9 that need them are not here.
RED_FLAGS: tuple[RedFlag, ...] = (
    RedFlag(
        "RF1",
        Urgency.EMERGENCY,
        "Irregular heartbeat with fainting, near-fainting, chest pain or severe breathlessness",
        "UK patient advice; Cornwall referral criteria",
        "A",
        _heart_with_warning,
    ),
    RedFlag(
        "RF2",
        Urgency.EMERGENCY,
        "Irregular heartbeat with low blood pressure",
        "Cornwall and Gloucestershire referral criteria",
        "A",
        lambda visit: _together(visit.present(*_HEARTBEAT), visit.at_least(2, _S.HYPOTENSION, untold=True)),
    ),
    RedFlag(
        "RF3",
        Urgency.EMERGENCY,
        "Breathing difficulty, or weakness that spreads",
        "Signs of high magnesium (5.2)",
        "B",
        _breath_or_spreading_weakness,
    ),
    RedFlag(
        "RF4",
        Urgency.EMERGENCY,
        "Marked drowsiness or confusion",
        "Signs of high magnesium (5.2)",
        "B",
        lambda visit: visit.present(_S.CONFUSION) | visit.at_least(2, _S.DROWSINESS, untold=True),
    ),
    RedFlag(
        "RF5",
        Urgency.EMERGENCY,
        "Seizure",
        "NHS Highland; FDA 2011-03-02",
        "A",
        lambda visit: visit.present(_S.SEIZURE),
    ),
    RedFlag(
        "RF6",
        Urgency.EMERGENCY,
        "Low blood pressure with fainting, near-fainting or dizziness",
        "Signs of high magnesium (5.2); limit not verified",
        "K",
        _low_pressure_felt,
    ),
    RedFlag(
        "RF7",
        Urgency.TODAY,
        "Irregular heartbeat: ECG, magnesium, calcium, potassium, eGFR",
        "Cornwall referral criteria",
        "A",
        lambda visit: visit.present(*_HEARTBEAT),
    ),
    RedFlag(
        "RF8",
        Urgency.TODAY,
        "Nausea or irregular heartbeat while taking digoxin",
        "SmPC digoxin",
        "A",
        _toxic_digoxin,
    ),
    RedFlag(
        "RF9",
        Urgency.TODAY,
        "Diarrhoea of grade 3 or more, or with dizziness",
        "CTCAE v5; kidney function (5.3)",
        "A",
        _severe_diarrhoea,
    ),
    RedFlag(
        "RF10",
        Urgency.TODAY,
        "Symptoms on magnesium with an eGFR below the stop limit",
        "SmPC magnesium aspartate (5.3)",
        "A",
        lambda visit: visit.present(*_TRIAGED) if visit.kidneys_fail else frozenset(),
    ),
    RedFlag(
        "GRADE_3_4",
        Urgency.TODAY,
        "Any symptom of grade 3 or 4",
        "Protocol 1, after CTCAE v5",
        "A",
        lambda visit: visit.at_least(3, *_TRIAGED),
    ),
    RedFlag(
        "CHEST_PAIN",
        Urgency.TODAY,
        "Chest pain alone",
        "Own assumption: chest pain does not wait for a week",
        "S",
        lambda visit: visit.present(_S.CHEST_PAIN),
    ),
    RedFlag(
        "RF12",
        Urgency.THIS_WEEK,
        "New or worse tingling or twitching: check Mg, Ca, K, eGFR, vitamin D, B6 dose, medicines",
        "Clinical facts 6.3",
        "D",
        lambda visit: visit.present(_S.TINGLING, _S.MUSCLE_TWITCHING) & visit.new_or_worse,
    ),
    RedFlag(
        "RF13",
        Urgency.THIS_WEEK,
        "Twitching with weakness: neurology",
        "Not verified",
        "K",
        lambda visit: _together(visit.present(_S.MUSCLE_TWITCHING), visit.present(_S.WEAKNESS)),
    ),
    RedFlag(
        "RF14",
        Urgency.THIS_WEEK,
        "Mild diarrhoea or nausea: pause or split the dose, take it with food, another salt",
        "Clinical facts 6.3",
        "A",
        lambda visit: visit.present(_S.DIARRHOEA, _S.NAUSEA),
    ),
    RedFlag(
        "ROUTINE",
        Urgency.THIS_WEEK,
        "Any other symptom that is followed",
        "Protocol 1",
        "S",
        lambda visit: visit.present(*_TRIAGED),
    ),
)


def triage(
    answers: Sequence[AnswerFacts],
    thresholds: Thresholds,
    *,
    on_digoxin: bool = False,
    egfr: Decimal | None = None,
) -> Triage:
    """The urgency of the whole visit: that of its most urgent symptom.

    `egfr` in mL/min/1.73 m2 is the newest one of a patient who takes magnesium; None otherwise.
    """
    each = triage_each(answers, thresholds, on_digoxin=on_digoxin, egfr=egfr).values()
    urgency = _highest([found.urgency for found in each])
    rules = {rule for found in each if found.urgency is urgency for rule in found.rules}
    return Triage(urgency, tuple(flag.id for flag in RED_FLAGS if flag.id in rules))


def triage_each(
    answers: Sequence[AnswerFacts],
    thresholds: Thresholds,
    *,
    on_digoxin: bool = False,
    egfr: Decimal | None = None,
) -> dict[Symptom, Triage]:
    """Each present symptom by itself, raised where it takes part in a combination; arguments as `triage`."""
    visit = _Visit(
        grades={a.symptom: _grade(a) for a in answers},
        new_or_worse=frozenset(a.symptom for a in answers if a.new_or_worse),
        on_digoxin=on_digoxin,
        kidneys_fail=egfr is not None and egfr < thresholds.egfr_stop,
    )
    held = [(flag, flag.finds(visit)) for flag in RED_FLAGS]
    return {s: _most_urgent([flag for flag, parts in held if s in parts]) for s in visit.grades}


def due_by(
    urgency: Urgency,
    symptom: Symptom | None,
    raised_at: datetime,
    end_of_local_day: datetime,
    thresholds: Thresholds,
) -> datetime:
    """When a flag must have been looked at; raises ValueError for no urgency, which raises no flag.

    Emergency: at once. Today: the end of the clinic's day. Tingling and twitching: hours; all else: days.
    Both moments in UTC, so that a change of clocks does not shift them.
    """
    if urgency is Urgency.EMERGENCY:
        return raised_at
    if urgency is Urgency.TODAY:
        return end_of_local_day
    if urgency is Urgency.NONE:
        raise ValueError("What is not urgent has no due time.")
    if symptom in {Symptom.TINGLING, Symptom.MUSCLE_TWITCHING}:
        return raised_at + timedelta(hours=thresholds.neuromuscular_hours)
    return raised_at + timedelta(days=thresholds.this_week_days)


def _grade(answer: AnswerFacts) -> int | None:
    """The grade as told, or the only one that the scale has: fainting is grade 3."""
    grades = SYMPTOMS[answer.symptom].grades
    return next(iter(grades)) if answer.grade is None and len(grades) == 1 else answer.grade


def _most_urgent(flags: Sequence[RedFlag]) -> Triage:
    urgency = _highest([flag.urgency for flag in flags])
    return Triage(urgency, tuple(flag.id for flag in flags if flag.urgency is urgency))


def _highest(urgencies: Sequence[Urgency]) -> Urgency:
    return min(urgencies, key=_MOST_URGENT_FIRST.index, default=Urgency.NONE)
