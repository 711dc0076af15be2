"""The addresses of what bears on a dose beside the regimen itself, and of the day plan."""

from django.urls import path

from reviews.pages import views_day_plan, views_sources

_PATIENT = "patients/<uuid:patient_id>"

urlpatterns = [
    path(f"{_PATIENT}/other-sources/new/", views_sources.add, name="add_source"),
    path(f"{_PATIENT}/other-sources/<uuid:source_id>/end/", views_sources.end, name="end_source"),
    path(
        f"{_PATIENT}/regimen/<uuid:regimen_id>/interrupt/", views_sources.interrupt, name="interrupt_regimen"
    ),
    path(
        f"{_PATIENT}/interruptions/<uuid:interruption_id>/resume/",
        views_sources.resume,
        name="resume_regimen",
    ),
    path(f"{_PATIENT}/diet-advice/new/", views_sources.advise, name="give_advice"),
    path(f"{_PATIENT}/day-plan/", views_day_plan.day_plan, name="day_plan"),
]
