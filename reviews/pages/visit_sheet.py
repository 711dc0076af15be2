"""The whole form that logs a visit: its parts read together, turned into one act, refused field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.actors import Actor
from accounts.wording import day
from labs.analytes import Analyte
from patients.models import Patient, SymptomAnswer, Visit, VisitKind
from patients.symptoms import BEHIND_OTHER, CHIPS, Symptom
from regimens.models import DoseStep
from reviews.acts.results import ResultEntry
from reviews.acts.visits import SymptomEntry
from reviews.moments import Moment
from reviews.pages.forms_sample import SAMPLE_FIELDS, SampleForm
from reviews.pages.lab_verdicts import verdicts_of
from reviews.pages.visit_forms import (
    MEASURED,
    SELDOM,
    SPREADING_GRADE,
    UNCHANGED,
    WARNING_SIGNS,
    DoseForm,
    ResultForm,
    SymptomForm,
    VisitForm,
    shown_mg,
)
from reviews.step_down import StepDown, step_down
from reviews.triage import AnswerFacts, Urgency, triage

# "None of these" answers for the chips that are shown, and only for those.
SHOWN = tuple(symptom for symptom in CHIPS if symptom is not Symptom.OTHER)
REST = (Symptom.OTHER, *(symptom for symptom in BEHIND_OTHER if symptom not in WARNING_SIGNS))
_DOSE_FIELDS = {
    "dose_step.effective_on": "effective_on",
    "intakes": "elemental_mg",
    "regimen": "elemental_mg",
    "kidney_reason": "elemental_mg",
    "contraindications": "elemental_mg",
    "started_on": "elemental_mg",
    "stop.regimen": "now",
    "stop.stopped_on": "stopped_on",
    "stop.reason": "stop_reason",
}
_RESULT_FIELDS = {
    "value": "value",
    "unit": "unit",
    "loinc": "value",
    "reference_low": "low",
    "reference_high": "high",
}
_SYMPTOM_FIELDS = {"symptom": "present", "answer": "present"}


@dataclass(frozen=True)
class Problem:
    """One refusal for the summary on top: where it stands, and what it says."""

    field_id: str
    label: str
    sentence: str


class VisitSheet:
    """All parts of the form, from what was posted (`data`) or from a draft (`initial`)."""

    def __init__(
        self,
        patient: Patient,
        now: Moment,
        steps: list[DoseStep],
        *,
        base: str,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        may_dose: bool = False,
    ) -> None:
        self.patient, self.now = patient, now
        first = {"patient": patient.pk, "base": base, "kind": VisitKind.CLINIC, "visited_on": now.on}
        kept = {name: value for name, value in (initial or {}).items() if name != "patient"}
        last = last_answers(patient)
        self.visit = VisitForm(data, initial=first | kept)
        self.symptoms = {
            symptom: SymptomForm(symptom, data, _of(kept, symptom), last=last.get(symptom, ""))
            for symptom in (*SHOWN, *WARNING_SIGNS, *REST)
        }
        self.results = [ResultForm(analyte, data, _of(kept, analyte)) for analyte in (*MEASURED, *SELDOM)]
        self.sample = SampleForm(data, initial=_of(kept, "sample"), prefix="sample")
        self.dose_mg = sum((step.dose().elemental_mg_per_day for step in steps), Decimal(0))
        step = _chosen(steps, (data or kept).get("dose-regimen"))
        self.dose = _dose_form(step, data, kept) if step and may_dose else None

    @property
    def parts(self) -> list[forms.Form]:
        dose = [self.dose] if self.dose else []
        return [self.visit, *self.symptoms.values(), *self.results, self.sample, *dose]

    @property
    def usual_results(self) -> list[ResultForm]:
        return self.results[: len(MEASURED)]

    @property
    def seldom_results(self) -> list[ResultForm]:
        return self.results[len(MEASURED) :]

    @property
    def seldom_is_told(self) -> bool:
        return any(form["value"].value() or form.errors for form in self.seldom_results)

    @property
    def shown(self) -> list[SymptomForm]:
        return [self.symptoms[symptom] for symptom in SHOWN]

    @property
    def warnings(self) -> list[SymptomForm]:
        return [self.symptoms[symptom] for symptom in WARNING_SIGNS]

    @property
    def rest(self) -> list[SymptomForm]:
        return [self.symptoms[symptom] for symptom in REST]

    def is_valid(self) -> bool:
        return not any([not part.is_valid() for part in self.parts])  # noqa: C419 (each part says its errors)

    @property
    def problems(self) -> list[Problem]:
        """Every refusal, in the order of the form."""
        found = []
        for part in self.parts:
            for name, sentences in part.errors.items():
                field = part[name] if name in part.fields else None
                label = str(field.label) if field else ""
                where = field.id_for_label or field.auto_id if field else "content"
                found += [Problem(where, label, str(sentence)) for sentence in sentences]
        return found

    @property
    def field_names(self) -> set[str]:
        """The names that a browser may send for this form."""
        return {part.add_prefix(name) for part in self.parts for name in part.fields}

    def arguments(self) -> dict[str, Any]:
        """What `log_visit` is called with; for a valid sheet."""
        given = self.visit.cleaned_data
        return {
            "visited_on": given["visited_on"],
            "kind": given["kind"],
            "is_re_evaluation": given["is_re_evaluation"],
            "adherence_percent": self.visit.adherence_told(),
            "dose_told_elemental_mg": given["dose_told_elemental_mg"],
            "note": given["note"],
            "symptoms": self.symptom_entries(),
            "gad7_items": self.visit.gad7_items(),
            "gad7_total": given["gad7_total"],
            "lab_results": list(self.result_entries().values()),
            "dose_step": self.dose.entry(given["visited_on"]) if self.dose and self.dose.is_changed else None,
            "stop": self.dose.stop(given["visited_on"]) if self.dose and self.dose.is_stopped else None,
        }

    @property
    def measured(self) -> list[ResultForm]:
        return [form for form in self.results if form.is_measured]

    def result_entries(self) -> dict[Analyte, ResultEntry]:
        """What was measured, by analyte; a sample whose time cannot be read counts as taken now."""
        untold = {"visited_on", "sampled_on", "sampled_time"} & set(self.visit.errors)
        at = self.now.at if untold else self.visit.sampled_at(self.now)
        return {form.analyte: form.entry(at, self.sample.facts()) for form in self.measured}

    def judge_results(self, by: Actor) -> None:
        """Say under each value what it would read as."""
        for part in self.parts:
            part.is_valid()
        found = verdicts_of(self.result_entries(), patient=self.patient, by=by, now=self.now)
        for form in self.results:
            form.verdict = found.get(form.analyte)

    def symptom_entries(self) -> list[SymptomEntry]:
        """Present ones as told; "none of these" makes the other chips that are shown absent."""
        present = {s: form.entry() for s, form in self.symptoms.items() if form.is_present}
        if self.visit.cleaned_data.get("spreading"):
            weakness = present.get(Symptom.WEAKNESS) or SymptomEntry(Symptom.WEAKNESS, "PRESENT")
            grade = max(weakness.grade or 0, SPREADING_GRADE)
            present[Symptom.WEAKNESS] = SymptomEntry(
                Symptom.WEAKNESS, "PRESENT", grade, weakness.nocturnal, weakness.onset_on
            )
        absent: list[Symptom] = []
        if self.visit.cleaned_data.get("none_of_these"):
            absent += SHOWN
        if self.visit.cleaned_data.get("no_warning_signs"):
            absent += WARNING_SIGNS
        return [*present.values(), *(SymptomEntry(s, "ABSENT") for s in absent if s not in present)]

    def is_emergency(self) -> bool:
        """Whether what is ticked, taken as new, is an emergency: said before anything is saved."""
        for part in self.parts:
            part.is_valid()
        told = [
            AnswerFacts(Symptom(entry.symptom), entry.grade, new_or_worse=True)
            for entry in self.symptom_entries_so_far()
        ]
        return triage(told, self.now.thresholds).urgency is Urgency.EMERGENCY

    def symptom_entries_so_far(self) -> list[SymptomEntry]:
        """The present ones of a sheet that may have errors elsewhere."""
        readable = all(not form.errors for form in self.symptoms.values())
        return [entry for entry in self.symptom_entries() if entry.answer == "PRESENT"] if readable else []

    def step_down(self) -> StepDown | None:
        """The article's step down, where twitching is ticked; nobody applies it but a person."""
        for part in self.parts:
            part.is_valid()
        present = {entry.symptom for entry in self.symptom_entries_so_far()}
        return step_down(present, self.dose_mg, self.now.thresholds)

    def show(self, refused: ValidationError) -> None:
        """Put what the act refused at the fields that asked for it."""
        # Both before the first error: a field with an error no longer counts as told.
        entries, measured = self.symptom_entries(), self.measured
        for name, sentences in refused.message_dict.items():
            part, field = self._place(name, entries, measured)
            for sentence in sentences:
                part.add_error(field if field in part.fields else None, sentence)

    def _place(
        self, name: str, entries: list[SymptomEntry], measured: list[ResultForm]
    ) -> tuple[forms.Form, str]:
        """The part and the field that an act's dotted name means."""
        words = name.split(".")
        if words[0] == "symptoms":
            form = self.symptoms[Symptom(entries[int(words[1])].symptom)]
            return form, _SYMPTOM_FIELDS.get(words[2], words[2])
        if words[0] == "lab_results":
            if words[2] == "collected_at":
                return self.visit, "sampled_on"
            if words[2] in SAMPLE_FIELDS:
                return self.sample, words[2]
            return measured[int(words[1])], _RESULT_FIELDS.get(words[2], "value")
        if self.dose and name in _DOSE_FIELDS:
            return self.dose, _DOSE_FIELDS[name]
        return self.visit, {"gad7": "gad7_total"}.get(name, name)


def base_of(patient: Patient, steps: list[DoseStep]) -> str:
    """The state of the record that the form shows: the newest visit, and the doses in force."""
    newest = newest_visit(patient)
    return "/".join([str(newest.pk) if newest else "none", *sorted(str(step.pk) for step in steps)])


def newest_visit(patient: Patient) -> Visit | None:
    """The visit that was stored last."""
    return Visit.objects.valid().filter(patient=patient).order_by("-created_at", "-pk").first()


def steps_in_force(patient: Patient, now: Moment) -> list[DoseStep]:
    """The dose in force of each regimen, the oldest regimen first."""
    steps = DoseStep.objects.filter(patient=patient).in_force(now.on)
    steps = steps.select_related("regimen__product").prefetch_related("intakes")
    return list(steps.order_by("regimen__started_on", "regimen__created_at"))


def last_answers(patient: Patient) -> dict[Symptom, str]:
    """What each symptom was when it was last asked: "grade 2, 9 Mar 2026"."""
    rows = SymptomAnswer.objects.valid().filter(patient=patient).exclude(answer="NOT_ASKED")
    rows = rows.order_by("symptom", "-visit__visited_on", "-visit__created_at").distinct("symptom")
    return {Symptom(row.symptom): _last(row) for row in rows.select_related("visit")}


def _last(row: SymptomAnswer) -> str:
    grade = f"grade {row.grade}" if row.grade else "present"
    return f"{grade if row.answer == 'PRESENT' else 'absent'}, {day(row.visit.visited_on)}"


def _of(kept: Mapping[str, Any], prefix: Symptom | Analyte | str) -> dict[str, Any]:
    start = f"{prefix}-"
    return {name.removeprefix(start): value for name, value in kept.items() if name.startswith(start)}


def _chosen(steps: list[DoseStep], asked: Any) -> DoseStep | None:
    """The step of the regimen that was asked for, else of the first."""
    return next((step for step in steps if str(step.regimen_id) == asked), steps[0] if steps else None)


def _dose_form(step: DoseStep, data: Mapping[str, Any] | None, kept: Mapping[str, Any]) -> DoseForm:
    """A draft's dose counts only while the dose that it was typed beside still holds."""
    dose = shown_mg(step)
    drafted = _of(kept, "dose") if kept.get("dose-was") == str(dose) else {}
    first = {"elemental_mg": dose, "now": UNCHANGED}
    return DoseForm(step, data, first | drafted | {"regimen": step.regimen_id, "was": dose})
