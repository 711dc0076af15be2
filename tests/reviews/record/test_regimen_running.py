"""The editor on a regimen that runs: a new dose, a planned one, another product, who watches it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from patients.models import Patient
from regimens.models import DoseStep, Regimen
from tests.factories import TODAY
from tests.reviews.record.editing import Editor, Opened
from tests.stories import a_clinician, a_dose_change, a_result, product, standing, taking

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(patient: Patient, by: Actor) -> Patient:
    """With a known kidney."""
    a_result(patient, by, "84", analyte="EGFR", unit="mL/min/{1.73_m2}", days_ago=6)
    return patient


class TestChange:
    def test_a_planned_step_says_which_window_it_opens_and_which_stays(
        self, opened: Opened, by: Actor, patient: Patient
    ) -> None:
        regimen = taking(patient, by, since=TODAY - timedelta(days=35))
        later = TODAY + timedelta(days=20)
        page = opened("change_dose", regimen.pk).type(daily_mg="150", effective_on=later).press("check")
        assert "Planned for 1 Apr 2026: nothing changes before that day." in page.words
        assert "The window of now, 5 Mar 2026 to 19 Mar 2026, stays until then." in page.words
        assert "Opens a re-evaluation 29 Apr 2026 to 13 May 2026" in page.words
        assert page.save().status == 302
        assert DoseStep.objects.get(effective_on=later).dose().elemental_mg_per_day == Decimal("149.85")
        assert standing(patient) == ["RE_EVALUATION"]

    @pytest.mark.parametrize(
        ("days", "sentence"),
        [(367, "at most a year ahead"), (-36, "cannot come before it"), (-35, "Another step")],
    )
    def test_a_day_that_cannot_be_is_refused_at_its_field(
        self, opened: Opened, by: Actor, patient: Patient, days: int, sentence: str
    ) -> None:
        regimen = taking(patient, by, since=TODAY - timedelta(days=35))
        page = opened("change_dose", regimen.pk)
        page.type(daily_mg="150", effective_on=TODAY + timedelta(days=days)).save()
        assert page.status == 400 and sentence in page.error("effective_on")

    def test_who_was_overtaken_compares_and_saves(self, opened: Opened, by: Actor, patient: Patient) -> None:
        regimen = taking(patient, by)
        page = opened("change_dose", regimen.pk).type(intake_0_units="1.5")
        a_dose_change(regimen, a_clinician(by.clinic, name="Jana Olsen"), on=TODAY - timedelta(days=1))
        page.save()
        assert page.status == 409 and "Changed by Jana Olsen" in page.words
        assert "Use theirs: 1" in page.words and "Keep mine: 1.5" in page.words
        assert page.save().status == 302
        newest = DoseStep.objects.get(effective_on=TODAY)
        assert newest.intakes.order_by("at")[0].units == Decimal("1.5")

    def test_a_double_click_plans_one_step(self, opened: Opened, by: Actor, patient: Patient) -> None:
        regimen = taking(patient, by)
        page = opened("change_dose", regimen.pk).type(daily_mg="150")
        sent = dict(page.fields)
        answers = [page.client.post(page.address, sent).status_code for _ in range(2)]
        assert answers == [302, 302] and DoseStep.objects.count() == 2

    def test_supervision_that_is_left_alone_stays(self, opened: Opened, by: Actor, patient: Patient) -> None:
        regimen = taking(
            patient, by, units=2, supervision_note="Weekly call", supervisor=by.membership,
            check_again_on=TODAY - timedelta(days=20), since=TODAY - timedelta(days=35),
        )  # fmt: skip
        page = opened("change_dose", regimen.pk).type(daily_mg="450").save()
        assert page.status == 302
        regimen.refresh_from_db()
        assert (regimen.supervision_note, regimen.check_again_on) == (
            "Weekly call",
            TODAY - timedelta(days=20),
        )


class TestSwitch:
    def test_the_same_dose_is_filled_in_and_what_differs_is_said(
        self, opened: Opened, by: Actor, patient: Patient
    ) -> None:
        old = taking(patient, by)
        page = opened("switch_product", old.pk).type(product=product("P05").pk).press("carry")
        assert "299.7 mg/day cannot be taken in quarters of a tablet: 303 mg/day is filled in." in page.words
        assert [row[:2] for row in page.intakes] == [("08:00", "1"), ("13:00", "1"), ("21:00", "1")]
        assert "303 mg/day" in page.words and "1,875 mg/day" in page.words and "16.2 %" in page.words
        assert page.save().status == 302
        old.refresh_from_db()
        new = Regimen.objects.get(replaces=old)
        assert (old.stop_reason, new.product.code) == ("SWITCHED", "P05")

    def test_without_a_product_nothing_is_filled_in(
        self, opened: Opened, by: Actor, patient: Patient
    ) -> None:
        page = opened("switch_product", taking(patient, by).pk).press("carry")
        assert "Choose the new product first." in page.error("product")

    def test_the_same_product_is_refused(self, opened: Opened, by: Actor, patient: Patient) -> None:
        page = (
            opened("switch_product", taking(patient, by).pk).type(product=product().pk).press("carry").save()
        )
        assert page.status == 400 and "same product" in page.error("product")

    def test_a_day_before_the_last_step_is_refused(self, opened: Opened, by: Actor, patient: Patient) -> None:
        old = taking(patient, by, since=TODAY - timedelta(days=10))
        page = opened("switch_product", old.pk).type(product=product("P05").pk).press("carry")
        page.type(on=TODAY - timedelta(days=11)).save()
        assert page.status == 400 and "The last step is of" in page.error("on")

    def test_a_regimen_that_changed_meanwhile_is_a_conflict(
        self, opened: Opened, by: Actor, patient: Patient
    ) -> None:
        old = taking(patient, by)
        page = opened("switch_product", old.pk).type(product=product("P05").pk).press("carry")
        old.update_from(1, supervision_note="Monthly")
        page.save()
        assert page.status == 409 and "Use theirs: Monthly" in page.words
        assert page.save().status == 302

    def test_without_a_known_egfr_a_reason_is_asked_and_kept(
        self, signed_in: Client, by: Actor, patient: Patient
    ) -> None:
        old = taking(patient, by)
        patient.lab_results.update(collected_at="2024-01-01T00:00Z", collected_on="2024-01-01")
        old.update_from(1, kidney_reason="")
        page = Editor(signed_in, reverse("reviews:switch_product", args=[patient.pk, old.pk]))
        page.type(product=product("P05").pk).press("carry").save()
        assert page.status == 400 and "No eGFR" in page.error("kidney_reason")
        assert page.type(kidney_reason="Ordered today").save().status == 302
        assert Regimen.objects.get(replaces=old).kidney_reason == "Ordered today"


class TestSupervise:
    def test_it_is_stored_and_the_flag_goes(self, signed_in: Client, by: Actor, patient: Patient) -> None:
        regimen = taking(patient, by, units=2, since=TODAY)
        assert standing(patient) == ["DOSE_ABOVE_CAP"]
        page = Editor(signed_in, reverse("reviews:supervise_regimen", args=[patient.pk, regimen.pk]))
        page.type(
            supervision_note="Weekly call",
            supervisor=by.membership.pk,
            check_again_on=TODAY + timedelta(days=14),
        ).save()
        assert page.status == 302 and standing(patient) == []

    def test_two_at_once_are_compared(self, signed_in: Client, by: Actor, patient: Patient) -> None:
        regimen = taking(patient, by, units=2)
        page = Editor(signed_in, reverse("reviews:supervise_regimen", args=[patient.pk, regimen.pk]))
        regimen.update_from(1, supervision_note="Monthly")
        page.type(supervision_note="Weekly").save()
        assert (
            page.status == 409 and "Use theirs: Monthly" in page.words and "Keep mine: Weekly" in page.words
        )

    def test_a_date_before_the_start_is_refused(self, signed_in: Client, by: Actor, patient: Patient) -> None:
        regimen = taking(patient, by, units=2)
        page = Editor(signed_in, reverse("reviews:supervise_regimen", args=[patient.pk, regimen.pk]))
        page.type(check_again_on="2020-01-01").save()
        assert page.status == 400 and "before the first day" in page.error("check_again_on")
