"""What changed since: every change of a resource is found, and whoever keeps a copy has what stands."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.actors import Actor
from labs.models import LabResult
from regimens.models import DoseStep, Regimen
from reviews.acts.entries import end_entry
from reviews.acts.errors import mark_in_error
from reviews.acts.flags import acknowledge, resolve
from reviews.acts.patients import edit_patient
from reviews.acts.regimens import stop_regimen
from reviews.acts.sources import add_source, end_source, interrupt_regimen
from reviews.models import Flag
from tests.database import as_owner
from tests.factories import NOW, TODAY, LabResultFactory
from tests.factories_labs import ResultCancellationFactory
from tests.fhir.calling import Json, Reader, refusal
from tests.stories import a_dose_change, a_low_result, a_patient, a_visit, an_entry, present, product, taking

# A change has the time of its transaction, so each must have one of its own.
pytestmark = pytest.mark.django_db(transaction=True)
TYPES = ["Patient", "Observation", "MedicationStatement", "Encounter", "Flag"]
GONE = ("entered-in-error", "cancelled", "not-taken")


class Copier:
    """Keeps a copy of what a clinic says, by asking for what changed after the newest that it has."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.since = dict.fromkeys(TYPES, "2000-01-01T00:00:00Z")
        self.copy: dict[str, Json] = {}

    def ask(self) -> set[str]:
        """Ids of what came."""
        came: set[str] = set()
        for kind in TYPES:
            rows = self.reader.all(kind, _lastUpdated=f"gt{self.since[kind]}")
            times = [self.since[kind], *(row["meta"]["lastUpdated"] for row in rows)]
            self.since[kind] = max(times, key=datetime.fromisoformat)
            self.copy |= {row["id"]: row for row in rows}
            came |= {row["id"] for row in rows}
        return came

    def usable(self) -> set[str]:
        """What stands: neither withdrawn, nor with a modifier that says that it is obsolete."""
        return {
            key
            for key, row in self.copy.items()
            if row.get("status") not in GONE and "modifierExtension" not in row
        }


@pytest.fixture
def copier(reader: Reader) -> Copier:
    return Copier(reader)


def found_now(reader: Reader) -> set[str]:
    return {row["id"] for kind in TYPES for row in reader.all(kind)}


class Story:
    """What happens to one patient, act by act, by the clock of the machine, which the history goes by too."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.patient = a_patient(by)
        self.rows: dict[str, Any] = {}

    def play(self) -> Iterator[str]:
        """The name of each act, when it has happened."""
        for name, act in {**self.told(), **self.taken(), **self.taken_back()}.items():
            self.rows[name] = act()
            yield name

    def told(self) -> dict[str, Callable[[], Any]]:
        by, patient = self.by, self.patient
        return {
            "regimen": lambda: taking(patient, by, at=_now()),
            "low": lambda: a_low_result(patient, by, at=_now()),
            "seen": lambda: acknowledge(**self._of(self._flag())),
            "done": lambda: resolve(**self._of(self._flag()), action="ADVISED", note="told"),
            "visit": lambda: a_visit(patient, by, present("TINGLING"), gad7_total=9, at=_now()).visit,
            "renamed": lambda: edit_patient(**self._on(version=1, given_name="Sarah")),
        }

    def taken(self) -> dict[str, Callable[[], Any]]:
        by, patient = self.by, self.patient
        antacid: dict[str, Any] = {"product": product("X1"), "units_per_day": Decimal(1), "since": TODAY}
        last: dict[str, Any] = {"version": 1, "until": TODAY}
        return {
            "step": lambda: a_dose_change(self._regimen(), by, on=TODAY, at=_now()),
            "rest": lambda: interrupt_regimen(**self._on(regimen=self._regimen(), from_on=TODAY)),
            "pill": lambda: an_entry(patient, by, "medications", "IRON", since=TODAY, at=_now()),
            "pill ends": lambda: end_entry(**self._on(entry=self.rows["pill"], **last)),
            "source": lambda: add_source(**self._on(**antacid)),
            "source ends": lambda: end_source(**self._on(row=self.rows["source"], **last)),
            "stopped": lambda: stop_regimen(
                **self._on(regimen=self._regimen(), version=self._regimen().version),
                stopped_on=TODAY,
                reason="HARM",
            ),
        }

    def taken_back(self) -> dict[str, Callable[[], Any]]:
        return {f"{name} falls": partial(self._withdraw, name) for name in ("low", "visit", "regimen")}

    def _on(self, **more: Any) -> dict[str, Any]:
        return {"patient": self.patient, "by": self.by, "at": _now(), **more}

    def _of(self, flag: Flag) -> dict[str, Any]:
        return {"flag": flag, "by": self.by, "at": _now(), "version": flag.version}

    def _regimen(self) -> Regimen:
        return Regimen.objects.get(pk=self.rows["regimen"].pk)

    def _flag(self) -> Flag:
        return Flag.objects.get(lab_result=self.rows["low"])

    def _withdraw(self, name: str) -> Any:
        row = self.rows[name]
        row.refresh_from_db()
        return mark_in_error(row=row, by=self.by, at=_now(), version=row.version, reason="wrong person")


def _now() -> datetime:
    return datetime.now(UTC)


def test_who_copies_by_changes_has_what_a_search_finds(by: Actor, reader: Reader, copier: Copier) -> None:
    """After every act; and what did not change does not come again."""
    story = Story(by)
    for name in story.play():
        before = {key: row["meta"]["versionId"] for key, row in copier.copy.items()}
        came = copier.ask()
        held = {key: row["meta"]["versionId"] for key, row in copier.copy.items()}
        assert came, name
        assert copier.usable() == found_now(reader), name
        assert {key for key, version in held.items() if before.get(key) != version} <= came, name
        assert copier.ask() == set()
    kinds = {copier.copy[key]["resourceType"] for key in copier.usable()}
    assert kinds == {"Patient", "MedicationStatement", "Flag"}


def test_versions_of_a_result_leave_a_copy_with_the_one_that_stands(
    by: Actor, reader: Reader, copier: Copier
) -> None:
    patient = a_patient(by)
    first = LabResultFactory.create(patient=patient, source_id="A", status="PRELIMINARY")
    copier.ask()
    assert str(first.pk) in copier.usable()
    final = LabResultFactory.create(patient=patient, source_id="A", value="0.55")
    LabResult.objects.filter(pk=first.pk).update(superseded_by=final)
    assert copier.ask() == {str(first.pk), str(final.pk)}
    assert copier.usable() == found_now(reader) == {str(patient.pk), str(final.pk)}
    word = ResultCancellationFactory.create(patient=patient, source_id="A")
    LabResult.objects.filter(pk=final.pk).update(cancelled_by=word)
    assert copier.ask() == {str(final.pk)}
    assert copier.usable() == found_now(reader) == {str(patient.pk)}


def test_the_time_of_a_change_finds_it_and_the_bounds_mean_what_they_say(by: Actor, reader: Reader) -> None:
    earlier, later = str(a_patient(by).pk), str(a_patient(by).pk)
    times = {row["id"]: row["meta"]["lastUpdated"] for row in reader.found("Patient")}
    assert datetime.fromisoformat(times[earlier]) < datetime.fromisoformat(times[later])
    for prefix, found in {
        "": {earlier}, "eq": {earlier}, "ge": {earlier, later}, "gt": {later}, "le": {earlier}, "lt": set(),
    }.items():  # fmt: skip
        assert reader.ids("Patient", _lastUpdated=f"{prefix}{times[earlier]}") == found, prefix
    between = f"_lastUpdated=gt{times[earlier]}&_lastUpdated=lt{times[later]}".replace("+", "%2B")
    assert reader.found(f"Patient?{between}") == []


def test_a_change_of_any_part_of_a_regimen_is_a_change_of_its_statements(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    regimen = taking(patient, by)
    other = taking(a_patient(by), by)
    steps = {str(key) for key in DoseStep.objects.filter(regimen=regimen).values_list("pk", flat=True)}
    for change in (
        lambda: DoseStep.objects.filter(regimen=regimen).update(reason="More"),
        lambda: Regimen.objects.filter(pk=regimen.pk).update(indication="Sleep"),
        lambda: regimen.dose_steps.get().intakes.update(units=2),
        lambda: interrupt_regimen(patient=patient, regimen=regimen, by=by, at=NOW, from_on=TODAY),
    ):
        rows = reader.found("MedicationStatement")
        newest = max((row["meta"]["lastUpdated"] for row in rows), key=datetime.fromisoformat)
        change()
        assert reader.ids("MedicationStatement", _lastUpdated=f"gt{newest}") == steps
        (row,) = reader.found("MedicationStatement", patient=patient.pk)
        assert datetime.fromisoformat(row["meta"]["lastUpdated"]) > datetime.fromisoformat(newest)
    assert str(other.dose_steps.get().pk) not in steps


def test_what_changes_while_it_is_paged_by_its_change_comes_again(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    rows = [str(LabResultFactory.create(patient=patient, source_id=f"R{n}").pk) for n in range(4)]
    pages = reader.pages("Observation", patient=patient.pk, _count=2, _sort="_lastUpdated")
    assert [entry["resource"]["id"] for entry in next(pages)["entry"]] == rows[:2]
    LabResult.objects.filter(pk=rows[0]).update(method="Other")
    later = [entry["resource"]["id"] for bundle in pages for entry in bundle["entry"]]
    assert later == [*rows[2:], rows[0]]


def test_everything_since_a_moment_is_what_changed_since(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    before = a_visit(patient, by).visit
    path = f"Patient/{patient.pk}/$everything"
    now = max((row["meta"]["lastUpdated"] for row in reader.found(path)), key=datetime.fromisoformat)
    assert reader.ids(path, _since=now) == {str(before.pk)}
    mark_in_error(row=before, by=by, at=NOW, version=1, reason="another patient")
    later = (datetime.fromisoformat(now) + timedelta(microseconds=1)).isoformat()
    (fallen,) = reader.found(path, _since=later)
    assert (fallen["id"], fallen["status"]) == (str(before.pk), "entered-in-error")
    assert reader.found(path, _since=later, _type="Observation") == []
    assert reader.ids(path) == {str(patient.pk)}
    assert "not a date" in refusal(reader.ask(path, {"_since": "now"}), 400)["diagnostics"]
    assert "not offered" in refusal(reader.ask(path, {"start": "2026"}), 400)["diagnostics"]


def test_what_a_bulk_load_wrote_past_the_triggers_changed_when_it_was_made(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE patients_patient SET created_at = %s", [NOW])
        cursor.execute("DELETE FROM patients_patientevent")
    (row,) = reader.found("Patient")
    assert datetime.fromisoformat(row["meta"]["lastUpdated"]) == NOW
    assert reader.ids("Patient", _lastUpdated="ge2026-03-12") == {str(patient.pk)}
    assert reader.found("Patient", _lastUpdated="gt2026-03-12") == []
