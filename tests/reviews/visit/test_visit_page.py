"""Logging a visit: what the form sends, keeps and refuses."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from audit.models import AuditEvent
from labs.models import LabResult
from patients.models import Outcome, Patient, SymptomAnswer, Visit
from regimens.models import DoseStep
from reviews.acts.regimens import stop_regimen
from reviews.models import Flag, Reevaluation
from tests.factories import NOW, TODAY
from tests.reviews.visit.form import blank_form, fields_sent, save, visit_url, words_of
from tests.stories import (
    a_clinic,
    a_clinician,
    a_dose_change,
    a_patient,
    a_researcher,
    a_visit,
    an_assistant,
    present,
    standing,
    taking,
)

pytestmark = pytest.mark.django_db


def test_a_routine_visit_with_nothing_new_takes_two_answers_and_a_save(
    client: Client, patient: Patient
) -> None:
    answer = save(client, patient, none_of_these="on", adherence="100")
    assert (answer.status_code, answer["Location"]) == (302, reverse("patients:chart", args=[patient.pk]))
    visit = Visit.objects.get()
    assert (visit.visited_on, visit.kind, visit.adherence_percent) == (TODAY, "CLINIC", 100)
    assert not visit.is_re_evaluation
    told = dict(SymptomAnswer.objects.values_list("symptom", "answer"))
    assert told == dict.fromkeys(
        ["TINGLING", "MUSCLE_TWITCHING", "IRREGULAR_HEARTBEAT", "FATIGUE", "WEAKNESS", "DIARRHOEA"], "ABSENT"
    )


def test_what_was_not_asked_is_not_absent(client: Client, patient: Patient) -> None:
    save(client, patient)
    assert not SymptomAnswer.objects.exists()


def test_a_symptom_is_kept_as_told_and_raises_its_flag(client: Client, patient: Patient) -> None:
    save(
        client,
        patient,
        MUSCLE_TWITCHING__present="on",
        MUSCLE_TWITCHING__grade="2",
        MUSCLE_TWITCHING__nocturnal="on",
        none_of_these="on",
    )
    told = SymptomAnswer.objects.get(answer="PRESENT")
    assert (told.symptom, told.grade, told.nocturnal, told.onset_on) == ("MUSCLE_TWITCHING", 2, True, None)
    assert SymptomAnswer.objects.filter(answer="ABSENT").count() == 5
    assert standing(patient) == ["SYMPTOM"]


def test_an_unticked_night_is_not_recorded_rather_than_no(client: Client, patient: Patient) -> None:
    save(client, patient, TINGLING__present="on")
    told = SymptomAnswer.objects.get()
    assert (told.grade, told.nocturnal) == (None, None)


def test_the_grade_is_never_preset(client: Client, patient: Patient) -> None:
    assert not [name for name in blank_form(client, patient) if name.endswith("-grade")]


def test_spreading_weakness_is_recorded_as_the_grade_that_the_form_names(
    client: Client, patient: Patient
) -> None:
    save(client, patient, spreading="on")
    told = SymptomAnswer.objects.get()
    assert (told.symptom, told.grade) == ("WEAKNESS", 3)
    assert Flag.objects.get().emergency


def test_everything_of_one_visit_is_stored_together(client: Client, patient: Patient, by: Actor) -> None:
    taking(patient, by)
    answer = save(
        client,
        patient,
        kind="PHONE",
        visited_on=TODAY.isoformat(),
        is_re_evaluation="on",
        none_of_these="on",
        adherence_percent="88",
        gad7_total="9",
        IONIZED_MG__value="1.02",
        IONIZED_MG__unit="mg/dL",
        IONIZED_MG__low="1.1",
        IONIZED_MG__high="1.5",
        dose__now="CHANGED",
        dose__elemental_mg="199.8",
        dose__reason="Loose stools",
        note="Feels well",
    )
    assert answer.status_code == 302, words_of(answer)
    visit = Visit.objects.get()
    assert (visit.kind, visit.adherence_percent, visit.note) == ("PHONE", 88, "Feels well")
    assert Outcome.objects.get().total == 9
    result = LabResult.objects.get()
    assert (result.analyte, result.unit, result.reference_low) == ("IONIZED_MG", "mg/dL", Decimal("1.1"))
    assert result.visit == visit
    step = DoseStep.objects.get(visit=visit)
    assert step.dose().elemental_mg_per_day == Decimal("199.8")
    assert [intake.at.hour for intake in step.intakes.all()] == [8, 13]
    assert Reevaluation.objects.get(met_by_visit=visit)


def test_seven_answers_add_up_and_a_gap_is_refused(client: Client, patient: Patient) -> None:
    answers = {f"gad7_{n}": "1" for n in range(1, 8)}
    save(client, patient, **answers)
    assert (Outcome.objects.get().total, Outcome.objects.get().items) == (7, [1] * 7)
    del answers["gad7_3"]
    answer = save(client, patient, **answers)
    assert answer.status_code == 400
    assert "6 of 7 answered" in words_of(answer)


def test_a_sample_without_a_time_counts_at_noon_of_its_day(
    client: Client, patient: Patient, by: Actor
) -> None:
    day = TODAY - timedelta(days=3)
    save(client, patient, sampled_on=day.isoformat(), POTASSIUM__value="4.1")
    local = LabResult.objects.get().collected_at.astimezone(by.clinic.zone)
    assert (local.date(), local.hour) == (day, 12)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"visited_on": (TODAY + timedelta(days=1)).isoformat()}, "is in the future"),
        ({"visited_on": "1970-01-01"}, "is before the birth date"),
        ({"visited_on": "yesterday"}, "Enter a valid date"),
        ({"TINGLING__present": "on", "TINGLING__grade": "5"}, "Select a valid choice"),
        ({"gad7_total": "22"}, "0 to 21"),
        ({"adherence_percent": "120"}, "0 to 100 %"),
        ({"IONIZED_MG__value": "55"}, "is not plausible"),
        ({"IONIZED_MG__value": "0.5", "IONIZED_MG__unit": "furlong"}, "Select a valid choice"),
        ({"IONIZED_MG__low": "0.45"}, "An interval needs the value"),
        ({"sampled_on": (TODAY + timedelta(days=2)).isoformat(), "POTASSIUM__value": "4"}, "in the future"),
        ({"OTHER__present": "on"}, "Say which symptom."),
        ({"note": "a" * 10_001}, "at most 10000 characters"),
        ({"note": "a\0b"}, "Null characters are not allowed"),
        ({"kind": "LETTER"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_with_the_entries_kept(
    client: Client, patient: Patient, typed: dict[str, str], sentence: str
) -> None:
    told = {"note": "Kept words", "adherence": "90"} | typed
    answer = save(client, patient, **told)
    assert answer.status_code == 400
    page = words_of(answer)
    assert sentence in page
    assert re.search(r'value="90"[^>]*checked', page)
    assert "Kept words" in page or "note" in typed
    assert not Visit.objects.exists()


def test_ten_megabytes_of_note_are_refused(client: Client, patient: Patient) -> None:
    assert save(client, patient, note="a" * 10_000_000).status_code in (400, 413)
    assert not Visit.objects.exists()


@pytest.mark.parametrize(("amount", "sentence"), [("210", "choose 199.80 or 249.75"), ("0", "is a stop")])
def test_a_dose_that_units_cannot_make_is_refused(
    client: Client, patient: Patient, by: Actor, amount: str, sentence: str
) -> None:
    taking(patient, by)
    answer = save(client, patient, dose__now="CHANGED", dose__elemental_mg=amount)
    assert answer.status_code == 400
    assert sentence in words_of(answer)


def test_a_dose_that_is_left_alone_starts_no_step(client: Client, patient: Patient, by: Actor) -> None:
    taking(patient, by)
    save(client, patient)
    assert DoseStep.objects.count() == 1


def test_a_stop_that_was_told_stops_the_regimen(client: Client, patient: Patient, by: Actor) -> None:
    regimen = taking(patient, by, since=TODAY - timedelta(days=20))
    answer = save(client, patient, dose__now="STOPPED", dose__stop_reason="HARM")
    assert answer.status_code == 302, words_of(answer)
    regimen.refresh_from_db()
    assert (regimen.stopped_on, regimen.stop_reason) == (TODAY, "HARM")
    assert Reevaluation.objects.get(cause="SAFETY").opens_on == TODAY + timedelta(days=14)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "Say why it was stopped."),
        ({"dose__stop_reason": "SWITCHED"}, "Select a valid choice"),
        ({"dose__stop_reason": "HARM", "dose__stopped_on": "2026-03-13"}, "is in the future"),
        ({"dose__stop_reason": "HARM", "dose__stopped_on": "2026-01-01"}, "The last step is of"),
    ],
)
def test_a_stop_that_cannot_be_is_refused_and_the_visit_with_it(
    client: Client, patient: Patient, by: Actor, told: dict[str, str], sentence: str
) -> None:
    taking(patient, by, since=TODAY - timedelta(days=20))
    answer = save(client, patient, dose__now="STOPPED", note="Kept.", **told)
    assert answer.status_code == 400 and sentence in words_of(answer)
    assert "Kept.</textarea>" in answer.content.decode()
    assert not Visit.objects.exists()


def test_an_amount_counts_only_where_the_dose_is_said_to_be_changed(
    client: Client, patient: Patient, by: Actor
) -> None:
    taking(patient, by)
    assert save(client, patient, dose__elemental_mg="199.8").status_code == 302
    assert DoseStep.objects.count() == 1


def test_a_stop_of_a_regimen_that_is_gone_is_not_one_of_the_next(
    client: Client, patient: Patient, by: Actor
) -> None:
    gone = taking(patient, by, since=TODAY - timedelta(days=40))
    other = taking(patient, by, since=TODAY - timedelta(days=20), code="P05")
    sent = blank_form(client, patient) | {"dose-now": "STOPPED", "dose-stop_reason": "HARM"}
    assert sent["dose-regimen"] == str(gone.pk)
    stop_regimen(
        patient=patient, regimen=gone, by=by, at=NOW, version=1, stopped_on=TODAY, reason="NO_BENEFIT"
    )
    answer = client.post(visit_url(patient), sent)
    assert answer.status_code == 409
    page = words_of(answer)
    again = fields_sent(page[page.index("data-main") : page.index("</main>")])
    assert (again["dose-regimen"], again["dose-now"]) == (str(other.pk), "UNCHANGED")
    assert client.post(visit_url(patient), again).status_code == 302
    other.refresh_from_db()
    assert other.stopped_on is None


def test_an_assistant_reads_the_dose_and_cannot_send_one(client: Client, patient: Patient, by: Actor) -> None:
    taking(patient, by)
    client.force_login(an_assistant(by.clinic).user)
    page = words_of(client.get(visit_url(patient)))
    assert "299.7 mg/day" in page and "dose-elemental_mg" not in page
    assert save(client, patient, dose__elemental_mg="99.9").status_code == 403
    assert save(client, patient, dose__now="STOPPED").status_code == 403
    assert save(client, patient, none_of_these="on").status_code == 302


def test_a_form_about_another_patient_is_not_saved(client: Client, patient: Patient, by: Actor) -> None:
    other = a_patient(by, family_name="Other")
    sent = blank_form(client, other)
    answer = client.post(visit_url(patient), sent)
    assert answer.status_code == 409
    assert "about another patient" in words_of(answer)
    assert not Visit.objects.exists()


def test_a_double_click_saves_once(client: Client, patient: Patient) -> None:
    sent = blank_form(client, patient) | {"adherence": "100"}
    first, second = client.post(visit_url(patient), sent), client.post(visit_url(patient), sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Visit.objects.count() == 1


def test_a_visit_that_came_between_is_compared_field_by_field(
    client: Client, patient: Patient, by: Actor
) -> None:
    sent = blank_form(client, patient) | {"gad7_total": "12", "adherence": "100", "note": "Mine"}
    jana = a_clinician(by.clinic, name="Jana Olsen")
    a_visit(patient, jana, present("TINGLING", 2), gad7_total=8, adherence_percent=90, kind="PHONE")
    answer = client.post(visit_url(patient), sent)
    assert answer.status_code == 409
    page = words_of(answer)
    assert "Changed by Jana Olsen at" in page
    assert "Use theirs: 8" in page and "Keep mine: 12" in page
    assert "Use theirs: 1–2 missed a week" in page and "Keep mine: Every intake" in page
    assert "Mine</textarea>" in page
    assert Visit.objects.count() == 1
    form = page[page.index("data-main") : page.index("</main>")]
    again = fields_sent(form) | {"take_gad7_total": "theirs", "take_adherence": "mine"}
    assert client.post(visit_url(patient), again).status_code == 302
    saved = Visit.objects.order_by("-created_at", "-pk").get(note="Mine")
    assert saved.adherence_percent == 100
    assert Outcome.objects.get(visit=saved).total == 8


def test_a_dose_that_changed_meanwhile_is_not_turned_back(
    client: Client, patient: Patient, by: Actor
) -> None:
    regimen = taking(patient, by)
    sent = blank_form(client, patient)
    a_dose_change(regimen, by)
    answer = client.post(visit_url(patient), sent)
    assert answer.status_code == 409
    page = words_of(answer)
    form = page[page.index("data-main") : page.index("</main>")]
    again = fields_sent(form)
    assert (again["dose-was"], again["dose-elemental_mg"]) == ("199.8", "199.8")
    assert client.post(visit_url(patient), again).status_code == 302
    assert DoseStep.objects.count() == 2


def test_two_wishes_for_the_dose_are_compared(client: Client, patient: Patient, by: Actor) -> None:
    regimen = taking(patient, by, since=TODAY - timedelta(days=35))
    sent = blank_form(client, patient) | {"dose-now": "CHANGED", "dose-elemental_mg": "99.9"}
    a_dose_change(regimen, by, on=TODAY - timedelta(days=1))
    answer = client.post(visit_url(patient), sent)
    assert answer.status_code == 409
    page = words_of(answer)
    assert "Use theirs: 199.8" in page and "Keep mine: 99.9" in page
    form = page[page.index("data-main") : page.index("</main>")]
    client.post(visit_url(patient), fields_sent(form) | {"take_dose-elemental_mg": "theirs"})
    assert DoseStep.objects.count() == 2


@pytest.mark.parametrize("signs", [("IRREGULAR_HEARTBEAT", "CHEST_PAIN"), ("CONFUSION",), ("SEIZURE",)])
def test_an_emergency_is_said_before_anything_is_saved(
    client: Client, patient: Patient, signs: tuple[str, ...]
) -> None:
    sent = blank_form(client, patient) | {f"{sign}-present": "on" for sign in signs}
    rail = words_of(client.post(visit_url(patient, "visit_checks"), sent, headers={"HX-Request": "true"}))
    assert "This can be an emergency: call your emergency number now." in rail
    assert not Visit.objects.exists()


def test_the_last_answers_stand_beside_the_questions(client: Client, patient: Patient, by: Actor) -> None:
    a_visit(patient, by, present("TINGLING", 2), on=TODAY - timedelta(days=9), gad7_total=12)
    page = words_of(client.get(visit_url(patient)))
    assert "last time: grade 2, " in page
    assert "Last: 12 on " in page


def test_opening_the_form_is_audited(client: Client, patient: Patient) -> None:
    client.get(visit_url(patient))
    assert AuditEvent.objects.filter(act="READ_CHART", patient_id=patient.pk).exists()


def test_a_failing_audit_takes_the_visit_back(
    client: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = blank_form(client, patient)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("The audit is broken.")

    monkeypatch.setattr(AuditEvent.objects, "create", broken)
    with pytest.raises(RuntimeError, match="audit is broken"):
        client.post(visit_url(patient), sent)
    assert not Visit.objects.exists()


def test_whose_visit_is_asked_first(client: Client, patient: Patient) -> None:
    answer = client.get(reverse("reviews:choose_patient_for_visit"), follow=True)
    assert visit_url(patient) in words_of(answer)


NAMES = ("log_visit", "visit_checks", "visit_draft")


def test_a_stranger_finds_no_patient(client: Client, patient: Patient) -> None:
    client.force_login(a_clinician(a_clinic("southbank")).user)
    assert client.get(visit_url(patient)).status_code == 404
    for name in NAMES:
        assert client.post(visit_url(patient, name), {"patient": patient.pk}).status_code == 404


def test_a_researcher_logs_no_visit(client: Client, patient: Patient, by: Actor) -> None:
    client.force_login(a_researcher(by.clinic).user)
    assert client.get(visit_url(patient)).status_code == 403
    assert client.get(reverse("reviews:choose_patient_for_visit")).status_code == 403
    for name in NAMES:
        assert client.post(visit_url(patient, name), {}).status_code == 403


def test_the_clock_of_the_form_is_the_clinics(client: Client, patient: Patient) -> None:
    assert blank_form(client, patient)["visited_on"] == TODAY.isoformat()
    assert NOW.date() >= TODAY
