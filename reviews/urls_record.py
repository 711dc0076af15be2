"""The addresses of pages that change the record, other than visits; they belong to the names of `reviews`."""

from django.urls import path

from reviews.pages import (
    views_dose,
    views_dose_told,
    views_entries,
    views_errors,
    views_reevaluations,
    views_regimen,
    views_results,
)

_PATIENT = "patients/<uuid:patient_id>"

urlpatterns = [
    path(f"{_PATIENT}/regimen/start/", views_regimen.start, name="start_regimen"),
    path(f"{_PATIENT}/regimen/<uuid:regimen_id>/dose/", views_dose.change, name="change_dose"),
    path(f"{_PATIENT}/regimen/<uuid:regimen_id>/switch/", views_dose.switch, name="switch_product"),
    path(
        f"{_PATIENT}/regimen/<uuid:regimen_id>/supervision/",
        views_regimen.supervise_page,
        name="supervise_regimen",
    ),
    path(f"{_PATIENT}/regimen/<uuid:regimen_id>/stop/", views_regimen.stop, name="stop_regimen"),
    path(f"{_PATIENT}/results/new/", views_results.new, name="record_results"),
    path(f"{_PATIENT}/<slug:kind>/new/", views_entries.add, name="add_entry"),
    path(f"{_PATIENT}/<slug:kind>/<uuid:entry_id>/end/", views_entries.end, name="end_entry"),
    path("visits/<uuid:visit_id>/dose-taken/", views_dose_told.settle, name="settle_dose"),
    path("records/<slug:model>/<uuid:row_id>/error/", views_errors.mark, name="mark_in_error"),
    path(
        "re-evaluations/<uuid:reevaluation_id>/review/",
        views_reevaluations.review,
        name="review_reevaluation",
    ),
]
