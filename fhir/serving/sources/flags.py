"""Flags: what asks for a clinician's attention."""

from typing import Any

from django.db.models import Case, F, OuterRef, Q, Value, When

from accounts.wording import NO_BREAK
from fhir.serving import systems
from fhir.serving.changes import changed, history, latest, made_since, newest, touched_since
from fhir.serving.dates import Asked, on_span
from fhir.serving.elements import Element, coding, concept, instant, reference, said
from fhir.serving.source import EVERYTHING, NOTHING, Here, Source, Token
from reviews.models import STANDING, Flag, FlagEvent, Reevaluation, Rule
from reviews.sentences import READS, sentence

# The causes that go out as observations.
OBSERVED = ("symptom_answer", "lab_result", "outcome")


class Flags(Source):
    """Active while it stands, also while it is snoozed. The sentence is that of today."""

    kind = "Flag"
    model = Flag
    stands = Q()
    status_system = systems.FLAG_STATUS

    def rows(self, here: Here) -> Any:
        word = Case(When(state__in=STANDING, then=Value("active")), default=Value("inactive"))
        events = newest(FlagEvent.objects.filter(flag=OuterRef("pk")), "at")
        window = newest(history(Reevaluation).filter(pgh_obj_id=OuterRef("reevaluation_id")))
        rows: Any = Flag.objects.of(here.clinic)
        found = rows.as_of(here.on, here.at).select_related(*READS, "symptom_answer", "outcome")
        return found.annotate(
            status_word=word, dated_at=F("raised_at"), changed_at=latest(F("raised_at"), events, window)
        )

    def shown(self, row: Any, here: Here) -> Element:
        rule, visit = Rule(row.rule), _visit(row)
        observed = [getattr(row, f"{cause}_id") for cause in OBSERVED]
        details = [reference("Observation", key) for key in observed if key]
        urgency = concept(coding(systems.URGENCY, row.urgency))
        return said(
            resourceType="Flag",
            id=str(row.pk),
            extension=[
                *({"url": systems.FLAG_DETAIL, "valueReference": detail} for detail in details),
                {"url": systems.URGENCY, "valueCodeableConcept": urgency},
            ],
            status=row.status_word,
            category=[concept(coding(systems.FLAG_CATEGORY, "clinical", "Clinical"))],
            code=concept(coding(systems.RULE, rule, str(rule.label)), text=_plain(sentence(row, here.on))),
            subject=reference("Patient", row.patient_id),
            encounter=reference("Encounter", visit) if visit else None,
            period=said(start=instant(row.raised_at, here.zone), end=instant(row.closed_at, here.zone)),
            author={"type": "Device", "display": f"Dolomite, protocol version {row.protocol.version}"},
        )

    def by_change(self, value: Asked, here: Here) -> Q:
        acts = FlagEvent.objects.filter(at__gte=value.start).values("flag_id")
        windows = touched_since(Reevaluation, value)
        touched = Q(pk__in=acts) | Q(reevaluation__in=windows)
        return changed(value, touched | made_since(value, "raised_at"))

    def by_code(self, value: Token, here: Here) -> Q:
        if not value.of(systems.RULE):
            return NOTHING
        return Q(rule=value.code) if value.code else EVERYTHING

    def by_date(self, value: Asked, here: Here) -> Q:
        return on_span(value, "raised_at", "closed_at")

    def by_encounter(self, value: Any, here: Here) -> Q:
        """The visit at which its symptom or its total was told."""
        told = Q(symptom_answer__visit=value) | Q(outcome__visit=value)
        return NOTHING if value is None else told


def _plain(text: str) -> str:
    """Without what keeps words together on a page."""
    return text.replace(NO_BREAK, " ").replace("\N{NON-BREAKING HYPHEN}", "-")


def _visit(row: Flag) -> Any:
    if row.symptom_answer is not None:
        return row.symptom_answer.visit_id
    return row.outcome.visit_id if row.outcome is not None else None
