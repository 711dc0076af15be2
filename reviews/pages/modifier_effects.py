"""What the app does with a modifier, or why it does nothing, each with its mark. No modifier raises a dose.

Sources: clinical facts 5.1, 5.3, 5.4 and 5.5, and the claims register for what only the article says.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from accounts.wording import NO_BREAK, number
from patients.models import Modifier
from patients.vocabulary import KIDNEY_RISK_GROUPS, MEDICATIONS, MedicationGroup, medication_group
from protocols.claims import by_id
from regimens.checks.kidney import is_expired
from reviews.facts.record import Record
from reviews.pages.chart_pillars import owed

DIURETICS = {
    MedicationGroup.LOOP_DIURETIC: "LOOP",
    MedicationGroup.THIAZIDE: "THIAZIDE",
    MedicationGroup.POTASSIUM_SPARING: "POTASSIUM_SPARING",
}
# What each group of medicines does to magnesium, with mark and source.
_OF_GROUP = {medicine.group: medicine for medicine in MEDICATIONS}


@dataclass(frozen=True)
class Effect:
    """What follows, or why nothing does."""

    sentence: str
    mark: str
    claim: str = ""


@dataclass(frozen=True)
class Seen:
    """A modifier as it is known today: `value` in the words of the vocabulary, `told` the entry behind it."""

    record: Record
    value: str
    told: Modifier | None


def effects_of(code: str, seen: Seen) -> tuple[Effect, ...]:
    """What follows from the modifier `code`; nothing where nothing is known of it."""
    return tuple(_EFFECTS[code](seen)) if seen.value else ()


def _article(claim_id: str) -> Effect:
    """What the article says, that nobody found it, and that no dose follows."""
    claim = by_id(claim_id)
    says, found = claim.text.rstrip("."), claim.finding
    sentence = f"Article: {says[0].lower()}{says[1:]}, unverified. It raises no dose here: {found[0].lower()}"
    return Effect(sentence + found[1:], claim.mark, claim_id)


def _trpm6(seen: Seen) -> Iterator[Effect]:
    if seen.value == "REDUCED":
        yield _article("C16")


def _bifidobacterium(seen: Seen) -> Iterator[Effect]:
    if seen.value == "LOW":
        yield _article("C18")


def _phytate(seen: Seen) -> Iterator[Effect]:
    if seen.value == "HIGH":
        yield Effect(
            "Advise to keep phytate from the dose: it lowered absorption in a meal.", by_id("C14").mark, "C14"
        )


def _food(seen: Seen) -> Iterator[Effect]:
    yield Effect("Not in the ledger: the levels are for what is not food.", "A")


def _of_pregnancy(seen: Seen) -> Iterator[Effect]:
    months = seen.record.now.thresholds.pregnancy_asked_months
    if seen.value in ("PREGNANT", "BREASTFEEDING"):
        yield Effect("Within the level a clinician decides, above it a specialist.", "A")
    elif seen.value == "UNKNOWN" or seen.told is None:
        yield Effect("Ask.", "S")
    else:
        asked = seen.told.since or seen.record.now.clinic.local_date(seen.told.created_at)
        due = is_expired(seen.record.now.on, asked, months)
        again = f"Ask again: {months} months have passed." if due else f"Asked again after {months} months."
        yield Effect(again, "S")


def _of_ppi(seen: Seen) -> Iterator[Effect]:
    known = _OF_GROUP[MedicationGroup.PPI]
    if seen.value in ("YES", "RECENT"):
        low = f"{known.effect}; about 25 % were not corrected by a supplement alone ({known.source})."
        yield Effect(f"{low} The dose stays as it is: check magnesium.", known.mark)


def _of_diuretic(seen: Seen) -> Iterator[Effect]:
    for group, word in DIURETICS.items():
        if word in seen.value.split():
            known = _OF_GROUP[group]
            yield Effect(f"{known.effect} ({known.source}).", known.mark)
            if group in KIDNEY_RISK_GROUPS and _takes(seen.record, group):
                yield Effect("A missing eGFR is asked for at once.", "S")


def _takes(record: Record, group: MedicationGroup) -> bool:
    return any(medication_group(m.code) is group and m.holds_on(record.now.on) for m in record.medications)


def _of_kidney(seen: Seen) -> Iterator[Effect]:
    egfr, _ = seen.record.newest_egfr(seen.record.now.on)
    if egfr is None:
        if seen.value == "REDUCED":
            yield Effect("Told, not measured: record a creatinine or an eGFR.", "S")
        return
    limits, row = seen.record.now.thresholds, owed(seen.record)
    if egfr < limits.egfr_stop:
        yield Effect(f"Below {number(limits.egfr_stop)}: magnesium is contraindicated.", "A")
    if egfr < limits.egfr_caution:
        trail = f" {row.trail}" if row else ""
        days = f"{limits.kidney_forward_days}{NO_BREAK}days"
        yield Effect(f"After a dose, the re\N{NON-BREAKING HYPHEN}evaluation is {days} earlier.{trail}", "S")


def _of_vitamin_d(seen: Seen) -> Iterator[Effect]:
    claim = by_id("C13")
    yield Effect(
        "Article: works only with enough vitamin D, unverified. No flag, no dose.", claim.mark, claim.id
    )


_EFFECTS: dict[str, Callable[[Seen], Iterator[Effect]]] = {
    "TRPM6_GENOTYPE": _trpm6,
    "BIFIDOBACTERIUM": _bifidobacterium,
    "DIETARY_PHYTATE": _phytate,
    "DIETARY_MAGNESIUM": _food,
    "PREGNANCY": _of_pregnancy,
    "PPI": _of_ppi,
    "DIURETIC": _of_diuretic,
    "KIDNEY_FUNCTION": _of_kidney,
    "VITAMIN_D_STATUS": _of_vitamin_d,
}
