from django.apps import AppConfig
from django.db.models.signals import post_migrate

from protocols.defaults import install_default


class ProtocolsConfig(AppConfig):
    name = "protocols"

    def ready(self) -> None:
        post_migrate.connect(install_default, sender=self, dispatch_uid="protocols.defaults")
