from django.apps import AppConfig

from config import checks
from config.celery import make_folders

__all__ = ["ConfigConfig", "checks"]


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        make_folders()
