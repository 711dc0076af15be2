"""The addresses of laboratories and their results; they belong to the names of `reviews`."""

from django.urls import path

from reviews.pages import (
    views_expected,
    views_import_acts,
    views_imports,
    views_laboratories,
    views_unmatched,
)

_IMPORT = "labs/import/<uuid:import_id>"
_ROW = "labs/unmatched/<uuid:import_row_id>"
_LABORATORY = "labs/laboratories/<uuid:laboratory_id>"

urlpatterns = [
    path("labs/import/", views_imports.import_list, name="import_list"),
    path(f"{_IMPORT}/", views_imports.import_page, name="import_file"),
    path(f"{_IMPORT}/commit/", views_import_acts.commit, name="import_commit"),
    path(f"{_IMPORT}/undo/", views_import_acts.undo, name="import_undo"),
    path(f"{_IMPORT}/discard/", views_import_acts.discard, name="import_discard"),
    path(f"{_IMPORT}/check/", views_import_acts.check, name="import_check"),
    path(f"{_IMPORT}/laboratory/", views_import_acts.laboratory, name="import_laboratory"),
    path(f"{_IMPORT}/names/", views_import_acts.names, name="import_names"),
    path(f"{_IMPORT}/original/", views_import_acts.download, name="import_original"),
    path(f"{_IMPORT}/left-out/", views_import_acts.left_out, name="import_left_out"),
    path("labs/unmatched/", views_unmatched.unmatched, name="unmatched"),
    path(f"{_ROW}/", views_unmatched.unmatched_row, name="unmatched_row"),
    path(f"{_ROW}/refuse/", views_unmatched.refuse, name="refuse_row"),
    path(f"{_ROW}/take-back/", views_unmatched.take_back, name="take_back_row"),
    path("labs/expected/", views_expected.expected, name="expected_results"),
    path("labs/expected/<uuid:expected_id>/withdraw/", views_expected.withdraw, name="withdraw_expected"),
    path("patients/<uuid:patient_id>/expected/new/", views_expected.order, name="order_result"),
    path("labs/laboratories/", views_laboratories.laboratories, name="laboratories"),
    path(f"{_LABORATORY}/", views_laboratories.laboratory, name="laboratory"),
    path(f"{_LABORATORY}/tests/<uuid:test_id>/", views_laboratories.test_meaning, name="laboratory_test"),
    path(
        f"{_LABORATORY}/tests/<uuid:test_id>/interval/",
        views_laboratories.test_interval,
        name="laboratory_interval",
    ),
    path("labs/notices/<uuid:notice_id>/seen/", views_laboratories.notice_seen, name="notice_seen"),
]
