"""What changed in what a laboratory sends raises a notice, once, and again when it happens again."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from audit.models import AuditEvent
from labs.models import Import, LabNotice, Laboratory, LaboratoryTest, LabResult, Settled
from patients.models import Patient
from reviews.acts.laboratories import laboratory_named, name_test, see_notice
from reviews.importing.watching import watch_laboratories, watch_laboratory, watch_typed
from tests.factories import NOW, LabResultFactory
from tests.factories_labs import ImportFactory, ImportRowFactory
from tests.stories import a_clinician, a_patient

pytestmark = pytest.mark.django_db
LAB = "Northfield Lab"


@pytest.fixture
def by() -> Actor:
    return a_clinician()


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


@pytest.fixture
def laboratory(by: Actor) -> Laboratory:
    return laboratory_named(LAB, by=by, at=NOW)


def a_stored(patient: Patient, low: str | None, high: str | None, **told: Any) -> LabResult:
    """A stored result of the laboratory, sampled an hour before it is stored."""
    at: datetime = told.pop("at", NOW)
    limits = [None if limit is None else Decimal(limit) for limit in (low, high)]
    own = (
        {"interval_low": limits[0], "interval_high": limits[1]}
        if told.get("unit", "mmol/L") == "mmol/L"
        else {}
    )
    whole: dict[str, Any] = {
        "patient": patient, "reference_low": limits[0], "reference_high": limits[1], "laboratory": LAB,
        "collected_at": at - timedelta(hours=1), "created_at": at,
    } | own | told  # fmt: skip
    result: LabResult = LabResultFactory.create(**whole)
    return result


def watched(by: Actor, laboratory: Laboratory, *results: LabResult, at: datetime = NOW) -> list[str]:
    notices = watch_laboratory(results, laboratory=laboratory, by=by, at=at)
    return [f"{notice.kind}: {notice.sentence}" for notice in notices]


def see_all(by: Actor) -> None:
    for notice in LabNotice.objects.filter(seen_at=None):
        see_notice(notice=notice, by=by, at=NOW, version=notice.version)


def test_the_first_result_is_remembered_and_is_no_news(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    assert watched(by, laboratory, a_stored(patient, "0.44", "0.59")) == []
    test = LaboratoryTest.objects.get()
    assert (test.local_name, test.loinc, test.analyte) == ("73572-0", "73572-0", "IONIZED_MG")
    assert (test.unit, test.reference_low, test.reference_high) == (
        "mmol/L", Decimal("0.44"), Decimal("0.59"),
    )  # fmt: skip


def test_a_unit_and_an_interval_that_changed_are_told_with_both_values(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    watched(by, laboratory, a_stored(patient, "0.44", "0.59"))
    later = NOW + timedelta(days=1)
    told = watched(by, laboratory, a_stored(patient, "1.29", "1.63", unit="mg/dL", at=later), at=later)
    assert told == [
        "UNIT_CHANGED: The unit changed from mmol/L to mg/dL.",
        "INTERVAL_CHANGED: The interval changed from 0.44 to 0.59 mmol/L to 1.29 to 1.63 mg/dL.",
    ]
    assert LaboratoryTest.objects.get().unit == "mg/dL"
    event = AuditEvent.objects.get(act="RAISE_LAB_NOTICES")
    assert event.after and event.after["notices"][0] == "73572-0: The unit changed from mmol/L to mg/dL."


def test_a_change_stands_once_and_is_raised_again_when_it_comes_again(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    """There, back, there: what nobody has seen yet is not doubled, what was seen is raised anew."""
    intervals = [("0.44", "0.59"), ("0.53", "0.67")] * 3
    raised = []
    for day, (low, high) in enumerate(intervals):
        at = NOW + timedelta(days=day)
        raised.append(len(watched(by, laboratory, a_stored(patient, low, high, at=at), at=at)))
        if day == 3:
            see_all(by)
    assert raised == [0, 1, 1, 0, 1, 1]
    assert LabNotice.objects.filter(seen_at__isnull=False).count() == 2


def test_a_result_without_an_interval_forgets_nothing(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    watched(by, laboratory, a_stored(patient, "0.44", "0.59"))
    assert watched(by, laboratory, a_stored(patient, None, None, at=NOW + timedelta(days=1))) == []
    assert LaboratoryTest.objects.get().reference_low == Decimal("0.44")


def test_old_results_that_come_late_are_history(by: Actor, patient: Patient, laboratory: Laboratory) -> None:
    watched(by, laboratory, a_stored(patient, "0.44", "0.59"))
    later = NOW + timedelta(days=1)
    old = a_stored(patient, "0.53", "0.67", at=later, collected_at=NOW - timedelta(days=400))
    assert watched(by, laboratory, old, at=later) == []
    assert LaboratoryTest.objects.get().reference_low == Decimal("0.44")


def test_an_interval_of_creatinine_is_compared_with_that_of_the_same_sex(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    man = a_patient(by, sex="MALE")
    creatinine: dict[str, Any] = {"analyte": "CREATININE", "loinc": "14682-9", "unit": "umol/L",
                  "interval_low": Decimal("0.5"), "interval_high": Decimal("1.2")}  # fmt: skip

    def told(hers: tuple[str, str], his: tuple[str, str], day: int) -> list[str]:
        at = NOW + timedelta(days=day)
        results = [a_stored(patient, *hers, at=at, **creatinine), a_stored(man, *his, at=at, **creatinine)]
        return watched(by, laboratory, *results, at=at)

    told(("45", "84"), ("59", "104"), 0)
    see_all(by)
    assert told(("45", "84"), ("59", "104"), 1) == []
    assert told(("45", "84"), ("62", "106"), 2) == [
        "INTERVAL_CHANGED: The interval changed from 59 to 104 umol/L to 62 to 106 umol/L."
    ]


def test_an_interval_that_does_not_fit_is_told_when_it_first_comes(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    total = {"analyte": "TOTAL_MG", "loinc": "2601-3"}
    first = watched(by, laboratory, a_stored(patient, "1.7", "2.4", **total))
    assert len(first) == 1
    assert first[0].startswith("INTERVAL_UNFIT: The interval 1.7 to 2.4 mmol/L does not fit Total magnesium")
    see_all(by)
    later = NOW + timedelta(days=1)
    assert watched(by, laboratory, a_stored(patient, "1.7", "2.4", at=later, **total), at=later) == []


def fifty(patient: Patient, outside: int, day: int = 0) -> list[LabResult]:
    at = NOW + timedelta(days=day)
    values = [Decimal("0.70")] * outside + [Decimal("0.50")] * (50 - outside)
    return [
        a_stored(patient, "0.44", "0.59", value=value, canonical_value=value, at=at,
                 collected_at=at - timedelta(minutes=minute))
        for minute, value in enumerate(values)
    ]  # fmt: skip


@pytest.mark.parametrize(("outside", "is_told"), [(10, False), (11, True)])
def test_more_than_a_fifth_of_the_last_fifty_outside_its_own_interval(
    by: Actor, patient: Patient, laboratory: Laboratory, outside: int, is_told: bool
) -> None:
    told = watched(by, laboratory, *fifty(patient, outside))
    assert told == ["MANY_OUTSIDE: More than 20 % of the last 50 results lie outside the laboratory's own "
                    "interval."][:is_told]  # fmt: skip


def test_many_outside_is_told_again_only_after_it_had_ceased(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    told = []
    for day, outside in enumerate([11, 20, 0, 11]):
        results = fifty(patient, outside, day)
        told.append(len(watched(by, laboratory, *results, at=NOW + timedelta(days=day))))
        see_all(by)
    assert told == [1, 0, 0, 1]


def test_results_outside_the_protocols_interval_or_taken_back_do_not_count(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    results = fifty(patient, 11)
    LabResult.objects.filter(pk=results[0].pk).update(interval_source="PROTOCOL")
    assert watched(by, laboratory, *results) == []
    LabResult.objects.filter(pk=results[0].pk).update(interval_source="RESULT", status="PRELIMINARY")
    assert watched(by, laboratory, *results) == []


def test_typed_results_belong_to_the_one_test_of_their_code(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    name_test(laboratory=laboratory, local_name="Mg ion", loinc="73572-0", by=by, at=NOW)
    watched(by, laboratory, a_stored(patient, "0.44", "0.59"))
    assert LaboratoryTest.objects.get().unit == "mmol/L"


def test_typed_results_are_watched_for_laboratories_that_are_known(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    results = [
        a_stored(patient, "1.7", "2.4", analyte="TOTAL_MG", loinc="2601-3", laboratory=name, value=n)
        for n, name in enumerate(["northfield LAB", "Somewhere", " ", ""], 1)
    ]
    told = watch_typed(results, by=by, at=NOW)
    assert [(notice.kind, notice.test.laboratory) for notice in told] == [("INTERVAL_UNFIT", laboratory)]
    assert watch_typed(results[2:], by=by, at=NOW) == []
    assert Laboratory.objects.count() == 1


def test_what_the_clinic_ignores_is_not_watched(by: Actor, patient: Patient, laboratory: Laboratory) -> None:
    name_test(laboratory=laboratory, local_name="mg ion", ignored=True, by=by, at=NOW)
    source = a_file(by, laboratory, patient, ("0.44", "0.59"), ("0.53", "0.67"), local_name="Mg ion")
    assert watch_laboratories(source, by=by, at=NOW) == []


def a_file(
    by: Actor, laboratory: Laboratory | None, patient: Patient, *intervals: tuple[str, str], **told: Any
) -> Import:
    """A stored file with one result for each interval."""
    reported = {key: told.pop(key) for key in ("loinc", "local_name") if key in told}
    named = told.pop("laboratory_of_result", LAB)
    source: Import = ImportFactory.create(clinic=by.clinic, laboratory=laboratory)
    for number, (low, high) in enumerate(intervals, 1):
        sampled = NOW - timedelta(hours=10 - number)
        result = a_stored(patient, low, high, collected_at=sampled, laboratory=named, **told)
        ImportRowFactory.create(
            source=source, number=number, outcome="READY", settled=Settled.STORED, reported=reported,
            result=result, patient=patient,
        )  # fmt: skip
    return source


def test_a_file_is_watched_under_the_names_that_it_uses(by: Actor, patient: Patient) -> None:
    source = a_file(by, None, patient, ("0.44", "0.59"), ("0.53", "0.67"), local_name="Mg ion.")
    notices = watch_laboratories(source, by=by, at=NOW)
    assert [(n.kind, n.test.local_name, n.test.laboratory.name) for n in notices] == [
        ("INTERVAL_CHANGED", "mg ion.", LAB)
    ]
    test = LaboratoryTest.objects.get()
    assert (test.reference_low, test.loinc, test.version) == (Decimal("0.53"), "73572-0", 2)


def test_rows_that_name_no_laboratory_are_of_that_of_the_file(
    by: Actor, patient: Patient, laboratory: Laboratory
) -> None:
    source = a_file(by, laboratory, patient, ("0.44", "0.59"), loinc="73572-0", laboratory_of_result="")
    assert watch_laboratories(source, by=by, at=NOW) == []
    assert LaboratoryTest.objects.get().laboratory == laboratory


def test_a_file_of_no_laboratory_is_not_watched(by: Actor, patient: Patient) -> None:
    source = a_file(by, None, patient, ("0.44", "0.59"), loinc="73572-0", laboratory_of_result="")
    assert watch_laboratories(source, by=by, at=NOW) == []
    assert not Laboratory.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_rows(by: Actor, laboratory: Laboratory) -> None:
    name_test(laboratory=laboratory, local_name="Mg", analyte="IONIZED_MG", by=by, at=NOW)
    asked = []
    for rows in (1, 20):
        intervals = [("0.44", "0.59"), ("0.53", "0.67")] * rows
        source = a_file(by, laboratory, a_patient(by), *intervals, local_name="Mg")
        with CaptureQueriesContext(connection) as queries:
            watch_laboratories(source, by=by, at=NOW)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 14
