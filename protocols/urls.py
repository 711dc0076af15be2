"""The addresses of pages that only read; `reviews.urls_protocol` adds those that look at flags, or act."""

from django.urls import path

from protocols import views, views_claims

urlpatterns = [
    path("protocol/compare/", views.compare, name="compare"),
    path("claims/", views_claims.register, name="claims"),
]
