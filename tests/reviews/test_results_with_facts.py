"""Results with all that is known of the sample: what is kept, whose interval counts, what a doubt does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audit.models import AuditEvent
from labs.models import LabResult
from reviews.acts.ground import Refusals, act_on
from reviews.acts.results import (
    EACH_AUDITED,
    ResultEntry,
    record_results,
    save_results,
    unit_errors,
    unsaved_result,
)
from reviews.models import Reevaluation
from tests.factories_labs import LaboratoryFactory, LaboratoryTestFactory
from tests.reviews.conftest import NOW, Story

IONIZED = ResultEntry(Decimal("0.50"), "mmol/L", NOW - timedelta(days=1), analyte="IONIZED_MG")


def stored(story: Story, *entries: ResultEntry) -> list[LabResult]:
    return record_results(patient=story.patient, entries=list(entries), by=story.by, at=NOW)


def refused(story: Story, *entries: ResultEntry) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refusal:
        stored(story, *entries)
    return refusal.value.message_dict


def test_every_fact_that_was_told_is_kept(story: Story) -> None:
    told: dict[str, Any] = {
        "zone_assumed": True,
        "reported_at": NOW - timedelta(hours=3),
        "abnormal_flag": "L*",
        "laboratory": "North",
        "method": "ISE",
        "analyzer": "Stat 8",
        "specimen": "whole blood",
        "anticoagulant": "Lithium heparin",
        "storage": "ambient",
        "ph": Decimal("7.38"),
        "fasting": True,
        "last_mg_dose_at": NOW - timedelta(days=2),
        "haemolysed": False,
        "anaerobic": True,
        "analysed_at": NOW - timedelta(hours=23, minutes=40),
    }
    [row] = stored(story, replace(IONIZED, **told))
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in told} == told
    assert row.doubt == "" and row.ph_adjusted is None


@pytest.mark.parametrize(
    ("analyte", "loinc", "adjusted"),
    [
        ("IONIZED_MG", "73573-8", True),
        ("IONIZED_CA", "19072-8", True),
        ("IONIZED_CA", "47598-8", True),
        ("IONIZED_MG", "73572-0", None),
    ],
)
def test_some_codes_say_that_the_value_was_adjusted_to_ph(
    story: Story, analyte: str, loinc: str, adjusted: bool | None
) -> None:
    value = Decimal("0.5") if analyte == "IONIZED_MG" else Decimal("1.2")
    [row] = stored(story, replace(IONIZED, value=value, analyte=analyte, loinc=loinc, ph=Decimal("7.10")))
    assert row.ph_adjusted is adjusted
    assert bool(row.doubt) is (adjusted is None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ph": Decimal("74")}, "ph"),
        ({"ph": Decimal("6.49")}, "ph"),
        ({"last_mg_dose_at": NOW}, "last_mg_dose_at"),
        ({"analysed_at": NOW - timedelta(days=1, minutes=1)}, "analysed_at"),
        ({"analyzer": "x" * 121}, "analyzer"),
        ({"abnormal_flag": "x" * 21}, "abnormal_flag"),
        ({"method": "a\x00b"}, "method"),
        ({"unit": "mmol/L" + " " * 40}, "unit"),
    ],
)
def test_facts_that_cannot_be_are_refused_at_their_field(
    story: Story, wrong: dict[str, Any], field: str
) -> None:
    assert set(refused(story, replace(IONIZED, **wrong))) == {f"lab_results.0.{field}"}
    assert not LabResult.objects.exists()


def test_the_clock_of_a_laboratory_never_loses_a_result(story: Story) -> None:
    early = NOW - timedelta(days=1, minutes=1)
    [row] = stored(story, replace(IONIZED, source="HL7_V2", source_id="A1|73572-0", analysed_at=early))
    assert row.analysed_at == early and row.doubt == ""


@pytest.mark.parametrize(
    ("of_result", "of_laboratory", "source", "low"),
    [
        (("0.46", "0.60"), ("0.53", "0.67"), "RESULT", "0.46"),
        ((None, "0.60"), ("0.53", "0.67"), "RESULT", None),
        ((None, None), ("0.53", "0.67"), "LABORATORY", "0.53"),
        ((None, None), ("0.53", None), "LABORATORY", "0.53"),
        ((None, None), (None, None), "PROTOCOL", "0.40"),
        ((None, None), None, "PROTOCOL", "0.40"),
    ],
)
def test_the_interval_of_the_result_wins_then_the_laboratorys_then_the_protocols(
    story: Story,
    of_result: tuple[str | None, str | None],
    of_laboratory: tuple[str | None, str | None] | None,
    source: str,
    low: str | None,
) -> None:
    limits = [None if limit is None else Decimal(limit) for limit in of_result]
    own = [None if limit is None else Decimal(limit) for limit in of_laboratory or ()]
    entry = replace(
        IONIZED, reference_low=limits[0], reference_high=limits[1],
        laboratory_interval=(own[0], own[1]) if own else None,
    )  # fmt: skip
    [row] = stored(story, entry)
    assert row.interval_source == source
    assert row.interval_low == (None if low is None else Decimal(low))


class TestLaboratoryOfATypedResult:
    def test_its_interval_is_found_by_name(self, story: Story) -> None:
        laboratory = LaboratoryFactory.create(clinic=story.by.clinic, name="North Lab")
        LaboratoryTestFactory.create(
            clinic=story.by.clinic, laboratory=laboratory, local_name="img", analyte="IONIZED_MG",
            interval_low=Decimal("0.53"), interval_high=Decimal("0.67"),
        )  # fmt: skip
        [row] = stored(story, replace(IONIZED, laboratory="north lab "))
        assert (row.interval_source, row.interval_low) == ("LABORATORY", Decimal("0.53"))
        assert row.interpretation == "LOW"

    def test_of_two_intervals_neither_is_taken(self, story: Story) -> None:
        laboratory = LaboratoryFactory.create(clinic=story.by.clinic, name="North Lab")
        for name, low in (("img", "0.53"), ("img poct", "0.46")):
            LaboratoryTestFactory.create(
                clinic=story.by.clinic, laboratory=laboratory, local_name=name, analyte="IONIZED_MG",
                interval_low=Decimal(low), interval_high=None,
            )  # fmt: skip
        [row] = stored(story, replace(IONIZED, laboratory="North Lab"))
        assert row.interval_source == "PROTOCOL"

    def test_the_laboratory_of_another_clinic_says_nothing(self, story: Story) -> None:
        LaboratoryTestFactory.create(
            laboratory=LaboratoryFactory.create(name="North Lab"), analyte="IONIZED_MG",
            interval_low=Decimal("0.53"), interval_high=None,
        )  # fmt: skip
        [row] = stored(story, replace(IONIZED, laboratory="North Lab"))
        assert row.interval_source == "PROTOCOL"


class TestIonizedBesideTotal:
    TOTAL = replace(IONIZED, value=Decimal("0.85"), analyte="TOTAL_MG")
    WRONG = replace(IONIZED, value=Decimal("0.85"))

    def test_both_of_one_sample_are_named(self, story: Story) -> None:
        said = refused(story, self.WRONG, self.TOTAL)
        assert set(said) == {"lab_results.0.value", "lab_results.1.value"}
        sentence = said["lab_results.0.value"][0]
        assert "Ionized magnesium 0.85 mmol/L is not below total magnesium 0.85 mmol/L" in sentence
        assert "unit error" in sentence

    @pytest.mark.parametrize("first", ["WRONG", "TOTAL"])
    def test_what_is_stored_of_the_sample_counts_too(self, story: Story, first: str) -> None:
        one, other = (self.WRONG, self.TOTAL) if first == "WRONG" else (self.TOTAL, self.WRONG)
        stored(story, one)
        assert set(refused(story, other)) == {"lab_results.0.value"}

    def test_another_time_or_another_patient_is_another_sample(
        self, story: Story, another: Callable[[], Story]
    ) -> None:
        stored(story, self.TOTAL)
        stored(story, replace(self.WRONG, collected_at=NOW - timedelta(days=2)))
        stored(another(), self.WRONG)
        assert LabResult.objects.count() == 3

    def test_the_correction_of_a_wrong_value_is_taken_with_its_pair(self, story: Story) -> None:
        stored(story, self.WRONG)
        right = replace(IONIZED, value=Decimal("0.52"), status="CORRECTED")
        assert len(stored(story, right, self.TOTAL)) == 2

    def test_one_query_for_any_number_of_rows(
        self, story: Story, django_assert_num_queries: Callable[[int], Any]
    ) -> None:
        with act_on(story.patient, story.by, NOW) as now:
            rows = [
                unsaved_result(
                    Refusals(), "row", replace(entry, collected_at=NOW - timedelta(days=n)), story.patient,
                    story.by, now,
                )
                for n in range(40)
                for entry in (IONIZED, self.TOTAL)
            ]  # fmt: skip
            with django_assert_num_queries(1):
                assert unit_errors([row for row in rows if row]) == {}


class TestSavingMany:
    def rows(self, story: Story, now: Any, number: int) -> list[LabResult]:
        entries = (
            ResultEntry(Decimal("0.9"), "mg/dL", NOW - timedelta(days=n), analyte="CREATININE")
            for n in range(1, number + 1)
        )
        refusals = Refusals()
        made = [unsaved_result(refusals, "row", entry, story.patient, story.by, now) for entry in entries]
        refusals.stop_if_any()
        return [row for row in made if row is not None]

    def test_statements_do_not_grow_with_rows_and_each_creatinine_has_its_egfr(
        self, story: Story, django_assert_max_num_queries: Callable[[int], Any]
    ) -> None:
        with act_on(story.patient, story.by, NOW) as now:
            rows = self.rows(story, now, 300)
            with django_assert_max_num_queries(9):
                saved = save_results(rows=rows, patient=story.patient, by=story.by, now=now)
        assert len(saved) == 600 and saved[:300] == rows
        derived = LabResult.objects.filter(analyte="EGFR", derived_from__analyte="CREATININE")
        assert {row.derived_from_id for row in derived} == {row.pk for row in rows}

    @pytest.mark.parametrize(("number", "events"), [(2, 4), (EACH_AUDITED, 1)])
    def test_few_rows_are_audited_one_by_one_and_many_together(
        self, story: Story, number: int, events: int
    ) -> None:
        with act_on(story.patient, story.by, NOW) as now:
            rows = self.rows(story, now, number)
            save_results(rows=rows, patient=story.patient, by=story.by, now=now)
        found = AuditEvent.objects.filter(patient_id=story.patient.pk, act__startswith="RECORD_RESULT")
        assert found.count() == events
        if events == 1:
            assert found.get().after == {"results": 2 * number}

    def test_rows_that_are_stored_already_are_named_and_nothing_is_stored(self, story: Story) -> None:
        with act_on(story.patient, story.by, NOW) as now:
            rows = self.rows(story, now, 2)
            save_results(rows=rows, patient=story.patient, by=story.by, now=now)
        with pytest.raises(ValidationError) as refusal, act_on(story.patient, story.by, NOW) as now:
            again = self.rows(story, now, 3)
            save_results(rows=again, patient=story.patient, by=story.by, now=now)
        assert set(refusal.value.message_dict) == {"lab_results.0.value", "lab_results.1.value"}
        assert LabResult.objects.count() == 4


@pytest.mark.parametrize("known", [{"ph": Decimal("7.20")}, {"anticoagulant": "EDTA"}, {"storage": "frozen"}])
def test_a_doubtful_sample_never_satisfies_a_re_evaluation(story: Story, known: dict[str, Any]) -> None:
    story.starts(40)
    story.result("IONIZED_MG", "0.50", 3, **known)
    owed = Reevaluation.objects.get(patient=story.patient)
    assert owed.result is None and owed.met_on is None
    assert "RE_EVALUATION" in story.rules()
    sound = story.result("IONIZED_MG", "0.51", 2)
    owed.refresh_from_db()
    assert owed.result == sound
