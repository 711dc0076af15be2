"""What stands above every screen about one person: who it is, and what must not be overlooked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.wording import NO_BREAK, day, number
from patients.models import (
    CareParty,
    Condition,
    DatedEntry,
    DeathRelation,
    Medication,
    Modifier,
    Patient,
    Status,
)
from patients.vocabulary import KIDNEY_RISK_CONDITIONS, MEDICATIONS

ALLERGIES = ("ALLERGY", "HYPERSENSITIVITY")
# Diagnoses that bear on taking magnesium; the rest stand on the chart only.
CAUTIONS = frozenset(
    {"AV_BLOCK", "BRADYCARDIA", "MYASTHENIA_GRAVIS", "INFECTION_STONES", "BOWEL_OBSTRUCTION"}
)
# Pregnancy is asked of women of these ages (clinical facts 5.4 leaves them open; own assumption).
PREGNANCY_AGES = range(12, 56)
_MEDICINES = {medicine.code: medicine for medicine in MEDICATIONS}
_PREGNANCY = {"PREGNANT": "Pregnant", "BREASTFEEDING": "Breastfeeding", "NOT_PREGNANT": "Not pregnant"}


@dataclass(frozen=True)
class BannerChip:
    """One fact; `kind` colours it, the words say it."""

    text: str
    kind: str = ""
    glyph: str = ""


@dataclass(frozen=True)
class Banner:
    """The patient with the chips of the second line."""

    patient: Patient
    chips: list[BannerChip]


def banner_of(patient: Patient, on: date) -> Banner:
    """The banner as of `on`, read with four queries; `banner_from` takes rows that a page holds anyway."""
    results = patient.lab_results.filter(
        analyte="EGFR", error_at=None, status__in=["FINAL", "CORRECTED"], collected_on__lte=on
    )
    return banner_from(
        patient,
        on,
        conditions=Condition.objects.valid().filter(patient=patient),
        medications=Medication.objects.valid().filter(patient=patient),
        modifiers=Modifier.objects.valid().filter(patient=patient),
        egfr=results.order_by("-collected_at").first(),
    )


def banner_from(
    patient: Patient,
    on: date,
    *,
    conditions: Iterable[Condition],
    medications: Iterable[Medication],
    modifiers: Iterable[Modifier],
    egfr: Any,
) -> Banner:
    """The banner from valid rows; `egfr` is the newest eGFR result that counts, or None."""
    held = [entry for entry in conditions if entry.holds_on(on)]
    chips = [*_status(patient), _egfr(egfr), *_allergies(held)]
    chips += [_caution(entry) for entry in held if entry.code in CAUTIONS | KIDNEY_RISK_CONDITIONS]
    chips += _spacing(entry for entry in medications if entry.holds_on(on))
    chips += _pregnancy(patient, on, held, [entry for entry in modifiers if entry.holds_on(on)])
    return Banner(patient, chips)


def _status(patient: Patient) -> list[BannerChip]:
    return [*_care(patient), *_shared_care(patient), *_reach(patient)]


def _reach(patient: Patient) -> list[BannerChip]:
    if patient.unreachable_since is None:
        return []
    words = f"Not contactable since {day(patient.unreachable_since)}: {patient.unreachable_reason}"
    return [BannerChip(words, "warn", "phone-off")]


def _care(patient: Patient) -> list[BannerChip]:
    if patient.status == Status.ACTIVE:
        return []
    words = patient.get_status_display()
    if patient.status == Status.PAUSED and patient.returns_on:
        words += f" until {day(patient.returns_on)}"
    if patient.status == Status.DECEASED and patient.deceased_on:
        words += f" {day(patient.deceased_on)}"
        if patient.death_relation == DeathRelation.POSSIBLY_RELATED:
            words += ", possibly related to the supplement"
    if patient.transferred_to:
        words += f", handed on to {patient.transferred_to}"
    return [BannerChip(words, "warn", "circle-pause")]


def _shared_care(patient: Patient) -> list[BannerChip]:
    """Who prescribes and who monitors, where that is not all this clinic."""
    if CareParty.ELSEWHERE not in (patient.prescribed_by, patient.monitored_by):
        return []
    roles = f"prescribes {patient.get_prescribed_by_display()}, monitors {patient.get_monitored_by_display()}"
    return [BannerChip(f"Shared with {patient.shared_with}: {roles}", "", "handshake")]


def _egfr(result: Any) -> BannerChip:
    if result is None:
        return BannerChip("eGFR not recorded", "dashed", "circle-question-mark")
    kind = "warn" if result.interpretation in ("LOW", "CRITICAL_LOW") else ""
    # One decimal, as everywhere: 59.6 must not read as 60.
    value = number(result.canonical_value.quantize(Decimal("0.1")))
    amount = f"eGFR {value} mL/min/1.73 m²".replace(" ", NO_BREAK)
    glyph = "triangle-alert" if kind else "shield-check"
    return BannerChip(f"{amount} · {day(result.collected_on)}", kind, glyph)


def _allergies(conditions: list[Condition]) -> list[BannerChip]:
    named = [f"{_words(entry)}" for entry in conditions if entry.code in ALLERGIES]
    if named:
        return [BannerChip(words, "danger", "triangle-alert") for words in named]
    if any(entry.code == "NO_KNOWN_ALLERGY" for entry in conditions):
        return [BannerChip("No known allergies", "", "circle-slash")]
    return [BannerChip("Allergies not recorded", "dashed", "circle-question-mark")]


def _caution(entry: Condition) -> BannerChip:
    return BannerChip(_words(entry), "warn", "triangle-alert")


def _spacing(medications: Iterable[Medication]) -> list[BannerChip]:
    """Medicines that magnesium must be kept away from, with their clock times."""
    chips = []
    for entry in medications:
        facts = _MEDICINES[entry.code]
        hours = max((h for h in (facts.hours_before, facts.hours_after) if h is not None), default=None)
        if not facts.avoid and hours is None:
            continue
        times = ", ".join(f"{at:%H:%M}" for at in entry.taken_at) or "time not recorded"
        advice = (
            "not with magnesium" if facts.avoid else f"keep {hours.normalize():f} h apart" if hours else ""
        )
        chips.append(BannerChip(f"{facts.label} {times}: {advice}", "warn", "pill"))
    return chips


def _pregnancy(
    patient: Patient, on: date, conditions: list[Condition], modifiers: list[Modifier]
) -> list[BannerChip]:
    """Said whenever somebody recorded it; asked for only where it can apply."""
    if any(entry.code == "PREGNANCY" for entry in conditions):
        return [BannerChip("Pregnant", "warn", "triangle-alert")]
    told = next(
        (entry for entry in modifiers if entry.code == "PREGNANCY" and entry.value in _PREGNANCY), None
    )
    if told is not None:
        asked = f" · asked {day(told.since)}" if told.since else ""
        kind = "" if told.value == "NOT_PREGNANT" else "warn"
        return [BannerChip(f"{_PREGNANCY[told.value]}{asked}", kind)]
    if patient.sex == "FEMALE" and patient.age_on(on) in PREGNANCY_AGES:
        return [BannerChip("Pregnancy not recorded", "dashed", "circle-question-mark")]
    return []


def _words(entry: DatedEntry) -> str:
    return f"{entry}: {entry.value}" if entry.value else str(entry)
