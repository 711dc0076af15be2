"""How a claim of the founding article and what studies found of it are written down (pure).

Marks: A guideline, label or regulator; B paper; C founding article only; D calculated; K known but not
verified; W secondary page. Clinical facts 1.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How the literature that was found stands to a claim."""

    SUPPORTS = "SUPPORTS"
    PARTLY = "PARTLY"
    CONTRADICTS = "CONTRADICTS"
    NO_EVIDENCE = "NO_EVIDENCE"

    @property
    def words(self) -> str:
        """`no evidence found`."""
        return _STATUS_WORDS[self]


class Danger(StrEnum):
    """The harm if the claim were shown to clinicians as established."""

    NONE = "NONE"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class Topic(StrEnum):
    """What a claim is about, in the order in which the register shows it."""

    FORMS = "FORMS"
    DOSE = "DOSE"
    TIMING = "TIMING"
    PAIRING = "PAIRING"
    MODIFIERS = "MODIFIERS"
    MONITORING = "MONITORING"
    WEARABLES = "WEARABLES"
    SERIES = "SERIES"
    GENERAL = "GENERAL"

    @property
    def words(self) -> str:
        """`Symptoms and monitoring`."""
        return _TOPIC_WORDS[self]


_STATUS_WORDS = {
    Status.SUPPORTS: "supported",
    Status.PARTLY: "partly supported",
    Status.CONTRADICTS: "contradicted",
    Status.NO_EVIDENCE: "no evidence found",
}
_TOPIC_WORDS = {
    Topic.FORMS: "Forms",
    Topic.DOSE: "Dose",
    Topic.TIMING: "Timing",
    Topic.PAIRING: "Pairing",
    Topic.MODIFIERS: "Modifiers",
    Topic.MONITORING: "Symptoms and monitoring",
    Topic.WEARABLES: "Wearables",
    Topic.SERIES: "Case series",
    Topic.GENERAL: "General",
}


@dataclass(frozen=True)
class Source:
    """A citation; `year` is empty for a label or a calculation, which has none."""

    author: str
    year: str
    journal: str
    mark: str

    def __str__(self) -> str:
        return ", ".join(part for part in (f"{self.author} {self.year}".strip(), self.journal) if part)


@dataclass(frozen=True)
class Study:
    """One thing that a source found, in our words."""

    words: str
    source: Source


@dataclass(frozen=True)
class Claim:
    """One claim. `mark`: the best evidence for the claim itself; `use`: what the app does with it."""

    id: str
    topic: Topic
    text: str
    finding: str
    mark: str
    status: Status
    danger: Danger
    use: str
    studies: tuple[Study, ...] = ()


@dataclass(frozen=True)
class Contradiction:
    """Claims that cannot all hold; one claim alone contradicts itself."""

    claims: tuple[str, ...]
    words: str


NOT_USED = "not used"
