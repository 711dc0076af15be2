"""What the web, worker and beat processes may do in the database: their role, and its grants.

Migrations run as the owner of the tables. Everything else assumes the role below, so that no bug and no
stolen password of the application can rewrite the trail of what happened.
"""

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.db.backends.utils import CursorWrapper
from psycopg import sql

APPLICATION_ROLE = "dolomite_app"

ORDINARY = "SELECT, INSERT, UPDATE, DELETE"
APPEND_ONLY = "SELECT, INSERT"
# Of rows of long work that are append-only otherwise: a worker writes how far it is, and what came of it.
WORK_COLUMNS = "UPDATE ({columns})"

CREATE_ROLE = """
DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def grant_application_role(using: str, **_: object) -> None:
    """Give the application role exactly its rights; runs after every `migrate`, as the owner."""
    with connections[using].cursor() as cursor:
        _make_role(cursor)
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                _grant(cursor, model._meta.db_table, rights_of(model))
        _grant(cursor, "django_migrations", "SELECT")
        _run(cursor, "GRANT USAGE ON SCHEMA public TO {role}")
        _run(cursor, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")


def rights_of(model: type[models.Model]) -> str:
    """What the application may do with the rows of `model`."""
    columns = getattr(model, "work_columns", ())
    if not is_append_only(model):
        return ORDINARY
    return f"{APPEND_ONLY}, {WORK_COLUMNS.format(columns=', '.join(columns))}" if columns else APPEND_ONLY


def is_append_only(model: type[models.Model]) -> bool:
    """Whether rows of `model` are written once and never changed: events, and the history tables."""
    # Every history table of pghistory names the model that it follows.
    return bool(getattr(model, "append_only", False)) or hasattr(model, "pgh_tracked_model")


def _make_role(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE])
    if cursor.fetchone() is None:
        _run(cursor, CREATE_ROLE)
    # Whoever signs in for the application must be able to assume the role.
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE rolname IN (current_user, %s)"
        " AND NOT pg_has_role(oid, %s, 'SET')",
        [settings.APPLICATION_LOGIN, APPLICATION_ROLE],
    )
    for (login,) in cursor.fetchall():
        _run(cursor, "GRANT {role} TO {login}", login=sql.Identifier(login))


def _grant(cursor: CursorWrapper, table: str, rights: str) -> None:
    _run(cursor, "REVOKE ALL ON {table} FROM {role}", table=sql.Identifier(table))
    _run(cursor, f"GRANT {rights} ON {{table}} TO {{role}}", table=sql.Identifier(table))


def _run(cursor: CursorWrapper, statement: str, **names: sql.Composable) -> None:
    composed = sql.SQL(statement).format(role=sql.Identifier(APPLICATION_ROLE), **names)
    cursor.execute(composed.as_string(cursor.connection))
