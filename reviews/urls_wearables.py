"""The addresses of wearables, and of the acts on them; they belong to the names of `reviews`."""

from django.urls import path

from reviews.pages import views_wearables

_HERE = "patients/<uuid:patient_id>/wearables"

urlpatterns = [
    path(f"{_HERE}/", views_wearables.wearables, name="wearables"),
    path(f"{_HERE}/upload/", views_wearables.upload, name="upload_readings"),
    path(f"{_HERE}/devices/new/", views_wearables.add, name="add_device"),
    path(f"{_HERE}/devices/<uuid:device_id>/end/", views_wearables.end, name="end_device"),
    path(f"{_HERE}/order/<slug:reading_kind>/", views_wearables.order, name="choose_sources"),
]
