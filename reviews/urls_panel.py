"""The addresses of the panel and of what is printed."""

from django.urls import path

from reviews.pages import views_panel, views_print

urlpatterns = [
    path("panel/", views_panel.panel_page, name="panel"),
    path("panel/<slug:group>/", views_panel.group_page, name="panel_group"),
    path("panel/<slug:group>/file/", views_panel.group_file, name="panel_file"),
    path("print/queue/", views_print.print_queue, name="print_queue"),
    path("print/patients/<uuid:patient_id>/", views_print.print_chart, name="print_chart"),
    path("printed/", views_print.printed, name="printed"),
]
