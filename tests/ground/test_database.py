"""Whose rights the application has in the database, and what it may not do."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection, transaction

from audit.models import AuditEvent


def current_role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        role: str = cursor.fetchone()[0]
    return role


@pytest.mark.django_db
def test_the_tests_run_as_the_application() -> None:
    assert current_role() == "dolomite_app"


@pytest.mark.django_db(transaction=True)
def test_transactional_tests_run_as_the_application() -> None:
    assert current_role() == "dolomite_app"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_auditevent SET act = ''", "DELETE FROM audit_auditevent"]
)
def test_the_application_cannot_rewrite_the_audit_log(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_migrations_wrote_is_there_in_every_transactional_test(time: str) -> None:
    assert ContentType.objects.filter(app_label="audit").count() == 1
    ContentType.objects.all().delete()
