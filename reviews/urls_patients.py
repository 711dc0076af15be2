"""The addresses of patients; here, because some of their pages act, and this room may know the others."""

from django.urls import path

from patients import views
from reviews.pages import views_chart, views_patients

app_name = "patients"

urlpatterns = [
    path("patients/", views.patient_list, name="list"),
    path("patients/new/", views_patients.new, name="new"),
    path("patients/<uuid:patient_id>/", views_chart.chart, name="chart"),
    path("patients/<uuid:patient_id>/edit/", views_patients.edit, name="edit"),
    path("patients/<uuid:patient_id>/status/", views_patients.status, name="status"),
]
