"""The regimen editor without scripts: buttons work on the page, nothing is lost, and saving asks again."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import Actor
from audit.models import AuditEvent
from patients.models import Patient
from regimens.models import DoseStep, Product, Regimen
from tests.factories import TODAY
from tests.reviews.record.editing import Editor, Opened
from tests.stories import a_clinic, a_dose_change, a_result, an_entry, product, standing, taking

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(patient: Patient, by: Actor) -> Patient:
    """With a known kidney."""
    a_result(patient, by, "84", analyte="EGFR", unit="mL/min/{1.73_m2}", days_ago=6)
    return patient


@pytest.fixture
def start(opened: Opened) -> Editor:
    return opened().type(product=product().pk)


class TestConverter:
    def test_an_amount_is_written_into_the_intakes(self, start: Editor) -> None:
        start.type(elemental_mg="100", times="3").press("check")
        assert start.intakes == [
            ("08:00", "1", "WITH_FOOD"),
            ("13:00", "1", "WITH_FOOD"),
            ("19:00", "1", "WITH_FOOD"),
        ]
        assert (start.fields["daily_mg"], start.fields["compound_mg"]) == ("299.7", "709")
        assert "299.7 mg/day elemental, 14.1 %" in start.words and "2,127 mg/day compound" in start.words
        assert "2,097.9 mg/week elemental" in start.words
        assert not Regimen.objects.exists()

    def test_the_intakes_are_written_into_the_converter(self, start: Editor) -> None:
        start.type(intake_0_at="07:00", intake_0_units="1.5").press("check")
        assert (start.fields["elemental_mg"], start.fields["times"]) == ("149.85", "1")

    def test_clock_times_stay_while_their_number_does(self, start: Editor) -> None:
        start.type(intake_0_at="06:30", intake_0_units="1", intake_1_at="22:15", intake_1_units="1").press(
            "check"
        )
        start.type(daily_mg="400").press("check")
        assert [row[:2] for row in start.intakes] == [("06:30", "2"), ("22:15", "2")]

    def test_an_amount_between_quarters_is_refused_and_kept(self, start: Editor) -> None:
        start.type(elemental_mg="130", times="2").save()
        assert start.status == 400 and start.fields["elemental_mg"] == "130"
        assert "1.25 tablets (124.875 mg) or 1.5 tablets (149.85 mg)" in start.error("elemental_mg")

    def test_several_changed_amounts_are_settled_aloud(self, start: Editor) -> None:
        start.type(elemental_mg="100", compound_mg="1418", times="2").press("check")
        assert "Several amounts were changed; elemental per intake leads." in start.words
        assert start.fields["compound_mg"] == "709"

    def test_without_a_product_nothing_is_converted_and_nothing_lost(self, opened: Opened) -> None:
        page = opened().type(elemental_mg="100", times="2").press("check")
        assert "Choose a product" in page.error("product") and page.fields["elemental_mg"] == "100"

    def test_saving_follows_the_converter_too(self, start: Editor) -> None:
        start.type(daily_mg="300", times="3").save()
        assert start.status == 302
        assert DoseStep.objects.get().dose().elemental_mg_per_day == Decimal("299.7")

    @pytest.mark.parametrize(("field", "amount"), [("elemental_mg", "0"), ("daily_mg", "-300")])
    def test_nothing_and_less_are_refused_at_the_field(self, start: Editor, field: str, amount: str) -> None:
        start.type(**{field: amount}, times="1").save()
        assert start.status == 400 and "more than 0" in start.error(field)


class TestProduct:
    def test_a_tile_with_one_product_chooses_it(self, opened: Opened) -> None:
        page = opened().type(family="MALATE").press("check")
        assert page.fields["product"] == str(product("P08").pk)

    def test_a_product_chooses_its_tile(self, opened: Opened) -> None:
        page = opened().type(product=product("P05").pk).press("check")
        assert page.fields["family"] == "CITRATE"

    def test_another_tile_takes_the_product_away(self, start: Editor) -> None:
        start.press("check")
        start.type(family="CITRATE").press("check")
        assert start.fields["product"] == "" and start.fields["family"] == "CITRATE"

    def test_a_product_of_another_clinic_is_refused(self, start: Editor) -> None:
        theirs = Product.objects.create(
            clinic=a_clinic("southbank"), name="Theirs", form="OXIDE", unit_name="tablet",
            compound_mg_per_unit=400, elemental_mg_per_unit=240,
        )  # fmt: skip
        start.type(product=theirs.pk, intake_0_at="08:00", intake_0_units="1").save()
        assert start.status == 400 and "Select a valid choice" in start.error("product")


class TestIntakes:
    def test_a_day_is_split_evenly(self, start: Editor) -> None:
        start.type(intake_0_at="08:00", intake_0_units="3", split_over="4").press("split")
        assert [row[:2] for row in start.intakes] == [
            ("08:00", "0.75"), ("13:00", "0.75"), ("19:00", "0.75"), ("22:00", "0.75"),
        ]  # fmt: skip
        assert start.intakes[3][2] == "BEDTIME"

    def test_a_day_that_does_not_divide_is_refused(self, start: Editor) -> None:
        start.type(intake_0_at="08:00", intake_0_units="1", split_over="3").press("split")
        assert "Over 1, 2, 4 it would." in start.error("split_over")
        assert start.intakes == [("08:00", "1", "WITH_FOOD")]

    @pytest.mark.parametrize("over", ["", "0", "9", "many", "1.5"])
    def test_a_number_of_intakes_that_cannot_be_is_refused(self, start: Editor, over: str) -> None:
        start.type(intake_0_at="08:00", intake_0_units="1", split_over=over).press("split")
        assert start.error("split_over") or start.intakes == [("08:00", "1", "WITH_FOOD")]

    def test_one_is_added_and_removed(self, start: Editor) -> None:
        start.type(intake_0_at="08:00", intake_0_units="1").press("add")
        assert [row[:2] for row in start.intakes] == [("08:00", "1"), ("20:00", "1")]
        start.press("remove", "0")
        assert [row[:2] for row in start.intakes] == [("20:00", "1")]

    def test_there_are_at_most_eight(self, start: Editor) -> None:
        start.type(per_intake="0.25", times="8").press("check").press("add")
        assert len(start.intakes) == 8 and "At most 8 intakes" in start.words

    def test_two_at_the_same_minute_are_refused_at_the_second(self, start: Editor) -> None:
        typed = {
            f"intake_{n}_{part}": value for n in range(2) for part, value in (("at", "08:00"), ("units", "1"))
        }
        start.type(**typed).save()
        assert start.status == 400 and "same minute" in start.error("intake_1_at")

    def test_how_it_is_taken_is_stored(self, start: Editor) -> None:
        start.type(intake_0_at="07:30", intake_0_units="1", intake_0_taken="BEFORE_30").save()
        intake = DoseStep.objects.get().intakes.get()
        assert (intake.timing, intake.minutes_before_meal) == ("BEFORE_MEAL", 30)

    def test_before_a_meal_is_unverified_and_not_offered_beside_levothyroxine(
        self, opened: Opened, by: Actor, patient: Patient
    ) -> None:
        assert "BEFORE_30" in opened().page
        an_entry(patient, by, "medications", "LEVOTHYROXINE", taken_at=[time(6, 30)])
        page = opened()
        assert "BEFORE_30" not in page.page and "Levothyroxine is taken fasting in the morning" in page.words
        page.type(
            product=product().pk, intake_0_at="07:30", intake_0_units="1", intake_0_taken="BEFORE_30"
        ).save()
        assert page.status == 400 and "valid choice" in page.error("intake_0_taken")


class TestClash:
    @pytest.fixture(autouse=True)
    def ciprofloxacin(self, patient: Patient, by: Actor) -> None:
        an_entry(patient, by, "medications", "CIPROFLOXACIN", taken_at=[time(9, 30)])

    def test_it_is_moved_on_the_page_and_nothing_is_saved(self, start: Editor) -> None:
        start.type(intake_0_at="08:00", intake_0_units="1").press("check")
        assert "Move 08:00 to 11:30" in start.words and "1 h 30 min apart" in start.words
        start.press("move", "08:00>11:30")
        assert start.intakes == [("11:30", "1", "WITH_FOOD")] and "Moved 08:00 to 11:30" in start.words
        assert "apart" not in start.words.split("As table")[0].split("Meals")[-1]
        assert not Regimen.objects.exists()

    def test_a_time_that_cannot_be_moves_nothing(self, start: Editor) -> None:
        start.type(intake_0_at="08:00", intake_0_units="1").press("move", "08:00>25:99")
        assert start.intakes[0][0] == "08:00"


class TestLevel:
    """The clinic is in the US: 350 mg."""

    def test_between_level_and_supervision_a_reason_is_asked_once_more(
        self, opened: Opened, by: Actor, patient: Patient
    ) -> None:
        by.clinic.jurisdiction = "EU"
        by.clinic.save()
        page = opened().type(product=product().pk, daily_mg="300", times="3").save()
        assert page.status == 400 and "250 mg/day" in page.error("above_level_choice")
        page.type(above_level_choice="LOW_IONIZED").save()
        assert page.status == 302
        assert DoseStep.objects.get().above_level_reason == "Low ionized Mg at a lower dose"
        assert standing(patient) == []

    def test_above_supervision_it_may_be_saved_knowingly_and_flags(
        self, start: Editor, patient: Patient
    ) -> None:
        start.type(daily_mg="400", times="2").save()
        assert start.status == 400 and "Save without" in start.error("supervision_note")
        start.type(save_without="on").save()
        assert start.status == 302 and standing(patient) == ["DOSE_ABOVE_CAP"]

    def test_with_supervision_it_does_not_flag(self, start: Editor, by: Actor, patient: Patient) -> None:
        start.type(
            daily_mg="400", times="2", supervision_note="Weekly call", supervisor=by.membership.pk,
            check_again_on=TODAY + timedelta(days=14),
        ).save()  # fmt: skip
        assert start.status == 302 and standing(patient) == []

    def test_a_reason_typed_before_the_dose_fell_is_not_kept(self, start: Editor) -> None:
        start.type(
            daily_mg="200", times="2", above_level_choice="OTHER", above_level_text="Tried more"
        ).save()
        assert start.status == 302 and DoseStep.objects.get().above_level_reason == ""

    def test_a_lower_dose_is_never_asked(self, opened: Opened, by: Actor, patient: Patient) -> None:
        regimen = taking(patient, by, units=2)
        page = opened("change_dose", regimen.pk).type(daily_mg="450").save()
        assert page.status == 302

    def test_in_pregnancy_the_specialist_is_asked(self, start: Editor, by: Actor, patient: Patient) -> None:
        an_entry(patient, by, "modifiers", "PREGNANCY", value="PREGNANT", since=TODAY)
        start.type(daily_mg="400", times="2", save_without="on").save()
        assert start.status == 400 and "name the specialist" in start.error("specialist_note")
        start.type(specialist_note="Dr Ito, obstetrics").save()
        assert start.status == 302


def test_opening_is_audited_and_asks_as_often_for_a_long_history(
    opened: Opened, by: Actor, patient: Patient
) -> None:
    regimen = taking(patient, by, since=TODAY - timedelta(days=60))
    opened("change_dose", regimen.pk)  # what is read once and kept
    with CaptureQueriesContext(connection) as few:
        opened("change_dose", regimen.pk)
    for days in range(10, 50, 10):
        a_dose_change(regimen, by, on=TODAY - timedelta(days=days))
    an_entry(patient, by, "medications", "CIPROFLOXACIN", taken_at=[time(9, 30)])
    with CaptureQueriesContext(connection) as many:
        opened("change_dose", regimen.pk)
    assert len(many) == len(few)
    assert AuditEvent.objects.filter(act="READ_CHART", patient_id=patient.pk).count() == 3


def test_none_of_these_answers_what_was_left(start: Editor) -> None:
    start.type(daily_mg="100", times="1", none_of_these="on").save()
    assert set(Regimen.objects.get().contraindications.values()) == {"NO"}


class TestTemplates:
    def test_it_fills_in_and_saves_nothing(self, start: Editor) -> None:
        start.press("proposal", "START_LOW")
        assert [row[:2] for row in start.intakes] == [("08:00", "1"), ("19:00", "1")]
        assert not Regimen.objects.exists()

    def test_another_amount_than_proposed_is_said(self, opened: Opened) -> None:
        page = opened().type(product=product("P01").pk).press("proposal", "START_LOW")
        assert "200 mg/day cannot be taken in quarters of a capsule: 211.5 mg/day is filled in." in page.words

    def test_the_licensed_powder_brings_its_product(self, opened: Opened) -> None:
        page = opened().type(per_intake="1", times="1").press("proposal", "ASPARTATE")
        assert page.fields["product"] == str(product("P12").pk)
        assert [row[:2] for row in page.intakes] == [("08:00", "1")]

    def test_a_typed_dose_is_split_over_two_meals(self, start: Editor) -> None:
        start.type(daily_mg="300", times="1").press("proposal", "TWO_MEALS")
        assert [row[:2] for row in start.intakes] == [("08:00", "1.5"), ("19:00", "1.5")]

    def test_the_later_dose_is_a_link_that_fills_in_and_dates_and_plans_nothing(
        self, start: Editor, opened: Opened, signed_in: Client, patient: Patient
    ) -> None:
        start.press("proposal", "START_LOW").save()
        regimen = Regimen.objects.get()
        toast = signed_in.get(reverse("regimens:detail", args=[patient.pk])).content.decode()
        assert f"{reverse('reviews:change_dose', args=[patient.pk, regimen.pk])}?proposal=START_LOW" in toast
        page = opened("change_dose", regimen.pk, query="?proposal=START_LOW")
        assert page.fields["effective_on"] == (TODAY + timedelta(days=28)).isoformat()
        assert page.fields["daily_mg"] == "299.7" and "if ionized Mg is still low" in page.words
        assert DoseStep.objects.count() == 1
        assert page.save().status == 302
        assert DoseStep.objects.count() == 2
