"""C31 to C36: the article's case series, and its last word (pure). Clinical facts 1, 4.4, 5.2 and 7.3."""

from protocols.register import sources as by
from protocols.register.shape import NOT_USED, Claim, Danger, Status, Study, Topic

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "C31",
        Topic.SERIES,
        "In a case series of 2024, 68 % were less anxious after 12 weeks.",
        "The series is not named and was not found; it had no control.",
        "C",
        Status.NO_EVIDENCE,
        Danger.HIGH,
        "A clinic counts its own responders, with an interval and the word uncontrolled.",
        (
            Study(
                "68 and 22 % are both whole people only among 50 or a multiple: 34 of 50 would be "
                "68 % (95 % CI 54.2 to 79.2).",
                by.CALCULATED,
            ),
            Study("A change of GAD-7 by 4 points is one that people notice.", by.TOUSSAINT),
            Study("Against placebo, 31 people: no significant difference in anxiety.", by.BREUS),
        ),
    ),
    Claim(
        "C32",
        Topic.SERIES,
        "In 22 % mild twitching came from a calcium and magnesium imbalance at night.",
        "Twitching is a sign of low magnesium; the mechanism was not found.",
        "C",
        Status.CONTRADICTS,
        Danger.HIGH,
        "Twitching is counted, with the time of day; the ratio has no limits.",
        (
            Study("Twitching is listed among the signs of low magnesium.", by.NHS_HIGHLAND),
            Study("High magnesium shows as weakness and lost reflexes.", by.PMC4455825),
            Study(
                "Total calcium to magnesium 2.36 to 3.66 in adults of 45 and over; nothing is published for "
                "the ionized ratio.",
                by.RATIO,
            ),
            Study("11 of 50 would be 22 % (95 % CI 12.8 to 35.2).", by.CALCULATED),
        ),
    ),
    Claim(
        "C33",
        Topic.SERIES,
        "A lower dose of 250 mg put it right.",
        "250 mg lies inside the article's own range for a start.",
        "C",
        Status.NO_EVIDENCE,
        Danger.LOW,
        "A change of dose is recorded with its reason.",
    ),
    Claim(
        "C34",
        Topic.SERIES,
        "... together with a calcium dipsodium phosphate challenge.",
        "No such agent or test was found. Names that look alike have been fatal when they were mixed up.",
        "C",
        Status.NO_EVIDENCE,
        Danger.CRITICAL,
        "Offered nowhere: no product, no order, no template, no hint. A past event may be told in a note.",
        (
            Study(
                "Edetate disodium and cellulose sodium phosphate bind magnesium: at least 1 hour apart.",
                by.SMPC,
            ),
            Study(
                "Edetate calcium disodium is another chelator; mixing it up with edetate disodium was fatal.",
                by.NOT_VERIFIED,
            ),
            Study("A load of phosphate can itself lower calcium.", by.NOT_VERIFIED),
        ),
    ),
    Claim(
        "C35",
        Topic.SERIES,
        "The benefit stayed after the change.",
        "The article only.",
        "C",
        Status.NO_EVIDENCE,
        Danger.MEDIUM,
        NOT_USED,
    ),
    Claim(
        "C36",
        Topic.GENERAL,
        "Safety needs continued assessment: test, observe, adapt.",
        "Agrees with the monitoring that labels ask for.",
        "A",
        Status.SUPPORTS,
        Danger.NONE,
        "Versioned protocol, re-evaluations and the queue.",
        (Study("Monitor every 3 to 6 months, more often in kidney impairment.", by.SMPC),),
    ),
)
