"""The addresses of a flag: why it stands, what is done about it, who answers for it."""

from django.urls import path

from reviews.pages import views_flag_owners, views_flags

urlpatterns = [
    path("flags/<uuid:flag_id>/", views_flags.flag_page, name="flag"),
    path("flags/<uuid:flag_id>/resolve/", views_flags.resolve_page, name="resolve_flag"),
    path("flags/<uuid:flag_id>/snooze/", views_flags.snooze_page, name="snooze_flag"),
    path("flags/<uuid:flag_id>/acknowledge/", views_flags.acknowledge_flag, name="acknowledge_flag"),
    path("flags/<uuid:flag_id>/undo/", views_flags.undo_flag, name="undo_flag"),
    path("flags/<uuid:flag_id>/assign/", views_flag_owners.assign_page, name="assign_flag"),
    path("flags/<uuid:flag_id>/offer/", views_flag_owners.offer_page, name="offer_flag"),
    path("flags/<uuid:flag_id>/accept/", views_flag_owners.accept_flag, name="accept_flag"),
    path("flags/<uuid:flag_id>/decline/", views_flag_owners.decline_page, name="decline_flag"),
]
