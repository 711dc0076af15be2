"""Patients."""

from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, Value, When

from fhir.serving import systems
from fhir.serving.changes import last_change
from fhir.serving.dates import Asked, on_days
from fhir.serving.elements import Element, coding, concept, day, said
from fhir.serving.source import NOTHING, Here, Source, Token
from patients.models import Patient, Status
from patients.names import mrns_alike, search_text, search_words, tidy_mrn

IN_USE = (Status.ACTIVE, Status.PAUSED)


class People(Source):
    """`active`: the clinic still cares for the patient, who has neither left nor died nor was an error."""

    kind = "Patient"
    model = Patient

    def rows(self, here: Here) -> Any:
        in_use = Q(error_at=None, status__in=IN_USE)
        word = Case(When(in_use, then=Value("true")), default=Value("false"))
        rows: Any = Patient.objects.of(here.clinic)
        return rows.annotate(status_word=word, dated_at=F("created_at"), changed_at=last_change(Patient))

    def patient_of(self, row: Any) -> UUID:
        key: UUID = row.pk
        return key

    def shown(self, row: Patient, here: Here) -> Element:
        clinic = here.clinic
        return said(
            resourceType="Patient",
            id=str(row.pk),
            identifier=[
                {
                    "use": "usual",
                    "type": concept(
                        coding(systems.IDENTIFIER_TYPE, "MR", "Medical record number"), text="MRN"
                    ),
                    "system": systems.mrn_system(clinic.slug),
                    "value": row.mrn,
                }
            ],
            active=row.error_at is None and row.status in IN_USE,
            name=[
                said(
                    use="official", family=row.family_name, given=[name for name in (row.given_name,) if name]
                )
            ],
            gender=row.sex.lower(),
            birthDate=day(row.birth_date),
            deceasedDateTime=day(row.deceased_on),
            managingOrganization={
                "type": "Organization",
                "identifier": {"system": systems.CLINIC, "value": clinic.slug},
                "display": clinic.name,
            },
        )

    def by_patient(self, value: UUID | None, here: Here) -> Q:
        return self.by_id(value, here)

    def by_identifier(self, value: Token, here: Here) -> Q:
        known = value.of(systems.mrn_system(here.clinic.slug))
        return Q(mrn__in=mrns_alike(tidy_mrn(value.code))) if known else NOTHING

    def by_family(self, value: str, here: Here) -> Q:
        return _beginning("family_name", value, here)

    def by_given(self, value: str, here: Here) -> Q:
        return _beginning("given_name", value, here)

    def by_name(self, value: str, here: Here) -> Q:
        """As on the list of patients: family name, given name or MRN."""
        words = search_words(value)
        return Q(search__prefixes=words) if words else NOTHING

    def by_birth_date(self, value: Asked, here: Here) -> Q:
        return on_days(value, "birth_date", "birth_date", here.zone)

    def by_gender(self, value: Token, here: Here) -> Q:
        return Q(sex=value.code.upper()) if value.of(systems.ADMINISTRATIVE_GENDER) else NOTHING


def _beginning(field: str, text: str, here: Here) -> Q:
    """Each typed word begins a word of this name. The index finds who can be meant, our folding decides."""
    typed = search_words(text)
    if not typed:
        return NOTHING
    people: Any = Patient.objects.of(here.clinic)
    named = people.filter(search__prefixes=typed).order_by().values_list("pk", field)
    return Q(pk__in=[key for key, name in named if _begins(typed, search_text(name).split())])


def _begins(typed: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(start) for word in words) for start in typed)
