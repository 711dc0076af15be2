"""Readings: all or none, nothing twice, on the right person, and no rule takes notice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.models import AuditEvent
from patients.models import Patient
from reviews.acts import readings
from reviews.acts.devices import choose_sources, end_device, known_device
from reviews.acts.errors import mark_in_error
from reviews.acts.readings import FaultyEntry, ReadingEntry, record_readings
from reviews.models import Flag, Reevaluation
from reviews.moments import Moment
from reviews.rules import RULES
from reviews.sweep import sweep
from tests.factories import NOW, TODAY
from tests.stories import a_clinician, a_device, a_patient, some_readings, standing, taking
from wearables.days import source_days
from wearables.kinds import Kind
from wearables.models import Device, Reading, ReadingBatch
from wearables.record import Wearables

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


@pytest.fixture
def ring(patient: Patient, by: Actor) -> Device:
    return a_device(patient, by)


def an_entry(device: Device, **change: Any) -> ReadingEntry:
    told: dict[str, Any] = {
        "number": 0,
        "kind": "RESTING_HEART_RATE",
        "value": Decimal(61),
        "unit": "/min",
        "at": NOW,
    }
    return ReadingEntry(device=device, **(told | change))


def refused(device: Device, by: Actor, *entries: ReadingEntry | FaultyEntry) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        record_readings(patient=device.patient, entries=entries, by=by, at=NOW)
    return error.value.message_dict


def test_readings_are_kept_as_they_came_and_in_the_unit_of_their_kind(ring: Device, by: Actor) -> None:
    recorded = record_readings(
        patient=ring.patient,
        entries=[an_entry(ring, kind="INTERSTITIAL_GLUCOSE", value=Decimal("100.00004"), unit="MG/DL")],
        by=by,
        at=NOW,
    )
    reading = Reading.objects.get(batch=recorded.batch)
    assert (reading.value, reading.unit) == (Decimal("100.0000"), "mg/dL")
    assert (reading.canonical_value, reading.patient, reading.clinic) == (
        Decimal("5.5507"), ring.patient, by.clinic,
    )  # fmt: skip
    assert (recorded.stored, recorded.already_stored) == (1, 0)


def test_sending_again_changes_nothing_and_leaves_no_batch(ring: Device, by: Actor) -> None:
    some_readings(ring, by, ["61", "62", "63"])
    again = some_readings(ring, by, ["60", "61", "62", "63"])
    assert (again.stored, again.already_stored) == (1, 3)
    nothing = some_readings(ring, by, ["60", "61", "62", "63"])
    assert (nothing.batch, nothing.stored, nothing.already_stored) == (None, 0, 4)
    assert (Reading.objects.count(), ReadingBatch.objects.count()) == (4, 2)
    assert AuditEvent.objects.filter(act="RECORD_READINGS").count() == 3


def test_the_same_value_in_another_unit_is_the_same_reading(ring: Device, by: Actor) -> None:
    glucose = an_entry(ring, kind="INTERSTITIAL_GLUCOSE", value=Decimal(90), unit="mg/dL")
    molar = an_entry(ring, kind="INTERSTITIAL_GLUCOSE", value=Decimal("4.9957"), unit="mmol/L")
    recorded = record_readings(patient=ring.patient, entries=[glucose, molar], by=by, at=NOW)
    assert (recorded.stored, recorded.already_stored) == (1, 1)


def test_another_value_for_a_moment_that_has_one_is_refused(ring: Device, by: Actor) -> None:
    some_readings(ring, by, ["61"])
    assert list(refused(ring, by, an_entry(ring, value=Decimal(62)))) == ["readings.0.value"]
    at = NOW - timedelta(hours=1)
    twice = [an_entry(ring, at=at), an_entry(ring, at=at, number=1, value=Decimal(62))]
    assert list(refused(ring, by, *twice)) == ["readings.1.value"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "HEART_RATE_VARIABILITY"}, "kind"),
        ({"kind": "SWEAT_PH"}, "kind"),
        ({"unit": "mmol/L"}, "unit"),
        ({"unit": ""}, "unit"),
        ({"value": Decimal(600)}, "value"),
        ({"value": Decimal("NaN")}, "value"),
        ({"at": NOW + timedelta(hours=2)}, "at"),
        ({"at": NOW - timedelta(days=365 * 60)}, "at"),
        ({"at": NOW - timedelta(days=20)}, "at"),
    ],
)
def test_one_faulty_row_refuses_all_and_is_named(
    patient: Patient, by: Actor, change: dict[str, Any], field: str
) -> None:
    device = a_device(patient, by, since=TODAY - timedelta(days=10), measures=["RESTING_HEART_RATE"])
    rows = [an_entry(device), an_entry(device, **({"number": 7} | change))]
    assert list(refused(device, by, *rows)) == [f"readings.7.{field}"]
    assert not Reading.objects.exists() and not ReadingBatch.objects.exists()


def test_a_fault_in_a_late_chunk_takes_the_first_chunks_back(
    ring: Device, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "CHUNK", 2)
    rows = [an_entry(ring, number=n, at=NOW - timedelta(minutes=n)) for n in range(6)]
    assert list(refused(ring, by, *rows, an_entry(ring, number=6, unit=""))) == ["readings.6.unit"]
    assert not Reading.objects.exists()
    assert record_readings(patient=ring.patient, entries=rows, by=by, at=NOW).stored == 6


def test_of_very_many_faults_the_first_are_named_and_the_rest_is_counted(ring: Device, by: Actor) -> None:
    said = refused(ring, by, *(FaultyEntry(n, "line", "It has 4 fields.") for n in range(1_000)))
    assert len(said) == readings.MOST_FAULTS + 1
    assert said["__all__"] == ["800\N{NO-BREAK SPACE}more faults not listed here."]


def test_no_reading_at_all_is_refused(ring: Device, by: Actor) -> None:
    assert list(refused(ring, by)) == ["readings"]


def test_a_reading_of_another_patients_device_is_refused(patient: Patient, by: Actor) -> None:
    theirs = a_device(a_patient(by), by, serial="other")
    with pytest.raises(ValidationError) as error:
        record_readings(patient=patient, entries=[an_entry(theirs)], by=by, at=NOW)
    assert list(error.value.message_dict) == ["readings.0.device"]


def test_the_database_refuses_a_reading_of_a_device_that_another_patient_wears(
    ring: Device, by: Actor
) -> None:
    some_readings(ring, by, ["61"])
    other = a_patient(by)
    with pytest.raises(IntegrityError, match="of_the_wearer"), transaction.atomic():
        _insert_for(other, Reading.objects.get())
        connection.check_constraints()


def _insert_for(patient: Patient, like: Reading) -> None:
    like.pk, like.patient, like.at = None, patient, like.at - timedelta(hours=1)
    like.save(force_insert=True)


@pytest.mark.parametrize("change", [{"value": 62}, {"at": NOW}, {"kind": "SWEAT_PH"}])
def test_a_stored_reading_is_neither_changed_nor_deleted(
    ring: Device, by: Actor, change: dict[str, Any]
) -> None:
    some_readings(ring, by, ["61"], until=NOW - timedelta(hours=1))
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Reading.objects.update(**change)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Reading.objects.all().delete()
    assert Reading.objects.get().value == 61


class TestWithdrawing:
    def test_a_batch_in_error_counts_nowhere_and_may_be_sent_again(self, ring: Device, by: Actor) -> None:
        batch = some_readings(ring, by, ["61", "62"]).batch
        assert batch is not None
        mark_in_error(row=batch, by=by, at=NOW, version=1, reason="Another person wore it")
        assert Reading.objects.count() == 2 and not Reading.objects.valid().exists()
        assert source_days(by.clinic, [ring.pk], TODAY - timedelta(days=9), TODAY) == {}
        assert some_readings(ring, by, ["71", "72"]).stored == 2

    def test_with_a_device_fall_its_readings_and_no_others(
        self, patient: Patient, ring: Device, by: Actor
    ) -> None:
        watch = a_device(patient, by, serial="W1")
        some_readings(ring, by, ["61"])
        some_readings(watch, by, ["65"])
        mark_in_error(row=ring, by=by, at=NOW, version=1, reason="Not hers")
        assert [reading.device for reading in Reading.objects.valid()] == [watch]
        assert list(refused(ring, by, an_entry(ring, at=NOW - timedelta(days=2)))) == ["readings.0.device"]


class TestDevices:
    def test_what_one_patient_wears_no_other_patient_wears(self, ring: Device, by: Actor) -> None:
        other = a_patient(by)
        with pytest.raises(ValidationError, match="another patient") as error:
            a_device(other, by, maker="OURA", serial=ring.serial.lower())
        assert list(error.value.message_dict) == ["serial"]
        end_device(patient=ring.patient, device=ring, by=by, at=NOW, version=1, until=TODAY)
        assert a_device(other, by).patient == other

    def test_a_program_finds_its_device_again_and_never_makes_a_second(
        self, patient: Patient, by: Actor
    ) -> None:
        told: dict[str, Any] = {"patient": patient, "by": by, "at": NOW, "maker": "Oura", "model": "Ring 4"}
        first = known_device(**told, serial="2F9C")
        assert known_device(**told, serial=" 2f9c ") == first
        assert known_device(**told, serial="2F9D") != first
        with pytest.raises(ValidationError) as error:
            known_device(**told, serial=" ")
        assert list(error.value.message_dict) == ["serial"]

    def test_a_device_ends_not_before_its_last_reading(self, ring: Device, by: Actor) -> None:
        some_readings(ring, by, ["61"], until=NOW - timedelta(days=2))
        told: dict[str, Any] = {"patient": ring.patient, "device": ring, "by": by, "at": NOW, "version": 1}
        with pytest.raises(ValidationError, match="There are readings of"):
            end_device(**told, until=TODAY - timedelta(days=3))
        assert end_device(**told, until=TODAY - timedelta(days=2)).version == 2
        assert list(refused(ring, by, an_entry(ring))) == ["readings.0.at"]

    def test_readings_after_death_are_refused(self, ring: Device, by: Actor) -> None:
        Patient.objects.filter(pk=ring.patient_id).update(
            status="DECEASED", deceased_on=TODAY - timedelta(days=5)
        )
        assert list(refused(ring, by, an_entry(ring))) == ["readings.0.at"]


class TestOrder:
    def told(self, patient: Patient, by: Actor) -> dict[str, Any]:
        return {"patient": patient, "by": by, "at": NOW, "kind": "RESTING_HEART_RATE"}

    def shown(self, patient: Patient, by: Actor) -> list[tuple[str, int]]:
        (record,) = Wearables.of_days(patient, by.clinic, TODAY, 30).kinds
        days = record.daily.days
        return [(record.device(day.spoken.device).serial, int(day.spoken.value)) for day in days]

    def test_the_newest_device_speaks_until_a_person_orders_otherwise(
        self, patient: Patient, ring: Device, by: Actor
    ) -> None:
        watch = a_device(patient, by, serial="W1", at=NOW + timedelta(minutes=1))
        some_readings(ring, by, ["60", "62"])
        some_readings(watch, by, ["66"])
        assert self.shown(patient, by) == [("2F9C", 60), ("W1", 66)]
        row = choose_sources(**self.told(patient, by), devices=[ring])
        assert self.shown(patient, by) == [("2F9C", 60), ("2F9C", 62)]
        choose_sources(**self.told(patient, by), devices=[watch, ring], version=row.version)
        assert self.shown(patient, by) == [("2F9C", 60), ("W1", 66)]

    def test_a_choice_is_changed_only_as_it_was_seen(self, patient: Patient, ring: Device, by: Actor) -> None:
        with pytest.raises(ValidationError) as error:
            choose_sources(**self.told(patient, by), devices=[ring], version=1)
        assert list(error.value.message_dict) == ["version"]
        choose_sources(**self.told(patient, by), devices=[ring], on_chart=False)
        with pytest.raises(StaleVersion):
            choose_sources(**self.told(patient, by), devices=[ring])

    def test_devices_of_others_and_twice_the_same_are_refused(
        self, patient: Patient, ring: Device, by: Actor
    ) -> None:
        other = a_device(a_patient(by), by, serial="other")
        for devices in ([other], [ring, ring]):
            with pytest.raises(ValidationError) as error:
                choose_sources(**self.told(patient, by), devices=devices)
            assert list(error.value.message_dict) == ["devices"]


class TestDays:
    def test_a_day_is_the_clinics_and_has_its_middle_reading(self, ring: Device, by: Actor) -> None:
        """21 readings an hour apart from 19:00 of the day before, New York time: 5 fall on that day."""
        values = [str(60 + n) for n in range(21)]
        some_readings(ring, by, values, until=NOW + timedelta(hours=1), every=timedelta(hours=1))
        days = source_days(by.clinic, [ring.pk], TODAY - timedelta(days=1), TODAY)[Kind.RESTING_HEART_RATE]
        found = {day.on: (day.value, day.count) for day in days}
        midnight = NOW.replace(hour=4)
        before = sum(reading.at < midnight for reading in Reading.objects.all())
        assert found[TODAY - timedelta(days=1)][1] == before > 0
        assert found[TODAY] == (Decimal(60 + before + (21 - before - 1) // 2), 21 - before)

    def test_no_day_outside_the_period_is_read(self, ring: Device, by: Actor) -> None:
        some_readings(ring, by, [str(60 + n) for n in range(10)])
        days = source_days(by.clinic, [ring.pk], TODAY - timedelta(days=3), TODAY - timedelta(days=1))
        assert sorted(day.on for day in days[Kind.RESTING_HEART_RATE]) == [
            TODAY - timedelta(days=n) for n in (3, 2, 1)
        ]

    def test_the_figures_read_by_an_index_however_many_readings_there_are(
        self, ring: Device, by: Actor
    ) -> None:
        values = [str(60 + n % 30) for n in range(12_000)]
        some_readings(ring, by, values, every=timedelta(minutes=30))
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN SELECT canonical_value FROM wearables_reading WHERE device_id = %s AND kind ="
                " 'RESTING_HEART_RATE' AND at >= %s AND NOT is_withdrawn",
                [ring.pk, NOW - timedelta(days=5)],
            )
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "reading_once" in plan
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT amname FROM pg_class c JOIN pg_am a ON a.oid = c.relam"
                " WHERE relname = 'reading_by_time'"
            )
            assert cursor.fetchone() == ("brin",)


class TestNoRuleReadsThem:
    def test_no_query_of_a_rule_touches_a_table_of_wearables(self, by: Actor) -> None:
        now = Moment.of(by.clinic, NOW)
        for spec in RULES:
            for rows in (spec.causes(now), spec.gone(now)):
                said, _ = rows.query.sql_with_params()
                assert " FROM " in said and "wearables_" not in said, spec.rule

    def test_the_most_alarming_readings_raise_nothing_and_meet_nothing(
        self, patient: Patient, ring: Device, by: Actor
    ) -> None:
        taking(patient, by)
        before = (standing(patient), list(Reevaluation.objects.values_list("opens_on", "met_on")))
        some_readings(ring, by, ["219"] * 40)
        some_readings(ring, by, ["3.0"] * 40, kind="SWEAT_PH", unit="[pH]")
        some_readings(ring, by, ["34"] * 40, kind="INTERSTITIAL_GLUCOSE", unit="mmol/L")
        sweep(by.clinic, at=NOW)
        assert (standing(patient), list(Reevaluation.objects.values_list("opens_on", "met_on"))) == before
        assert not Flag.objects.filter(patient=patient, inputs__icontains="SWEAT").exists()


def test_a_failing_audit_event_takes_all_back(
    ring: Device, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(readings, "record", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        some_readings(ring, by, ["61"])
    assert not Reading.objects.exists()
