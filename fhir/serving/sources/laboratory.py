"""Laboratory results."""

from typing import Any

from django.db.models import Case, F, Prefetch, Q, Value, When

from fhir.serving import systems
from fhir.serving.changes import last_change
from fhir.serving.dates import Asked, on_moment
from fhir.serving.elements import Element, coding, concept, instant, named, notes, quantity, reference, said
from fhir.serving.source import EVERYTHING, NOTHING, Here, Token
from fhir.serving.sources.observing import Observing
from labs.analytes import ANALYTES, Analyte
from labs.models import Interpreted, IntervalSource, LabResult, ResultStatus, WithdrawnAs
from labs.units import ValueUnitError, unit_of

INTERPRETATIONS = {
    Interpreted.CRITICAL_LOW: ("LL", "Critical low"),
    Interpreted.LOW: ("L", "Low"),
    Interpreted.NORMAL: ("N", "Normal"),
    Interpreted.HIGH: ("H", "High"),
    Interpreted.CRITICAL_HIGH: ("HH", "Critical high"),
}
SPECIMEN = "specimen"
# HL7 OBX-11 X is a result that there is none of; D and W say that there should never have been one.
STATUS = Case(
    When(error_at__isnull=False, then=Value("entered-in-error")),
    When(cancelled_by__how=WithdrawnAs.CANCELLED, then=Value("cancelled")),
    When(cancelled_by__isnull=False, then=Value("entered-in-error")),
    When(status=ResultStatus.PRELIMINARY, then=Value("preliminary")),
    When(status=ResultStatus.CORRECTED, then=Value("corrected")),
    default=Value("final"),
)


class Results(Observing):
    """Each version of a result is a resource; a superseded one says by which, and is left out of searches."""

    model = LabResult
    category = "laboratory"
    stands = Q(error_at=None, superseded_by=None, cancelled_by=None)
    current = Q(superseded_by=None) | Q(error_at__isnull=False)

    def rows(self, here: Here) -> Any:
        earlier = LabResult.objects.of(here.clinic).order_by("pk").only("pk", "superseded_by_id")
        rows: Any = LabResult.objects.of(here.clinic)
        return rows.annotate(
            status_word=STATUS, dated_at=F("collected_at"), changed_at=last_change(LabResult)
        ).prefetch_related(Prefetch("supersedes", queryset=earlier))

    def shown(self, row: Any, here: Here) -> Element:
        specimen = _specimen(row)
        return said(
            resourceType="Observation",
            id=str(row.pk),
            contained=[specimen] if specimen else None,
            extension=[_link(systems.REPLACES, old.pk) for old in row.supersedes.all()],
            modifierExtension=_superseded(row),
            status=row.status_word,
            category=self.categories(),
            code=_code(row),
            subject=reference("Patient", row.patient_id),
            encounter=reference("Encounter", row.visit_id) if row.visit_id else None,
            effectiveDateTime=instant(row.collected_at, here.zone),
            issued=instant(row.reported_at or row.received_at, here.zone),
            performer=[named("Organization", row.laboratory)] if row.laboratory else None,
            valueQuantity=_amount(row, row.value, row.comparator),
            interpretation=_interpretation(row),
            note=notes(_doubt(row), _zone(row)),
            method=concept(text=row.method),
            specimen={"reference": f"#{SPECIMEN}"} if specimen else None,
            device=named("Device", row.analyzer),
            referenceRange=_interval(row),
            derivedFrom=[reference("Observation", row.derived_from_id)] if row.derived_from_id else None,
        )

    def by_code(self, value: Token, here: Here) -> Q:
        if not value.of(systems.LOINC):
            return NOTHING
        return Q(loinc=value.code) if value.code else EVERYTHING

    def by_date(self, value: Asked, here: Here) -> Q:
        return on_moment(value, "collected_at")


def _superseded(row: LabResult) -> list[Element]:
    """A modifier: whoever does not know it must not use the value."""
    stands = row.superseded_by_id is None or row.error_at is not None
    return [] if stands else [_link(systems.SUPERSEDED_BY, row.superseded_by_id)]


def _link(url: str, key: object) -> Element:
    return {"url": url, "valueReference": reference("Observation", key)}


def _specimen(row: LabResult) -> Element:
    """Lives inside the result, because nothing else is known of it; empty when nothing is."""
    kind, additive = concept(text=row.specimen), concept(text=row.anticoagulant)
    known = said(type=kind, container=[{"additiveCodeableConcept": additive}] if additive else None)
    return {"resourceType": "Specimen", "id": SPECIMEN} | known if known else {}


def _code(row: LabResult) -> Element:
    facts = ANALYTES[Analyte(row.analyte)]
    what = next((loinc.what for loinc in facts.loincs if loinc.code == row.loinc), "")
    return concept(coding(systems.LOINC, row.loinc), text=", ".join(filter(None, (facts.label, what))))


def _amount(row: LabResult, value: Any, comparator: str = "") -> Element:
    """As reported, in the unit of the report; the code says in UCUM which unit that is."""
    try:
        code = unit_of(Analyte(row.analyte), row.unit).ucum
    except ValueUnitError:
        code = ""
    return quantity(value, row.unit or code, code, comparator)


def _interpretation(row: LabResult) -> list[Element]:
    if row.interpretation not in INTERPRETATIONS:
        return []
    code, words = INTERPRETATIONS[Interpreted(row.interpretation)]
    against = {
        IntervalSource.LABORATORY: "the laboratory's usual interval",
        IntervalSource.PROTOCOL: "the protocol",
    }
    by = against.get(IntervalSource(row.interval_source), "")
    return [concept(coding(systems.INTERPRETATION, code, words), text=f"{words}, by {by}" if by else words)]


def _interval(row: LabResult) -> list[Element]:
    """The laboratory's own, and no other."""
    low, high = row.reference_low, row.reference_high
    limits = {
        "low": None if low is None else _amount(row, low),
        "high": None if high is None else _amount(row, high),
    }
    return [said(**limits)] if low is not None or high is not None else []


def _doubt(row: LabResult) -> str:
    return f"Doubtful sample: {row.doubt}" if row.doubt else ""


def _zone(row: LabResult) -> str:
    return "The laboratory told no time zone; the clinic's was taken." if row.zone_assumed else ""
