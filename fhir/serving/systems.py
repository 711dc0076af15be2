"""The names under which codes, identifiers and extensions go out (pure).

Names that begin with http are those of their publishers; `urn:dolomite:` names are ours, and docs/fhir.md
explains each of them.
"""

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
IDENTIFIER_TYPE = f"{_TERMINOLOGY}v2-0203"
ACT_CODE = f"{_TERMINOLOGY}v3-ActCode"
INTERPRETATION = f"{_TERMINOLOGY}v3-ObservationInterpretation"
OBSERVATION_CATEGORY = f"{_TERMINOLOGY}observation-category"
ABSENT_REASON = f"{_TERMINOLOGY}data-absent-reason"
FLAG_CATEGORY = f"{_TERMINOLOGY}flag-category"
DOSE_RATE_TYPE = f"{_TERMINOLOGY}dose-rate-type"
ADMINISTRATIVE_GENDER = "http://hl7.org/fhir/administrative-gender"
OBSERVATION_STATUS = "http://hl7.org/fhir/observation-status"
ENCOUNTER_STATUS = "http://hl7.org/fhir/encounter-status"
FLAG_STATUS = "http://hl7.org/fhir/flag-status"
STATEMENT_STATUS = "http://hl7.org/fhir/CodeSystem/medication-statement-status"

# Extensions of FHIR R4 itself.
REPLACES = "http://hl7.org/fhir/StructureDefinition/observation-replaces"
FLAG_DETAIL = "http://hl7.org/fhir/StructureDefinition/flag-detail"

OWN = "urn:dolomite:"
SYMPTOM = f"{OWN}symptom"
SYMPTOM_PART = f"{OWN}symptom-part"
RULE = f"{OWN}rule"
PRODUCT = f"{OWN}product"
MEDICINE = f"{OWN}medicine"
VISIT = f"{OWN}visit"
REGIMEN = f"{OWN}regimen"
CLINIC = f"{OWN}clinic"
URGENCY = f"{OWN}urgency"
SUPERSEDED_BY = f"{OWN}superseded-by"
ELEMENTAL_PER_DAY = f"{OWN}elemental-magnesium-per-day"
COMPOUND_PER_DAY = f"{OWN}compound-per-day"


def mrn_system(slug: str) -> str:
    """Whose numbers the MRNs of a clinic are: two clinics may have the same number for two people."""
    return f"{OWN}clinic:{slug}:mrn"
