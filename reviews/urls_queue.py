"""The addresses of the queue: its page, many rows at once, and the views that a person keeps."""

from django.urls import path

from reviews.pages import views_bulk, views_queue, views_saved_views

urlpatterns = [
    path("", views_queue.queue_page, name="queue"),
    path("flags/bulk/acknowledge/", views_bulk.bulk_acknowledge_page, name="bulk_acknowledge"),
    path("flags/bulk/snooze/", views_bulk.bulk_snooze_page, name="bulk_snooze"),
    path("flags/bulk/undo/", views_bulk.bulk_undo_page, name="bulk_undo"),
    path("queue/views/", views_saved_views.saved_views, name="saved_views"),
    path("queue/views/<int:view_id>/rename/", views_saved_views.rename_saved_view, name="rename_saved_view"),
    path("queue/views/<int:view_id>/delete/", views_saved_views.delete_saved_view, name="delete_saved_view"),
]
