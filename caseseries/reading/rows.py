"""The rows of one chunk of people, each kind by one query: valid, and dated on or before the data cut.

Days are ordinals (`date.toordinal`), and decimals text.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min, Q

from accounts.models import Clinic
from caseseries.reading.columns import Ordinal, Rows, exactly, of_these, of_these_pairs
from labs.analytes import Analyte
from labs.models import LabResult
from patients.models import CoTreatment, Instrument, Medication, Outcome, SymptomAnswer, Visit
from patients.symptoms import Answer
from regimens.models import DoseStep, Intake, Interruption, OtherSource, Regimen
from reviews.models import Reevaluation

# {patient: its rows}
ByPatient = Mapping[str, Sequence[Sequence[Any]]]
# {patient: {symptom: its answers}}
AnswersByPatient = Mapping[str, Mapping[str, Sequence[Sequence[Any]]]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows are read, and until when. `ids`: the literal of the array of the people's ids."""

    clinic: Clinic
    cut: date
    ids: str

    def of(self, model: Any, path: str = "patient") -> Any:
        """The valid rows of these people."""
        return model.objects.of(self.clinic).valid().filter(of_these(self.ids, path))


def _listed(rows: Any, *columns: Any, order_by: Sequence[str] = (), path: str = "patient") -> ByPatient:
    """The rows of each person, with these columns."""
    grouped = rows.order_by().values(f"{path}_id").annotate(rows=Rows(*columns, order_by=order_by))
    return {who: json.loads(rows) for who, rows in grouped.values_list(exactly(f"{path}_id"), "rows")}


def regimens(scope: Scope) -> ByPatient:
    """[product, form, started on, stopped on, reason], oldest first."""
    rows = scope.of(Regimen).filter(started_on__lte=scope.cut)
    days = Ordinal("started_on"), Ordinal("stopped_on")
    order = ("started_on", "created_at", "pk")
    return _listed(rows, "product_id", "product__form", *days, "stop_reason", order_by=order)


def steps(scope: Scope) -> ByPatient:
    """[regimen, step, effective on, stopped on of the regimen, elemental mg per unit], oldest first."""
    rows = scope.of(DoseStep).filter(regimen__error_at=None, effective_on__lte=scope.cut)
    days = Ordinal("effective_on"), Ordinal("regimen__stopped_on")
    mg = exactly("regimen__product__elemental_mg_per_unit")
    return _listed(rows, "regimen_id", "pk", *days, mg, order_by=("effective_on", "created_at", "pk"))


def intakes(scope: Scope) -> ByPatient:
    """[step, clock time, units], by the clock."""
    rows = scope.of(Intake, "step__patient").filter(step__error_at=None, step__effective_on__lte=scope.cut)
    return _listed(rows, "step_id", "at", exactly("units"), order_by=("at",), path="step__patient")


def interruptions(scope: Scope) -> ByPatient:
    """[regimen, from, until], both included."""
    rows = scope.of(Interruption).filter(regimen__error_at=None, from_on__lte=scope.cut)
    return _listed(rows, "regimen_id", Ordinal("from_on"), Ordinal("until_on"))


def lab_values(scope: Scope) -> ByPatient:
    """[analyte, collected on, canonical value, method] of ionized magnesium and eGFR, oldest first.

    Final or corrected; no doubtful samples, no "below" or "above" a value.
    """
    sound = LabResult.objects.sound().of(scope.clinic).filter(of_these(scope.ids))
    rows = sound.filter(
        analyte__in=[Analyte.IONIZED_MG, Analyte.EGFR], comparator="", collected_on__lte=scope.cut
    )
    columns = "analyte", Ordinal("collected_on"), exactly("canonical_value"), "method"
    return _listed(rows, *columns, order_by=("collected_at", "created_at", "pk"))


def scores(scope: Scope, instrument: str) -> ByPatient:
    """[answered on, total], oldest first."""
    rows = scope.of(Outcome).filter(instrument=Instrument(instrument), answered_on__lte=scope.cut)
    return _listed(rows, Ordinal("answered_on"), "total", order_by=("answered_on", "created_at", "pk"))


def visits(scope: Scope) -> ByPatient:
    """[visited on, adherence in per cent]: of visits after the data cut too, which tell who had not left."""
    return _listed(scope.of(Visit), Ordinal("visited_on"), "adherence_percent")


def told(scope: Scope) -> ByPatient:
    """[symptom, last asked on, first present on, earliest onset told, last emergency on] of each symptom that
    somebody answered: present or absent, never "not asked"."""
    present = Q(answer=Answer.PRESENT)
    urgent = present & Q(urgency=SymptomAnswer.Severity.EMERGENCY)
    grouped = _answered(scope).order_by().values("patient_id", "symptom").annotate(
        asked_on=Ordinal(Max("visit__visited_on")),
        present_on=Ordinal(Min("visit__visited_on", filter=present)),
        first_onset_on=Ordinal(Min("onset_on", filter=present)),
        emergency_on=Ordinal(Max("visit__visited_on", filter=urgent)),
    )  # fmt: skip
    names = "symptom", "asked_on", "present_on", "first_onset_on", "emergency_on"
    found: dict[str, list[Any]] = defaultdict(list)
    for who, *row in grouped.values_list(exactly("patient_id"), *names):
        found[who].append(row)
    return found


def answers(scope: Scope, wanted: Collection[tuple[str, str]]) -> AnswersByPatient:
    """[visited on, visit, answer, grade, onset, urgency] of these symptoms of these people, oldest first; of
    one day in the order in which the visits were recorded."""
    order = "visit__visited_on", "visit_id"
    columns = Ordinal("visit__visited_on"), "visit_id", "answer", "grade", Ordinal("onset_on"), "urgency"
    rows = _answered(scope).filter(of_these_pairs(wanted, "patient_id", "symptom")).order_by(*order)
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for who, symptom, *row in rows.values_list(exactly("patient_id"), "symptom", *columns):
        found[who][symptom].append(row)
    return found


def _answered(scope: Scope) -> Any:
    # The visits are named too, or every chunk would read those of the whole clinic to join them.
    rows = scope.of(SymptomAnswer).filter(of_these(scope.ids, "visit__patient"))
    told = rows.exclude(answer=Answer.NOT_ASKED)
    return told.filter(visit__error_at=None, visit__visited_on__lte=scope.cut)


def reevaluations(scope: Scope) -> ByPatient:
    """[anchored on, opens on, closes on, met on, superseded on, stopped on] of windows that closed."""
    rows = scope.of(Reevaluation).filter(closes_on__lt=scope.cut)
    names = "anchored_on", "opens_on", "closes_on", "met_on", "superseded_on", "stopped_on"
    return _listed(rows, *(Ordinal(name) for name in names), order_by=("anchored_on", "pk"))


def entries(scope: Scope, model: Any, *columns: str) -> ByPatient:
    """[since, until, *columns] of medicines, co-treatments and other sources."""
    return _listed(scope.of(model), Ordinal("since"), Ordinal("until"), *columns)


@dataclass(frozen=True, slots=True)
class Record:
    """What is read of everybody in a chunk."""

    regimens: ByPatient
    steps: ByPatient
    intakes: ByPatient
    interruptions: ByPatient
    lab_values: ByPatient
    scores: ByPatient
    visits: ByPatient
    told: ByPatient
    reevaluations: ByPatient
    co_treatments: ByPatient
    medications: ByPatient
    other_sources: ByPatient

    @classmethod
    def of(cls, scope: Scope, instrument: str) -> "Record":
        return cls(
            regimens=regimens(scope),
            steps=steps(scope),
            intakes=intakes(scope),
            interruptions=interruptions(scope),
            lab_values=lab_values(scope),
            scores=scores(scope, instrument),
            visits=visits(scope),
            told=told(scope),
            reevaluations=reevaluations(scope),
            co_treatments=entries(scope, CoTreatment, "code"),
            medications=entries(scope, Medication),
            other_sources=entries(scope, OtherSource),
        )
