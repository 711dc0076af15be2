"""The record of one patient as it stood at the end of a day: the twin of `ChartRecord`, made of versions.

It has the same parts, so that the same cards read it. What is nobody's clinical row (members, products,
versions of the protocol) is read as it is today. A test fails for a part of `ChartRecord` that is not
answered here.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from accounts.models import Membership
from labs.models import ExpectedResult, LabResult, ResultStatus
from patients.models import (
    Condition,
    CoTreatment,
    Medication,
    Modifier,
    Outcome,
    SymptomAnswer,
    SymptomEpisode,
    Visit,
)
from regimens.models import DietAdvice, DoseStep, Intake, Interruption, OtherSource, Product, Regimen
from reviews.asof.flags import flags_then
from reviews.asof.versions import known_of
from reviews.facts.symptoms import unsaved_episodes
from reviews.models import Flag, Reevaluation
from reviews.pages.chart_record import ChartRecord

COUNTING = (ResultStatus.FINAL, ResultStatus.CORRECTED)


class RecordAsOf(ChartRecord):
    """`patient` is the version of that day; nothing that was written after its end is in here."""

    def _known(self, model: type[Any]) -> list[Any]:
        return known_of(self.patient, model, self.now.end_of_day)

    @cached_property
    def visits(self) -> list[Visit]:
        rows = _by(self._known(Visit), "visited_on", "created_at")
        seen_by = Membership.objects.select_related("user").in_bulk([row.clinician_id for row in rows])
        for row in rows:
            row.clinician = seen_by.get(row.clinician_id)
        return rows

    @cached_property
    def answers(self) -> list[SymptomAnswer]:
        rows = _wired(self._known(SymptomAnswer), "visit", self.visits)
        return sorted(rows, key=lambda row: (row.visit.visited_on, row.visit.created_at, row.symptom))

    @cached_property
    def outcomes(self) -> list[Outcome]:
        return _by(self._known(Outcome), "answered_on", "created_at")

    @cached_property
    def every_result(self) -> list[LabResult]:
        """Counting or not, oldest first."""
        return _by(self._known(LabResult), "collected_at", "created_at")

    @cached_property
    def results(self) -> list[LabResult]:
        return [row for row in self.every_result if _counts(row)]

    @cached_property
    def regimens(self) -> list[Regimen]:
        rows = _by(self._known(Regimen), "started_on", "created_at")
        members = Membership.objects.select_related("user").in_bulk([row.supervisor_id for row in rows])
        for row in rows:
            row.supervisor = members.get(row.supervisor_id)
        return _with_products(rows)

    @cached_property
    def steps(self) -> list[DoseStep]:
        rows: list[DoseStep] = _wired(self._known(DoseStep), "regimen", self.regimens)
        intakes = _by(self._known(Intake), "at")
        for row in rows:
            _prefetch(row, "intakes", [intake for intake in intakes if intake.step_id == row.pk])
        return _by(rows, "effective_on", "created_at")

    @cached_property
    def reevaluations(self) -> list[Reevaluation]:
        rows = _wired(self._known(Reevaluation), "step", self.steps)
        results = {row.pk: row for row in self.every_result}
        visits = {row.pk: row for row in self.visits}
        for row in rows:
            row.result = results.get(row.result_id)
            row.met_by_result = results.get(row.met_by_result_id)
            row.met_by_visit = visits.get(row.met_by_visit_id)
        return _by(rows, "anchored_on", "created_at")

    @cached_property
    def expected(self) -> list[ExpectedResult]:
        rows = [row for row in self._known(ExpectedResult) if row.withdrawn_at is None]
        results = {row.pk: row for row in self.every_result}
        for row in rows:
            row.met_by = results.get(row.met_by_id)
        return _by(rows, "due_on")

    @cached_property
    def conditions(self) -> list[Condition]:
        return _by(self._known(Condition), "created_at")

    @cached_property
    def medications(self) -> list[Medication]:
        return _by(self._known(Medication), "created_at")

    @cached_property
    def co_treatments(self) -> list[CoTreatment]:
        return _by(self._known(CoTreatment), "created_at")

    @cached_property
    def modifiers(self) -> list[Modifier]:
        rows = self._known(Modifier)
        return sorted(
            rows, key=lambda row: (row.since is not None, row.since or row.created_at, row.created_at)
        )

    @cached_property
    def interruptions(self) -> list[Interruption]:
        return _by(_wired(self._known(Interruption), "regimen", self.regimens), "from_on", "created_at")

    @cached_property
    def other_sources(self) -> list[OtherSource]:
        return _with_products(_by(self._known(OtherSource), "created_at"))

    @cached_property
    def diet_advice(self) -> list[DietAdvice]:
        return _by(self._known(DietAdvice), "given_on")

    @cached_property
    def episodes(self) -> list[SymptomEpisode]:
        """Made anew from the answers of then: they follow from them, and have no history of their own."""
        return unsaved_episodes(self)

    @cached_property
    def flags(self) -> list[Flag]:
        return flags_then(self)


def _counts(row: LabResult) -> bool:
    """The twin of `LabResultQuerySet.counting`."""
    stands = row.superseded_by_id is None and row.cancelled_by_id is None
    return stands and row.status in COUNTING


def _by(rows: Iterable[Any], *names: str) -> list[Any]:
    return sorted(rows, key=lambda row: tuple(getattr(row, name) for name in names))


def _wired(rows: Iterable[Any], name: str, parents: Iterable[Any]) -> list[Any]:
    """The rows whose parent was valid too, each with the parent of then."""
    found = {parent.pk: parent for parent in parents}
    kept = [row for row in rows if getattr(row, f"{name}_id") in found]
    for row in kept:
        setattr(row, name, found[getattr(row, f"{name}_id")])
    return kept


def _with_products(rows: list[Any]) -> list[Any]:
    """A product is not changed once it is there."""
    products = Product.objects.in_bulk({row.product_id for row in rows})
    for row in rows:
        row.product = products[row.product_id]
    return rows


def _prefetch(row: Any, name: str, children: list[Any]) -> None:
    """Let `row.<name>.all()` answer with these, as after `prefetch_related`."""
    rows = getattr(row, name).all()
    rows._result_cache, rows._prefetch_done = children, True
    row._prefetched_objects_cache = {name: rows}
