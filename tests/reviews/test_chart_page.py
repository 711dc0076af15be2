"""The chart: what it shows, to whom, and what reading it leaves behind."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from audit.models import AuditEvent
from patients.models import Patient
from reviews.acts.errors import mark_in_error
from reviews.night import check
from tests.factories import TODAY
from tests.stories import (
    a_clinic,
    a_clinician,
    a_dose_change,
    a_low_result,
    a_patient,
    a_researcher,
    a_result,
    a_visit,
    absent,
    an_admin,
    an_assistant,
    an_entry,
    at_the_clock,
    present,
    taking,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician(name="Dr Elena Marsh")


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


def chart(client: Client, who: Actor, patient: Patient, query: str = "", status: int = 200) -> str:
    client.force_login(who.user)
    answer = client.get(reverse("patients:chart", args=[patient.pk]) + query)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_banner_says_who_it_is_and_what_is_not_recorded(
    client: Client, by: Actor, patient: Patient
) -> None:
    page = chart(client, by, patient)
    assert "LINDQVIST, Sara" in page
    assert "17\N{NO-BREAK SPACE}May\N{NO-BREAK SPACE}1980" in page
    for words in ("eGFR not recorded", "Allergies not recorded", "Pregnancy not recorded"):
        assert words in page


def test_the_banner_names_cautions_allergies_and_medicines_to_keep_apart(
    client: Client, by: Actor, patient: Patient
) -> None:
    an_entry(patient, by, "conditions", "ALLERGY", value="Penicillin")
    an_entry(patient, by, "conditions", "AV_BLOCK")
    an_entry(patient, by, "medications", "LEVOTHYROXINE")
    a_result(patient, by, "59.6", analyte="EGFR", unit="mL/min/{1.73_m2}")
    page = chart(client, by, patient)
    for words in ("Allergy: Penicillin", "AV block", "keep 4 h apart", "59.6\N{NO-BREAK SPACE}mL/min"):
        assert words in page
    assert "Allergies not recorded" not in page


def test_pregnancy_is_asked_only_where_it_can_apply(client: Client, by: Actor) -> None:
    man = a_patient(by, sex="MALE")
    assert "Pregnan" not in chart(client, by, man).split("</section>")[1]


def test_standing_flags_stand_on_cards_with_their_sentence(
    client: Client, by: Actor, patient: Patient
) -> None:
    taking(patient, by)
    a_low_result(patient, by)
    page = chart(client, by, patient)
    assert page.count("flag-card") >= 2
    assert "0.42\N{NO-BREAK SPACE}mmol/L" in page
    assert "0.46–0.60" in page


def test_a_result_that_is_back_can_be_marked_reviewed_by_a_clinician_only(
    client: Client, by: Actor, patient: Patient
) -> None:
    taking(patient, by)
    a_result(patient, by, "0.50", reference_low="0.46", reference_high="0.60")
    assert "Mark reviewed" in chart(client, by, patient)
    assert "Mark reviewed" not in chart(client, an_assistant(by.clinic), patient)


def test_the_figure_and_its_table_say_the_same(client: Client, by: Actor, patient: Patient) -> None:
    regimen = taking(patient, by, since=TODAY - timedelta(days=70))
    a_dose_change(regimen, by, on=TODAY - timedelta(days=20))
    a_result(patient, by, "0.42", days_ago=60, reference_low="0.46", reference_high="0.60")
    a_visit(patient, by, present("FATIGUE", 2), on=TODAY - timedelta(days=40))
    a_visit(patient, by, absent("FATIGUE"), on=TODAY - timedelta(days=10), gad7_total=9)
    page = chart(client, by, patient)
    figure = page[
        page.index('class="plot timeline"') : page.index("</svg>", page.index('class="plot timeline"'))
    ]
    table = page[page.index("Course, table") :]
    assert 'role="img"' in figure
    for in_figure, in_table in (
        ("0.42 low", "0.42, low, interval 0.46–0.60"),
        ("Fatigue", "grade 2"),
        ("gone 2", "gone 2"),
        ("299.7 mg", "299.7 until"),
        ("199.8 mg", "199.8 until further notice"),
        (">9<", ">9<"),
    ):
        assert in_figure in figure
        assert in_table in table


def test_a_chart_without_rows_draws_axes_and_says_what_is_missing(
    client: Client, by: Actor, patient: Patient
) -> None:
    page = chart(client, by, patient)
    for words in ("No ionized Mg yet", "No regimen", "No results yet", "No visits yet", "Start a regimen"):
        assert words in page


@pytest.mark.parametrize("period", ["6m", "1y", "all", "nonsense"])
def test_the_period_is_chosen_by_a_link(client: Client, by: Actor, patient: Patient, period: str) -> None:
    a_result(patient, by, "0.51", days_ago=300)
    page = chart(client, by, patient, f"?period={period}")
    table = page[page.index("Course, table") : page.index("</table>", page.index("Course, table"))]
    assert ("0.51" in table) == (period in ("1y", "all"))


def test_each_tab_shows_its_rows(client: Client, by: Actor, patient: Patient) -> None:
    regimen = taking(patient, by)
    a_dose_change(regimen, by)
    a_result(patient, by, "0.94", analyte="CREATININE", unit="mg/dL")
    a_visit(patient, by, present("TINGLING"), note="Told by phone")
    assert "follows its creatinine" in chart(client, by, patient, "?tab=labs")
    assert "Told by phone" in chart(client, by, patient, "?tab=visits")
    assert "Loose stools" in chart(client, by, patient, "?tab=regimens")
    assert "superseded" in chart(client, by, patient, "?tab=history").replace(
        "closed by a later step", "superseded"
    )


def test_what_was_entered_in_error_is_read_under_history_and_counts_nowhere_else(
    client: Client, by: Actor, patient: Patient
) -> None:
    result = a_result(patient, by, "0.57")
    mark_in_error(
        row=result, by=by, at=result.created_at, version=result.version, reason="Other patient's tube"
    )
    assert "Other patient&#x27;s tube" in chart(client, by, patient, "?tab=history")
    assert "0.57" not in chart(client, by, patient)


def test_closed_flags_say_how_they_closed(client: Client, by: Actor, patient: Patient) -> None:
    taking(patient, by)
    a_visit(patient, by, absent("TINGLING"), is_re_evaluation=True, adherence_percent=100)
    assert "Met by the visit of" in chart(client, by, patient)


def test_reading_a_chart_is_audited(client: Client, by: Actor, patient: Patient) -> None:
    chart(client, by, patient)
    event = AuditEvent.objects.get(act="READ_CHART", patient_id=patient.pk)
    assert event.user == by.user


def test_an_assistant_reads_the_chart_but_changes_no_dose(
    client: Client, by: Actor, patient: Patient
) -> None:
    page = chart(client, an_assistant(by.clinic), patient)
    assert "Log visit" in page
    assert "Start a regimen" not in page


def test_researchers_and_admins_see_no_chart(client: Client, by: Actor, patient: Patient) -> None:
    for who in (a_researcher(by.clinic), an_admin(by.clinic)):
        chart(client, who, patient, status=403)
    assert not AuditEvent.objects.filter(act="READ_CHART").exists()


def test_another_clinic_s_patient_is_not_found(client: Client, by: Actor, patient: Patient) -> None:
    chart(client, a_clinician(a_clinic("southbank")), patient, status=404)


def test_the_number_of_queries_does_not_grow_with_the_history(
    client: Client, by: Actor, patient: Patient
) -> None:
    def told(days: int) -> None:
        on = TODAY - timedelta(days=days)
        a_visit(patient, by, present("FATIGUE", 1), on=on, gad7_total=8)
        a_result(patient, by, "0.52", days_ago=days)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("patients:chart", args=[patient.pk])).status_code == 200
        return len(seen)

    regimen = taking(patient, by, since=TODAY - timedelta(days=100))
    a_dose_change(regimen, by, on=TODAY - timedelta(days=50))
    an_entry(patient, by, "modifiers", "DIETARY_PHYTATE", value="HIGH")
    told(90)
    check(by.clinic, at=timezone.now())  # as every clinic is, each night
    client.force_login(by.user)
    few = queries()
    for days in range(80, 10, -4):
        told(days)
    assert queries() == few
    assert few <= 30
