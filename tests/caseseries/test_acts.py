"""Looking, locking and saving: audited, and locked before anything is read."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from accounts.actors import Actor
from audit.models import AuditEvent
from caseseries import acts
from caseseries.acts import (
    asked,
    lock_definition,
    look_at_definition,
    look_at_series,
    save_series,
)
from caseseries.definition import CohortCriteria, OutcomeDefinition, SeriesDefinition
from caseseries.models import Definition, SavedSeries
from caseseries.versions import version_in_words, what_changed
from protocols.models import Protocol
from protocols.thresholds import Thresholds
from tests.caseseries.people import GLYCINATE, OUTCOME, SERIES, looked_at, the_article_series
from tests.factories import NOW, TODAY, ProtocolFactory
from tests.stories import a_clinic, a_clinician, a_member

pytestmark = pytest.mark.django_db
OLDER = SeriesDefinition(CohortCriteria(GLYCINATE.families, minimum_age_years=40), OUTCOME)
NAME = "Founding series"


def locked(by: Actor) -> Definition:
    return lock_definition(definition=SERIES, by=by, at=NOW)


def saved(by: Actor, definition: SeriesDefinition = SERIES, name: str = NAME) -> SavedSeries:
    return save_series(definition=definition, name=name, by=by, at=NOW)


def events(act: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(act=act))


# --- looking


def test_a_look_is_in_the_audit_log_with_what_was_asked(by: Actor) -> None:
    series = looked_at(by)
    (event,) = events("READ_CASE_SERIES")
    assert event.after is not None
    assert event.after["sha256"] == series.definition.sha256
    assert event.after["cohort"]["form"] == "GLYCINATE"
    assert event.after["data_cut_on"] == str(TODAY)


def test_a_look_locks_the_definition_before_anything_is_read(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []

    def read(*given: object, **how: object) -> None:
        found.extend(Definition.objects.of(by.clinic).values_list("sha256", flat=True))

    monkeypatch.setattr(acts, "read_series", read)
    looked_at(by)
    assert found == [SERIES.sha256]


def test_looking_again_locks_nothing_anew(by: Actor) -> None:
    looked_at(by)
    looked_at(by)
    assert Definition.objects.count() == 1
    assert (len(events("LOCK_DEFINITION")), len(events("READ_CASE_SERIES"))) == (1, 2)


def test_a_failing_audit_write_shows_nothing(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(acts, "record", fail)
    monkeypatch.setattr(acts, "read_series", lambda *_, **__: pytest.fail("figures were read"))
    with pytest.raises(RuntimeError, match="no audit"), transaction.atomic():
        looked_at(by)
    assert Definition.objects.count() == 0


@pytest.mark.parametrize(
    ("roles", "threshold"),
    [
        (["CLINICIAN"], 1),
        (["RESEARCHER"], 11),
        (["RESEARCHER", "CLINICIAN"], 1),
        (["RESEARCHER", "ASSISTANT"], 1),
        (["RESEARCHER", "ADMIN"], 11),
    ],
)
def test_who_sees_patients_sees_counts_and_nobody_else(by: Actor, roles: list[str], threshold: int) -> None:
    assert looked_at(a_member(by.clinic, *roles)).summary.threshold == threshold


def test_a_command_sees_what_may_leave(by: Actor) -> None:
    assert looked_at(Actor.service(by.clinic, "x")).summary.threshold == 11


def test_the_threshold_is_the_clinics(by: Actor, researcher: Actor) -> None:
    by.clinic.small_cell_threshold = 20
    by.clinic.save()
    researcher.clinic.refresh_from_db()
    assert looked_at(researcher).summary.threshold == 20


def test_a_data_cut_in_the_future_is_refused(by: Actor) -> None:
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(ValidationError, match="in the future"):
        look_at_series(definition=SERIES, by=by, at=NOW, data_cut_on=tomorrow)
    with pytest.raises(ValidationError, match="in the future"):
        look_at_definition(definition=locked(by), by=by, at=NOW, data_cut_on=tomorrow)


# --- what somebody sent


def test_outcomes_that_are_not_chosen_are_those_of_the_protocol_in_force(by: Actor) -> None:
    ProtocolFactory.create(clinic=by.clinic, values=Thresholds(gad7_improved_drop=6).to_json())
    name, definition = asked({"name": "  Mine ", "outcome": {"rise": 5}}, by)
    assert (name, definition.outcome.drop, definition.outcome.rise) == ("Mine", 6, 5)


@pytest.mark.parametrize("sent", [None, [], "GLYCINATE", 5])
def test_a_definition_is_an_object(by: Actor, sent: object) -> None:
    with pytest.raises(ValidationError) as refused:
        asked(sent, by)
    assert set(refused.value.message_dict) == {"definition"}


# --- definitions


def test_the_same_definition_is_locked_once_and_another_clinic_has_its_own(by: Actor) -> None:
    first = locked(by)
    assert locked(by) == first
    other = locked(a_clinician(a_clinic("southbank")))
    assert (other.sha256, other == first) == (first.sha256, False)
    assert len(events("LOCK_DEFINITION")) == 2


def test_a_locked_definition_keeps_its_outcomes_when_the_protocol_changes(by: Actor) -> None:
    the_article_series(by, people=20, less=20)
    kept = locked(by)
    stricter = Thresholds(gad7_improved_drop=5)
    ProtocolFactory.create(clinic=by.clinic, values=stricter.to_json())
    assert look_at_definition(definition=kept, by=by, at=NOW).summary.less_anxious.less_of_all.n == 20
    now = SeriesDefinition(GLYCINATE, OutcomeDefinition.of(stricter))
    series = look_at_series(definition=now, by=by, at=NOW)
    assert series.summary.less_anxious.less_of_all.n == 0
    assert series.protocol_version == Protocol.objects.in_force(by.clinic).version == 2
    assert Definition.objects.count() == 2


@pytest.mark.parametrize("table", ["caseseries_definition", "caseseries_savedseries"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET clinic_id = 1", "DELETE FROM {table}"])
def test_definitions_and_saved_series_are_written_once(by: Actor, table: str, statement: str) -> None:
    saved(by)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format(table=table))


# --- saved series


def test_a_series_is_saved_under_a_name_with_its_definition_locked(by: Actor) -> None:
    first = saved(by, name="  Founding series ")
    assert (first.name, first.version, first.definition.sha256) == (NAME, 1, SERIES.sha256)
    (event,) = events("SAVE_SERIES")
    assert event.after == {"name": NAME, "version": 1, "sha256": SERIES.sha256}


def test_the_same_criteria_again_are_the_version_that_stands(by: Actor) -> None:
    assert saved(by) == saved(by)
    assert len(events("SAVE_SERIES")) == 1


def test_other_criteria_under_the_name_are_its_next_version_and_say_what_changed(by: Actor) -> None:
    first, second = saved(by), saved(by, OLDER)
    assert (second.version, what_changed(second), what_changed(first)) == (
        2, ["lowest age: 40, before none"], [],
    )  # fmt: skip
    assert version_in_words(first.definition) == "Version 1 of 2."
    words = "Version 2 of 2; version 1 differed in lowest age: 40, before none."
    assert version_in_words(second.definition) == words
    assert looked_at(by, OLDER.cohort).to_json()["version_in_words"] == words
    # Going back is a version too.
    assert saved(by).version == 3


def test_another_name_and_another_clinic_begin_with_version_1(by: Actor) -> None:
    saved(by)
    assert saved(by, OLDER, name="Another").version == 1
    assert saved(a_clinician(a_clinic("southbank")), OLDER).version == 1


def test_what_was_never_saved_has_no_version_and_no_words_name_the_series(by: Actor) -> None:
    assert version_in_words(locked(by)) == ""
    saved(by)
    assert NAME not in version_in_words(saved(by, OLDER).definition)


@pytest.mark.parametrize("name", ["", "   ", "n" * 121, "a\x00b"])
def test_a_name_is_needed_and_a_bad_one_is_refused(by: Actor, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        saved(by, name=name)
    assert set(refused.value.message_dict) == {"name"}
    assert SavedSeries.objects.count() == 0


def test_a_version_is_of_the_clinic_of_its_definition_and_stands_once(by: Actor) -> None:
    first = saved(by)
    first.pk, first.clinic = None, a_clinic("southbank")
    with pytest.raises(IntegrityError, match="same_clinic"), transaction.atomic():
        first.save(force_insert=True)
        connection.check_constraints()
    first.clinic = by.clinic
    with pytest.raises(IntegrityError, match="saved_series_version_once"), transaction.atomic():
        first.save(force_insert=True)
