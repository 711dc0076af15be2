"""Random acts on different days: each day, looked at afterwards, is what a chart of that day said."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.records import StaleVersion
from labs.models import LabResult
from patients.models import Medication, Patient, Visit
from protocols.models import Protocol
from regimens.models import DoseStep, Regimen
from reviews.acts.entries import end_entry
from reviews.acts.errors import mark_in_error
from reviews.acts.flag_owners import assign
from reviews.acts.flags import NotUndoable, acknowledge, resolve, snooze, undo
from reviews.acts.patients import change_status, edit_patient
from reviews.acts.reevaluations import review_reevaluation
from reviews.acts.regimens import stop_regimen
from reviews.acts.sources import interrupt_regimen
from reviews.asof.days import end_of, record_as_of
from reviews.models import Flag, Reevaluation
from reviews.moments import Moment
from reviews.pages.chart_figure import state_of
from reviews.pages.chart_record import ChartRecord
from reviews.sentences import sentence
from reviews.sweep import sweep
from tests.factories import NOW, TODAY
from tests.reviews.asof.kept import date_history
from tests.stories import (
    a_clinician,
    a_dose_change,
    a_patient,
    a_result,
    a_visit,
    absent,
    an_entry,
    present,
    taking,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAYS = 75
# So that windows open, are met and are missed within the story.
EVERY = 3


class Life:
    """One patient over `DAYS` days that end today; what an act refuses does not happen."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.by = a_clinician()
        self.other = a_clinician(self.by.clinic)
        self.at = self._morning(DAYS)
        self.patient = a_patient(self.by, owner=self.by.membership, at=self.at)
        date_history(self.at)
        self.did: list[str] = []

    def _morning(self, days_ago: int) -> datetime:
        day = TODAY - timedelta(days=days_ago)
        return datetime.combine(day, time(8), tzinfo=self.by.clinic.zone)

    def live(self, days_ago: int) -> None:
        """A night, then one to three acts."""
        self.at = self._morning(days_ago) - timedelta(hours=5)
        sweep(self.by.clinic, at=self.at)
        date_history(self.at)
        for hour in sorted(self.chance.sample(range(9), self.chance.randint(1, 3))):
            self.at = self._morning(days_ago) + timedelta(hours=hour)
            act = self.chance.choice(ACTS)
            try:
                act(self)
                self.did.append(act.__name__)
            except (ValidationError, StaleVersion, NotUndoable, LookupError):
                pass
            date_history(self.at)

    def told(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at}

    @property
    def today(self) -> Any:
        return self.by.clinic.local_date(self.at)

    def one(self, rows: Any) -> Any:
        """One of the rows; LookupError where there is none."""
        return self.chance.choice(list(rows.order_by("pk")))

    def now(self) -> Patient:
        return Patient.objects.get(pk=self.patient.pk)


def starts(life: Life) -> None:
    taking(life.patient, life.by, since=life.today - timedelta(days=life.chance.randint(0, 40)), at=life.at)


def changes_dose(life: Life) -> None:
    regimen = life.one(Regimen.objects.valid().filter(patient=life.patient, stopped_on=None))
    day = life.today + timedelta(days=life.chance.randint(-3, 5))
    a_dose_change(regimen, life.by, on=day, units=life.chance.randint(1, 3), at=life.at)


def stops(life: Life) -> None:
    regimen = life.one(Regimen.objects.valid().filter(patient=life.patient, stopped_on=None))
    reason = life.chance.choice(["HARM", "NO_BENEFIT"])
    stop_regimen(
        patient=life.patient, regimen=regimen, version=regimen.version, stopped_on=life.today, reason=reason,
        **life.told(),
    )  # fmt: skip


def rests(life: Life) -> None:
    regimen = life.one(Regimen.objects.valid().filter(patient=life.patient, stopped_on=None))
    from_on = life.today - timedelta(days=life.chance.randint(0, 12))
    interrupt_regimen(
        patient=life.patient, regimen=regimen, from_on=from_on, until_on=life.today, **life.told()
    )


def measures(life: Life) -> None:
    value = f"{life.chance.randint(32, 75) / 100:.2f}"
    limits: dict[str, Any] = {"reference_low": "0.46", "reference_high": "0.60"}
    a_result(life.patient, life.by, value, days_ago=life.chance.randint(0, 10), at=life.at, **limits)


def measures_kidney(life: Life) -> None:
    value = str(life.chance.randint(20, 100))
    a_result(life.patient, life.by, value, analyte="EGFR", unit="mL/min/{1.73_m2}", at=life.at)


def visits(life: Life) -> None:
    said = []
    for symptom in life.chance.sample(["TINGLING", "FATIGUE", "IRREGULAR_HEARTBEAT", "DIARRHOEA"], 2):
        said.append(
            present(symptom, life.chance.randint(1, 4)) if life.chance.random() < 0.6 else absent(symptom)
        )
    more: dict[str, Any] = {"gad7_total": life.chance.randint(0, 21)} if life.chance.random() < 0.4 else {}
    if life.chance.random() < 0.5:
        more |= {"is_re_evaluation": True, "adherence_percent": 90}
    a_visit(
        life.patient,
        life.by,
        *said,
        on=life.today - timedelta(days=life.chance.randint(0, 2)),
        at=life.at,
        **more,
    )


def takes_a_medicine(life: Life) -> None:
    code = life.chance.choice(["LEVOTHYROXINE", "DIGOXIN", "CIPROFLOXACIN"])
    an_entry(life.patient, life.by, "medications", code, since=life.today, at=life.at)


def ends_a_medicine(life: Life) -> None:
    entry = life.one(Medication.objects.valid().filter(patient=life.patient, until=None))
    end_entry(patient=life.patient, entry=entry, version=entry.version, until=life.today, **life.told())


def is_renamed(life: Life) -> None:
    patient = life.now()
    name = life.chance.choice(["Berg", "Lind", "Aho"])
    edit_patient(patient=patient, version=patient.version, family_name=name, **life.told())


def pauses_or_comes_back(life: Life) -> None:
    patient = life.now()
    told: dict[str, Any] = {"status": "ACTIVE", "reason": "Back"}
    if patient.status == "ACTIVE":
        told = {"status": "PAUSED", "reason": "Travels", "returns_on": life.today + timedelta(days=9)}
    change_status(patient=patient, version=patient.version, **told, **life.told())


def was_a_mistake(life: Life) -> None:
    model: Any = life.chance.choice([Visit, LabResult, Regimen, DoseStep, Medication])
    row = life.one(model.objects.valid().filter(patient=life.patient))
    mark_in_error(row=row, version=row.version, reason="Slip", **life.told())


def _flag(life: Life) -> Flag:
    found: Flag = life.one(Flag.objects.standing().filter(patient=life.patient))
    return found


def is_acknowledged(life: Life) -> None:
    flag = _flag(life)
    acknowledge(flag=flag, version=flag.version, **life.told())


def is_snoozed(life: Life) -> None:
    flag = _flag(life)
    hours = 3 if flag.severity == "ACT_TODAY" else 24 * life.chance.randint(1, 9)
    until = life.at + timedelta(hours=hours)
    snooze(flag=flag, version=flag.version, until=until, reason="Called", **life.told())


def is_resolved(life: Life) -> None:
    flag = _flag(life)
    action = life.chance.choice(["ADVISED", "LAB_ORDERED", "NO_ACTION"])
    resolve(flag=flag, version=flag.version, action=action, note="Done", **life.told())


def is_taken(life: Life) -> None:
    flag = _flag(life)
    assign(flag=flag, by=life.other, at=life.at, version=flag.version, owner=life.other.membership)


def is_undone(life: Life) -> None:
    flag = _flag(life)
    acknowledge(flag=flag, version=flag.version, **life.told())
    life.at += timedelta(minutes=2)
    undo(flag=flag, version=flag.version, **life.told())


def is_reviewed(life: Life) -> None:
    owed = life.one(Reevaluation.objects.owed(life.today).filter(patient=life.patient, result__isnull=False))
    review_reevaluation(reevaluation=owed, version=owed.version, **life.told())


ACTS: list[Callable[[Life], None]] = [
    starts, changes_dose, changes_dose, stops, rests, measures, measures, measures_kidney, visits, visits,
    visits, takes_a_medicine, ends_a_medicine, is_renamed, pauses_or_comes_back, was_a_mistake,
    is_acknowledged, is_snoozed, is_snoozed, is_resolved, is_taken, is_undone, is_reviewed,
]  # fmt: skip


def facts(record: ChartRecord) -> dict[str, Any]:
    """What a chart says, by fields: of today's rows, and of the versions of a past day."""
    on = record.now.on
    rows: dict[str, tuple[Iterable[Any], str]] = {
        "visits": (record.visits, "pk visited_on kind is_re_evaluation adherence_percent note"),
        "answers": (record.answers, "pk visit_id symptom answer grade urgency review_reason"),
        "outcomes": (record.outcomes, "pk total review_reason"),
        "results": (record.results, "pk canonical_value interpretation concern review_reason awaits_dose"),
        "regimens": (record.regimens, "pk started_on stopped_on stop_reason"),
        "steps": (record.steps, "pk regimen_id effective_on"),
        "medications": (record.medications, "pk code since until"),
        "interruptions": (record.interruptions, "pk from_on until_on"),
        "expected": (record.expected, "pk due_on alert_on met_by_id"),
        "episodes": (
            record.episodes, "symptom onset_on resolved_on highest_grade elemental_mg_per_day_at_onset",
        ),
        "owed": (
            record.reevaluations, "pk opens_on closes_on trail result_id met_on superseded_on stopped_on",
        ),
        "flags": (
            [flag for flag in record.flags if flag.state in ("OPEN", "ACKNOWLEDGED", "SNOOZED")],
            "pk rule severity emergency owner_id state snoozed_until standing_state urgency is_late inputs",
        ),
    }  # fmt: skip
    told: dict[str, Any] = {
        name: sorted(str([_plain(getattr(row, field)) for field in fields.split()]) for row in found)
        for name, (found, fields) in rows.items()
    }
    told["dose"] = [record.dose_on(on), sorted(str(step.dose()) for step in record.steps_on(on))]
    told["states"] = sorted(f"{row.pk} {state_of(row, on)}" for row in record.reevaluations)
    told["sentences"] = sorted(sentence(flag, on) for flag in record.standing_flags)
    told["patient"] = [record.patient.family_name, record.patient.status, record.patient.version]
    return told


def _plain(value: Any) -> Any:
    """A code is a word, an amount a number and a moment one in UTC, whether it has been stored or not."""
    if isinstance(value, datetime):
        return value.timestamp()
    return str(value) if isinstance(value, StrEnum) else float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("seed", range(4))
def test_a_past_day_looks_as_it_looked(seed: int) -> None:
    life = Life(seed)
    clinic, shown = life.by.clinic, {}
    for days_ago in range(DAYS, -1, -EVERY):
        life.live(days_ago)
        end = end_of(life.today, clinic)
        moment = Moment(clinic, life.today, end, Protocol.objects.in_force(clinic))
        shown[life.today] = facts(ChartRecord(life.now(), moment))
    assert len(set(life.did)) > 12, life.did
    for on, then in shown.items():
        assert facts(record_as_of(life.patient, clinic, on, NOW + timedelta(days=1))) == then, on
