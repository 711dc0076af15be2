"""The addresses of a person's own settings and calendar, and of a chart's past; names of `reviews`."""

from django.urls import path

from reviews.pages import views_as_of, views_calendar, views_settings

urlpatterns = [
    path("settings/", views_settings.settings_page, name="settings"),
    path("settings/digest/", views_settings.digest, name="choose_digest"),
    path("settings/calendar/", views_settings.calendar_address, name="calendar_address"),
    path("calendar/<slug:secret>.ics", views_calendar.calendar, name="calendar"),
    path("patients/<uuid:patient_id>/as-of/", views_as_of.as_of, name="as_of"),
]
