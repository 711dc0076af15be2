"""The default rulebook: protocol 1, which every clinic follows until it adopts its own."""

from datetime import UTC, datetime

from django.apps import apps

from protocols.thresholds import Thresholds

# Protocol 1 was in force before any clinic existed.
ADOPTED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def install_default(using: str, **_: object) -> None:
    """Add protocol 1 where it is missing; runs after each migrate, as Django adds its content types."""
    protocols = apps.get_model("protocols", "Protocol").objects.using(using)
    if not protocols.filter(clinic=None, version=1).exists():
        service = apps.get_model("accounts", "User").objects.db_manager(using).service()
        protocols.create(version=1, adopted_at=ADOPTED_AT, adopted_by=service, values=Thresholds().to_json())
