"""The addresses of people: their own pages, and those of members, which leave audit events."""

from django.urls import path

from accounts import views
from audit import views_members

app_name = "accounts"

urlpatterns = [
    path("accounts/clinic/", views.choose_clinic, name="choose_clinic"),
    path("accounts/theme/", views.theme, name="theme"),
    path("clinic/members/", views_members.members, name="members"),
    path("clinic/members/<int:membership_id>/", views_members.member, name="member"),
]
