from django.urls import path

from regimens import views

app_name = "regimens"

urlpatterns = [path("patients/<uuid:patient_id>/regimen/", views.detail, name="detail")]
