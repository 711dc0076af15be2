"""What new or worse tingling, numbness or twitching asks to be looked at, as the record has it today.

Rule RF12 (clinical facts 6.3, D): they are signs of low magnesium or calcium too, and too much vitamin B6
itself causes tingling. It says what to check, and suggests no dose.
"""

from dataclasses import dataclass
from decimal import Decimal

from accounts.wording import NO_BREAK, day, listed, number
from labs.analytes import Analyte
from patients.symptoms import Symptom
from reviews.facts.record import Record
from reviews.facts.regimen_facts import proposed_of, regimen_facts
from reviews.sentences import analyte_name, measured

ASKS = (Symptom.TINGLING, Symptom.NUMBNESS, Symptom.MUSCLE_TWITCHING)
MEASURED = (
    Analyte.IONIZED_MG,
    Analyte.TOTAL_MG,
    Analyte.IONIZED_CA,
    Analyte.POTASSIUM,
    Analyte.EGFR,
    Analyte.VITAMIN_D_25OH,
)


@dataclass(frozen=True)
class Fact:
    """One line of "what the check read", and of what to check."""

    label: str
    value: str
    aside: str = ""


def to_check(record: Record) -> list[Fact]:
    """The newest of each analyte, the day's vitamin B6, and the medicines."""
    return [*(_newest(record, analyte) for analyte in MEASURED), _vitamin_b6(record), _medicines(record)]


def _newest(record: Record, analyte: Analyte) -> Fact:
    value, on = record.newest(analyte, record.now.on)
    if value is None or on is None:
        return Fact(analyte_name(analyte), "not measured")
    return Fact(analyte_name(analyte), measured(analyte, value), day(on))


def _vitamin_b6(record: Record) -> Fact:
    """Of the products that are taken and of what was told beside them."""
    steps = record.steps_on(record.now.on)
    if not steps:
        return Fact("Vitamin B6", "no regimen runs", "ask what else is taken")
    facts = regimen_facts(record, proposed_of(steps[0]))
    told = [one.amount for one in facts.supplements if one.code == "VITAMIN_B6"]
    total = facts.vitamin_b6_mg_of_products + sum((mg for mg in told if mg is not None), Decimal(0))
    more = "and more of unknown amount" if None in told else "as recorded; ask what else is taken"
    return Fact("Vitamin B6", f"{number(total)}{NO_BREAK}mg/day", more)


def _medicines(record: Record) -> Fact:
    taken = [row.get_code_display() for row in record.medications if row.holds_on(record.now.on)]
    return Fact("Medicines", listed(taken) or "none recorded")
