"""Every address: each room says its own."""

from allauth.account import views as sign_in
from django.urls import include, path

from config import api, health

# Sign-up, e-mail change and password reset by mail are off: members are made by their clinic's admin.
account_urls = [
    path("login/", sign_in.login, name="account_login"),
    path("logout/", sign_in.logout, name="account_logout"),
    path("inactive/", sign_in.account_inactive, name="account_inactive"),
    path("reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.password_change, name="account_change_password"),
]

urlpatterns = [
    path("healthz", health.health, name="health"),
    path("accounts/", include(account_urls)),
    path("", include("audit.urls_accounts")),
    path("", include("reviews.urls")),
    path("", include("reviews.urls_patients")),
    path("", include("labs.urls")),
    path("", include("regimens.urls")),
    path("", include("caseseries.urls")),
    path("", include("reviews.urls_protocol")),
    path("", include("audit.urls")),
    path("", include("fhir.urls")),
    path("api/v1/", include(api.urlpatterns)),
]
