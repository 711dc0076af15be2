"""The founding article, claim by claim: what it says, what studies found, what the app does with it (pure).

The texts are ours. A claim of mark C is shown as "founding article, unverified"; it never raises a dose.
Clinical facts 1; what the article leaves out is 1.1, where it contradicts itself 1.2.
"""

from collections.abc import Iterator

from protocols.register import doses, forms, practice, series
from protocols.register.shape import Claim, Contradiction, Danger, Status, Topic
from protocols.thresholds import PROTOCOL_1

CLAIMS: tuple[Claim, ...] = (*forms.CLAIMS, *doses.CLAIMS, *practice.CLAIMS, *series.CLAIMS)

CONTRADICTIONS: tuple[Contradiction, ...] = (
    Contradiction(
        ("C10", "C24"),
        "Below 200 mg a dose is said to plateau, yet 200 to 300 mg split are doses of 100 to 150 mg.",
    ),
    Contradiction(("C16", "C22"), "Half as much again of 300 mg is 450 mg, above the article's own 400 mg."),
    Contradiction(("C16",), "More is said to be needed because little is taken up, yet it accumulates."),
    Contradiction(("C33", "C19"), "The dose that did harm is put right by one inside the range for a start."),
    Contradiction(
        ("C06", "C23"), "Alkaline surroundings are said to be best, yet the empty stomach is acid."
    ),
)

# What every clinic needs and the article does not say.
LEFT_OUT: tuple[tuple[str, str], ...] = (
    ("Kidney function", "the main cause of accumulation; contraindicated below an eGFR of 30 mL/min/1.73 m²"),
    ("Medicines that must be hours apart", "antibiotics, thyroid, bone, HIV and seizure medicines are lost"),
    ("Contraindications", "disorders of heart conduction, myasthenia gravis and others"),
    ("Elemental and compound mg", "confusing them is an error of 7 to 8 times between threonate and oxide"),
    ("Other sources of magnesium", "antacids and laxatives double a dose unseen"),
    ("Emergency symptoms", "an irregular heartbeat with fainting or chest pain cannot wait for a new dose"),
    ("Variation of ionized magnesium", "what a dose does is smaller than what one day does"),
    ("Pregnancy and children", "other upper levels"),
)

_BY_ID = {claim.id: claim for claim in CLAIMS}


def by_id(claim_id: str) -> Claim:
    """The claim; raises KeyError for an unknown id."""
    return _BY_ID[claim_id]


def claim_of(number: str) -> str:
    """The claim on which a number of the protocol rests; empty where a better source gives it."""
    return next(threshold.claim for threshold in PROTOCOL_1 if threshold.name == number)


def contradictions_of(claim_id: str) -> Iterator[tuple[str, str]]:
    """(the claim that this one cannot hold with, why); its own id where it contradicts itself."""
    for contradiction in CONTRADICTIONS:
        if claim_id in contradiction.claims:
            others = [other for other in contradiction.claims if other != claim_id]
            yield from ((other, contradiction.words) for other in others or [claim_id])


def found(
    search: str = "", status: str = "", danger: str = "", topic: str = "", mark: str = ""
) -> list[Claim]:
    """The claims in which every typed word stands somewhere and that are of what is asked for, in order."""
    asked = {"status": status, "danger": danger, "topic": topic, "mark": mark}
    return [
        claim
        for claim in CLAIMS
        if all(value in ("", getattr(claim, name)) for name, value in asked.items())
        and all(word in _words(claim) for word in search.casefold().split())
    ]


def by_topic(claims: list[Claim]) -> list[tuple[Topic, list[Claim]]]:
    """The claims under their topics, topics without one left out."""
    grouped = ((topic, [claim for claim in claims if claim.topic is topic]) for topic in Topic)
    return [(topic, claims) for topic, claims in grouped if claims]


def _words(claim: Claim) -> str:
    studies = (f"{study.words} {study.source}" for study in claim.studies)
    parts = (claim.id, claim.text, claim.finding, claim.use, claim.topic.words, claim.status.words, *studies)
    return " ".join(parts).casefold()


CHOICES: dict[str, list[tuple[str, str]]] = {
    "topic": [(topic.value, topic.words) for topic in Topic],
    "status": [(status.value, status.words) for status in Status],
    "danger": [(danger.value, danger.value.lower()) for danger in Danger],
    "mark": [("A", "Guideline or label"), ("B", "Study"), ("C", "Article only")],
}
