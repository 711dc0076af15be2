"""The addresses of the queue, of flags and of visits; those of the record are in urls_record."""

from django.urls import path

from reviews import urls_labs, urls_record, urls_sources, urls_wearables
from reviews.pages import views_flags, views_queue, views_visit

app_name = "reviews"

urlpatterns = [
    path("", views_queue.queue_page, name="queue"),
    path("flags/<uuid:flag_id>/", views_flags.flag_page, name="flag"),
    path("flags/<uuid:flag_id>/resolve/", views_flags.resolve_page, name="resolve_flag"),
    path("flags/<uuid:flag_id>/snooze/", views_flags.snooze_page, name="snooze_flag"),
    path("flags/<uuid:flag_id>/acknowledge/", views_flags.acknowledge_flag, name="acknowledge_flag"),
    path("flags/<uuid:flag_id>/undo/", views_flags.undo_flag, name="undo_flag"),
    path("visits/new/", views_visit.choose_patient, name="choose_patient_for_visit"),
    path("patients/<uuid:patient_id>/visits/new/", views_visit.visit_page, name="log_visit"),
    path("patients/<uuid:patient_id>/visits/draft/", views_visit.visit_draft, name="visit_draft"),
    path("patients/<uuid:patient_id>/visits/checks/", views_visit.visit_checks, name="visit_checks"),
    *urls_labs.urlpatterns,
    *urls_sources.urlpatterns,
    *urls_wearables.urlpatterns,
    *urls_record.urlpatterns,
]
