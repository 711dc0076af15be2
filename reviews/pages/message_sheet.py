"""The form of a message between visits: what, told by whom, received when; and words where there are any."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from patients.models import Patient, ToldBy, VisitKind
from patients.symptoms import BEHIND_OTHER, CHIPS, Symptom
from reviews.acts.visits import SymptomEntry
from reviews.moments import Moment
from reviews.pages.forms import LONGEST_NOTE
from reviews.pages.forms_moments import MomentField
from reviews.pages.visit_forms import WARNING_SIGNS, SymptomForm
from reviews.pages.visit_sheet import Problem, last_answers
from reviews.triage import AnswerFacts, Urgency, triage

FIRST = tuple(symptom for symptom in CHIPS if symptom is not Symptom.OTHER)
REST = (Symptom.OTHER, *(symptom for symptom in BEHIND_OTHER if symptom not in WARNING_SIGNS))
_FIELDS = {"symptom": "present", "answer": "present"}


class MessageForm(forms.Form):
    """Who told it and when it was received; the symptoms have forms of their own."""

    patient = forms.UUIDField(widget=forms.HiddenInput)
    told_by = forms.ChoiceField(
        label="Told by",
        choices=ToldBy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say who told it."},
    )
    received_at = MomentField(label="Received")
    note = forms.CharField(
        label="In their words",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "Optional"}),
    )


class MessageSheet:
    """All parts of the form, from what was posted (`data`) or as it is opened."""

    def __init__(self, patient: Patient, now: Moment, data: Mapping[str, Any] | None = None) -> None:
        self.patient, self.now = patient, now
        self.message = MessageForm(data, initial={"patient": patient.pk, "received_at": now.at})
        last = last_answers(patient)
        self.symptoms = {
            symptom: SymptomForm(symptom, data, last=last.get(symptom, ""))
            for symptom in (*FIRST, *WARNING_SIGNS, *REST)
        }

    @property
    def parts(self) -> list[forms.Form]:
        return [self.message, *self.symptoms.values()]

    @property
    def shown(self) -> list[SymptomForm]:
        return [self.symptoms[symptom] for symptom in FIRST]

    @property
    def warnings(self) -> list[SymptomForm]:
        return [self.symptoms[symptom] for symptom in WARNING_SIGNS]

    @property
    def rest(self) -> list[SymptomForm]:
        return [self.symptoms[symptom] for symptom in REST]

    def is_valid(self) -> bool:
        return not any([not part.is_valid() for part in self.parts])  # noqa: C419 (each part says its errors)

    def entries(self) -> list[SymptomEntry]:
        """What is ticked; everything else is not asked."""
        return [form.entry() for form in self.symptoms.values() if form.is_present]

    def arguments(self) -> dict[str, Any]:
        """What `log_message` is called with; for a valid sheet."""
        given = self.message.cleaned_data
        told = {name: given[name] for name in ("received_at", "told_by", "note")}
        return told | {"symptoms": self.entries()}

    def rehearsed_as(self) -> dict[str, Any]:
        """The same as a visit, for the rehearsal."""
        arguments = self.arguments()
        visited_on = self.now.clinic.local_date(arguments["received_at"])
        return arguments | {"kind": VisitKind.MESSAGE, "visited_on": visited_on}

    def is_emergency(self) -> bool:
        """Whether what is ticked, taken as new, is an emergency: said before anything is saved."""
        if any([not form.is_valid() for form in self.symptoms.values()]):  # noqa: C419 (as above)
            return False
        told = [AnswerFacts(Symptom(one.symptom), one.grade, new_or_worse=True) for one in self.entries()]
        return triage(told, self.now.thresholds).urgency is Urgency.EMERGENCY

    def show(self, refused: ValidationError) -> None:
        """Put what the act refused at the fields that asked for it."""
        entries, said = self.entries(), refused.message_dict
        if "received_at" in said:
            # The day follows from the moment: one sentence says it.
            said.pop("visited_on", None)
        for name, sentences in said.items():
            words = name.split(".")
            part: forms.Form = self.message
            field = {"visited_on": "received_at"}.get(name, name)
            if words[0] == "symptoms" and len(words) > 1:
                part = self.symptoms[Symptom(entries[int(words[1])].symptom)]
                field = _FIELDS.get(words[2], words[2])
            for sentence in sentences:
                part.add_error(field if field in part.fields else None, sentence)

    @property
    def problems(self) -> list[Problem]:
        """Every refusal, in the order of the form."""
        found = []
        for part in self.parts:
            for name, sentences in part.errors.items():
                field = part[name] if name in part.fields else None
                where = field.id_for_label or field.auto_id if field else "symptoms"
                label = str(field.label) if field else ""
                found += [Problem(where, label, str(sentence)) for sentence in sentences]
        return found
