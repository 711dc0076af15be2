"""The addresses below /fhir/R4/."""

from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.resources import MayAct
from accounts.tokens import MemberSession
from fhir.serving.asking import Criterion, Question, Sizes, read_question
from fhir.serving.bundles import resource_of, searchset
from fhir.serving.capability import capability
from fhir.serving.doors import BearerOrToken, FhirJSON, JSONOnly, answer_refusal
from fhir.serving.offered import EVERYTHING, OFFERS, Offer, Parameter
from fhir.serving.paging import page
from fhir.serving.reading_log import note_read, note_search
from fhir.serving.source import Here, Source, key_of

# A whole chart, unless somebody asks for less.
WHOLE_CHART = Sizes(default=1000, largest=1000)


class FhirView(APIView):
    """Reads only. Not part of the REST API's own description."""

    schema = None
    action = "read"
    acts: ClassVar = {"read": Act.SEE_PATIENTS}
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    authentication_classes = [BearerOrToken, MemberSession]
    permission_classes = [MayAct]
    throttle_classes = [UserRateThrottle]
    renderer_classes = [FhirJSON]
    parser_classes = [JSONParser]
    content_negotiation_class = JSONOnly
    metadata_class = None
    here: Here

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "xml" in (request.content_type or ""):
            raise UnsupportedMediaType(
                request.content_type or "", "XML is not read: this server speaks JSON."
            )
        self.here = Here(self.actor.clinic, timezone.now(), base_of(request))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        return answer

    def get_exception_handler(self) -> Any:
        return answer_refusal

    @property
    def actor(self) -> Actor:
        return actor_of(self.request._request)

    def question(self, offer: Offer, **how: Any) -> Question:
        lenient = "handling=lenient" in self.request.headers.get("Prefer", "").replace(" ", "").lower()
        return read_question(self.request.query_params, offer.parameters, self.here, lenient=lenient, **how)


class Capability(FhirView):
    """Anybody may ask what this server can do."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        APIView.initial(self, request, *args, **kwargs)

    def get(self, request: Request) -> Response:
        return Response(capability(base_of(request)))


class Nothing(FhirView):
    """Any other address below: what is not offered is not found, whatever the method."""

    def get(self, request: Request) -> Response:
        raise Http404

    post = put = patch = delete = get


class Search(FhirView):
    def get(self, request: Request, resource_type: str) -> Response:
        offer = offer_of(resource_type)
        question = self.question(offer)
        with transaction.atomic():
            found = page(offer.sources, question, self.here)
            note_search(offer.type, question, found, self.actor, self.here)
            return Response(searchset(found, question, self.here, offer.type))


class Read(FhirView):
    def get(self, request: Request, resource_type: str, resource_id: str) -> Response:
        offer = offer_of(resource_type)
        with transaction.atomic():
            source, row = row_of(offer, resource_id, self.here)
            resource = resource_of(source, row, self.here)
            note_read(f"{offer.type}/{row.pk}", source.patient_of(row), self.actor, self.here)
        version = resource["meta"]["versionId"]
        headers = {"ETag": f'W/"{version}"', "Last-Modified": http_date(row.changed_at.timestamp())}
        if version in versions_held(request):
            return Response(status=304, headers=headers)
        return Response(resource, headers=headers)


class Everything(FhirView):
    """Patient/[id]/$everything: from the patient on, in the order in which it came in."""

    def get(self, request: Request, resource_id: str) -> Response:
        question = self.question(EVERYTHING, sorts=(), sizes=WHOLE_CHART)
        with transaction.atomic():
            _, patient = row_of(OFFERS[EVERYTHING.type], resource_id, self.here)
            question = replace(question, sort="_id", criteria=[*question.criteria, _of(patient.pk)])
            found = page(EVERYTHING.sources, question, self.here)
            path = f"Patient/{patient.pk}/$everything"
            note_search(path, question, found, self.actor, self.here)
            return Response(searchset(found, question, self.here, path))


def base_of(request: Request) -> str:
    return request.build_absolute_uri(reverse("fhir:metadata")).removesuffix("/metadata")


def offer_of(resource_type: str) -> Offer:
    if resource_type not in OFFERS:
        raise Http404
    return OFFERS[resource_type]


def row_of(offer: Offer, key: str, here: Here) -> tuple[Source, Any]:
    """The row with this id, from whichever table; 404 for another clinic's."""
    for source in offer.sources if key_of(key) else ():
        row = source.rows(here).filter(pk=key).first()
        if row is not None:
            return source, row
    raise Http404


def versions_held(request: Request) -> set[str]:
    """What the caller has already, by If-None-Match; some clients send the bare version."""
    tags = request.headers.get("If-None-Match", "").split(",")
    return {tag.strip().removeprefix("W/").strip('"') for tag in tags}


def _of(patient: UUID) -> Criterion:
    return Criterion("patient", Parameter("reference", "by_patient", ""), [patient])
