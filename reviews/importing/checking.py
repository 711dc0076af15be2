"""What would become of each row of a file: nothing is stored yet."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from accounts.actors import Actor
from labs.models import Import, ImportRow, LabResult, RowOutcome
from labs.reading.kept import as_json
from labs.reading.reported import Reported
from patients.models import Patient
from reviews.acts.results import unit_errors
from reviews.importing.entries import built, is_taken_back, without_patient
from reviews.importing.known import Stored
from reviews.importing.people import People
from reviews.importing.test_names import KnownTest
from reviews.moments import Moment

STORED_BEFORE = "The same value of this sample is stored already. Skipped."
IN_ERROR_BEFORE = "This value was stored before and marked entered in error here. Skipped."
TWO_VALUES = (
    "The laboratory sends this result here and in {place} with different contents. Ask which is right."
)
TAKEN_BACK_BEFORE = "The laboratory took this result back before. Skipped."


@dataclass(frozen=True)
class Verdict:
    """Where a row goes, and why; `result` is what it would be or, when it is stored already, what it is."""

    outcome: str
    reason: str = ""
    patient: Patient | None = None
    result: LabResult | None = None

    @property
    def is_ready(self) -> bool:
        return self.outcome in READY


READY = (RowOutcome.READY, RowOutcome.CONVERTED)
NamesOf = Callable[[Reported], KnownTest]


@dataclass
class Check:
    """The check of one file, batch by batch. What one batch would store, the next may repeat."""

    source: Import
    by: Actor
    now: Moment
    names: NamesOf
    passed_over: Counter[str] = field(default_factory=Counter)
    _seen: dict[int, str] = field(default_factory=dict)

    def rows(self, batch: Sequence[Reported]) -> list[ImportRow]:
        """Unsaved rows with their outcome; what the clinic said does not concern it is counted only."""
        people = People(self.now.clinic, batch)
        stored = Stored(self.now.clinic, self.source.format, batch, [p.pk for p in people.patients])
        kept = [(row, test) for row in batch if not self._is_ignored(row, test := self.names(row))]
        verdicts = [self._verdict(row, test, people, stored) for row, test in kept]
        return [
            self._row(row, test, verdict)
            for (row, test), verdict in zip(kept, without_unit_errors(verdicts), strict=True)
        ]

    def _is_ignored(self, row: Reported, test: KnownTest) -> bool:
        ignored = test.is_ignored and not row.problem
        if ignored:
            self.passed_over[row.local_name or row.loinc] += 1
        return ignored

    def _row(self, row: Reported, test: KnownTest, verdict: Verdict) -> ImportRow:
        result = verdict.result
        return ImportRow(
            clinic=self.source.clinic, created_at=self.now.at, created_by=self.by.user, source=self.source,
            number=row.number, place=row.place, raw=row.raw, reported=as_json(row),
            outcome=verdict.outcome, reason=verdict.reason, patient=verdict.patient,
            analyte=test.analyte,
            canonical_value=result.canonical_value if result else None,
            interpretation=result.interpretation if result else "",
            result=None if result is None or result._state.adding else result,
        )  # fmt: skip

    def _verdict(self, row: Reported, test: KnownTest, people: People, stored: Stored) -> Verdict:
        patient, unmatched = people.whose(row)
        reason = row.problem or test.problem or without_patient(row, test)
        if reason:
            return Verdict(RowOutcome.ERROR, reason, patient)
        if patient is None:
            return Verdict(RowOutcome.UNMATCHED, unmatched)
        verdict = judge(row, test, self.source.format, patient, stored, self.by, self.now)
        return self._once(row, verdict)

    def _once(self, row: Reported, verdict: Verdict) -> Verdict:
        """The same row a second time in one file."""
        if not verdict.is_ready:
            return verdict
        content = hash(_content(row, verdict))
        if content in self._seen:
            same = f"The same as {self._seen[content]}. Skipped."
            return Verdict(RowOutcome.ALREADY_STORED, same, verdict.patient)
        if row.source_id:
            said = hash((row.source_id, row.status, row.reported_at))
            if said in self._seen:
                return Verdict(RowOutcome.ERROR, TWO_VALUES.format(place=self._seen[said]), verdict.patient)
            self._seen[said] = row.place
        self._seen[content] = row.place
        return verdict


def without_unit_errors(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Ionized magnesium that is not below the total of its sample: both are errors."""
    places = [n for n, verdict in enumerate(verdicts) if verdict.is_ready and verdict.result]
    results = [verdict.result for verdict in verdicts if verdict.is_ready and verdict.result]
    wrong = {places[n]: sentence for n, sentence in unit_errors(results).items()}
    return [
        replace(verdict, outcome=RowOutcome.ERROR, reason=wrong[n]) if n in wrong else verdict
        for n, verdict in enumerate(verdicts)
    ]


def judge(
    row: Reported, test: KnownTest, source: str, patient: Patient, stored: Stored, by: Actor, now: Moment
) -> Verdict:
    """Where a row of a known patient goes; the store asks again, by what holds then."""
    if is_taken_back(row):
        word = stored.taken_back(row)
        outcome = RowOutcome.ALREADY_STORED if word else RowOutcome.READY
        return Verdict(outcome, TAKEN_BACK_BEFORE if word else "", patient)
    made = built(row, test, source, patient, by, now)
    if made.result is None:
        return Verdict(RowOutcome.ERROR, made.reason, patient)
    same = stored.same(made.result)
    if same is not None:
        return Verdict(RowOutcome.ALREADY_STORED, _before(same), patient, same)
    clash = stored.clash(made.result)
    if clash:
        return Verdict(RowOutcome.ERROR, clash, patient)
    outcome = RowOutcome.CONVERTED if made.is_converted else RowOutcome.READY
    return Verdict(outcome, stored.beside(made.result), patient, made.result)


def _before(same: LabResult) -> str:
    return STORED_BEFORE if same.error_at is None else IN_ERROR_BEFORE


def _content(row: Reported, verdict: Verdict) -> tuple[Any, ...]:
    patient = verdict.patient.pk if verdict.patient else None
    if verdict.result is None:
        return patient, row.source_id, row.status
    result = verdict.result
    when: datetime = result.collected_at
    told = (result.canonical_value, result.comparator, result.status, result.source_id)
    return patient, result.analyte, when, *told
