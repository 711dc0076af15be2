"""The population for measuring: any size, right facts, the same rows for the same seed."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import ForeignKey
from pghistory.models import Event

from accounts.models import Clinic
from demo import population
from demo.copying import COPIED
from demo.population import populate
from labs.models import LabResult
from patients.models import Patient
from reviews.models import Flag
from reviews.moments import Moment
from reviews.rebuild import rebuild
from reviews.sweep import sweep
from tests import stories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
LIVES = 8


@pytest.fixture(autouse=True)
def few_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(population, "LIVES", LIVES)


@pytest.fixture
def clinic() -> Clinic:
    return stories.a_clinic("large")


def rows(clinic: Clinic) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of the clinic; episodes without the number that the database counted."""
    found = {}
    for model in COPIED:
        names = [f.attname for f in model._meta.concrete_fields if f.get_internal_type() != "BigAutoField"]
        values = model._default_manager.filter(clinic=clinic).values_list(*names)
        found[model.__name__] = {tuple(map(str, row)) for row in values}
    return found


def test_every_table_is_filled_and_counted(clinic: Clinic) -> None:
    populated = populate("large", patients=20, seed=3, now=NOW)
    assert (populated.clinic, populated.was_there) == (clinic, False)
    counted = {m._meta.db_table: m._default_manager.filter(clinic=clinic).count() for m in COPIED}
    assert populated.rows == counted
    assert counted["patients_patient"] == 20
    assert all(counted.values())


def test_people_share_lives_but_neither_keys_nor_mrns(clinic: Clinic) -> None:
    populate("large", patients=20, seed=3, now=NOW)
    people = Patient.objects.of(clinic)
    assert len({p.mrn for p in people}) == len({p.pk for p in people}) == 20
    assert people.filter(birth_date=people.get(mrn="P3-0000001").birth_date).count() == 3
    assert all(p.is_synthetic and p.pk.version == 8 for p in people)


def test_a_person_is_found_by_name_and_mrn(clinic: Clinic) -> None:
    populate("large", patients=5, seed=3, now=NOW)
    person = Patient.objects.get(mrn="P3-0000004")
    found = Patient.objects.of(clinic).found_by(f"{person.given_name[:3]} P3-0000004")
    assert list(found) == [person]


def test_rebuild_changes_no_fact(clinic: Clinic) -> None:
    populate("large", patients=12, seed=3, now=NOW)
    before = rows(clinic)
    for person in Patient.objects.of(clinic):
        rebuild(person, Moment.of(clinic, NOW))
    assert rows(clinic) == before


def test_the_sweep_raises_what_rebuilding_each_patient_raises(clinic: Clinic) -> None:
    populate("large", patients=12, seed=3, now=NOW)
    with transaction.atomic():
        for person in Patient.objects.of(clinic):
            rebuild(person, Moment.of(clinic, NOW))
        by_hand = set(Flag.objects.values_list("rule", "patient"))
        transaction.set_rollback(True)
    sweep(clinic, at=NOW)
    assert set(Flag.objects.values_list("rule", "patient")) == by_hand != set()


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(clinic: Clinic) -> None:
    made = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            populate("large", patients=10, seed=seed, now=NOW)
            made.append(rows(clinic))
            transaction.set_rollback(True)
    assert made[0] == made[1] != made[2]
    assert not made[0]["Patient"] & made[2]["Patient"]


def test_without_checks_of_keys_every_key_points_at_a_row_of_the_clinic(clinic: Clinic, owner: None) -> None:
    """The owner of the embedded server writes without triggers."""
    populate("large", patients=12, seed=3, now=NOW)
    assert all(not event.objects.exists() for event in Event.__subclasses__() if event._meta.managed)
    for model in COPIED:
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model in COPIED:
                known = field.related_model._default_manager.filter(clinic=clinic).values("pk")
                lost = model._default_manager.exclude(**{field.name: None})
                assert not lost.exclude(**{f"{field.attname}__in": known}).exists(), field


def test_the_application_itself_may_write_it_too(clinic: Clinic) -> None:
    populate("large", patients=12, seed=3, now=NOW)
    history = LabResult.objects.of(clinic).first()
    assert history is not None and history.events.exists()


def test_a_second_run_changes_nothing_and_other_patients_are_refused(clinic: Clinic) -> None:
    first = populate("large", patients=5, seed=3, now=NOW)
    again = populate("large", patients=5, seed=3, now=NOW)
    assert (again.was_there, again.rows) == (True, first.rows)
    with pytest.raises(CommandError, match="has other patients"):
        call_command("seed_population", patients=6, seed=3, clinic="large", stdout=StringIO())


def test_the_command_makes_the_clinic_and_prints_its_counts() -> None:
    out = StringIO()
    call_command("seed_population", patients=5, seed=2, clinic="fresh", json=True, stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["clinic"], answer["patients"], answer["seed"]) == ("fresh", 5, 2)
    assert (
        answer["rows"]["patients_patient"]
        == Patient.objects.of(Clinic.objects.get(slug="fresh")).count()
        == 5
    )


@pytest.mark.parametrize("patients", [0, -3])
def test_nobody_is_no_population(patients: int) -> None:
    with pytest.raises(CommandError, match="1 or more"):
        call_command("seed_population", patients=patients, seed=1, clinic="fresh")
