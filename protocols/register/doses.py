"""C10 to C19: how much, with what, and for whom more or less (pure). Clinical facts 1, 2.4 and 5.1."""

from protocols.register import sources as by
from protocols.register.shape import NOT_USED, Claim, Danger, Status, Study, Topic

_UPPER_US = Study("350 mg a day is the upper level for supplements, United States.", by.IOM)
_UPPER_EU = Study("250 mg a day is the upper level for supplements, European Union.", by.SCF)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "C10",
        Topic.DOSE,
        "Below 200 mg per dose the uptake reaches a plateau.",
        "The reverse: the smaller the dose, the larger the fraction absorbed.",
        "C",
        Status.CONTRADICTS,
        Danger.MEDIUM,
        NOT_USED,
        (
            Study("65 % absorbed of the lowest intake, 11 % of the highest, with a meal.", by.FINE),
            Study(
                "From these two ends: 2 x 200 mg give about 99 mg absorbed, 1 x 400 mg about 66 mg. "
                "For teaching only.",
                by.CALCULATED,
            ),
        ),
    ),
    Claim(
        "C11",
        Topic.DOSE,
        "Above 200 mg magnesium competes with calcium and risks low calcium.",
        "Seen with infusions only; 350 mg a day by mouth left calcium unchanged.",
        "C",
        Status.CONTRADICTS,
        Danger.HIGH,
        "Ionized calcium is recorded; no rule links it to the dose.",
        (
            Study(
                "Infused sulfate took serum magnesium from 0.8 to 2.5 mmol/L and lowered ionized calcium "
                "to 0.98 mmol/L.",
                by.CHOLST,
            ),
            Study("350 mg a day by mouth for 3 weeks: no change in calcium.", by.LUBI),
            Study("Low magnesium is the usual magnesium-related cause of low calcium.", by.NOT_VERIFIED),
        ),
    ),
    Claim(
        "C12",
        Topic.DOSE,
        "The useful range is 200 to 400 mg a day.",
        "The upper levels for supplements are 350 mg (US) and 250 mg (EU).",
        "C",
        Status.PARTLY,
        Danger.HIGH,
        "Shown beside the level of the clinic's jurisdiction; it decides nothing.",
        (
            _UPPER_US,
            _UPPER_EU,
            Study("243 to 486 mg a day, for deficiency and under prescription.", by.SMPC),
        ),
    ),
    Claim(
        "C13",
        Topic.PAIRING,
        "It works only with enough vitamin D.",
        "Magnesium takes part in vitamin D metabolism; the other direction is uncertain.",
        "C",
        Status.PARTLY,
        Danger.LOW,
        "25-OH-D stands beside each regimen; it passes, stops and flags nothing.",
        (
            Study(
                "Whether vitamin D raises magnesium absorption in people: small or uncertain.",
                by.NOT_VERIFIED,
            ),
        ),
    ),
    Claim(
        "C14",
        Topic.PAIRING,
        "A low-phytate diet is needed.",
        "Added phytate lowers absorption in a meal; foods that hold it also bring magnesium.",
        "B",
        Status.PARTLY,
        Danger.LOW,
        "Phytate in the diet is a modifier that can be recorded.",
        (
            Study(
                "Phytate added to the same meal: 32.5 to 13.0 % absorbed, and 32.2 to 24.0 % with half "
                "of it; 8 and 9 people.",
                by.BOHN,
            ),
            Study("Foods rich in phytate hold more magnesium, which usually makes up.", by.PHYTATE_REVIEW),
        ),
    ),
    Claim(
        "C15",
        Topic.MODIFIERS,
        "TRPM6 variants change uptake in the gut.",
        "TRPM6 carries magnesium; common variants mattered only with a low intake.",
        "B",
        Status.PARTLY,
        Danger.LOW,
        "The genotype is a modifier that can be recorded; it never raises a dose.",
        (
            Study(
                "Linked to risk only with an intake below 250 mg a day (odds ratio 4.92, CI 1.05 to 23).",
                by.SONG,
            ),
        ),
    ),
    Claim(
        "C16",
        Topic.MODIFIERS,
        "Reduced TRPM6 activity needs a 50 % higher dose, yet accumulates.",
        "No dose-finding study was found; it breaks the article's own cap.",
        "C",
        Status.NO_EVIDENCE,
        Danger.HIGH,
        NOT_USED,
        (Study("300 mg and half as much again are 450 mg a day.", by.CALCULATED), _UPPER_US, _UPPER_EU),
    ),
    Claim(
        "C17",
        Topic.MODIFIERS,
        "A disturbed gut flora disturbs magnesium uptake.",
        "Plausible; mostly animal data.",
        "B",
        Status.PARTLY,
        Danger.LOW,
        NOT_USED,
        (Study("A review of mostly animal studies.", by.IJMS),),
    ),
    Claim(
        "C18",
        Topic.MODIFIERS,
        "Low Bifidobacterium means a 35 % fall of plasma magnesium within 48 hours of a supplement.",
        "The study was not found; the reverse effect is known in mice. Such a fall would be severe.",
        "C",
        Status.NO_EVIDENCE,
        Danger.HIGH,
        "The abundance is a modifier that can be recorded; no rule reads it.",
        (
            Study(
                "The other way round: a diet low in magnesium lowers Bifidobacterium in mice (Pachikian).",
                by.IJMS,
            ),
            Study("35 % would be from 0.85 to 0.55 mmol/L.", by.CALCULATED),
        ),
    ),
    Claim(
        "C19",
        Topic.DOSE,
        "Start with 200 to 300 mg a day.",
        "The upper end is above the EU level. No guideline for a start was found.",
        "C",
        Status.PARTLY,
        Danger.MEDIUM,
        "Shown beside every start; it passes and stops nothing.",
        (_UPPER_EU, _UPPER_US),
    ),
)
