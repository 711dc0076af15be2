"""C20 to C30: what to measure, when to take it, what to combine, what to watch (pure).

Clinical facts 1, 4.2, 4.4, 4.5, 5.1, 5.2, 5.5 and 6.3.
"""

from protocols.register import sources as by
from protocols.register.shape import Claim, Danger, Status, Study, Topic

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "C20",
        Topic.MONITORING,
        "Follow ionized magnesium.",
        "It is the active fraction and answers to a dose; few laboratories offer it.",
        "B",
        Status.PARTLY,
        Danger.LOW,
        "Ionized magnesium is an analyte of its own, never mixed with total magnesium.",
        (
            Study(
                "400 mg oxide a day for 10 weeks: 0.03 mmol/L higher (CI 0.01 to 0.05). Whether it is more "
                "useful than total magnesium is not settled.",
                by.ROONEY,
            ),
            Study("Within a day it varies by a CV of about 4 % in one person.", by.LAKEHEAD),
            Study("Binding depends on pH: sample without air, and report the pH.", by.SAMPLING),
        ),
    ),
    Claim(
        "C21",
        Topic.MONITORING,
        "Check again and adjust after 4 to 6 weeks.",
        "Sensible as an early check; a steady state comes after about 20 weeks.",
        "C",
        Status.PARTLY,
        Danger.MEDIUM,
        "Rule RE_EVALUATION: day 28 to 42 after a start or a change.",
        (
            Study(
                "Magnesium in blood settles after about 20 weeks, in urine after about 40 (meta-analysis).",
                by.ZHANG,
            ),
            Study("Monitor every 3 to 6 months, more often in kidney impairment.", by.SMPC),
        ),
    ),
    Claim(
        "C22",
        Topic.DOSE,
        "Not more than 400 mg unless supervised.",
        "Above the upper level of both the US and the EU.",
        "C",
        Status.PARTLY,
        Danger.HIGH,
        "Rule DOSE_ABOVE_CAP uses the official levels; the 400 stands beside them.",
        (
            Study("350 mg a day is the upper level for supplements, United States.", by.IOM),
            Study("250 mg a day is the upper level for supplements, European Union.", by.SCF),
            Study("Contraindicated below a GFR of 30 mL/min/1.73 m²; the article names no kidney.", by.SMPC),
        ),
    ),
    Claim(
        "C23",
        Topic.TIMING,
        "Take it fasting, 30 to 60 minutes before a meal.",
        "A meal raised absorption; the slot belongs to levothyroxine and bisphosphonates.",
        "C",
        Status.CONTRADICTS,
        Danger.HIGH,
        "Recorded, never advised; flagged on the regimen where another medicine owns the morning.",
        (
            Study("A meal raised absorption from mineral water from 45.7 to 52.3 %.", by.SABATIER),
            Study("With or after food it causes less diarrhoea.", by.NHS_FOOD),
            Study("One label does say before meals.", by.GERMAN_LABEL),
            Study(
                "Levothyroxine 4 hours apart from magnesium; alendronate fasting, and magnesium later.",
                by.THYROID_BONE_LABELS,
            ),
        ),
    ),
    Claim(
        "C24",
        Topic.TIMING,
        "Or split the dose for steady levels.",
        "Smaller doses are absorbed better in sum.",
        "B",
        Status.SUPPORTS,
        Danger.NONE,
        "A regimen holds several intakes with clock times.",
        (
            Study("The fraction absorbed falls as the single dose rises.", by.FINE),
            Study("The upper level is meant for 2 or more doses a day.", by.SCF),
        ),
    ),
    Claim(
        "C25",
        Topic.TIMING,
        "Steady absorption matters more than the daily total.",
        "Nothing found.",
        "C",
        Status.NO_EVIDENCE,
        Danger.LOW,
        "Adherence is recorded at each visit.",
    ),
    Claim(
        "C26",
        Topic.PAIRING,
        "Combine it with vitamin B6.",
        "No better in all (44.9 % against 42.4 %); too much B6 can itself cause tingling.",
        "C",
        Status.CONTRADICTS,
        Danger.HIGH,
        "Vitamin B6 is summed against its upper level; new tingling asks for it.",
        (
            Study(
                "264 people, 30 mg B6: stress fell by 44.9 % with B6 and 42.4 % without; better only in "
                "those with severe stress.",
                by.POUTEAU,
            ),
            Study("Upper level of B6 12 mg a day, because of damage to peripheral nerves.", by.EFSA_B6),
        ),
    ),
    Claim(
        "C27",
        Topic.PAIRING,
        "Combine it with vitamin D.",
        "As C13; too much vitamin D raises calcium.",
        "C",
        Status.PARTLY,
        Danger.MEDIUM,
        "Vitamin D is summed against its upper level.",
        (Study("Upper level of vitamin D 100 µg (4000 IU) a day for adults.", by.NOT_VERIFIED),),
    ),
    Claim(
        "C28",
        Topic.PAIRING,
        "Keep phytate away from the dose.",
        "As C14.",
        "B",
        Status.PARTLY,
        Danger.LOW,
        "Advice given on phytate is recorded and shown; it decides nothing.",
        (Study("Phytate in the same meal lowered absorption.", by.BOHN),),
    ),
    Claim(
        "C29",
        Topic.MONITORING,
        "Tingling, fatigue or an irregular heartbeat call for a new look at the dose.",
        "They are signs of low magnesium, calcium or potassium too; a heartbeat needs an ECG.",
        "C",
        Status.PARTLY,
        Danger.HIGH,
        "Rule SYMPTOM, with urgency by clinical triage and not by the article.",
        (
            Study("Tingling and twitching are listed among the signs of low magnesium.", by.NHS_HIGHLAND),
            Study(
                "A new irregular heartbeat: ECG, magnesium, calcium and potassium the same day; with "
                "fainting or instability, emergency care.",
                by.CORNWALL,
            ),
            Study(
                "High magnesium shows as weakness and lost reflexes, not as tingling or twitching.",
                by.PMC4455825,
            ),
        ),
    ),
    Claim(
        "C30",
        Topic.WEARABLES,
        "Wearable pH and metabolic sensors show mineral shifts in real time.",
        "No consumer device measures magnesium in blood.",
        "C",
        Status.NO_EVIDENCE,
        Danger.HIGH,
        "Readings of wearables are kept as context, named investigational; no rule reads them.",
        (
            Study(
                "Sensors for ions in sweat exist; tests on the body are few, and a medical use is shown "
                "almost only for cystic fibrosis.",
                by.SWEAT_REVIEW,
            ),
        ),
    ),
)
