from django.apps import AppConfig
from django.db.models.signals import post_migrate

from audit.grants import grant_application_role


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        # Grants belong to tables, so they follow every migration.
        post_migrate.connect(grant_application_role, sender=self, dispatch_uid="audit.grants")
