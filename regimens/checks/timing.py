"""What to keep apart from magnesium by the clock (pure): clinical facts 5.5; the article's C23 beside."""

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from decimal import Decimal

from accounts import wording
from patients.vocabulary import MedicationGroup
from protocols.thresholds import Thresholds
from regimens.checks.facts import Medicine, RegimenFacts
from regimens.checks.lines import Check, Severity
from regimens.clock import Conflict, apart_of, conflicts, hours

# DESIGN 4: these lose so much of their effect that they ask at once, whether or not their times are known.
AT_ONCE = frozenset(
    {
        MedicationGroup.QUINOLONE,
        MedicationGroup.TETRACYCLINE,
        MedicationGroup.DOLUTEGRAVIR,
        MedicationGroup.RALTEGRAVIR,
        MedicationGroup.MYCOPHENOLATE,
    }
)
# They are taken fasting in the morning: the slot "before a meal" is theirs.
OWNS_THE_MORNING = frozenset({MedicationGroup.LEVOTHYROXINE, MedicationGroup.BISPHOSPHONATE})
NOON = time(12)


def checks(facts: RegimenFacts, thresholds: Thresholds) -> Iterator[Check]:
    yield from (_medicine(medicine, facts) for medicine in facts.medicines)
    yield from _calcium(facts, thresholds)
    if any(intake.minutes_before_meal is not None for intake in facts.intakes):
        sentence = "Article: 30 to 60 minutes before meals, unverified. A meal raised absorption in a trial."
        yield Check("ARTICLE_TIMING", Severity.INFORMATION, sentence, "C", "Founding article, C23", "C23")
        yield from _morning(facts)


def _medicine(medicine: Medicine, facts: RegimenFacts) -> Check:
    known = medicine.facts
    if known.avoid:
        return _line(medicine, Severity.ATTENTION, f"{known.label}: avoid, no distance helps.", facts.on)
    if known.hours_before is None and known.hours_after is None:
        effect = f"{known.effect[0].lower()}{known.effect[1:]}"
        return _line(medicine, Severity.INFORMATION, f"{known.label}: {effect}.")
    if not medicine.times:
        at_once = known.group in AT_ONCE
        sentence = f"{known.label}: {_asked(medicine)}. When it is taken is not known: ask."
        severity = Severity.ATTENTION if at_once else Severity.NOT_CHECKED
        return _line(medicine, severity, sentence, facts.on if at_once else None)
    intakes = [intake.at for intake in facts.intakes]
    close = conflicts(medicine.times, intakes, apart_of(known.hours_before, known.hours_after))
    if close:
        apart = Decimal(close[0].minutes) / 60
        return _line(
            medicine,
            Severity.ATTENTION,
            _too_close(known.label, close[0], f"take it {_asked(medicine)}"),
            facts.on,
            apart,
        )
    return _line(medicine, Severity.PASSED, f"{known.label}: kept apart. {_asked(medicine).capitalize()}.")


def _line(
    medicine: Medicine,
    severity: Severity,
    sentence: str,
    review_from: date | None = None,
    hours_apart: Decimal | None = None,
) -> Check:
    known = medicine.facts
    return Check(
        "INTERACTION",
        severity,
        sentence,
        known.mark,
        f"{known.source} (5.5)",
        subject=known.code,
        medication_id=medicine.id,
        hours_apart=None if hours_apart is None else hours_apart.quantize(Decimal("0.01")),
        review_from=review_from,
        act_today=review_from is not None and known.group in AT_ONCE,
        holds_until=medicine.until + timedelta(days=1) if medicine.until else None,
    )


def _asked(medicine: Medicine) -> str:
    """What the rule asks for: "at least 2 h before magnesium or 6 h after it"."""
    apart = apart_of(medicine.facts.hours_before, medicine.facts.hours_after)
    sides = [f"{hours(apart.before)} before magnesium"] * bool(apart.before)
    sides += [
        f"{hours(apart.after)} after it" if apart.before else f"{hours(apart.after)} after magnesium"
    ] * bool(apart.after)
    return f"at least {' or '.join(sides)}"


def _too_close(label: str, close: Conflict, rule: str) -> str:
    """What stands too close, and the whole rule: before magnesium another distance may hold than after it."""
    drug = f"{label[0].lower()}{label[1:]} {close.drug_at:%H:%M}"
    magnesium = f"magnesium {close.intake_at:%H:%M}"
    if close.minutes == 0:
        return f"{label} {close.drug_at:%H:%M} is at the same minute as magnesium; {rule}."
    first, then = (drug, magnesium) if close.drug_first else (magnesium, drug)
    return f"{first[0].upper()}{first[1:]} is {hours(close.minutes)} before {then}; {rule}."


def _calcium(facts: RegimenFacts, thresholds: Thresholds) -> Iterator[Check]:
    """Calcium beside magnesium (D, as the SmPC asks of any oral medicine)."""
    apart = apart_of(thresholds.calcium_apart_hours, thresholds.calcium_apart_hours)
    source = "SmPC, as for any oral medicine (5.5)"
    for calcium in (s for s in facts.supplements if s.code == "CALCIUM"):
        close = conflicts(calcium.times, [intake.at for intake in facts.intakes], apart)
        if not calcium.times:
            severity, sentence = Severity.NOT_CHECKED, "Calcium: when it is taken is not known."
        elif close:
            severity, sentence = (
                Severity.ATTENTION,
                _too_close("Calcium", close[0], f"keep {hours(close[0].needed)} between them"),
            )
        else:
            severity, sentence = Severity.PASSED, f"Calcium: {hours(apart.before)} or more from magnesium."
        at = ",".join(f"{moment:%H:%M}" for moment in calcium.times)
        yield Check("CALCIUM_APART", severity, sentence, "D", source, subject=at[:40])


def _morning(facts: RegimenFacts) -> Iterator[Check]:
    owners = owners_of_the_morning(facts.medicines)
    early = [i for i in facts.intakes if i.minutes_before_meal is not None and i.at < NOON]
    if owners and early:
        sentence = f"The morning belongs to {wording.listed(owners).lower()}: choose food or bedtime."
        yield Check("MORNING_SLOT", Severity.ATTENTION, sentence, "A", "Label; timing collision (5.5)")


def owners_of_the_morning(medicines: Iterable[Medicine]) -> list[str]:
    """The medicines because of which "before a meal" is not offered (5.5, timing collision)."""
    return [medicine.facts.label for medicine in medicines if medicine.facts.group in OWNS_THE_MORNING]
