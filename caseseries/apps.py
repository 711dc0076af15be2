from django.apps import AppConfig


class CaseSeriesConfig(AppConfig):
    name = "caseseries"
    verbose_name = "case series"
