"""The parts of the form that logs a visit: the visit itself, one symptom, one result, the dose."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from labs.analytes import ANALYTES, Analyte
from labs.units import accepted
from patients import gad7
from patients.forms import DayField
from patients.models import VisitKind
from patients.symptoms import SYMPTOMS, Symptom
from regimens.models import DoseStep, StopReason
from reviews.acts.regimen_entries import DoseStepEntry, IntakeEntry, StopEntry
from reviews.acts.regimens import STOP_REASONS
from reviews.acts.results import ResultEntry
from reviews.acts.visits import SymptomEntry
from reviews.moments import Moment
from reviews.pages.forms import LONGEST_NOTE, DayInput
from reviews.pages.forms_results import Reported, ValueField
from reviews.pages.lab_verdicts import Verdict
from reviews.pages.stepping import NotInUnits, Taken, redistribute, units_for
from reviews.sentences import analyte_name

# What the words mean in percent of the intakes. Own assumption (S): of 14 to 21 intakes a week, 1 or 2 missed
# are about a tenth, 3 or more about a third.
ADHERENCE = (
    (100, "Every intake"),
    (90, "1–2 missed a week"),
    (65, "3 or more missed a week"),
    (0, "Stopped"),
)
# A message between visits has its own form.
VISIT_KINDS = [(kind.value, kind.label) for kind in VisitKind if kind is not VisitKind.MESSAGE]
# When only the day of a sample is known, it counts as taken at noon (own assumption).
NOON = time(12)
WARNING_SIGNS = (
    Symptom.SYNCOPE,
    Symptom.PRESYNCOPE,
    Symptom.CHEST_PAIN,
    Symptom.DYSPNOEA,
    Symptom.CONFUSION,
)
# Weakness that spreads limits self-care: it is recorded as this grade of weakness, and the form says so.
SPREADING_GRADE = 3
MEASURED = (
    Analyte.IONIZED_MG,
    Analyte.TOTAL_MG,
    Analyte.IONIZED_CA,
    Analyte.CREATININE,
    Analyte.EGFR,
    Analyte.VITAMIN_D_25OH,
    Analyte.POTASSIUM,
)
# Asked below the others, folded.
SELDOM = tuple(analyte for analyte in Analyte if analyte not in MEASURED)
GAD7_ITEMS = tuple(f"gad7_{n}" for n in range(1, len(gad7.ITEMS) + 1))


def _number(label: str, **more: Any) -> forms.DecimalField:
    decimals = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.DecimalField(
        label=label, required=False, max_digits=12, decimal_places=4, widget=decimals, **more
    )


class VisitForm(forms.Form):
    """What belongs to the visit as a whole. `base` names the record as it stood when the form was opened."""

    patient = forms.UUIDField(widget=forms.HiddenInput)
    base = forms.CharField(widget=forms.HiddenInput, max_length=500)
    kind = forms.ChoiceField(label="Kind of visit", choices=VISIT_KINDS, widget=forms.RadioSelect)
    visited_on = DayField(label="Date of the visit", widget=DayInput())
    is_re_evaluation = forms.BooleanField(label="Re‑evaluation done", required=False)
    none_of_these = forms.BooleanField(label="None of these", required=False)
    no_warning_signs = forms.BooleanField(label="None of these", required=False)
    spreading = forms.BooleanField(label="Weakness spreading", required=False)
    adherence = forms.TypedChoiceField(
        label="Adherence",
        required=False,
        coerce=int,
        empty_value=None,
        choices=ADHERENCE,
        widget=forms.RadioSelect,
    )
    adherence_percent = forms.IntegerField(label="or in percent", required=False)
    dose_told_elemental_mg = forms.DecimalField(
        label="Taken yesterday, elemental",
        required=False,
        min_value=0,
        max_digits=7,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    gad7_total = forms.IntegerField(label="GAD‑7 total", required=False)
    sampled_on = DayField(label="Sampled on", required=False, widget=DayInput())
    sampled_time = forms.TimeField(
        label="at", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Optional"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, item in zip(GAD7_ITEMS, gad7.ITEMS, strict=True):
            self.fields[name] = forms.TypedChoiceField(
                label=item.text,
                required=False,
                coerce=int,
                empty_value=None,
                choices=list(enumerate(gad7.ANSWERS)),
                widget=forms.RadioSelect,
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        answered = sum(given.get(name) is not None for name in GAD7_ITEMS)
        if 0 < answered < len(GAD7_ITEMS):
            raise ValidationError({"gad7_total": f"{answered} of {len(GAD7_ITEMS)} answered: all, or none."})
        return given

    def adherence_told(self) -> int | None:
        """Percent; a typed number goes before the words."""
        typed: int | None = self.cleaned_data["adherence_percent"]
        worded: int | None = self.cleaned_data["adherence"]
        return worded if typed is None else typed

    def gad7_items(self) -> list[int] | None:
        answers = [self.cleaned_data[name] for name in GAD7_ITEMS]
        return answers if all(answer is not None for answer in answers) else None

    def sampled_at(self, now: Moment) -> datetime:
        """When the samples were taken: the visit's day unless told, noon unless told, and never after now."""
        given = self.cleaned_data
        day: date = given["sampled_on"] or given["visited_on"]
        at = datetime.combine(day, given["sampled_time"] or NOON, tzinfo=now.clinic.zone)
        return min(at, now.at) if day == now.on and given["sampled_time"] is None else at


class SymptomForm(forms.Form):
    """One symptom: present opens grade, night and onset. Its prefix is the symptom's name."""

    present = forms.BooleanField(required=False)
    grade = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, widget=forms.RadioSelect, label="Grade"
    )
    nocturnal = forms.BooleanField(
        required=False, label="At night", widget=forms.CheckboxInput(attrs={"data-key": "n"})
    )
    onset_on = DayField(required=False, label="Since", widget=DayInput())
    other_text = forms.CharField(required=False, max_length=200, label="Which symptom")

    def __init__(self, symptom: Symptom, data: Any = None, initial: Any = None, *, last: str = "") -> None:
        super().__init__(data, initial=initial, prefix=symptom.value)
        self.symptom = symptom
        self.last = last
        facts = SYMPTOMS[symptom]
        self.fields["present"].label = facts.label
        grade = self.fields["grade"]
        assert isinstance(grade, forms.TypedChoiceField)  # noqa: S101 (tells the types what stands above)
        grade.choices = [(n, str(n)) for n in facts.grades]
        grade.label = f"{facts.label}: grade"
        self.definitions = facts.grades
        if symptom is not Symptom.OTHER:
            del self.fields["other_text"]

    @property
    def is_present(self) -> bool:
        return bool(self.cleaned_data.get("present"))

    def entry(self) -> SymptomEntry:
        """As told when present; a night that is not ticked is not recorded."""
        given = self.cleaned_data
        return SymptomEntry(
            self.symptom,
            "PRESENT",
            grade=given["grade"],
            nocturnal=True if given["nocturnal"] else None,
            onset_on=given["onset_on"],
            other_text=given.get("other_text", ""),
        )


class ResultForm(forms.Form):
    """One result with its unit, and the laboratory's interval in the same unit. Its prefix is the analyte."""

    value = ValueField("Value")
    unit = forms.ChoiceField(label="Unit")
    low = _number("Interval from")
    high = _number("to")

    def __init__(self, analyte: Analyte, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, prefix=analyte.value)
        self.analyte = analyte
        self.name = analyte_name(analyte)
        self.verdict: Verdict | None = None
        self.fields["value"].label = self.name
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)  # noqa: S101 (tells the types what stands above)
        unit.choices = [(word, _shown_unit(analyte, word)) for word in accepted(analyte)]
        unit.label = f"Unit of {self.name}"
        self.fields["low"].label = f"{self.name}: interval from"
        self.fields["high"].label = f"{self.name}: interval to"

    @property
    def is_measured(self) -> bool:
        return self.cleaned_data.get("value") is not None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        limits = (given.get("low"), given.get("high"))
        if given.get("value") is None and "value" not in self.errors and limits != (None, None):
            raise ValidationError({"value": "An interval needs the value that it came with."})
        return given

    def entry(self, collected_at: datetime, facts: dict[str, Any]) -> ResultEntry:
        """The result as the act takes it, with the facts of its sample."""
        given = self.cleaned_data
        reported: Reported = given["value"]
        return ResultEntry(
            value=reported.value,
            comparator=reported.comparator,
            unit=given.get("unit", ""),
            collected_at=collected_at,
            analyte=self.analyte,
            reference_low=given.get("low"),
            reference_high=given.get("high"),
            **facts,
        )


UNCHANGED, CHANGED, STOPPED = "UNCHANGED", "CHANGED", "STOPPED"


class DoseForm(forms.Form):
    """The running regimen as told: unchanged, a new dose as elemental mg a day, or stopped.

    `was` is the dose that the form showed.
    """

    regimen = forms.UUIDField(widget=forms.HiddenInput)
    was = forms.DecimalField(widget=forms.HiddenInput)
    now = forms.ChoiceField(
        label="Dose now",
        choices=[(UNCHANGED, "Unchanged"), (CHANGED, "Changed"), (STOPPED, "Stopped")],
        widget=forms.RadioSelect,
    )
    elemental_mg = forms.DecimalField(
        label="Dose, mg/day elemental", max_digits=7, decimal_places=2, min_value=0
    )
    effective_on = DayField(label="From", required=False, widget=DayInput())
    reason = forms.CharField(label="Reason", required=False, max_length=200)
    stopped_on = DayField(label="First day without it", required=False, widget=DayInput())
    stop_reason = forms.ChoiceField(
        label="Why",
        required=False,
        choices=[("", "Choose"), *((code, StopReason(code).label) for code in STOP_REASONS)],
    )

    def __init__(self, step: DoseStep, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, prefix="dose")
        self.step = step
        self.product = step.regimen.product
        self.now_mg = shown_mg(step)
        self.fields["elemental_mg"].widget.attrs |= {"step": "any", "inputmode": "decimal", "min": "0"}

    @property
    def is_changed(self) -> bool:
        given = self.cleaned_data
        return given.get("now") == CHANGED and given.get("elemental_mg") != given.get("was")

    @property
    def is_stopped(self) -> bool:
        return self.cleaned_data.get("now") == STOPPED

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.is_stopped and not given.get("stop_reason"):
            raise ValidationError({"stop_reason": "Say why it was stopped."})
        wanted: Decimal | None = given.get("elemental_mg")
        if self.is_changed and wanted is not None:
            try:
                given["units"] = units_for(wanted, self.product.elemental_mg_per_unit)
            except NotInUnits as error:
                raise ValidationError({"elemental_mg": str(error)}) from error
        return given

    def entry(self, visited_on: date) -> DoseStepEntry:
        """From the visit's day unless told, with a reason that says where it was decided."""
        given = self.cleaned_data
        return DoseStepEntry(
            regimen=self.step.regimen,
            effective_on=given["effective_on"] or visited_on,
            intakes=self.intakes(given["units"]),
            reason=given["reason"],
        )

    def stop(self, visited_on: date) -> StopEntry:
        """From the visit's day unless told."""
        given = self.cleaned_data
        return StopEntry(self.step.regimen, given["stopped_on"] or visited_on, given["stop_reason"])

    def intakes(self, units: Decimal) -> list[IntakeEntry]:
        valid = [intake for intake in self.step.intakes.all() if intake.error_at is None]
        how = {intake.at: (intake.minutes_before_meal, intake.timing) for intake in valid}
        taken = redistribute([Taken(intake.at, intake.units) for intake in valid], units)
        return [IntakeEntry(t.at, t.units, *how[t.at]) for t in taken]


def shown_mg(step: DoseStep) -> Decimal:
    """Elemental mg a day without needless zeros, as the form shows and sends it."""
    return Decimal(f"{step.dose().elemental_mg_per_day.normalize():f}")


def _shown_unit(analyte: Analyte, ucum: str) -> str:
    facts = ANALYTES[analyte]
    return facts.unit_label if ucum == facts.unit else ucum.replace("umol", "µmol")
