from django.urls import path

from caseseries import views

app_name = "caseseries"

urlpatterns = [
    path("case-series/", views.index, name="index"),
    path("case-series/definitions/", views.lock, name="lock"),
    path("case-series/exports/", views.exports, name="exports"),
    path("case-series/exports/<uuid:pk>/", views.export, name="export"),
    path("case-series/exports/<uuid:pk>/<str:name>", views.download, name="download"),
    path("case-series/<uuid:pk>/", views.definition, name="definition"),
]
