"""The test database between tests: emptied by its owner, and filled again with what migrations put there."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from audit.grants import APPLICATION_ROLE

INSTALLED = "installed"  # the schema with a copy of each table that is not empty after `migrate`


def assume(role: str | None) -> None:
    """Let this and every later connection, of whichever thread, assume `role`."""
    connections.settings["default"]["OPTIONS"]["assume_role"] = role
    connection.close()


@contextmanager
def as_owner() -> Iterator[None]:
    """Do what only the owner of the tables may do."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {APPLICATION_ROLE}")


def keep_what_migrations_wrote() -> None:
    """Copy the default protocol, the service account and the like; called once, by the owner."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {INSTALLED}")
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
            if cursor.fetchone()[0] and table != "django_migrations":
                cursor.execute(f'CREATE TABLE {INSTALLED}."{table}" AS TABLE public."{table}"')


def empty_tables() -> None:
    """After a transactional test: the application may not empty tables, their owner may."""
    with as_owner():
        _flush()
        with transaction.atomic():
            _restore()


def _flush(attempts: int = 3) -> None:
    """A thread of the live server may still answer a browser that has gone, and of two that wait for each
    other PostgreSQL ends one: when it was this one, the other has its answer now."""
    # Sequences go on counting: what is restored has the first numbers.
    quiet = {"verbosity": 0, "interactive": False, "inhibit_post_migrate": True}
    try:
        call_command("flush", **quiet, allow_cascade=True, reset_sequences=False)
    except CommandError as error:
        if attempts == 1 or "deadlock" not in str(error.__cause__):
            raise
        _flush(attempts - 1)


def end_other_sessions() -> None:
    """At the very end: a thread of the live server that has not wound down would keep the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _restore() -> None:
    with connection.cursor() as cursor:
        # Neither history triggers nor foreign keys look at these rows again: they have been checked once.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [INSTALLED])
        for (table,) in cursor.fetchall():
            cursor.execute(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
                [table],
            )
            (columns,) = cursor.fetchone()
            cursor.execute(
                f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE'
                f' SELECT {columns} FROM {INSTALLED}."{table}"'
            )
