"""What visits heard: symptoms one by one, and GAD-7 totals."""

from typing import Any

from django.db.models import Case, Q, Value, When

from fhir.serving import systems
from fhir.serving.changes import last_change
from fhir.serving.dates import Asked, on_days
from fhir.serving.elements import Element, coding, concept, day, instant, reference, said
from fhir.serving.source import EVERYTHING, NOTHING, Here, StartOfDay, Token
from fhir.serving.sources.observing import Observing
from patients.gad7 import ITEMS, TOTAL_LOINC
from patients.models import Outcome, SymptomAnswer
from patients.symptoms import SYMPTOMS, Answer, Symptom, grade_definition

STATUS = Case(When(error_at__isnull=False, then=Value("entered-in-error")), default=Value("final"))
# A code that no source was found for does not go out (clinical facts 6.1).
SNOMED_OF = {
    symptom: facts.snomed for symptom, facts in SYMPTOMS.items() if facts.snomed and facts.snomed_mark != "K"
}
NOT_ASKED = concept(coding(systems.ABSENT_REASON, "not-asked", "Not Asked"))


class Symptoms(Observing):
    """Present is true, absent is false, not asked is no value and says so."""

    model = SymptomAnswer
    category = "survey"

    def rows(self, here: Here) -> Any:
        rows: Any = SymptomAnswer.objects.of(here.clinic)
        return rows.select_related("visit").annotate(
            status_word=STATUS,
            dated_at=StartOfDay("visit__visited_on", here),
            changed_at=last_change(SymptomAnswer),
        )

    def shown(self, row: Any, here: Here) -> Element:
        asked = row.answer != Answer.NOT_ASKED
        return said(
            resourceType="Observation",
            id=str(row.pk),
            status=row.status_word,
            category=self.categories(),
            code=_symptom(row),
            subject=reference("Patient", row.patient_id),
            encounter=reference("Encounter", row.visit_id),
            effectiveDateTime=day(row.visit.visited_on),
            issued=instant(row.created_at, here.zone),
            valueBoolean=row.answer == Answer.PRESENT if asked else None,
            dataAbsentReason=None if asked else NOT_ASKED,
            component=_details(row),
        )

    def by_code(self, value: Token, here: Here) -> Q:
        meant = {symptom for symptom in Symptom if value.of(systems.SYMPTOM) and value.code in ("", symptom)}
        meant |= {s for s, code in SNOMED_OF.items() if value.of(systems.SNOMED) and value.code in ("", code)}
        return Q(symptom__in=meant) if meant else NOTHING

    def by_date(self, value: Asked, here: Here) -> Q:
        return on_days(value, "visit__visited_on", "visit__visited_on", here.zone)


def _symptom(row: SymptomAnswer) -> Element:
    symptom = Symptom(row.symptom)
    codings = [coding(systems.SYMPTOM, symptom, symptom.label)]
    if symptom in SNOMED_OF:
        codings.append(coding(systems.SNOMED, SNOMED_OF[symptom] or ""))
    return concept(*codings, text=row.other_text or symptom.label)


def _details(row: SymptomAnswer) -> list[Element]:
    """Grade, nocturnal and onset, each only if it was told."""
    found = []
    if row.grade is not None:
        found.append(_part("GRADE", _grade(row), valueInteger=row.grade))
    if row.nocturnal is not None:
        found.append(_part("NOCTURNAL", "At night", valueBoolean=row.nocturnal))
    if row.onset_on is not None:
        found.append(_part("ONSET", "Onset", valueDateTime=day(row.onset_on)))
    return found


def _part(code: str, text: str, **value: Any) -> Element:
    return {"code": concept(coding(systems.SYMPTOM_PART, code), text=text), **value}


def _grade(row: SymptomAnswer) -> str:
    """CTCAE v5.0, with what the grade means for this symptom."""
    grade = row.grade or 0
    try:
        meaning = grade_definition(Symptom(row.symptom), grade)
    except ValueError:
        return "Grade (CTCAE v5.0)"
    return f"Grade (CTCAE v5.0): {meaning}"


class Totals(Observing):
    """GAD-7: the total, and its seven answers where they were given one by one."""

    model = Outcome
    category = "survey"

    def rows(self, here: Here) -> Any:
        rows: Any = Outcome.objects.of(here.clinic)
        return rows.annotate(
            status_word=STATUS, dated_at=StartOfDay("answered_on", here), changed_at=last_change(Outcome)
        )

    def shown(self, row: Any, here: Here) -> Element:
        score = "{score}"
        return said(
            resourceType="Observation",
            id=str(row.pk),
            status=row.status_word,
            category=self.categories(),
            code=concept(coding(systems.LOINC, TOTAL_LOINC), text="GAD-7 total"),
            subject=reference("Patient", row.patient_id),
            encounter=reference("Encounter", row.visit_id) if row.visit_id else None,
            effectiveDateTime=day(row.answered_on),
            issued=instant(row.created_at, here.zone),
            valueQuantity={"value": row.total, "unit": score, "system": systems.UCUM, "code": score},
            component=[
                {"code": concept(coding(systems.LOINC, item.loinc), text=item.text), "valueInteger": points}
                for item, points in zip(ITEMS, row.items or [], strict=False)
            ],
        )

    def by_code(self, value: Token, here: Here) -> Q:
        return EVERYTHING if value.of(systems.LOINC) and value.code in ("", TOTAL_LOINC) else NOTHING

    def by_date(self, value: Asked, here: Here) -> Q:
        return on_days(value, "answered_on", "answered_on", here.zone)
