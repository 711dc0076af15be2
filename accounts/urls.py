from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("accounts/clinic/", views.choose_clinic, name="choose_clinic"),
    path("accounts/theme/", views.theme, name="theme"),
]
