"""The symptoms that are asked about: their codes and what each grade means.

Codes: clinical facts 6.1 (SNOMED CT; CTCAE v5.0 term with its MedDRA code). Grades: CTCAE v5.0, paraphrased,
clinical facts 6.2. Which symptoms flag: rule SYMPTOM of protocol 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What a visit heard of a symptom; not asked is not absent."""

    PRESENT = "PRESENT"
    ABSENT = "ABSENT"
    NOT_ASKED = "NOT_ASKED"


class Symptom(StrEnum):
    """The stored names."""

    TINGLING = "TINGLING"
    MUSCLE_TWITCHING = "MUSCLE_TWITCHING"
    IRREGULAR_HEARTBEAT = "IRREGULAR_HEARTBEAT"
    FATIGUE = "FATIGUE"
    WEAKNESS = "WEAKNESS"
    DIARRHOEA = "DIARRHOEA"
    OTHER = "OTHER"
    MUSCLE_CRAMP = "MUSCLE_CRAMP"
    NUMBNESS = "NUMBNESS"
    PALPITATIONS = "PALPITATIONS"
    SYNCOPE = "SYNCOPE"
    PRESYNCOPE = "PRESYNCOPE"
    CHEST_PAIN = "CHEST_PAIN"
    DYSPNOEA = "DYSPNOEA"
    DIZZINESS = "DIZZINESS"
    HYPOTENSION = "HYPOTENSION"
    DROWSINESS = "DROWSINESS"
    LETHARGY = "LETHARGY"
    CONFUSION = "CONFUSION"
    SEIZURE = "SEIZURE"
    TREMOR = "TREMOR"
    NAUSEA = "NAUSEA"
    VOMITING = "VOMITING"
    ABDOMINAL_PAIN = "ABDOMINAL_PAIN"
    FLUSHING = "FLUSHING"
    HEADACHE = "HEADACHE"
    ANXIETY = "ANXIETY"
    INSOMNIA = "INSOMNIA"

    @property
    def label(self) -> str:
        """The name for people."""
        return SYMPTOMS[self].label


@dataclass(frozen=True)
class SymptomFacts:
    """One symptom: names, codes, grades, and whether *present* can raise a flag.

    `snomed_mark`: A checked against a concept set, W curated or secondary map, K unverified. `grades` holds
    only the grades that CTCAE defines for the term; `grades_mark` is K where the wording was not checked.
    """

    label: str
    snomed: str | None
    snomed_mark: str | None
    ctcae_term: str
    meddra: str | None
    grades: Mapping[int, str]
    grades_mark: str = "A"
    flags: bool = False

    @property
    def max_grade(self) -> int:
        """The highest grade that CTCAE defines for the term."""
        return max(self.grades)


# In the words of CTCAE, "daily tasks" are instrumental and "self-care" basic activities of daily living.
_TASKS = "limits daily tasks"
_CARE = "limits self-care"
_DEADLY = "Life-threatening"

_THREE = {1: "Mild", 2: f"Moderate, {_TASKS}", 3: f"Severe, {_CARE}"}
_PAIN = {1: "Mild pain", 2: f"Moderate pain, {_TASKS}", 3: f"Severe pain, {_CARE}"}
_OTHER = {**_THREE, 3: f"Severe or in hospital, {_CARE}", 4: _DEADLY}
_PALPITATIONS = {1: "Mild, no treatment needed", 2: "Needs treatment"}
_RHYTHM = {
    1: "No symptoms, no treatment needed",
    2: "Treatment needed, not urgent",
    3: "Symptoms, urgent treatment needed",
    4: _DEADLY,
}

SYMPTOMS: dict[Symptom, SymptomFacts] = {
    Symptom.TINGLING: SymptomFacts(
        "Tingling", "91019004", "A", "Paresthesia", "10033987", _THREE, flags=True
    ),
    Symptom.MUSCLE_TWITCHING: SymptomFacts(
        # CTCAE has no term for it: "other, specify" with the general grades.
        "Twitching",
        "82470000",
        "K",
        "Musculoskeletal and connective tissue disorder - Other, specify",
        "10028395",
        _OTHER,
        "K",
        flags=True,
    ),
    Symptom.IRREGULAR_HEARTBEAT: SymptomFacts(
        "Irregular heartbeat", "361137007", "W", "Palpitations", "10033557", _RHYTHM, "K", flags=True
    ),
    Symptom.FATIGUE: SymptomFacts(
        "Fatigue",
        "84229001",
        "A",
        "Fatigue",
        "10016256",
        {1: "Relieved by rest", 2: f"Not relieved by rest, {_TASKS}", 3: f"Not relieved by rest, {_CARE}"},
        flags=True,
    ),
    Symptom.WEAKNESS: SymptomFacts(
        "Weakness",
        "26544005",
        "A",
        "Generalized muscle weakness",
        "10062572",
        {1: "Felt, not seen on examination", 2: f"Seen on examination, {_TASKS}", 3: f"Severe, {_CARE}"},
        flags=True,
    ),
    Symptom.DIARRHOEA: SymptomFacts(
        "Diarrhoea",
        "62315008",
        "A",
        "Diarrhea",
        "10012727",
        {
            1: "Fewer than 4 stools a day more than usual",
            2: f"4 to 6 stools a day more than usual, {_TASKS}",
            3: f"7 or more stools a day more than usual, hospital, {_CARE}",
            4: _DEADLY,
        },
        flags=True,
    ),
    Symptom.OTHER: SymptomFacts(
        "Other", None, None, "General disorders - Other, specify", None, _OTHER, grades_mark="K"
    ),
    Symptom.MUSCLE_CRAMP: SymptomFacts(
        "Muscle cramp", "55300003", "W", "Muscle cramp", "10028294", _PAIN, flags=True
    ),
    Symptom.NUMBNESS: SymptomFacts(
        "Numbness", "102603008", "A", "Paresthesia", "10033987", _THREE, flags=True
    ),
    Symptom.PALPITATIONS: SymptomFacts(
        "Palpitations", "80313002", "A", "Palpitations", "10033557", _PALPITATIONS, flags=True
    ),
    Symptom.SYNCOPE: SymptomFacts(
        "Fainting", "271594007", "A", "Syncope", "10042772", {3: "Fainted"}, flags=True
    ),
    Symptom.PRESYNCOPE: SymptomFacts(
        "Near-fainting", "427461000", "W", "Presyncope", "10036653", {2: "Nearly fainted"}, "K"
    ),
    Symptom.CHEST_PAIN: SymptomFacts(
        "Chest pain",
        "29857009",
        "A",
        "Chest pain - cardiac",
        "10008481",
        {
            1: "Mild pain",
            2: f"Moderate pain or on exertion, {_TASKS}",
            3: f"Pain at rest or newly unstable, {_CARE}",
        },
        "K",
        flags=True,
    ),
    Symptom.DYSPNOEA: SymptomFacts(
        "Breathlessness",
        "267036007",
        "A",
        "Dyspnea",
        "10013963",
        {
            1: "On moderate exertion",
            2: f"On minimal exertion, {_TASKS}",
            3: f"At rest, {_CARE}",
            4: _DEADLY,
        },
        "K",
        flags=True,
    ),
    Symptom.DIZZINESS: SymptomFacts(
        "Dizziness", "404640003", "A", "Dizziness", "10013573", _THREE, flags=True
    ),
    Symptom.HYPOTENSION: SymptomFacts(
        "Low blood pressure",
        "45007003",
        "A",
        "Hypotension",
        "10021097",
        {1: "No symptoms", 2: "Treatment needed, not urgent", 3: "Treatment in hospital", 4: _DEADLY},
        flags=True,
    ),
    Symptom.DROWSINESS: SymptomFacts(
        "Drowsiness",
        "271782001",
        "W",
        "Somnolence",
        "10041349",
        {1: "Mild", 2: f"Moderate, {_TASKS}", 3: "Hard to rouse", 4: _DEADLY},
        flags=True,
    ),
    Symptom.LETHARGY: SymptomFacts(
        "Lethargy", "214264003", "A", "Lethargy", "10024264", {1: "Mild", 2: f"Moderate, {_TASKS}"}
    ),
    Symptom.CONFUSION: SymptomFacts(
        "Confusion",
        "286933003",
        "A",
        "Confusion",
        "10010300",
        {1: "Mild disorientation", 2: f"Moderate, {_TASKS}", 3: f"Severe, {_CARE}", 4: _DEADLY},
        "K",
        flags=True,
    ),
    Symptom.SEIZURE: SymptomFacts(
        "Seizure",
        "91175000",
        "A",
        "Seizure",
        None,
        {
            1: "Brief and partial, awake throughout",
            2: "Brief and generalized",
            3: "New, or several despite treatment",
            4: "Life-threatening or prolonged",
        },
        "K",
        flags=True,
    ),
    Symptom.TREMOR: SymptomFacts("Tremor", "26079004", "W", "Tremor", "10044565", _THREE, "K"),
    Symptom.NAUSEA: SymptomFacts(
        "Nausea",
        "422587007",
        "A",
        "Nausea",
        "10028813",
        {
            1: "Less appetite",
            2: "Eats less, no weight loss or dehydration",
            3: "Intake inadequate, tube feeding or hospital",
        },
    ),
    Symptom.VOMITING: SymptomFacts(
        "Vomiting",
        "422400008",
        "A",
        "Vomiting",
        "10047700",
        {
            1: "No treatment needed",
            2: "Fluids as an outpatient",
            3: "Tube feeding or hospital",
            4: _DEADLY,
        },
        flags=True,
    ),
    Symptom.ABDOMINAL_PAIN: SymptomFacts(
        "Abdominal pain", "21522001", "A", "Abdominal pain", "10000081", _PAIN, "K"
    ),
    Symptom.FLUSHING: SymptomFacts(
        "Flushing",
        "238810007",
        "W",
        "Flushing",
        "10016825",
        {
            1: "No other symptoms",
            2: f"Moderate, {_TASKS}",
            3: f"With low blood pressure or a fast pulse, {_CARE}",
        },
    ),
    Symptom.HEADACHE: SymptomFacts("Headache", "25064002", "W", "Headache", "10019211", _PAIN, "K"),
    Symptom.ANXIETY: SymptomFacts(
        "Anxiety",
        "48694002",
        "A",
        "Anxiety",
        "10002855",
        {1: "Mild", 2: f"Moderate, {_TASKS}", 3: f"Severe, {_CARE}, hospital", 4: _DEADLY},
    ),
    Symptom.INSOMNIA: SymptomFacts(
        "Insomnia", "193462001", "W", "Insomnia", "10022437", {1: "Mild", 2: "Moderate", 3: "Severe"}
    ),
}

# The visit form: six chips and "Other", which opens the rest.
CHIPS: tuple[Symptom, ...] = (
    Symptom.TINGLING,
    Symptom.MUSCLE_TWITCHING,
    Symptom.IRREGULAR_HEARTBEAT,
    Symptom.FATIGUE,
    Symptom.WEAKNESS,
    Symptom.DIARRHOEA,
    Symptom.OTHER,
)
BEHIND_OTHER: tuple[Symptom, ...] = tuple(s for s in Symptom if s not in CHIPS)


def grade_definition(symptom: Symptom, grade: int) -> str:
    """What the grade means for this symptom; raises ValueError for a grade that the scale does not define."""
    facts = SYMPTOMS[symptom]
    if grade not in facts.grades:
        known = ", ".join(str(g) for g in sorted(facts.grades))
        raise ValueError(f"{facts.label} has no grade {grade}; its grades are {known}.")
    return facts.grades[grade]


def triaged_as(symptom: Symptom) -> Symptom:
    """Palpitations count as irregular heartbeat: the patient cannot tell them apart."""
    return Symptom.IRREGULAR_HEARTBEAT if symptom is Symptom.PALPITATIONS else symptom
