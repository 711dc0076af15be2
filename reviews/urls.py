"""The addresses of the queue and of visits; those of flags and of the record have modules of their own."""

from django.urls import path

from reviews import (
    urls_flags,
    urls_labs,
    urls_panel,
    urls_person,
    urls_queue,
    urls_recall,
    urls_record,
    urls_sources,
    urls_wearables,
)
from reviews.pages import views_visit

app_name = "reviews"

urlpatterns = [
    *urls_queue.urlpatterns,
    *urls_flags.urlpatterns,
    path("visits/new/", views_visit.choose_patient, name="choose_patient_for_visit"),
    path("patients/<uuid:patient_id>/visits/new/", views_visit.visit_page, name="log_visit"),
    path("patients/<uuid:patient_id>/visits/draft/", views_visit.visit_draft, name="visit_draft"),
    path("patients/<uuid:patient_id>/visits/checks/", views_visit.visit_checks, name="visit_checks"),
    *urls_labs.urlpatterns,
    *urls_panel.urlpatterns,
    *urls_person.urlpatterns,
    *urls_recall.urlpatterns,
    *urls_sources.urlpatterns,
    *urls_wearables.urlpatterns,
    *urls_record.urlpatterns,
]
