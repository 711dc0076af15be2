from django.urls import path

from protocols import views

app_name = "protocols"

urlpatterns = [path("protocol/", views.index, name="index")]
