"""What may change how magnesium acts: what is known of each, from where, and what the app does with it.

A measured value, and a medicine on record, win over what was told. No modifier raises a dose: what the
article says of TRPM6 and Bifidobacterium stands here, unverified, with the reason why nothing follows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from accounts.wording import NO_BREAK, day, listed, number
from labs.analytes import Analyte
from labs.models import LabResult
from patients.models import Medication, Modifier
from patients.vocabulary import MODIFIERS, MedicationGroup, ModifierFacts, medication_group
from regimens.checks.kidney import is_expired
from reviews.facts.record import Record
from reviews.pages.modifier_effects import DIURETICS, Effect, Seen, effects_of

NOT_RECORDED = "not recorded"
# Clinical facts 5.5: "usually after a year".
LONG_MONTHS = 12


@dataclass(frozen=True)
class Known:
    """What is known of a modifier: `value` for the effects, `words` for the page, and from where."""

    value: str
    words: str
    where: str = ""


@dataclass(frozen=True)
class ModifierRow:
    """One modifier; `told` is the entry behind it, `told_words` what it says where a measured fact wins."""

    label: str
    known: Known
    told: Modifier | None
    told_words: str
    effects: tuple[Effect, ...]

    @property
    def is_recorded(self) -> bool:
        return self.known.words != NOT_RECORDED


def modifier_rows(record: Record) -> list[ModifierRow]:
    """Every modifier that the app knows, whether or not something is recorded of it."""
    return [_row(record, facts) for facts in MODIFIERS]


def not_recorded(rows: list[ModifierRow]) -> str:
    """The names of those of which nothing is recorded: which is not to be normal."""
    return listed([row.label for row in rows if not row.is_recorded])


def _row(record: Record, facts: ModifierFacts) -> ModifierRow:
    told = _newest(record, facts.code)
    said = _said(record, facts, told)
    measured = _MEASURED.get(facts.code, _nothing)(record)
    known = measured or said or Known("", NOT_RECORDED)
    effects = effects_of(facts.code, Seen(record, known.value, told))
    told_words = said.words if measured and said else ""
    label = facts.label.removesuffix(" as told")
    return ModifierRow(label, known, told, told_words, effects)


def _newest(record: Record, code: str) -> Modifier | None:
    """The newest entry of a modifier that holds today."""
    held = [row for row in record.modifiers if row.code == code and row.holds_on(record.now.on)]
    return held[-1] if held else None


def _said(record: Record, facts: ModifierFacts, told: Modifier | None) -> Known | None:
    """In words: unknown, not tested, normal and the rest are different words, and so is "not recorded"."""
    if told is None or not told.value:
        return None
    word = told.value.replace("_", " ").lower() if facts.values else f"{told.value}{NO_BREAK}{facts.unit}"
    on = told.since or record.now.clinic.local_date(told.created_at)
    return Known(told.value, word, ", ".join(part for part in ("told " + day(on), told.source) if part))


def _nothing(record: Record) -> None:
    return None


def _kidney(record: Record) -> Known | None:
    result = _result(record, Analyte.EGFR)
    if result is None:
        return None
    on, limits = result.collected_on, record.now.thresholds
    value, _ = record.newest_egfr(record.now.on)
    low = value is not None and value < limits.egfr_caution
    old = is_expired(record.now.on, on, limits.egfr_valid_months)
    late = f", older than {limits.egfr_valid_months} months" if old else ""
    amount = f"{result.comparator}{number(result.canonical_value.quantize(Decimal('0.1')))}"
    words = f"eGFR {amount} mL/min/1.73 m²".replace(" ", NO_BREAK)
    return Known("REDUCED" if low else "NORMAL", words, f"measured {day(on)}{late}")


def _vitamin_d(record: Record) -> Known | None:
    result = _result(record, Analyte.VITAMIN_D_25OH)
    if result is None:
        return None
    amount = f"{result.comparator}{number(result.canonical_value.quantize(Decimal('0.1')))}"
    meaning = result.get_interpretation_display()
    words = f"25-OH-D {amount}{NO_BREAK}nmol/L, {meaning}"
    return Known(result.interpretation, words, f"measured {day(result.collected_on)}")


def _result(record: Record, analyte: Analyte) -> LabResult | None:
    found = [r for r in record.results if r.analyte == analyte and r.collected_on <= record.now.on]
    return found[-1] if found else None


def _acid_suppression(record: Record) -> Known | None:
    """A proton-pump inhibitor on record; for more than a year where its beginning is known."""
    rows = _medicines(record, {MedicationGroup.PPI})
    if not rows:
        return None
    since = min((row.since for row in rows if row.since), default=None)
    if since is None:
        return Known("YES", _named(rows), "medicine on record, since when is not known")
    is_long = is_expired(record.now.on, since, LONG_MONTHS)
    words = f"{_named(rows)}, {'for more' if is_long else 'not yet for more'} than a year"
    return Known("YES" if is_long else "RECENT", words, f"medicine since {day(since)}")


def _diuretic(record: Record) -> Known | None:
    rows = _medicines(record, set(DIURETICS))
    if not rows:
        return None
    groups = {DIURETICS[medication_group(row.code)] for row in rows}
    return Known(" ".join(sorted(groups)), _named(rows), "medicine on record")


def _pregnancy(record: Record) -> Known | None:
    """A diagnosis on the chart wins over what was told."""
    rows = [c for c in record.conditions if c.code == "PREGNANCY" and c.holds_on(record.now.on)]
    if not rows:
        return None
    since = f" since {day(rows[0].since)}" if rows[0].since else ""
    return Known("PREGNANT", "pregnant", f"diagnosis on the chart{since}")


def _medicines(record: Record, groups: set[MedicationGroup]) -> list[Medication]:
    return [
        row
        for row in record.medications
        if medication_group(row.code) in groups and row.holds_on(record.now.on)
    ]


def _named(rows: list[Medication]) -> str:
    return listed([str(row).lower() for row in rows])


_MEASURED: dict[str, Callable[[Record], Known | None]] = {
    "KIDNEY_FUNCTION": _kidney,
    "VITAMIN_D_STATUS": _vitamin_d,
    "PPI": _acid_suppression,
    "DIURETIC": _diuretic,
    "PREGNANCY": _pregnancy,
}
