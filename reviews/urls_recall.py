"""The addresses of recalls, of the morning's list and of messages; they belong to the names of `reviews`."""

from django.urls import path

from reviews.pages import views_booking, views_contacts, views_message, views_today

_PATIENT = "patients/<uuid:patient_id>"
_OWED = "re-evaluations/<uuid:reevaluation_id>"

urlpatterns = [
    path("recall/", views_contacts.recall, name="recall"),
    path("recall/missed-windows.csv", views_contacts.recall_csv, name="recall_csv"),
    path("recall/reschedule/", views_contacts.reschedule, name="reschedule"),
    path(f"{_OWED}/book/", views_booking.book, name="book_reevaluation"),
    path(f"{_OWED}/contact/", views_contacts.contact, name="log_contact"),
    path(f"{_PATIENT}/not-contactable/", views_contacts.reach, name="reach"),
    path(f"{_PATIENT}/report/", views_message.report, name="report_symptom"),
    path(f"{_PATIENT}/report/checks/", views_message.checks, name="report_checks"),
    path("today/", views_today.today, name="today"),
    path(f"{_PATIENT}/today/", views_today.place, name="morning_place"),
]
