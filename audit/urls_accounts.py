"""The addresses of people: their own pages, those of members and of absences, which leave audit events."""

from django.urls import path

from accounts import views
from audit import views_absences, views_hours, views_members, views_releasing

app_name = "accounts"

urlpatterns = [
    path("accounts/clinic/", views.choose_clinic, name="choose_clinic"),
    path("accounts/theme/", views.theme, name="theme"),
    path("clinic/members/", views_members.members, name="members"),
    path("clinic/members/<int:membership_id>/", views_members.member, name="member"),
    path("clinic/absences/", views_absences.absences, name="absences"),
    path("clinic/absences/<int:absence_id>/end/", views_absences.end, name="end_absence"),
    path("clinic/hours/", views_hours.hours, name="hours"),
    path("clinic/releasing/", views_releasing.releasing, name="releasing"),
]
