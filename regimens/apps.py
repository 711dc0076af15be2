from django.apps import AppConfig
from django.db.models.signals import post_migrate

from regimens.defaults import install_products


class RegimensConfig(AppConfig):
    name = "regimens"

    def ready(self) -> None:
        post_migrate.connect(install_products, sender=self, dispatch_uid="regimens.defaults")
