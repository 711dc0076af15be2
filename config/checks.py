"""What `manage.py check --deploy` asks of the database connection."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

OWNED_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"


@register(Tags.security, deploy=True)
def application_does_not_own_tables(
    app_configs: Sequence[AppConfig] | None, **_: object
) -> list[CheckMessage]:
    """The owner of a table may rewrite its history, so web, worker and beat must not be the owner."""
    with connection.cursor() as cursor:
        cursor.execute(OWNED_TABLES)
        (owned,) = cursor.fetchone()
    if owned == 0:
        return []
    return [
        Error(
            f"The connection of the application owns {owned} tables and could change the audit log.",
            hint="Leave DOLOMITE_DB_ROLE out of the environment of web, worker and beat.",
            id="dolomite.E001",
        )
    ]
