"""Other sources, days without it, advice and co-supplements on pages, and the ledger that shows them."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Clinic
from audit.models import AuditEvent
from patients.models import CoTreatment, Patient
from regimens.models import DietAdvice, Interruption, OtherSource, Regimen
from regimens.taken import ledger_on
from reviews.acts.sources import add_source, interrupt_regimen
from reviews.facts.record import Record
from reviews.moments import Moment
from tests.factories import NOW, TODAY
from tests.reviews.record.sending import sent
from tests.stories import a_dose_change, a_patient, an_assistant, an_entry, product, taking

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


def regimen_page(client: Client, patient: Patient) -> str:
    answer = client.get(reverse("regimens:detail", args=[patient.pk]))
    assert answer.status_code == 200
    return answer.content.decode().replace(NBSP, " ")


def an_antacid(patient: Patient, by: Actor, units: str = "1", code: str = "X1") -> OtherSource:
    return add_source(
        patient=patient, by=by, at=NOW, product=product(code), units_per_day=Decimal(units), source="Patient"
    )


@pytest.fixture
def regimen(by: Actor, patient: Patient) -> Regimen:
    return taking(patient, by, since=TODAY - timedelta(days=60))


class TestLedger:
    def test_every_source_stands_in_it_with_elemental_and_compound_and_the_sum(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        an_antacid(patient, by)
        page = regimen_page(signed_in, patient)
        ledger = page[page.index("Ledger of today") :]
        for words in (
            "299.7",
            "2,127",
            "166.7",
            "Antacid",
            "466.4",
            "2,527",
            "350 mg/day elemental",
            "3 tablets",
            "above",
        ):
            assert words in ledger
        assert "400 mg/day elemental" in ledger and "/claims/#C22" in ledger

    def test_the_page_and_the_chart_say_what_the_facts_say(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        an_antacid(patient, by, "0.5")
        record = Record(patient, Moment.of(by.clinic, NOW))
        ledger = ledger_on(record, TODAY, by.clinic, record.now.thresholds)
        assert ledger.dose == record.ledger_on(TODAY)
        chart = (
            signed_in.get(reverse("patients:chart", args=[patient.pk])).content.decode().replace(NBSP, " ")
        )
        for page in (regimen_page(signed_in, patient), chart):
            assert f"{ledger.dose.elemental_mg_per_day.normalize():f}" in page
            assert f"{ledger.dose.compound_mg_per_day.normalize():,f}" in page

    def test_an_antacid_without_a_product_is_named_and_not_summed(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        an_entry(patient, by, "co-treatments", "ANTACID_MG")
        page = regimen_page(signed_in, patient)
        assert "amount not known, not in the sum" in page
        assert "not above as far as it is known" in page

    def test_an_interrupted_regimen_is_shown_and_adds_nothing(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        interrupt_regimen(patient=patient, regimen=regimen, by=by, at=NOW, from_on=TODAY)
        record = Record(patient, Moment.of(by.clinic, NOW))
        ledger = ledger_on(record, TODAY, by.clinic, record.now.thresholds)
        assert [line.source.paused_since for line in ledger.lines] == [TODAY]
        assert ledger.dose == record.ledger_on(TODAY)
        assert ledger.dose.elemental_mg_per_day == 0
        assert "interrupted since 12 Mar 2026" in regimen_page(signed_in, patient)

    @pytest.mark.parametrize(("jurisdiction", "level"), [("US", "350 mg/day"), ("EU", "250 mg/day")])
    def test_the_headline_is_the_level_of_the_clinic(
        self, signed_in: Client, patient: Patient, regimen: Regimen, jurisdiction: str, level: str
    ) -> None:
        Clinic.objects.filter(pk=patient.clinic_id).update(jurisdiction=jurisdiction)
        page = regimen_page(signed_in, patient)
        assert f"Upper level: {level}" in page

    def test_a_patient_without_anything_has_an_empty_ledger(
        self, signed_in: Client, patient: Patient
    ) -> None:
        assert "No source of magnesium is recorded." in regimen_page(signed_in, patient)

    def test_reading_it_takes_a_fixed_number_of_queries(
        self,
        signed_in: Client,
        by: Actor,
        patient: Patient,
        regimen: Regimen,
        django_assert_max_num_queries: Any,
    ) -> None:
        def grow() -> None:
            an_antacid(patient, by)
            add_days = OtherSource.objects.count()
            interrupt_regimen(
                patient=patient, regimen=regimen, by=by, at=NOW,
                from_on=TODAY - timedelta(days=2 * add_days), until_on=TODAY - timedelta(days=2 * add_days),
            )  # fmt: skip

        for _ in range(3):
            grow()
        regimen_page(signed_in, patient)
        with django_assert_max_num_queries(23) as seen:
            regimen_page(signed_in, patient)
        few = len(seen)
        for _ in range(5):
            grow()
        with django_assert_max_num_queries(few):
            regimen_page(signed_in, patient)


class TestOtherSources:
    def test_one_is_added_and_ended_with_the_versions_compared(
        self, signed_in: Client, patient: Patient
    ) -> None:
        typed: dict[str, Any] = {"product": product("X1").pk, "units_per_day": "1.5", "since": "2026-03-01"}
        sent(signed_in, "reviews:add_source", patient.pk, **typed)
        row = OtherSource.objects.get(patient=patient)
        assert (row.units_per_day, row.since.isoformat()) == (Decimal("1.5"), "2026-03-01")
        sent(signed_in, "reviews:end_source", patient.pk, row.pk, version=1, until="2026-03-10")
        page = sent(
            signed_in, "reviews:end_source", patient.pk, row.pk, status=409, version=1, until="2026-03-11"
        )
        assert "Use theirs: 2026-03-10" in page and "Keep mine: 2026-03-11" in page

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"product": ""}, "required"),
            ({"units_per_day": "0"}, "greater than or equal to 0.01"),
            ({"units_per_day": "101"}, "at most 100 units"),
            ({"units_per_day": "a lot"}, "Enter a number"),
            ({"since": "2026-03-13"}, "future"),
            ({"since": "2026-03-05", "until": "2026-03-01"}, "before the beginning"),
        ],
    )
    def test_what_cannot_be_is_refused_and_the_entries_are_kept(
        self, signed_in: Client, patient: Patient, changed: dict[str, Any], sentence: str
    ) -> None:
        typed = {"product": product("X1").pk, "units_per_day": "1", "source": "Her sister"} | changed
        page = sent(signed_in, "reviews:add_source", patient.pk, status=400, **typed)
        assert sentence in page and "Her sister" in page
        assert not OtherSource.objects.exists()

    def test_a_double_click_adds_one(self, signed_in: Client, patient: Patient) -> None:
        typed: dict[str, Any] = {"product": product("X1").pk, "units_per_day": "1", "once": "k" * 32}
        sent(signed_in, "reviews:add_source", patient.pk, **typed)
        sent(signed_in, "reviews:add_source", patient.pk, **typed)
        assert OtherSource.objects.count() == 1

    def test_withdrawn_it_stands_in_the_history_and_not_in_the_ledger(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        row = an_antacid(patient, by, "2")
        sent(signed_in, "reviews:mark_in_error", "other-sources", row.pk, version=1, reason="Other person")
        assert "No source of magnesium is recorded." in regimen_page(signed_in, patient)
        history = signed_in.get(reverse("patients:chart", args=[patient.pk]), {"tab": "history"})
        said = history.content.decode()
        assert "Other person" in said and "2 times 5 mL a day" in said

    def test_one_of_another_patient_is_not_found(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        row = an_antacid(a_patient(by), by)
        sent(signed_in, "reviews:end_source", patient.pk, row.pk, status=404, version=1, until="2026-03-10")


class TestInterruptions:
    def test_a_regimen_is_interrupted_and_taken_again(
        self, signed_in: Client, patient: Patient, regimen: Regimen
    ) -> None:
        args = (patient.pk, regimen.pk)
        sent(signed_in, "reviews:interrupt_regimen", *args, from_on="2026-03-01", reason="Travel")
        row = Interruption.objects.get(regimen=regimen)
        assert (row.from_on.isoformat(), row.until_on, row.reason) == ("2026-03-01", None, "Travel")
        assert "Taken again" in regimen_page(signed_in, patient)
        sent(signed_in, "reviews:resume_regimen", patient.pk, row.pk, version=1, until_on="2026-03-10")
        page = sent(
            signed_in,
            "reviews:resume_regimen",
            patient.pk,
            row.pk,
            status=409,
            version=1,
            until_on="2026-03-11",
        )
        assert "Use theirs: 2026-03-10" in page

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"from_on": "2026-03-13"}, "future"),
            ({"from_on": "2025-12-01"}, "does not run on that day"),
            ({"from_on": "2026-03-05", "until_on": "2026-03-04"}, "before the beginning"),
            ({"from_on": ""}, "required"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, signed_in: Client, patient: Patient, regimen: Regimen, typed: dict[str, Any], sentence: str
    ) -> None:
        args = (patient.pk, regimen.pk)
        assert sentence in sent(signed_in, "reviews:interrupt_regimen", *args, status=400, **typed)
        assert not Interruption.objects.exists()

    def test_an_assistant_may_not(
        self, client: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        client.force_login(an_assistant(by.clinic).user)
        sent(client, "reviews:interrupt_regimen", patient.pk, regimen.pk, status=403, from_on="2026-03-01")
        assert "Not taken" not in regimen_page(client, patient)


class TestAdvice:
    def test_it_is_one_click_with_the_date_of_today(
        self, client: Client, by: Actor, patient: Patient
    ) -> None:
        client.force_login(an_assistant(by.clinic).user)
        page = regimen_page(client, patient)
        assert 'name="given_on" value="2026-03-12"' in page
        sent(client, "reviews:give_advice", patient.pk, given_on="2026-03-12")
        assert DietAdvice.objects.get(patient=patient).given_on == TODAY
        assert "given on 12 Mar 2026" in regimen_page(client, patient)

    @pytest.mark.parametrize("given_on", ["2026-03-13", "", "soon"])
    def test_an_impossible_day_is_refused(self, signed_in: Client, patient: Patient, given_on: str) -> None:
        sent(signed_in, "reviews:give_advice", patient.pk, status=400, given_on=given_on)
        assert not DietAdvice.objects.exists()


class TestCoSupplements:
    def test_an_amount_and_clock_times_are_kept(self, signed_in: Client, patient: Patient) -> None:
        typed: dict[str, Any] = {"what": "VITAMIN_B6", "value": "10", "taken_at": "21:00, 08:00 08:00"}
        sent(signed_in, "reviews:add_entry", patient.pk, "co-treatments", **typed)
        row = CoTreatment.objects.get(patient=patient)
        assert (row.value, row.unit, [f"{at:%H:%M}" for at in row.taken_at]) == (
            "10",
            "mg/d",
            ["08:00", "21:00"],
        )
        chart = signed_in.get(reverse("patients:chart", args=[patient.pk])).content.decode()
        assert "10 mg/day, 08:00, 21:00" in chart

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"value": "some"}, "Enter an amount in ug/d"),
            ({"value": "-5"}, "Enter an amount in ug/d"),
            ({"value": "1000", "unit": "IU"}, "Give the amount in ug/d"),
            ({"value": "25", "taken_at": "8 am"}, "clock times such as"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(
        self, signed_in: Client, patient: Patient, typed: dict[str, Any], sentence: str
    ) -> None:
        typed = {"what": "VITAMIN_D"} | typed
        page = sent(signed_in, "reviews:add_entry", patient.pk, "co-treatments", status=400, **typed)
        assert sentence in page
        assert not CoTreatment.objects.exists()


class TestDayPlan:
    def plan(self, client: Client, patient: Patient, status: int = 200) -> str:
        answer = client.get(reverse("reviews:day_plan", args=[patient.pk]))
        assert answer.status_code == status
        return answer.content.decode().replace(NBSP, " ")

    def test_it_says_what_to_take_when_and_what_to_keep_apart(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        an_antacid(patient, by)
        an_entry(patient, by, "medications", "LEVOTHYROXINE", value="50", unit="ug", taken_at=[_at("06:30")])
        an_entry(patient, by, "co-treatments", "CALCIUM", value="500", taken_at=[_at("19:30")])
        page = self.plan(signed_in, patient)
        for words in (
            "99.9 mg", "709 mg compound", "with food", "at bedtime", "466.4 mg", "2,527 mg compound",
            "Levothyroxine 06:30 is 1 h 30 min before magnesium 08:00; "
            "take it at least 4 h before magnesium or 4 h after it.",
            "Magnesium at 08:00 is too close to Levothyroxine (06:30). 10:30 would do.",
            "Calcium (19:30)", "500 mg a day", "Call your emergency number",
        ):  # fmt: skip
            assert words in page, words
        assert page.index("06:30</th>") < page.index("08:00</th>") < page.index("any time</th>")

    def test_an_amount_of_the_day_does_not_read_as_that_of_each_time(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        times = [_at("10:00"), _at("18:00")]
        an_entry(patient, by, "co-treatments", "VITAMIN_D", value="20", taken_at=times)
        an_entry(patient, by, "medications", "LEVOTHYROXINE", value="50", unit="ug", taken_at=times)
        page = self.plan(signed_in, patient)
        assert page.count("20 µg a day, in 2 parts") == 2 and page.count("<td>50 µg</td>") == 2

    def test_the_total_is_that_of_the_ledger(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        a_dose_change(regimen, by, units=1.5)
        an_antacid(patient, by, "1.5")
        record = Record(patient, Moment.of(by.clinic, NOW))
        total = record.ledger_on(TODAY)
        page = self.plan(signed_in, patient)
        together = page[page.index("Magnesium together") :]
        assert f"{total.elemental_mg_per_day.normalize():,f} mg" in together
        assert f"{total.compound_mg_per_day.normalize():,f} mg compound" in together

    def test_two_regimens_are_checked_together(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        """A medicine apart from one of them may be too close to the other."""
        taking(patient, by, since=TODAY, code="P08", units=0.25)
        an_entry(patient, by, "medications", "IRON", taken_at=[_at("17:00")])
        page = self.plan(signed_in, patient)
        assert page.count("Iron: kept apart") == 1

    def test_a_conflict_that_cannot_be_solved_is_named(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        times = [_at(f"{hour:02}:00") for hour in range(6, 24, 4)]
        an_entry(patient, by, "medications", "IRON", taken_at=times)
        an_entry(patient, by, "medications", "RALTEGRAVIR", taken_at=[_at("20:00")])
        page = self.plan(signed_in, patient)
        assert "No time of the day is far enough from everything." in page
        assert "Magnesium and Raltegravir do not go together at any time of the day." in page

    def test_days_without_planned_doses_and_unknown_amounts_are_said(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        an_entry(patient, by, "co-treatments", "LAXATIVE_MG")
        a_dose_change(regimen, by, on=TODAY + timedelta(days=3))
        page = self.plan(signed_in, patient)
        assert "not known, not in the sum" in page
        assert "From 15 Mar 2026 the dose" in page
        interrupt_regimen(patient=patient, regimen=regimen, by=by, at=NOW, from_on=TODAY)
        page = self.plan(signed_in, patient)
        assert "not taken since 12 Mar 2026" in page and "0 mg" in page

    def test_before_a_meal_carries_the_mark_of_the_article(
        self, signed_in: Client, by: Actor, patient: Patient, regimen: Regimen
    ) -> None:
        assert "unverified" not in self.plan(signed_in, patient)
        regimen.dose_steps.get().intakes.update(timing="BEFORE_MEAL", minutes_before_meal=30)
        page = self.plan(signed_in, patient)
        assert "30 minutes before a meal" in page and "/claims/#C23" in page

    def test_reading_it_is_audited(self, signed_in: Client, by: Actor, patient: Patient) -> None:
        page = self.plan(signed_in, patient)
        assert "Nothing to take is recorded" in page
        event = AuditEvent.objects.get(act="READ_CHART", patient_id=patient.pk)
        assert (event.user, event.after) == (by.user, {"tab": "day-plan"})


def _at(clock: str) -> time:
    return time.fromisoformat(clock)
