from django.urls import path

from caseseries import views, views_checklist, views_exports

app_name = "caseseries"

urlpatterns = [
    path("case-series/", views.index, name="index"),
    path("case-series/definitions/", views.save, name="save"),
    path("case-series/definitions/<uuid:pk>/checklist/", views_checklist.checklist, name="checklist"),
    path("case-series/exports/", views_exports.exports, name="exports"),
    path("case-series/exports/<uuid:pk>/", views_exports.export, name="export"),
    path("case-series/exports/<uuid:pk>/cancel/", views_exports.cancel, name="cancel_export"),
    path("case-series/exports/<uuid:pk>/retry/", views_exports.retry, name="retry_export"),
    path("case-series/exports/<uuid:pk>/release/", views_exports.release, name="release_export"),
    path("case-series/exports/<uuid:pk>/<str:name>", views_exports.download, name="download"),
    path("case-series/<uuid:pk>/", views.definition, name="definition"),
]
