"""The REST API, version 1: the addresses of each room, the OpenAPI document and its readable form."""

from csp.decorators import csp_update
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

router = SimpleRouter()

# Swagger draws its arrows from data: images; its scripts and styles are files of ours like all others.
docs = csp_update({"img-src": "data:"})(SpectacularSwaggerSplitView.as_view(url_name="api-schema"))

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    *router.urls,
]
