"""The addresses of backtests and of the noise budget; they belong to the names of `protocols`."""

from django.urls import path

from reviews.pages import views_backtest, views_noise

urlpatterns = [
    path("protocol/backtests/", views_backtest.backtest, name="backtest"),
    path("protocol/backtests/<int:backtest_id>/", views_backtest.result, name="backtest_result"),
    path("protocol/backtests/<int:backtest_id>/cancel/", views_backtest.cancel, name="cancel_backtest"),
    path("protocol/noise/", views_noise.noise_page, name="noise"),
]
