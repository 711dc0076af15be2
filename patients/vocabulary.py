"""Coded words for what bears on magnesium: conditions, modifiers, medicines, other treatments.

Codes and hours: clinical facts 5.4 and 5.5 and, for diagnoses, 6.1. Marks: A guideline, label, terminology; B
paper; C founding article only; K known but not verified here; S own assumption; W secondary page. Where a
source gives a range of hours, the longer end is kept.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum


@dataclass(frozen=True)
class ConditionFacts:
    """A diagnosis or an allergy; SNOMED CT code with its mark, or none."""

    code: str
    label: str
    snomed: str | None = None
    mark: str | None = None


CONDITIONS: tuple[ConditionFacts, ...] = (
    ConditionFacts("CKD", "Chronic kidney disease", "709044004", "A"),
    ConditionFacts("DIABETES", "Diabetes", "73211009", "K"),
    ConditionFacts("HYPERTENSION", "High blood pressure", "38341003", "K"),
    ConditionFacts("HEART_FAILURE", "Heart failure", "84114007", "K"),
    ConditionFacts("AV_BLOCK", "AV block or other conduction disorder", "233916004", "A"),
    ConditionFacts("BRADYCARDIA", "Marked bradycardia", "48867003", "A"),
    ConditionFacts("PROLONGED_QT", "Prolonged QT", "111975006", "A"),
    ConditionFacts("MYASTHENIA_GRAVIS", "Myasthenia gravis", "91637004", "A"),
    ConditionFacts("INFECTION_STONES", "Infection stones (calcium magnesium ammonium phosphate)"),
    ConditionFacts("DEHYDRATION", "Dehydration, or little or no urine", "34095006", "K"),
    ConditionFacts("BOWEL_OBSTRUCTION", "Bowel obstruction", "81060008", "A"),
    ConditionFacts("HYPERSENSITIVITY", "Hypersensitivity to a magnesium product"),
    ConditionFacts("PHENYLKETONURIA", "Phenylketonuria"),
    ConditionFacts("PREGNANCY", "Pregnancy", "77386006", "A"),
    ConditionFacts("IBD", "Inflammatory or irritable bowel"),
    ConditionFacts("CHRONIC_DIARRHOEA", "Chronic diarrhoea", "236071009", "A"),
    ConditionFacts("HYPOMAGNESAEMIA", "Low magnesium", "190855004", "A"),
    ConditionFacts("HYPERMAGNESAEMIA", "High magnesium", "66978005", "W"),
    ConditionFacts("ANXIETY_DISORDER", "Generalized anxiety disorder", "21897009", "A"),
    ConditionFacts("ALLERGY", "Allergy"),
    ConditionFacts("NO_KNOWN_ALLERGY", "No known allergy", "716186003", "K"),
    ConditionFacts("OTHER", "Other"),
)


@dataclass(frozen=True)
class Contraindication:
    """What is asked before a start, under the code of the condition: yes stops, not asked is a finding."""

    code: str
    label: str
    level: str
    source: str
    mark: str


_CONDITION_LABEL = {c.code: c.label for c in CONDITIONS}

# Severe kidney disease is not asked here: the eGFR answers it, by its own check.
CONTRAINDICATIONS: tuple[Contraindication, ...] = tuple(
    Contraindication(code, _CONDITION_LABEL[code], level, source, mark)
    for code, level, source, mark in (
        ("AV_BLOCK", "ABSOLUTE", "SmPC (5.4)", "A"),
        ("BRADYCARDIA", "ABSOLUTE", "SmPC (5.4)", "A"),
        ("MYASTHENIA_GRAVIS", "SPECIALIST_ONLY", "DE leaflet; NCT02466087 (5.4)", "A"),
        ("INFECTION_STONES", "CONTRAINDICATED", "DE label (5.4)", "A"),
        ("DEHYDRATION", "CONTRAINDICATED", "DE and CH label (5.4)", "A"),
        ("BOWEL_OBSTRUCTION", "AVOID", "Not verified (5.4)", "K"),
        ("HYPERSENSITIVITY", "ABSOLUTE", "SmPC (5.4)", "A"),
    )
)


@dataclass(frozen=True)
class ModifierFacts:
    """What may change how magnesium acts: one of the words in `values`, or else a number in `unit`."""

    code: str
    label: str
    values: tuple[str, ...] = ()
    unit: str = ""
    claim_id: str | None = None


_UNTESTED = ("UNKNOWN", "NOT_TESTED")

MODIFIERS: tuple[ModifierFacts, ...] = (
    ModifierFacts("TRPM6_GENOTYPE", "TRPM6 genotype", (*_UNTESTED, "NORMAL", "REDUCED"), claim_id="C15"),
    ModifierFacts(
        "BIFIDOBACTERIUM", "Bifidobacterium abundance", (*_UNTESTED, "NORMAL", "LOW"), claim_id="C18"
    ),
    ModifierFacts(
        "DIETARY_PHYTATE", "Phytate in the diet", ("UNKNOWN", "LOW", "NORMAL", "HIGH"), claim_id="C14"
    ),
    ModifierFacts("DIETARY_MAGNESIUM", "Magnesium from food", unit="mg/d"),
    ModifierFacts("PREGNANCY", "Pregnancy", ("UNKNOWN", "NOT_PREGNANT", "PREGNANT", "BREASTFEEDING")),
    ModifierFacts("PPI", "Acid suppression for more than a year", ("UNKNOWN", "NO", "YES")),
    ModifierFacts("DIURETIC", "Diuretic", ("UNKNOWN", "NONE", "LOOP", "THIAZIDE", "POTASSIUM_SPARING")),
    ModifierFacts("KIDNEY_FUNCTION", "Kidney function as told", (*_UNTESTED, "NORMAL", "REDUCED")),
    ModifierFacts("VITAMIN_D_STATUS", "Vitamin D status as told", (*_UNTESTED, "LOW", "NORMAL", "HIGH")),
)


class MedicationGroup(StrEnum):
    """Medicines that share what magnesium means for them."""

    QUINOLONE = "QUINOLONE"
    TETRACYCLINE = "TETRACYCLINE"
    BISPHOSPHONATE = "BISPHOSPHONATE"
    LEVOTHYROXINE = "LEVOTHYROXINE"
    GABAPENTIN = "GABAPENTIN"
    DOLUTEGRAVIR = "DOLUTEGRAVIR"
    RALTEGRAVIR = "RALTEGRAVIR"
    MYCOPHENOLATE = "MYCOPHENOLATE"
    LESS_ABSORBED = "LESS_ABSORBED"
    MAGNESIUM_BINDER = "MAGNESIUM_BINDER"
    POTASSIUM_BINDER = "POTASSIUM_BINDER"
    PPI = "PPI"
    LOOP_DIURETIC = "LOOP_DIURETIC"
    THIAZIDE = "THIAZIDE"
    POTASSIUM_SPARING = "POTASSIUM_SPARING"
    DIGOXIN = "DIGOXIN"
    AMINOGLYCOSIDE = "AMINOGLYCOSIDE"
    CALCIUM_CHANNEL_BLOCKER = "CALCIUM_CHANNEL_BLOCKER"
    MAGNESIUM_WASTING = "MAGNESIUM_WASTING"
    SULFONYLUREA = "SULFONYLUREA"
    STATIN = "STATIN"
    OTHER = "OTHER"


@dataclass(frozen=True)
class MedicationFacts:
    """A medicine beside magnesium.

    `hours_before`: taken at least so long before magnesium; `hours_after`: at least so long after it; None:
    no rule of time. `avoid`: no distance helps. The mark is that of the hours where there are any.
    """

    code: str
    label: str
    rxcui: str | None
    atc: str | None
    group: MedicationGroup
    effect: str
    hours_before: Decimal | None
    hours_after: Decimal | None
    mark: str
    source: str
    avoid: bool = False


@dataclass(frozen=True)
class _Rule:
    """What the members of one group have in common."""

    group: MedicationGroup
    effect: str
    hours: tuple[str | None, str | None]
    mark: str
    source: str
    avoid: bool = False

    def medicine(self, label: str, rxcui: str | None = None, atc: str | None = None) -> MedicationFacts:
        before, after = (None if h is None else Decimal(h) for h in self.hours)
        return MedicationFacts(
            code=label.upper().replace(" ", "_"),
            label=label[0].upper() + label[1:],
            rxcui=rxcui,
            atc=atc,
            group=self.group,
            effect=self.effect,
            hours_before=before,
            hours_after=after,
            mark=self.mark,
            source=self.source,
            avoid=self.avoid,
        )


_NO_HOURS = (None, None)
_G = MedicationGroup
_CIPROFLOXACIN = _Rule(_G.QUINOLONE, "Chelation", ("2", "6"), "A", "Label; Clin Pharmacol Ther 1989")
_LEVOFLOXACIN = _Rule(_G.QUINOLONE, "Chelation", ("2", "6"), "K", "Class rule; label not verified")
_MOXIFLOXACIN = _Rule(_G.QUINOLONE, "Chelation", ("4", "8"), "W", "Interaction monograph")
_TETRACYCLINE = _Rule(_G.TETRACYCLINE, "Chelation", ("2", "4"), "A", "SmPC; class monograph")
_ALENDRONATE = _Rule(_G.BISPHOSPHONATE, "Binding", ("0.5", "4"), "A", "Label; SmPC")
_IBANDRONATE = _Rule(_G.BISPHOSPHONATE, "Binding", ("1", "4"), "A", "Label; SmPC")
_LEVOTHYROXINE = _Rule(_G.LEVOTHYROXINE, "Less absorbed", ("4", "4"), "A", "Label")
_GABAPENTIN = _Rule(_G.GABAPENTIN, "Less absorbed", (None, "2"), "W", "Label as quoted by secondary pages")
_DOLUTEGRAVIR = _Rule(_G.DOLUTEGRAVIR, "Chelation", ("2", "6"), "A", "HIV interaction guide citing the label")
_RALTEGRAVIR = _Rule(
    _G.RALTEGRAVIR, "Less absorbed at any distance", _NO_HOURS, "B", "HIVInSite; Medscape", avoid=True
)
_MYCOPHENOLATE = _Rule(_G.MYCOPHENOLATE, "Less absorbed", ("2", "2"), "K", "SmPC lists; hours not verified")
_LESS_ABSORBED = _Rule(_G.LESS_ABSORBED, "Less absorbed", ("4", "4"), "A", "SmPC")
_BINDER = _Rule(_G.MAGNESIUM_BINDER, "Binds magnesium", ("1", "1"), "A", "SmPC")
_POLYSTYRENE = _Rule(
    _G.POTASSIUM_BINDER, "Metabolic alkalosis with hydroxide", ("3", "3"), "K", "SmPC; hours not verified"
)
_PATIROMER = _Rule(_G.POTASSIUM_BINDER, "Can bind magnesium", ("3", "3"), "K", "Not verified")
_PPI = _Rule(_G.PPI, "Low magnesium, usually after a year", _NO_HOURS, "A", "FDA 2011-03-02")
_LOOP = _Rule(_G.LOOP_DIURETIC, "Magnesium loss", _NO_HOURS, "A", "SmPC")
_THIAZIDE = _Rule(
    _G.THIAZIDE, "Magnesium loss, weak evidence at usual doses", _NO_HOURS, "A", "SmPC; Davies & Fraser 1993"
)
_SPARING = _Rule(_G.POTASSIUM_SPARING, "Keeps magnesium in", _NO_HOURS, "B", "Davies & Fraser 1993")
_DIGOXIN = _Rule(_G.DIGOXIN, "Low magnesium makes it more toxic", ("2", "2"), "K", "SmPC; hours not verified")
_AMINOGLYCOSIDE = _Rule(_G.AMINOGLYCOSIDE, "Magnesium loss; added weakness", _NO_HOURS, "A", "SmPC")
_CHANNEL = _Rule(
    _G.CALCIUM_CHANNEL_BLOCKER, "Added low blood pressure", _NO_HOURS, "W", "Consumer monographs"
)
_WASTING = _Rule(_G.MAGNESIUM_WASTING, "Magnesium loss", _NO_HOURS, "A", "SmPC")
_SULFONYLUREA = _Rule(_G.SULFONYLUREA, "Faster uptake with hydroxide", _NO_HOURS, "W", "Consumer monographs")
_STATIN = _Rule(_G.STATIN, "Lower level with antacids", (None, "2"), "K", "Antacid SmPC; hours not verified")
_OTHER = _Rule(_G.OTHER, "Keep apart by 2 to 3 hours if taken by mouth", _NO_HOURS, "A", "SmPC")

MEDICATIONS: tuple[MedicationFacts, ...] = (
    _CIPROFLOXACIN.medicine("ciprofloxacin", "2551", "J01MA02"),
    _LEVOFLOXACIN.medicine("levofloxacin", "82122", "J01MA12"),
    _MOXIFLOXACIN.medicine("moxifloxacin", "139462", "J01MA14"),
    _TETRACYCLINE.medicine("tetracycline", "10395", "J01AA07"),
    _TETRACYCLINE.medicine("doxycycline", "3640", "J01AA02"),
    _TETRACYCLINE.medicine("minocycline", "6980", "J01AA08"),
    _ALENDRONATE.medicine("alendronate", "46041", "M05BA04"),
    _ALENDRONATE.medicine("risedronate", "73056", "M05BA07"),
    _IBANDRONATE.medicine("ibandronate", "115264", "M05BA06"),
    _LEVOTHYROXINE.medicine("levothyroxine", "10582", "H03AA01"),
    _GABAPENTIN.medicine("gabapentin", "25480", "N02BF01"),
    _DOLUTEGRAVIR.medicine("dolutegravir", "1433868", "J05AJ03"),
    _RALTEGRAVIR.medicine("raltegravir", "719872", "J05AJ01"),
    _MYCOPHENOLATE.medicine("mycophenolate", "68149", "L04AA06"),
    _LESS_ABSORBED.medicine("penicillamine", "7975", "M01CC01"),
    _LESS_ABSORBED.medicine("nitrofurantoin", "7454"),
    _LESS_ABSORBED.medicine("iron"),
    _LESS_ABSORBED.medicine("aminoquinoline"),
    _LESS_ABSORBED.medicine("quinidine"),
    _LESS_ABSORBED.medicine("eltrombopag"),
    _LESS_ABSORBED.medicine("nitroxoline"),
    _BINDER.medicine("edetate disodium"),
    _BINDER.medicine("cellulose sodium phosphate"),
    _POLYSTYRENE.medicine("sodium polystyrene sulfonate", atc="V03AE01"),
    _PATIROMER.medicine("patiromer", "1716203", "V03AE09"),
    _PPI.medicine("omeprazole", "7646", "A02BC01"),
    _PPI.medicine("esomeprazole", "283742", "A02BC05"),
    _PPI.medicine("pantoprazole", "40790", "A02BC02"),
    _PPI.medicine("lansoprazole", "17128", "A02BC03"),
    _LOOP.medicine("furosemide", "4603", "C03CA01"),
    _LOOP.medicine("torsemide", "38413", "C03CA04"),
    _LOOP.medicine("bumetanide", "1808", "C03CA02"),
    _THIAZIDE.medicine("hydrochlorothiazide", "5487", "C03AA03"),
    _THIAZIDE.medicine("chlorthalidone", "2409", "C03BA04"),
    _THIAZIDE.medicine("indapamide", "5764", "C03BA11"),
    _SPARING.medicine("spironolactone", "9997", "C03DA01"),
    _SPARING.medicine("eplerenone", "298869", "C03DA04"),
    _SPARING.medicine("amiloride", "644", "C03DB01"),
    _SPARING.medicine("triamterene", "10763", "C03DB02"),
    _DIGOXIN.medicine("digoxin", "3407", "C01AA05"),
    _AMINOGLYCOSIDE.medicine("gentamicin", "1596450", "J01GB03"),
    _AMINOGLYCOSIDE.medicine("tobramycin", "10627", "J01GB01"),
    _AMINOGLYCOSIDE.medicine("amikacin", "641", "J01GB06"),
    _CHANNEL.medicine("amlodipine", "17767", "C08CA01"),
    _CHANNEL.medicine("nifedipine", "7417", "C08CA05"),
    _CHANNEL.medicine("verapamil", "11170", "C08DA01"),
    _CHANNEL.medicine("diltiazem", "3443", "C08DB01"),
    _WASTING.medicine("cisplatin", "2555", "L01XA01"),
    _WASTING.medicine("cyclosporine", "3008", "L04AD01"),
    _WASTING.medicine("tacrolimus", "42316", "L04AD02"),
    _WASTING.medicine("amphotericin B", atc="J02AA01"),
    _WASTING.medicine("EGFR antibody"),
    _SULFONYLUREA.medicine("sulfonylurea"),
    _STATIN.medicine("rosuvastatin"),
    _OTHER.medicine("other"),
)


@dataclass(frozen=True)
class CoTreatmentFacts:
    """Another treatment that could explain a change, or another source of magnesium.

    One with a `unit` is told as an amount per day in it, and may carry clock times.
    """

    code: str
    label: str
    rxcui: str | None = None
    unit: str = ""


CO_TREATMENTS: tuple[CoTreatmentFacts, ...] = (
    CoTreatmentFacts("PSYCHOTHERAPY", "Psychotherapy"),
    CoTreatmentFacts("SSRI", "SSRI"),
    CoTreatmentFacts("OTHER_PSYCHOTROPIC", "Other psychotropic"),
    CoTreatmentFacts("ANTACID_MG", "Antacid with magnesium"),
    CoTreatmentFacts("LAXATIVE_MG", "Laxative with magnesium"),
    CoTreatmentFacts("VITAMIN_B6", "Vitamin B6", "684879", "mg/d"),
    CoTreatmentFacts("VITAMIN_D", "Vitamin D", "2418", "ug/d"),
    CoTreatmentFacts("CALCIUM", "Calcium", unit="mg/d"),
    CoTreatmentFacts("INFUSION_OR_BLOCKER", "Magnesium by infusion, or a neuromuscular blocker"),
    CoTreatmentFacts("OTHER", "Other"),
)

# Who needs a known eGFR at once (rule KIDNEY of protocol 1).
KIDNEY_RISK_CONDITIONS = frozenset({"CKD", "DIABETES", "HYPERTENSION", "HEART_FAILURE"})
KIDNEY_RISK_GROUPS = frozenset({MedicationGroup.LOOP_DIURETIC, MedicationGroup.POTASSIUM_SPARING})
KIDNEY_RISK_CO_TREATMENTS = frozenset({"ANTACID_MG", "LAXATIVE_MG"})

_MEDICATION_BY_CODE = {m.code: m for m in MEDICATIONS}


# No co-supplement is taken in such amounts, in whatever unit.
TOO_MUCH = Decimal(1_000_000)


def amount_of(value: str) -> Decimal | None:
    """What a co-supplement was told as, per day in the unit of its code; None for "" and for free words."""
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 < amount < TOO_MUCH else None


def medication_facts(code: str) -> MedicationFacts:
    """What is known of a stored medication code; raises KeyError for one that is not in the list."""
    return _MEDICATION_BY_CODE[code]


def medication_group(code: str) -> MedicationGroup:
    """The group of a stored medication code; raises KeyError for a code that is not in the list."""
    return _MEDICATION_BY_CODE[code].group
