"""What can happen to a person of a story; each happening does itself through the act that a user would use.

Days are counted back from the day on which the demo is made, so the stories stay as old as they read.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from demo.clinics import Staff
from labs.analytes import ANALYTES, Analyte
from patients.models import Patient, Status, VisitKind
from patients.symptoms import Answer, Symptom
from regimens.models import PriorMagnesium, Product, Regimen, StopReason
from reviews.acts.doses import change_dose
from reviews.acts.entries import add_entry
from reviews.acts.errors import mark_in_error
from reviews.acts.patients import change_status
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry, RegimenEntry, SwitchEntry
from reviews.acts.regimens import start_regimen, stop_regimen, switch_product
from reviews.acts.results import ResultEntry, record_results
from reviews.acts.sources import add_source, give_advice, interrupt_regimen
from reviews.acts.visits import SymptomEntry, log_visit

# What a visit of the demo asks of everybody; what is not named present is absent.
ASKED = (
    Symptom.TINGLING,
    Symptom.MUSCLE_TWITCHING,
    Symptom.IRREGULAR_HEARTBEAT,
    Symptom.FATIGUE,
    Symptom.WEAKNESS,
    Symptom.DIARRHOEA,
)
LABORATORY = "Northgate hospital laboratory"
SAMPLED = time(8, 10)


@dataclass
class Case:
    """One patient as the story goes on; `regimens` in the order of their starts."""

    staff: Staff
    today: date
    patient: Patient
    regimens: list[Regimen] = field(default_factory=list)

    def day(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def moment(self, days: int, clock: time) -> datetime:
        """The clock time of the clinic, so many days ago."""
        return datetime.combine(self.day(days), clock, tzinfo=self.staff.clinic.zone)


@dataclass(frozen=True)
class Result:
    """One value of a sample of that morning; limits are the laboratory's own."""

    analyte: Analyte
    value: str
    low: str | None = None
    high: str | None = None
    haemolysed: bool | None = None

    def entry(self, collected_at: datetime) -> ResultEntry:
        return ResultEntry(
            value=Decimal(self.value),
            unit=ANALYTES[self.analyte].unit,
            collected_at=collected_at,
            analyte=self.analyte,
            reference_low=Decimal(self.low) if self.low else None,
            reference_high=Decimal(self.high) if self.high else None,
            laboratory=LABORATORY,
            haemolysed=self.haemolysed,
        )


def ionized_mg(value: str) -> Result:
    """Ionized magnesium in mmol/L beside the laboratory's interval."""
    return Result(Analyte.IONIZED_MG, value, "0.45", "0.60")


def creatinine(value: str) -> Result:
    """Creatinine in mg/dL; the eGFR follows from it."""
    return Result(Analyte.CREATININE, value)


@dataclass(frozen=True)
class Present:
    """A symptom that the patient has: CTCAE grade, whether at night, days since it began."""

    symptom: Symptom
    grade: int | None = 1
    nocturnal: bool | None = None
    since: int | None = None


@dataclass(frozen=True)
class Happening(ABC):
    """Something on one day, `days` before today, at `hour` o'clock of the clinic."""

    days: int
    hour: int = field(default=10, kw_only=True)

    def at(self, case: Case) -> datetime:
        return case.moment(self.days, time(self.hour))

    @abstractmethod
    def happen(self, case: Case) -> None:
        """Do it, through an act."""


@dataclass(frozen=True)
class Visit(Happening):
    """A visit: the symptoms of `ASKED` are asked; `units` is a new dose, as `Change` has it."""

    symptoms: Sequence[Present] = ()
    adherence: int | None = None
    gad7: Sequence[int] | int | None = None
    results: Sequence[Result] = ()
    units: Sequence[str] = ()
    reason: str = ""
    is_re_evaluation: bool = False
    kind: str = VisitKind.CLINIC
    note: str = ""

    def happen(self, case: Case) -> None:
        sampled_at = case.moment(self.days, SAMPLED)
        items = None if self.gad7 is None or isinstance(self.gad7, int) else list(self.gad7)
        log_visit(
            patient=case.patient,
            by=case.staff.clinician,
            at=self.at(case),
            visited_on=case.day(self.days),
            kind=self.kind,
            is_re_evaluation=self.is_re_evaluation,
            adherence_percent=self.adherence,
            note=self.note,
            symptoms=_answers(self.symptoms, case),
            gad7_items=items,
            gad7_total=self.gad7 if isinstance(self.gad7, int) else None,
            lab_results=[result.entry(sampled_at) for result in self.results],
            dose_step=_step(case, self.days, self.units, self.reason) if self.units else None,
        )


@dataclass(frozen=True)
class Sampled(Happening):
    """Results that the assistant enters on the day of the sample."""

    results: Sequence[Result] = ()
    hour: int = field(default=16, kw_only=True)

    def happen(self, case: Case) -> None:
        sampled_at = case.moment(self.days, SAMPLED)
        entries = [result.entry(sampled_at) for result in self.results]
        record_results(patient=case.patient, entries=entries, by=case.staff.assistant, at=self.at(case))


@dataclass(frozen=True)
class Start(Happening):
    """A product from that day on; `units` at `times`."""

    product: str = "P02"
    units: Sequence[str] = ("1", "1", "1")
    times: Sequence[time] = ()
    kidney_reason: str = ""
    prior: str = PriorMagnesium.NO
    indication: str = "Anxiety"
    # Supervised, and looked at again so many days after today (before it: negative).
    again_in: int | None = None
    hour: int = field(default=11, kw_only=True)

    def happen(self, case: Case) -> None:
        entry = RegimenEntry(
            product=Product.objects.get(clinic=None, code=self.product),
            started_on=case.day(self.days),
            intakes=_intakes(self.units, self.times),
            contraindications=dict.fromkeys(ASKED_BEFORE_A_START, "NO"),
            kidney_reason=self.kidney_reason,
            indication=self.indication,
            prior_magnesium=self.prior,
            supervision_note="" if self.again_in is None else "Telephone call every second week",
            supervisor=None if self.again_in is None else case.staff.clinician.membership,
            check_again_on=self._again_on(case),
        )
        by, at = case.staff.clinician, self.at(case)
        case.regimens.append(start_regimen(patient=case.patient, by=by, at=at, entry=entry))

    def _again_on(self, case: Case) -> date | None:
        """Within a year of the start, as the act asks."""
        if self.again_in is None:
            return None
        return min(case.day(-self.again_in), case.day(self.days) + timedelta(days=360))


@dataclass(frozen=True)
class Change(Happening):
    """Another dose of the newest regimen."""

    units: Sequence[str] = ()
    reason: str = ""
    times: Sequence[time] = ()
    hour: int = field(default=12, kw_only=True)

    def happen(self, case: Case) -> None:
        entry = _step(case, self.days, self.units, self.reason, self.times)
        change_dose(patient=case.patient, by=case.staff.clinician, at=self.at(case), entry=entry)


@dataclass(frozen=True)
class Stop(Happening):
    """The newest regimen ends."""

    reason: str = StopReason.PATIENT_CHOICE
    hour: int = field(default=12, kw_only=True)

    def happen(self, case: Case) -> None:
        regimen = case.regimens[-1]
        regimen.refresh_from_db()
        stop_regimen(
            patient=case.patient,
            regimen=regimen,
            by=case.staff.clinician,
            at=self.at(case),
            version=regimen.version,
            stopped_on=case.day(self.days),
            reason=self.reason,
        )


@dataclass(frozen=True)
class Switch(Happening):
    """Another product in the place of the newest regimen."""

    product: str = "P05"
    units: Sequence[str] = ("1", "1")
    hour: int = field(default=12, kw_only=True)

    def happen(self, case: Case) -> None:
        old = case.regimens[-1]
        old.refresh_from_db()
        product = Product.objects.get(clinic=None, code=self.product)
        entry = SwitchEntry(old, product, case.day(self.days), _intakes(self.units, ()))
        by, at = case.staff.clinician, self.at(case)
        case.regimens.append(
            switch_product(patient=case.patient, by=by, at=at, version=old.version, entry=entry)
        )


@dataclass(frozen=True)
class Interrupted(Happening):
    """The newest regimen was not taken for `lasted` days, the last of them the day before."""

    lasted: int = 10
    reason: str = ""
    hour: int = field(default=12, kw_only=True)

    def happen(self, case: Case) -> None:
        interrupt_regimen(
            patient=case.patient,
            regimen=case.regimens[-1],
            by=case.staff.clinician,
            at=self.at(case),
            from_on=case.day(self.days + self.lasted),
            until_on=case.day(self.days + 1),
            reason=self.reason,
        )


@dataclass(frozen=True)
class TakesToo(Happening):
    """Magnesium from elsewhere: so many units a day of a product that nobody here prescribed."""

    product: str = "X2"
    units: str = "1"
    hour: int = field(default=9, kw_only=True)

    def happen(self, case: Case) -> None:
        by, at, since = case.staff.assistant, self.at(case), case.day(self.days)
        told: dict[str, Any] = {"patient": case.patient, "by": by, "at": at, "since": since}
        product = Product.objects.get(clinic=None, code=self.product)
        add_source(**told, product=product, units_per_day=Decimal(self.units), source="Patient")


@dataclass(frozen=True)
class Advised(Happening):
    """Low-phytate food around the dose was talked about."""

    hour: int = field(default=11, kw_only=True)

    def happen(self, case: Case) -> None:
        by, at = case.staff.clinician, self.at(case)
        give_advice(patient=case.patient, by=by, at=at, given_on=case.day(self.days))


@dataclass(frozen=True)
class WithdrawStart(Happening):
    """The newest regimen was entered in error."""

    reason: str = ""
    hour: int = field(default=15, kw_only=True)

    def happen(self, case: Case) -> None:
        regimen = case.regimens.pop()
        regimen.refresh_from_db()
        by, at = case.staff.clinician, self.at(case)
        mark_in_error(row=regimen, by=by, at=at, version=regimen.version, reason=self.reason)


@dataclass(frozen=True)
class Entry(Happening):
    """A condition, medicine, modifier or other treatment; `lasts` days, or without an end."""

    kind: str = "medications"
    code: str = "OTHER"
    value: str = ""
    unit: str = ""
    taken_at: Sequence[time] = ()
    lasts: int | None = None
    source: str = "Patient"
    hour: int = field(default=9, kw_only=True)

    def happen(self, case: Case) -> None:
        since = case.day(self.days)
        add_entry(
            patient=case.patient,
            by=case.staff.clinician,
            at=self.at(case),
            kind=self.kind,
            code=self.code,
            value=self.value,
            unit=self.unit,
            since=since,
            until=None if self.lasts is None else since + timedelta(days=self.lasts),
            source=self.source,
            taken_at=list(self.taken_at),
        )


@dataclass(frozen=True)
class Became(Happening):
    """Another status; `returns_after` days for a pause."""

    status: str = Status.LEFT
    reason: str = ""
    returns_after: int | None = None
    hour: int = field(default=17, kw_only=True)

    def happen(self, case: Case) -> None:
        case.patient.refresh_from_db()
        day = case.day(self.days)
        more: dict[str, Any] = {}
        if self.returns_after is not None:
            more["returns_on"] = day + timedelta(days=self.returns_after)
        if self.status == Status.DECEASED:
            more["deceased_on"] = day
        case.patient = change_status(
            patient=case.patient,
            by=case.staff.clinician,
            at=self.at(case),
            version=case.patient.version,
            status=self.status,
            reason=self.reason,
            **more,
        )


ASKED_BEFORE_A_START = ("AV_BLOCK", "BRADYCARDIA", "MYASTHENIA_GRAVIS", "DEHYDRATION", "HYPERSENSITIVITY")
_TIMES = {1: (time(21),), 2: (time(8), time(21)), 3: (time(8), time(13), time(21))}


def _intakes(units: Sequence[str], times: Sequence[time]) -> list[IntakeEntry]:
    clock = times or _TIMES[len(units)]
    return [IntakeEntry(at, Decimal(amount)) for at, amount in zip(clock, units, strict=True)]


def _step(
    case: Case, days: int, units: Sequence[str], reason: str, times: Sequence[time] = ()
) -> DoseStepEntry:
    """The reason of a change is also the reason of a dose above the level."""
    intakes = _intakes(units, times)
    return DoseStepEntry(case.regimens[-1], case.day(days), intakes, reason, above_level_reason=reason)


def _answers(present: Sequence[Present], case: Case) -> list[SymptomEntry]:
    """Those present, then *absent* for the others that are always asked."""
    told = [
        SymptomEntry(
            p.symptom, Answer.PRESENT, p.grade, p.nocturnal, None if p.since is None else case.day(p.since)
        )
        for p in present
    ]
    named = {p.symptom for p in present}
    return told + [SymptomEntry(s, Answer.ABSENT) for s in ASKED if s not in named]
