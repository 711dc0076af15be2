from django.urls import path

from protocols import views, views_claims

app_name = "protocols"

urlpatterns = [
    path("protocol/", views.index, name="index"),
    path("claims/", views_claims.register, name="claims"),
]
