"""FHIR R4. The type is a word of the address, so that one that is not offered is answered in FHIR's way."""

from django.urls import path, re_path

from fhir.serving import views

app_name = "fhir"

urlpatterns = [
    path("fhir/R4/metadata", views.Capability.as_view(), name="metadata"),
    path("fhir/R4/Patient/<str:resource_id>/$everything", views.Everything.as_view(), name="everything"),
    path("fhir/R4/<str:resource_type>", views.Search.as_view(), name="search"),
    path("fhir/R4/<str:resource_type>/<str:resource_id>", views.Read.as_view(), name="read"),
    re_path(r"^fhir/R4/.*$", views.Nothing.as_view(), name="nothing"),
]
