"""The addresses of the protocol; here, because its pages count flags, draft and adopt."""

from django.urls import path

from protocols import urls
from reviews import urls_backtest
from reviews.pages import views_draft, views_protocol

app_name = "protocols"

urlpatterns = [
    path("protocol/", views_protocol.index, name="index"),
    path("protocol/draft/", views_draft.draft, name="draft"),
    path("protocol/draft/discard/", views_draft.discard, name="discard"),
    path("protocol/draft/count/", views_protocol.count, name="count"),
    path("protocol/draft/adopt/", views_protocol.adopt, name="adopt"),
    *urls_backtest.urlpatterns,
    *urls.urlpatterns,
]
