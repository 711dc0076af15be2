"""The REST API, version 1: the addresses of each room, the OpenAPI document and its readable form."""

from csp.decorators import csp_update
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts.api import TokenView
from audit.api_people import AbsenceResource, MemberResource
from audit.api_releasing import ReleasingResource
from caseseries.api import SavedSeriesResource, SeriesResource
from caseseries.api_checklist import ChecklistResource
from caseseries.api_exports import ExportResource
from protocols.api import ClaimResource
from regimens.api_products import ProductResource
from reviews.api.backtests import BacktestResource, NoiseResource
from reviews.api.contacts import ContactResource, RecallResource
from reviews.api.entries import ConditionResource, CoTreatmentResource, MedicationResource, ModifierResource
from reviews.api.expected import ExpectedResource
from reviews.api.flags import FlagResource
from reviews.api.imports import LabImportResource
from reviews.api.laboratories import LabNoticeResource, LaboratoryResource, LaboratoryTestResource
from reviews.api.panel import PanelPatientResource, PanelResource
from reviews.api.patients import PatientResource
from reviews.api.protocols import ProtocolResource
from reviews.api.reevaluations import ReevaluationResource
from reviews.api.regimens import DoseStepResource, RegimenResource
from reviews.api.results import LabResultResource
from reviews.api.sources import DietAdviceResource, InterruptionResource, OtherSourceResource
from reviews.api.today import TodayResource
from reviews.api.unmatched import UnmatchedRowResource
from reviews.api.visits import VisitResource
from reviews.api.wearables import BatchResource, DeviceResource, ReadingResource, SourceOrderResource

router = SimpleRouter(use_regex_path=False)
for name, resource in (
    ("patients", PatientResource),
    ("visits", VisitResource),
    ("regimens", RegimenResource),
    ("dose-steps", DoseStepResource),
    ("products", ProductResource),
    ("lab-results", LabResultResource),
    ("expected-results", ExpectedResource),
    ("laboratories", LaboratoryResource),
    ("laboratory-tests", LaboratoryTestResource),
    ("lab-notices", LabNoticeResource),
    ("lab-imports", LabImportResource),
    ("unmatched-rows", UnmatchedRowResource),
    ("re-evaluations", ReevaluationResource),
    ("recall", RecallResource),
    ("contact-attempts", ContactResource),
    ("today", TodayResource),
    ("flags", FlagResource),
    ("members", MemberResource),
    ("absences", AbsenceResource),
    ("panel/patients", PanelPatientResource),
    ("panel", PanelResource),
    ("medications", MedicationResource),
    ("conditions", ConditionResource),
    ("modifiers", ModifierResource),
    ("co-treatments", CoTreatmentResource),
    ("other-sources", OtherSourceResource),
    ("interruptions", InterruptionResource),
    ("diet-advice", DietAdviceResource),
    ("wearables/readings", ReadingResource),
    ("wearables/devices", DeviceResource),
    ("wearables/batches", BatchResource),
    ("wearables/source-orders", SourceOrderResource),
    ("case-series/checklists", ChecklistResource),
    ("case-series/exports", ExportResource),
    ("case-series/saved", SavedSeriesResource),
    ("case-series", SeriesResource),
    ("claims", ClaimResource),
    ("protocols/backtests", BacktestResource),
    ("protocols/noise", NoiseResource),
    ("protocols", ProtocolResource),
):
    router.register(name, resource, basename=f"api-{name.replace('/', '-')}")

# Swagger draws its arrows from data: images; its scripts and styles are files of ours like all others.
docs = csp_update({"img-src": "data:"})(SpectacularSwaggerSplitView.as_view(url_name="api-schema"))

# One rule of the caller's clinic: there is no list of them, and no id in the address.
releasing = ReleasingResource.as_view({"get": "retrieve", "patch": "partial_update"})

urlpatterns = [
    path("token/", TokenView.as_view(), name="api-token"),
    path("releasing/", releasing, name="api-releasing"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    *router.urls,
]
