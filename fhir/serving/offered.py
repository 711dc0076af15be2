"""What is offered: the types of resources, from which tables, and by which parameters they are searched."""

from collections.abc import Mapping
from dataclasses import dataclass

from fhir.serving.source import Source
from fhir.serving.sources.answers import Symptoms, Totals
from fhir.serving.sources.beside import Medicines, OtherSources
from fhir.serving.sources.contacts import Visits
from fhir.serving.sources.doses import DoseSteps
from fhir.serving.sources.flags import Flags
from fhir.serving.sources.laboratory import Results
from fhir.serving.sources.people import People


@dataclass(frozen=True)
class Parameter:
    """`type` is FHIR's word for how values are written; `way` the method of a source that finds the rows.

    `kept` says whether the audit log keeps what was asked for: it does not keep who was looked for by name.
    """

    type: str
    way: str
    about: str
    kept: bool = True


@dataclass(frozen=True)
class Offer:
    """One type of resource."""

    type: str
    about: str
    sources: tuple[Source, ...]
    parameters: Mapping[str, Parameter]


_ID = Parameter("token", "by_id", "Ids of resources. Finds withdrawn and superseded ones too.")
_CHANGED = Parameter(
    "date", "by_change", "When the resource last changed. Finds withdrawn and superseded ones too."
)
_PATIENT = Parameter("reference", "by_patient", "Whose it is: an id, or Patient/ and an id.")
_ENCOUNTER = Parameter("reference", "by_encounter", "The visit at which it was told.")
_STATUS = Parameter("token", "by_status", "Without it, what was withdrawn or superseded is left out.")


def _of_patient(**more: Parameter) -> dict[str, Parameter]:
    always = {"_id": _ID, "_lastUpdated": _CHANGED, "patient": _PATIENT, "subject": _PATIENT}
    return always | {"status": _STATUS} | more


_PEOPLE = Offer(
    "Patient",
    "People under care.",
    (People(),),
    {
        "_id": _ID,
        "_lastUpdated": _CHANGED,
        "identifier": Parameter("token", "by_identifier", "The MRN, with or without its system.", kept=False),
        "name": Parameter("string", "by_name", "Beginnings of words of the name or the MRN.", kept=False),
        "family": Parameter("string", "by_family", "Beginnings of words of the family name.", kept=False),
        "given": Parameter("string", "by_given", "Beginnings of words of the given name.", kept=False),
        "birthdate": Parameter("date", "by_birth_date", "The day of birth.", kept=False),
        "gender": Parameter("token", "by_gender", "female, male, other or unknown."),
        "active": Parameter("token", "by_status", "true or false."),
    },
)
_OBSERVATIONS = Offer(
    "Observation",
    "Laboratory results, GAD-7 totals, and what visits heard of symptoms.",
    (Results(), Totals(), Symptoms()),
    _of_patient(
        code=Parameter("token", "by_code", "LOINC, SNOMED CT, or our own code of a symptom."),
        category=Parameter("token", "by_category", "laboratory or survey."),
        date=Parameter("date", "by_date", "When the sample was taken or the visit was."),
        encounter=_ENCOUNTER,
    ),
)
_EFFECTIVE = Parameter("date", "by_date", "The period in which it is taken.")
_STATEMENTS = Offer(
    "MedicationStatement",
    "Each dose of a magnesium regimen, other sources of magnesium, and medicines beside it.",
    (DoseSteps(), OtherSources(), Medicines()),
    _of_patient(
        code=Parameter("token", "by_code", "ATC, RxNorm, or our own code of a product or medicine."),
        effective=_EFFECTIVE,
        date=_EFFECTIVE,
    ),
)
_ENCOUNTERS = Offer(
    "Encounter",
    "Visits: in the clinic, by phone or by video; and messages between them.",
    (Visits(),),
    _of_patient(
        date=Parameter("date", "by_date", "The day of the visit."),
        type=Parameter("token", "by_code", "CLINIC, PHONE, VIDEO, MESSAGE or RE_EVALUATION."),
    )
    | {"class": Parameter("token", "by_class", "AMB or VR.")},
)
_FLAGS = Offer(
    "Flag",
    "What asks for a clinician's attention, and what has.",
    (Flags(),),
    _of_patient(
        code=Parameter("token", "by_code", "The rule that raised it."),
        date=Parameter("date", "by_date", "The time in which it stood."),
        encounter=_ENCOUNTER,
    ),
)

OFFERS: dict[str, Offer] = {
    offer.type: offer for offer in (_PEOPLE, _OBSERVATIONS, _STATEMENTS, _ENCOUNTERS, _FLAGS)
}
# All that is known of one patient.
EVERYTHING = Offer(
    "Patient",
    "The patient with all that the other types say of them.",
    tuple(source for offer in OFFERS.values() for source in offer.sources),
    {
        "_since": Parameter("instant", "by_change", "What changed since; withdrawn and superseded ones too."),
        "_type": Parameter("token", "by_type", "Types of resources, with commas."),
    },
)
