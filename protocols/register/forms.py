"""C01 to C09: forms of magnesium, and why it is said to calm (pure). Clinical facts 1, 2.2 and 2.3."""

from protocols.register import sources as by
from protocols.register.shape import NOT_USED, Claim, Danger, Status, Study, Topic

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "C01",
        Topic.FORMS,
        "Forms of magnesium differ in absorption.",
        "Soluble salts are absorbed better than oxide in several trials; formulation matters as much.",
        "B",
        Status.SUPPORTS,
        Danger.NONE,
        "Products keep form, compound and elemental amount; a dose is always elemental mg.",
        (
            Study("Oxide 4 % absorbed; chloride, lactate and aspartate more, and alike.", by.FIROZ),
            Study("Citrate and amino-acid chelate above oxide; 300 mg a day, 60 days, 46 people.", by.WALKER),
            Study("Citrate: 0.565 mmol more in the urine of a day than oxide; 20 men.", by.KAPPELER),
            Study(
                "15 products: serum rose by at most 6.2 % with the best and 4.6 % with the worst.",
                by.BLANCQUAERT,
            ),
        ),
    ),
    Claim(
        "C02",
        Topic.FORMS,
        "Glycinate uses amino-acid transport and escapes the competition that oxide meets.",
        "Some of it may be absorbed intact; that is inferred, not measured.",
        "B",
        Status.PARTLY,
        Danger.NONE,
        NOT_USED,
        (
            Study(
                "Better absorbed than oxide only in the 4 who absorbed worst: 23.5 against 11.8 %.",
                by.SCHUETTE,
            ),
        ),
    ),
    Claim(
        "C03",
        Topic.FORMS,
        "Plasma magnesium is 30 % higher than with oxide within 90 minutes.",
        "Absorption was 23.5 % against 22.8 %; one dose moves serum magnesium by about 5 to 6 %.",
        "C",
        Status.CONTRADICTS,
        Danger.MEDIUM,
        NOT_USED,
        (
            Study(
                "100 mg, 12 people after ileal resection: 23.5 against 22.8 %, no difference overall; "
                "the peak came about 3.2 hours earlier.",
                by.SCHUETTE,
            ),
            Study(
                "Serum rose by at most 6.2 % with the best product and 4.6 % with the worst.", by.BLANCQUAERT
            ),
        ),
    ),
    Claim(
        "C04",
        Topic.FORMS,
        "Glycinate gives 40 % less gut trouble than oxide.",
        "Better tolerated in one small study; no such number was found.",
        "C",
        Status.NO_EVIDENCE,
        Danger.LOW,
        "Diarrhoea and nausea are recorded, so that a clinic can compare forms itself.",
        (
            Study("12 people: better tolerated than oxide, without a percentage.", by.SCHUETTE),
            Study(
                "12 trials of 243 to 972 mg a day: no difference in gut events from control "
                "(risk difference 0.00, 95 % CI −0.05 to 0.05).",
                by.DICKINSON,
            ),
            Study("Chloride, 248 mg a day, 126 people: diarrhoea in 8.", by.TARLETON),
            Study("Diarrhoea limits supplemental magnesium, whatever the form.", by.IOM),
        ),
    ),
    Claim(
        "C05",
        Topic.FORMS,
        "Chelation lowers the toxicity of free metal ions and raises uptake into cells.",
        "Nothing found.",
        "C",
        Status.NO_EVIDENCE,
        Danger.LOW,
        NOT_USED,
    ),
    Claim(
        "C06",
        Topic.TIMING,
        "Absorption is best in slightly alkaline surroundings.",
        "The opposite: long acid suppression is a known cause of low magnesium.",
        "C",
        Status.CONTRADICTS,
        Danger.MEDIUM,
        "No antacid is suggested; acid suppression is a modifier.",
        (
            Study(
                "Proton-pump inhibitors for more than a year can cause low magnesium; in about a quarter "
                "a supplement alone did not correct it.",
                by.FDA,
            ),
        ),
    ),
    Claim(
        "C07",
        Topic.GENERAL,
        "Magnesium is a cofactor of the enzymes that handle ATP.",
        "General biochemistry, for every form.",
        "A",
        Status.SUPPORTS,
        Danger.NONE,
        NOT_USED,
        (Study("Said of magnesium, not of glycinate.", by.IOM),),
    ),
    Claim(
        "C08",
        Topic.GENERAL,
        "Effects on NMDA and GABA explain the calming.",
        "A hypothesis about the mechanism.",
        "C",
        Status.PARTLY,
        Danger.LOW,
        NOT_USED,
    ),
    Claim(
        "C09",
        Topic.GENERAL,
        "Glycinate reduces anxiety.",
        "Mixed salts: small open trials positive, one controlled trial not. No glycinate trial was found.",
        "B",
        Status.PARTLY,
        Danger.MEDIUM,
        "GAD-7 is followed; a case series calls itself uncontrolled.",
        (
            Study("5 of 7 small, differing trials of mixed salts improved what people reported.", by.RAWJI),
            Study(
                "Chloride, 248 mg a day for 6 weeks, open label: GAD-7 lower by 4.5 (95 % CI 2.4 to 6.6).",
                by.TARLETON,
            ),
            Study("Against placebo, 31 people: no significant difference in anxiety.", by.BREUS),
        ),
    ),
)
