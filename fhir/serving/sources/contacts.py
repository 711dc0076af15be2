"""Visits."""

from typing import Any

from django.db.models import Case, Q, Value, When

from fhir.serving import systems
from fhir.serving.changes import last_change
from fhir.serving.dates import Asked, on_days
from fhir.serving.elements import Element, coding, concept, day, named, reference, said
from fhir.serving.source import EVERYTHING, NOTHING, Here, Source, StartOfDay, Token
from patients.models import Visit, VisitKind

# Where the patient was: in the clinic, or somewhere else.
CLASSES = {
    VisitKind.CLINIC: ("AMB", "ambulatory"),
    VisitKind.PHONE: ("VR", "virtual"),
    VisitKind.VIDEO: ("VR", "virtual"),
    # R4 has no class for a letter or a call between visits; nobody was in the clinic.
    VisitKind.MESSAGE: ("VR", "virtual"),
}
RE_EVALUATION = concept(coding(systems.VISIT, "RE_EVALUATION", "Re-evaluation"), text="Re-evaluation")


class Visits(Source):
    """A contact that was: there is no appointment among them."""

    kind = "Encounter"
    model = Visit
    status_system = systems.ENCOUNTER_STATUS

    def rows(self, here: Here) -> Any:
        word = Case(When(error_at__isnull=False, then=Value("entered-in-error")), default=Value("finished"))
        rows: Any = Visit.objects.of(here.clinic)
        return rows.select_related("clinician__user").annotate(
            status_word=word, dated_at=StartOfDay("visited_on", here), changed_at=last_change(Visit)
        )

    def shown(self, row: Any, here: Here) -> Element:
        kind = VisitKind(row.kind)
        on = day(row.visited_on)
        clinician = row.clinician.user.name if row.clinician else ""
        return said(
            resourceType="Encounter",
            id=str(row.pk),
            status=row.status_word,
            type=[
                concept(coding(systems.VISIT, kind, str(kind.label)), text=str(kind.label)),
                *([RE_EVALUATION] if row.is_re_evaluation else []),
            ],
            subject=reference("Patient", row.patient_id),
            participant=[{"individual": named("Practitioner", clinician)}] if clinician else None,
            period={"start": on, "end": on},
            **{"class": coding(systems.ACT_CODE, *CLASSES[kind])},
        )

    def by_class(self, value: Token, here: Here) -> Q:
        kinds = [kind for kind, (code, _) in CLASSES.items() if code == value.code]
        return Q(kind__in=kinds) if kinds and value.of(systems.ACT_CODE) else NOTHING

    def by_code(self, value: Token, here: Here) -> Q:
        if not value.of(systems.VISIT):
            return NOTHING
        found = Q(is_re_evaluation=True) if value.code == "RE_EVALUATION" else Q(kind=value.code)
        return found if value.code else EVERYTHING

    def by_date(self, value: Asked, here: Here) -> Q:
        return on_days(value, "visited_on", "visited_on", here.zone)
