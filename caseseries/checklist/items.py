"""What a case series must state: 30 items with their sources, and the questions that people answer (pure).

PROCESS: Int J Surg, PMC10720832, and Premier J Sci 2025;10:100080. CARE: J Med Case Reports 7:223. JBI: as in
PMC7778754. "V" sources were read; the wording of those marked "from memory" is to be confirmed (K).
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Who says it."""

    COMPUTED = "COMPUTED"
    ATTESTED = "ATTESTED"
    AUTHORED = "AUTHORED"

    @property
    def label(self) -> str:
        return {"COMPUTED": "from the records", "ATTESTED": "asked once", "AUTHORED": "by the author"}[self]


@dataclass(frozen=True)
class Question:
    """What a person answers in words; `code` is what is stored."""

    code: str
    label: str
    hint: str
    kind: Kind = Kind.ATTESTED


@dataclass(frozen=True)
class Item:
    """One item; `computed` when its numbers come from the records, `questions` when people must answer."""

    number: int
    states: str
    source: str
    computed: bool = False
    questions: tuple[Question, ...] = ()


def _author(code: str, label: str, hint: str) -> tuple[Question, ...]:
    return (Question(code, label, hint, Kind.AUTHORED),)


ITEMS: tuple[Item, ...] = (
    Item(
        1,
        "Case series, population, setting, intervention and outcome in the title; keywords",
        "PROCESS 1, 2; CARE 1, 2",
        computed=True,
        questions=_author(
            "KEYWORDS", "Title and keywords", "Two to five keywords, and your own title if any."
        ),
    ),
    Item(
        2,
        "Abstract: sample size, time frame, design, outcomes, take-home",
        "PROCESS 3a to 3e; CARE 3",
        computed=True,
        questions=_author("ABSTRACT", "Abstract", "Numbers come from the summary."),
    ),
    Item(
        3,
        "Background, rationale, aims",
        "PROCESS 5; CARE 4",
        questions=_author(
            "BACKGROUND", "Background, rationale and aims", "What was known, and why this was looked at."
        ),
    ),
    Item(
        4,
        "Registration number, or none",
        "PROCESS 5a (2020), 6a (2023)",
        questions=(Question("REGISTRATION", "Registration number", "Write none if it was not registered."),),
    ),
    Item(
        5,
        "Ethics approval, or the reason for none",
        "PROCESS 4a (2016); PMC7382892",
        questions=(Question("ETHICS", "Ethics approval", "Committee and number, or why none was needed."),),
    ),
    Item(
        6,
        "Retrospective or prospective; one or several centres; consecutive or not; how people were sampled",
        "PROCESS 5b (2020), 3b (2023); JBI Q4",
        computed=True,
        questions=(
            Question(
                "DIRECTION", "Retrospective or prospective", "Was it planned before the people started?"
            ),
            Question(
                "SAMPLING",
                "Sampling",
                "By exposure or by outcome, and whether all starts are in the records.",
            ),
        ),
    ),
    Item(
        7,
        "Complete inclusion: who was eligible, included, excluded with reasons, lost, still followed",
        "JBI Q5; PROCESS 4d (2016)",
        computed=True,
    ),
    Item(8, "Inclusion and exclusion criteria", "JBI Q1; PROCESS 4d", computed=True),
    Item(
        9,
        "Site, kind of practice, periods of recruitment, exposure, follow-up and data collection",
        "PROCESS 5c; JBI Q9",
        computed=True,
        questions=(Question("SETTING", "Site and kind of practice", "Without naming a small place."),),
    ),
    Item(
        10,
        "Condition identified and measured in the same valid way in all",
        "JBI Q2, Q3; CARE 8a",
        computed=True,
        questions=(
            Question("MEASUREMENT", "How magnesium was measured", "Assay, analyser, sampling and handling."),
        ),
    ),
    Item(11, "Demographics", "JBI Q6; CARE 5a", computed=True),
    Item(
        12,
        "Clinical information: complaints, kidney function, co-medication, diet; genotype and microbiome",
        "JBI Q7; CARE 5b to 5d",
        computed=True,
    ),
    Item(
        13,
        "Baseline optimisation before the start: diet, other supplements stopped",
        "PROCESS 4e (2016)",
        computed=True,
        questions=(
            Question("BASELINE", "Before the start", "Diet advice, and supplements that were stopped."),
        ),
    ),
    Item(
        14,
        "Intervention: form, product, elemental dose, split, timing, duration, co-supplements; rationale",
        "CARE 9a, 9b; PMC7382892; PROCESS (from memory)",
        computed=True,
        questions=_author("RATIONALE", "Why this form and dose", "Split, timing to meals, and the reason."),
    ),
    Item(
        15, "Changes to the intervention with their reason", "CARE 9c; PROCESS (from memory)", computed=True
    ),
    Item(
        16,
        "Who gave it; consistency between clinicians",
        "PROCESS (from memory)",
        questions=(
            Question("GIVEN_BY", "Who gave it", "How many clinicians, and how they kept to the protocol."),
        ),
    ),
    Item(
        17,
        "Follow-up: planned schedule, actual length, visits due and done on time, lost",
        "PROCESS 4d and (from memory); JBI Q8",
        computed=True,
    ),
    Item(18, "Timeline figure or table", "CARE 7", computed=True),
    Item(19, "Outcomes that clinicians assessed", "CARE 10a, 10b; JBI Q8", computed=True),
    Item(
        20,
        "Outcomes that patients assessed: instrument, time, what counts as improved",
        "CARE 10a; JBI Q8",
        computed=True,
    ),
    Item(
        21,
        "Adherence and tolerability, and how they were assessed",
        "CARE 10c; PROCESS (from memory)",
        computed=True,
    ),
    Item(
        22,
        "Adverse and unanticipated events, or that none were observed among those asked",
        "CARE 10d; PROCESS (from memory)",
        computed=True,
    ),
    Item(
        23,
        "Statistics, and whether they fit the purpose",
        "JBI Q10",
        computed=True,
        questions=_author("STATISTICS", "More on the statistics", "Only what was done beside the summary."),
    ),
    Item(24, "Missing data for every outcome", "own addition; JBI Q8, Q10", computed=True),
    Item(
        25,
        "Strengths, limits and natural course",
        "CARE 11a; PMC7382892",
        questions=_author("STRENGTHS", "Strengths and limits", "The fixed limitation stands in any case."),
    ),
    Item(
        26,
        "Literature, conclusion within the evidence, take-home",
        "CARE 11b to 11d; PMC7382892",
        questions=_author("CONCLUSION", "Literature and conclusion", "What was seen, never what it caused."),
    ),
    Item(
        27,
        "Patient perspective",
        "CARE 12; PROCESS (from memory)",
        questions=(
            Question("PERSPECTIVE", "Consent to be quoted", "Who consented, or that nobody is quoted."),
            *_author("QUOTES", "What patients said", "Only with consent, and so that nobody is recognised."),
        ),
    ),
    Item(
        28,
        "Informed consent",
        "CARE 13; PMC7382892",
        computed=True,
        questions=(Question("CONSENT", "How consent was asked for", "Written or spoken, and when."),),
    ),
    Item(
        29,
        "Funding, conflicts with sales of supplements, access to data, use of AI",
        "PROCESS (from memory); PROCESS 2025",
        questions=(
            Question("FUNDING", "Funding", "Write none if there was none."),
            Question("CONFLICTS", "Conflicts of interest", "Say whether anybody sells supplements."),
            Question("DATA_ACCESS", "Access to the data", "Who may ask for the data, and how."),
            Question("AI_USE", "Use of AI", "For what it was used, or that it was not."),
        ),
    ),
    Item(
        30,
        "De-identification: what was removed, dates, threshold, suppressed cells, versions, data cut",
        "own addition",
        computed=True,
    ),
)
QUESTIONS = {question.code: question for item in ITEMS for question in item.questions}
