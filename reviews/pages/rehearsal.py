"""What saving a visit would do, found by doing it and taking it all back.

The rehearsal runs the act itself in a transaction that is always rolled back, so what the form announces is
what saving does: no second copy of the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from accounts.wording import NO_BREAK, day, number
from labs.analytes import Analyte
from labs.models import LabResult
from labs.units import display
from patients.models import Patient, Visit
from regimens.checks import Check, Severity, summary
from regimens.models import DoseStep, StopReason
from reviews.acts.regimen_entries import StopEntry
from reviews.acts.visits import log_visit
from reviews.facts.doses_told import Unsettled, unsettled
from reviews.facts.findings import checks_of
from reviews.facts.record import Record
from reviews.models import Flag, Reevaluation
from reviews.moments import Moment
from reviews.sentences import READS, analyte_name, interval_words, sentence, short, spec


class _TakenBack(Exception):
    """Ends the rehearsal; never leaves this module."""


@dataclass(frozen=True)
class Verdict:
    """What a result on the form would read as."""

    words: str
    out: bool


@dataclass(frozen=True)
class Opened:
    """A flag that saving would raise, with the mark of its rule and its claim of the article."""

    sentence: str
    mark: str
    claim: str


@dataclass
class Rehearsal:
    """What would follow; with `refusals` nothing would, because saving would be refused."""

    checks: list[Check] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    closes: list[str] = field(default_factory=list)
    opens: list[Opened] = field(default_factory=list)
    starts: str = ""
    stops: str = ""
    window: Reevaluation | None = None
    # Another dose was told than planned: results of the day wait until it is settled.
    unsettled: Unsettled | None = None
    refusals: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """Such as "4 checked, 2 not checked"."""
        return summary(self.checks) if self.checks else "no regimen to check"

    @property
    def lines(self) -> list[Check]:
        """The checks one by one, but for contraindications that nobody asked about."""
        return [check for check in self.checks if check not in self.unasked]

    @property
    def unasked(self) -> list[Check]:
        """Contraindications that nobody asked about, which stand in one line."""
        return [check for check in self.checks if check.subject and check.severity is Severity.NOT_CHECKED]


def rehearse(*, patient: Patient, by: Actor, now: Moment, arguments: Mapping[str, Any]) -> Rehearsal:
    """Log the visit, look at what changed, and roll it back."""
    found = Rehearsal()
    try:
        with transaction.atomic():
            before = _standing(patient)
            owed = _window(patient, now)
            logged = log_visit(patient=patient, by=by, at=now.at, **arguments)
            _compare(found, patient, now, before, owed, logged.visit)
            found.stops = _stops(arguments.get("stop"))
            raise _TakenBack
    except _TakenBack:
        pass
    except ValidationError as refused:
        found.refusals = refused.messages
        found.checks = checks_now(patient, now)
    return found


def checks_now(patient: Patient, now: Moment) -> list[Check]:
    """What the protocol says of the doses in force; what several regimens share is said once."""
    record = Record(patient, now)
    checks: dict[tuple[str, str], Check] = {}
    for step in record.steps_on(now.on):
        for check in checks_of(record, step):
            checks.setdefault((check.code, check.subject), check)
    return list(checks.values())


def _compare(
    found: Rehearsal,
    patient: Patient,
    now: Moment,
    before: dict[Any, Flag],
    owed: Reevaluation | None,
    visit: Visit,
) -> None:
    after = _standing(patient)
    found.closes = [short(flag, now.on) for pk, flag in before.items() if pk not in after]
    found.opens = [_opened(flag, now) for pk, flag in after.items() if pk not in before]
    window = _window(patient, now)
    found.window = window if _days(window) != _days(owed) else None
    step = DoseStep.objects.filter(visit=visit).first()
    found.starts = _starts(step) if step else ""
    found.checks = checks_now(patient, _moment_of(step, now))
    waiting = unsettled(Record(patient, now))
    found.unsettled = next((one for one in waiting if one.visit.pk == visit.pk), None)
    found.verdicts = [
        _verdict(row) for row in LabResult.objects.filter(visit=visit).order_by("created_at", "pk")
    ]


def _opened(flag: Flag, now: Moment) -> Opened:
    rule = spec(flag)
    return Opened(sentence(flag, now.on), rule.mark, rule.claim)


def _moment_of(step: DoseStep | None, now: Moment) -> Moment:
    """A dose that is planned for a later day is checked as of that day."""
    ahead = step is not None and step.effective_on > now.on
    return Moment.of(now.clinic, now.at, on=step.effective_on) if step and ahead else now


def _standing(patient: Patient) -> dict[Any, Flag]:
    flags = Flag.objects.standing().filter(patient=patient).select_related(*READS)
    return {flag.pk: flag for flag in flags}


def _window(patient: Patient, now: Moment) -> Reevaluation | None:
    """The re-evaluation that is owed next."""
    rows = Reevaluation.objects.owed(now.on).filter(patient=patient)
    row: Reevaluation | None = rows.order_by("-opens_on").first()
    return row


def _days(row: Reevaluation | None) -> tuple[date, date] | None:
    return (row.opens_on, row.closes_on) if row else None


def _starts(step: DoseStep) -> str:
    dose = step.dose()
    intakes = ", ".join(f"{intake.at:%H:%M} {number(intake.units)}" for intake in step.intakes.all())
    elemental, compound = number(dose.elemental_mg_per_day), number(dose.compound_mg_per_day)
    amounts = f"{elemental} mg/day elemental, {compound} mg/day compound"
    return f"{amounts}, from {day(step.effective_on)} ({intakes})"


def _stops(entry: StopEntry | None) -> str:
    if entry is None:
        return ""
    word = StopReason(entry.reason).label.lower()
    return f"{entry.regimen.product}, from {day(entry.stopped_on)}: {word}"


def _verdict(row: LabResult) -> Verdict:
    interval = interval_words(row.analyte, row.interval_low, row.interval_high)
    reads = f"{row.get_interpretation_display()} {interval}".strip()
    doubt = f" {row.caveat[:1].upper()}{row.caveat[1:]}." if row.caveat else ""
    value = row.comparator + display(Analyte(row.analyte), row.canonical_value).replace(" ", NO_BREAK)
    words = f"{analyte_name(row.analyte)} {value}: {reads}.{doubt}"
    return Verdict(words, row.interpretation not in _QUIET)


_QUIET = ("NORMAL", "NOT_INTERPRETED")
