"""The founding article, claim by claim: what it says, what literature says, and what the app does with it.

The texts are ours. Marks: A guideline, label or regulator; B paper; C founding article only. A claim of
mark C is shown as "founding article, unverified"; it never raises a dose. Clinical facts 1.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How the literature that was found stands to a claim."""

    SUPPORTS = "SUPPORTS"
    PARTLY = "PARTLY"
    CONTRADICTS = "CONTRADICTS"
    NO_EVIDENCE = "NO_EVIDENCE"


class Danger(StrEnum):
    """The harm if the claim were shown to clinicians as established."""

    NONE = "NONE"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


@dataclass(frozen=True)
class Claim:
    """One claim. `mark`: the best evidence for the claim itself; `use`: what the app does with it."""

    id: str
    text: str
    finding: str
    mark: str
    status: Status
    danger: Danger
    use: str


NOT_USED = "not used"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "C01",
        "Forms of magnesium differ in absorption.",
        "Soluble salts are absorbed better than oxide in several trials.",
        "B",
        Status.SUPPORTS,
        Danger.NONE,
        "Products keep form, compound and elemental amount; a dose is always elemental mg.",
    ),
    Claim(
        "C02",
        "Glycinate uses amino-acid transport and escapes the competition that oxide meets.",
        "Some of it may be absorbed intact; that is inferred, not measured.",
        "B",
        Status.PARTLY,
        Danger.NONE,
        NOT_USED,
    ),
    Claim(
        "C03",
        "Plasma magnesium is 30 % higher than with oxide within 90 minutes.",
        "Absorption was 23.5 % against 22.8 %; one dose moves serum magnesium by about 5 to 6 %.",
        "C",
        Status.CONTRADICTS,
        Danger.MEDIUM,
        NOT_USED,
    ),
    Claim(
        "C04",
        "Glycinate gives 40 % less gut trouble than oxide.",
        "Better tolerated in one small study; no such number was found.",
        "C",
        Status.NO_EVIDENCE,
        Danger.LOW,
        "Diarrhoea and nausea are recorded, so that a clinic can compare forms itself.",
    ),
    Claim(
        "C05",
        "Chelation lowers the toxicity of free metal ions and raises uptake into cells.",
        "Nothing found.",
        "C",
        Status.NO_EVIDENCE,
        Danger.LOW,
        NOT_USED,
    ),
    Claim(
        "C06",
        "Absorption is best in slightly alkaline surroundings.",
        "The opposite: long acid suppression is a known cause of low magnesium.",
        "C",
        Status.CONTRADICTS,
        Danger.MEDIUM,
        "No antacid is suggested; acid suppression is a modifier.",
    ),
    Claim(
        "C07",
        "Magnesium is a cofactor of the enzymes that handle ATP.",
        "General biochemistry, for every form.",
        "A",
        Status.SUPPORTS,
        Danger.NONE,
        NOT_USED,
    ),
    Claim(
        "C08",
        "Effects on NMDA and GABA explain the calming.",
        "A hypothesis about the mechanism.",
        "C",
        Status.PARTLY,
        Danger.LOW,
        NOT_USED,
    ),
    Claim(
        "C09",
        "Glycinate reduces anxiety.",
        "Mixed salts: small open trials positive, one controlled trial not. No glycinate trial was found.",
        "B",
        Status.PARTLY,
        Danger.MEDIUM,
        "GAD-7 is followed; a case series calls itself uncontrolled.",
    ),
    Claim(
        "C10",
        "Below 200 mg per dose the uptake reaches a plateau.",
        "The reverse: the smaller the dose, the larger the fraction absorbed.",
        "C",
        Status.CONTRADICTS,
        Danger.MEDIUM,
        NOT_USED,
    ),
    Claim(
        "C11",
        "Above 200 mg magnesium competes with calcium and risks low calcium.",
        "Seen with infusions only; 350 mg a day by mouth left calcium unchanged.",
        "C",
        Status.CONTRADICTS,
        Danger.HIGH,
        "Ionized calcium is recorded; no rule links it to the dose.",
    ),
    Claim(
        "C12",
        "The useful range is 200 to 400 mg a day.",
        "The upper levels for supplements are 350 mg (US) and 250 mg (EU).",
        "C",
        Status.PARTLY,
        Danger.HIGH,
        "Shown beside the level of the clinic's jurisdiction, as unverified.",
    ),
    Claim(
        "C13",
        "It works only with enough vitamin D.",
        "Magnesium takes part in vitamin D metabolism; the other direction is uncertain.",
        "C",
        Status.PARTLY,
        Danger.LOW,
        "25-OH-D and vitamin D are recorded; 25-OH-D never flags.",
    ),
    Claim(
        "C14",
        "A low-phytate diet is needed.",
        "Added phytate lowers absorption in a meal; foods that hold it also bring magnesium.",
        "B",
        Status.PARTLY,
        Danger.LOW,
        "Phytate in the diet is a modifier that can be recorded.",
    ),
    Claim(
        "C15",
        "TRPM6 variants change uptake in the gut.",
        "TRPM6 carries magnesium; common variants mattered only with a low intake.",
        "B",
        Status.PARTLY,
        Danger.LOW,
        "The genotype is a modifier that can be recorded; it never raises a dose.",
    ),
    Claim(
        "C16",
        "Reduced TRPM6 activity needs a 50 % higher dose, yet accumulates.",
        "No dose-finding study was found; it breaks the article's own cap.",
        "C",
        Status.NO_EVIDENCE,
        Danger.HIGH,
        NOT_USED,
    ),
    Claim(
        "C17",
        "A disturbed gut flora disturbs magnesium uptake.",
        "Plausible; mostly animal data.",
        "B",
        Status.PARTLY,
        Danger.LOW,
        NOT_USED,
    ),
    Claim(
        "C18",
        "Low Bifidobacterium means a 35 % fall of plasma magnesium within 48 hours of a supplement.",
        "The study was not found; the reverse effect is known in mice. Such a fall would be severe.",
        "C",
        Status.NO_EVIDENCE,
        Danger.HIGH,
        "The abundance is a modifier that can be recorded; no rule reads it.",
    ),
    Claim(
        "C19",
        "Start with 200 to 300 mg a day.",
        "The upper end is above the EU level. No guideline for a start was found.",
        "C",
        Status.PARTLY,
        Danger.MEDIUM,
        "A start outside the range shows the claim, as unverified.",
    ),
    Claim(
        "C20",
        "Follow ionized magnesium.",
        "It is the active fraction and answers to a dose; few laboratories offer it.",
        "B",
        Status.PARTLY,
        Danger.LOW,
        "Ionized magnesium is an analyte of its own, never mixed with total magnesium.",
    ),
    Claim(
        "C21",
        "Check again and adjust after 4 to 6 weeks.",
        "Sensible as an early check; a steady state comes after about 20 weeks.",
        "C",
        Status.PARTLY,
        Danger.MEDIUM,
        "Rule RE_EVALUATION: day 28 to 42 after a start or a change.",
    ),
    Claim(
        "C22",
        "Not more than 400 mg unless supervised.",
        "Above the upper level of both the US and the EU.",
        "C",
        Status.PARTLY,
        Danger.HIGH,
        "Rule DOSE_ABOVE_CAP uses the official levels; the 400 stands beside them.",
    ),
    Claim(
        "C23",
        "Take it fasting, 30 to 60 minutes before a meal.",
        "A meal raised absorption; the slot belongs to levothyroxine and bisphosphonates.",
        "C",
        Status.CONTRADICTS,
        Danger.HIGH,
        "Minutes before a meal are recorded, never advised.",
    ),
    Claim(
        "C24",
        "Or split the dose for steady levels.",
        "Smaller doses are absorbed better in sum.",
        "B",
        Status.SUPPORTS,
        Danger.NONE,
        "A regimen holds several intakes with clock times.",
    ),
    Claim(
        "C25",
        "Steady absorption matters more than the daily total.",
        "Nothing found.",
        "C",
        Status.NO_EVIDENCE,
        Danger.LOW,
        "Adherence is recorded at each visit.",
    ),
    Claim(
        "C26",
        "Combine it with vitamin B6.",
        "No better in all (44.9 % against 42.4 %); too much B6 can itself cause tingling.",
        "C",
        Status.CONTRADICTS,
        Danger.HIGH,
        "Vitamin B6 is recorded with its dose; new tingling asks for it.",
    ),
    Claim(
        "C27",
        "Combine it with vitamin D.",
        "As C13; too much vitamin D raises calcium.",
        "C",
        Status.PARTLY,
        Danger.MEDIUM,
        "Vitamin D is recorded with its dose.",
    ),
    Claim(
        "C28",
        "Keep phytate away from the dose.",
        "As C14.",
        "B",
        Status.PARTLY,
        Danger.LOW,
        NOT_USED,
    ),
    Claim(
        "C29",
        "Tingling, fatigue or an irregular heartbeat call for a new look at the dose.",
        "They are signs of low magnesium, calcium or potassium too; a heartbeat needs an ECG.",
        "C",
        Status.PARTLY,
        Danger.HIGH,
        "Rule SYMPTOM, with urgency by clinical triage and not by the article.",
    ),
    Claim(
        "C30",
        "Wearable pH and metabolic sensors show mineral shifts in real time.",
        "No consumer device measures magnesium in blood.",
        "C",
        Status.NO_EVIDENCE,
        Danger.HIGH,
        NOT_USED,
    ),
    Claim(
        "C31",
        "In a case series of 2024, 68 % were less anxious after 12 weeks.",
        "The series is not named and was not found; it had no control.",
        "C",
        Status.NO_EVIDENCE,
        Danger.HIGH,
        "A clinic counts its own responders, with an interval and the word uncontrolled.",
    ),
    Claim(
        "C32",
        "In 22 % mild twitching came from a calcium and magnesium imbalance at night.",
        "Twitching is a sign of low magnesium; the mechanism was not found.",
        "C",
        Status.CONTRADICTS,
        Danger.HIGH,
        "Twitching is counted, with the time of day; the ratio has no limits.",
    ),
    Claim(
        "C33",
        "A lower dose of 250 mg put it right.",
        "250 mg lies inside the article's own range for a start.",
        "C",
        Status.NO_EVIDENCE,
        Danger.LOW,
        "A change of dose is recorded with its reason.",
    ),
    Claim(
        "C34",
        "... together with a calcium dipsodium phosphate challenge.",
        "No such agent or test was found; look-alike names have been fatal.",
        "C",
        Status.NO_EVIDENCE,
        Danger.CRITICAL,
        "Never a template, an order or a hint.",
    ),
    Claim(
        "C35",
        "The benefit stayed after the change.",
        "The article only.",
        "C",
        Status.NO_EVIDENCE,
        Danger.MEDIUM,
        NOT_USED,
    ),
    Claim(
        "C36",
        "Safety needs continued assessment: test, observe, adapt.",
        "Agrees with the monitoring that labels ask for.",
        "A",
        Status.SUPPORTS,
        Danger.NONE,
        "Versioned protocol, re-evaluations and the queue.",
    ),
)

_BY_ID = {claim.id: claim for claim in CLAIMS}


def by_id(claim_id: str) -> Claim:
    """The claim; raises KeyError for an unknown id."""
    return _BY_ID[claim_id]
