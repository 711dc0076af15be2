"""Labs on the chart: what stands and what does not, whose interval counts, figures that join like to like."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from labs.models import LabResult, ResultCancellation
from patients.models import Patient
from reviews.acts.ground import act_on
from tests.factories import NOW
from tests.factories_labs import LaboratoryFactory, LaboratoryTestFactory
from tests.stories import a_clinician, a_patient, a_result, at_the_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician()


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


def labs(client: Client, by: Actor, patient: Patient, query: str = "?tab=labs") -> str:
    client.force_login(by.user)
    answer = client.get(reverse("patients:chart", args=[patient.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def rows(page: str) -> list[str]:
    """The rows of "every result", newest sample first, without their tags."""
    table = page[page.index('aria-label="Results, table"') :]
    found = re.findall(r"<tr.*?</tr>", table[: table.index("</table>")], re.S)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def figure(page: str, key: str) -> str:
    start = page.index(f'class="plot {key}"')
    return page[start : page.index("</svg>", start)]


def table(page: str, key: str) -> str:
    start = page.index("<table", page.index(f'class="plot {key}"'))
    return " ".join(re.sub(r"<[^>]+>", " ", page[start : page.index("</table>", start)]).split())


def reported(patient: Patient, by: Actor, value: str, **told: Any) -> LabResult:
    return a_result(patient, by, value, source="HL7_V2", source_id="F1^73572-0", **told)


def test_a_superseded_value_is_struck_and_says_by_what(client: Client, by: Actor, patient: Patient) -> None:
    reported(patient, by, "0.30", days_ago=3, reported_at=NOW - timedelta(days=3))
    reported(patient, by, "0.52", days_ago=3, status="CORRECTED", reported_at=NOW - timedelta(days=1))
    page = labs(client, by, patient)
    [gone] = [row for row in rows(page) if "0.3 mmol/L" in row]
    assert "superseded by corrected result of 11 Mar 2026" in gone
    assert page.count("<s>") == 1
    drawn = figure(page, "lab-ionized-mg")
    assert drawn.count("lab-strike") == 1 and ">0.52<" in drawn and "0.30 low" not in drawn
    assert "superseded by corrected result of 11 Mar 2026" in table(page, "lab-ionized-mg")


def test_a_result_that_the_laboratory_took_back_stays_visible(
    client: Client, by: Actor, patient: Patient
) -> None:
    reported(patient, by, "0.52", days_ago=3)
    with act_on(patient, by, NOW):
        ResultCancellation.objects.create(
            clinic=by.clinic, patient=patient, created_at=NOW, created_by=by.user, source="HL7_V2",
            source_id="F1^73572-0", how="WRONG", received_at=NOW,
        )  # fmt: skip
    page = labs(client, by, patient)
    assert "withdrawn by the laboratory on 12 Mar 2026: posted as wrong by the laboratory" in rows(page)[0]
    assert "No results yet" in page and "lab-strike" in figure(page, "lab-ionized-mg")


def test_a_preliminary_result_is_shown_and_does_not_count(
    client: Client, by: Actor, patient: Patient
) -> None:
    a_result(patient, by, "0.52", status="PRELIMINARY")
    page = labs(client, by, patient)
    assert "preliminary, does not count yet" in rows(page)[0]
    assert "hollow" in figure(page, "lab-ionized-mg")


def test_all_that_was_told_of_a_result_stands_in_its_row(client: Client, by: Actor, patient: Patient) -> None:
    a_result(
        patient, by, "1.02", unit="mg/dL", days_ago=1, loinc="32698-3", abnormal_flag="L", zone_assumed=True,
        analyzer="Stat 8", method="ISE", laboratory="North", specimen="plasma", fasting=True,
        ph=Decimal("7.20"), last_mg_dose_at=NOW - timedelta(days=2), reference_low="1.1",
        reference_high="1.5",
    )  # fmt: skip
    [row] = rows(labs(client, by, patient))
    for words in (
        "zone assumed", "1.02 mg/dL", "0.42 mmol/L", "flag sent: L", "serum or plasma",
        "came with the result", "0.45–0.62", "Stat 8, ISE, North",
        "plasma, fasting, pH 7.20, last magnesium dose 10 Mar 2026 11:00",
        "doubtful: pH 7.20, not adjusted",
    ):  # fmt: skip
        assert words in row


def test_whose_interval_it_is_stands_in_words(client: Client, by: Actor, patient: Patient) -> None:
    laboratory = LaboratoryFactory.create(clinic=by.clinic, name="South")
    LaboratoryTestFactory.create(
        clinic=by.clinic, laboratory=laboratory, interval_low=Decimal("0.53"), interval_high=Decimal("0.67")
    )
    a_result(patient, by, "0.50", days_ago=3, reference_low="0.46", reference_high="0.60")
    a_result(patient, by, "0.50", days_ago=2, laboratory="South")
    a_result(patient, by, "0.50", days_ago=1)
    newest, middle, oldest = rows(labs(client, by, patient))
    assert "0.40–0.68 protocol default" in newest
    assert "0.53–0.67 laboratory" in middle and "own" in middle
    assert "0.46–0.60 came with the result" in oldest


def test_two_analyzers_are_never_joined_without_a_mark(client: Client, by: Actor, patient: Patient) -> None:
    for days, analyzer in ((40, "Nova 8"), (30, "Nova 8"), (20, "Stat"), (10, "Stat")):
        a_result(patient, by, "0.50", days_ago=days, analyzer=analyzer)
    small, timeline = figure(labs(client, by, patient), "lab-ionized-mg"), labs(client, by, patient, "?")
    assert small.count("lab-line ionized") == 2 and small.count('class="lab-change"') == 1
    drawn = figure(timeline, "timeline")
    assert drawn.count('class="mg-line"') == 2 and drawn.count('class="lab-change"') == 1
    assert "another analyzer" in drawn and "another analyzer" in table(
        labs(client, by, patient), "lab-ionized-mg"
    )


def test_a_value_that_is_only_known_to_lie_below_is_drawn_so_and_never_computed_with(
    client: Client, by: Actor, patient: Patient
) -> None:
    for days in (40, 30):
        a_result(patient, by, "0.50", days_ago=days)
    a_result(patient, by, "0.20", comparator="<", days_ago=20)
    a_result(patient, by, "1.20", analyte="IONIZED_CA", days_ago=20)
    a_result(patient, by, "1.20", analyte="IONIZED_CA", days_ago=30)
    page, overview = labs(client, by, patient), labs(client, by, patient, "?")
    for drawn in (figure(page, "lab-ionized-mg"), figure(overview, "timeline")):
        assert "&lt;0.20 low" in drawn and drawn.count("lab-arrow") == 1
    assert "&lt;0.20" in table(page, "lab-ionized-mg")
    ratios = [ratio for ratio in ("2.40", "6.00") if f'class="number">{ratio}<' in page]
    assert ratios == ["2.40"]
    assert "the change is not judged" in overview


def test_ionized_and_total_have_figures_of_their_own_and_an_egfr_says_where_it_comes_from(
    client: Client, by: Actor, patient: Patient
) -> None:
    a_result(patient, by, "0.50")
    a_result(patient, by, "0.85", analyte="TOTAL_MG")
    a_result(patient, by, "0.94", analyte="CREATININE", unit="mg/dL")
    page = labs(client, by, patient)
    for key in ("lab-ionized-mg", "lab-total-mg", "lab-creatinine", "lab-egfr"):
        assert page.count(f'class="plot {key}"') == 1
    assert "0.85" not in figure(page, "lab-ionized-mg")
    assert "Calculated from creatinine by CKD-EPI 2021" in page
    assert "CKD-EPI 2021 from creatinine" in table(page, "lab-egfr")


def test_the_columns_are_what_was_measured(client: Client, by: Actor, patient: Patient) -> None:
    a_result(patient, by, "40", analyte="PTH", unit="pg/mL")
    page = labs(client, by, patient, "?")
    head = page[page.index('aria-label="Labs, table"') :]
    head = head[: head.index("</thead>")]
    assert "Parathyroid hormone" in head and "Ionized Mg" in head and "Albumin" not in head


def test_every_figure_says_its_numbers_in_its_table(client: Client, by: Actor, patient: Patient) -> None:
    told = {"0.44": 30, "0.53": 20, "0.62": 10}
    for value, days in told.items():
        a_result(patient, by, value, days_ago=days, reference_low="0.45", reference_high="0.60")
    page = labs(client, by, patient)
    drawn, words = figure(page, "lab-ionized-mg"), table(page, "lab-ionized-mg")
    for value, word in (("0.44", "0.44 low"), ("0.53", "0.53"), ("0.62", "0.62 high")):
        assert f">{word}<" in drawn and f" {value} " in words
    assert 'role="img"' in drawn and "latest 0.62 mmol/L" in drawn
