"""The demonstration of the whole app, through the acts: from a start to a reviewed result."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from accounts.actors import Actor
from accounts.models import Clinic, Membership, User
from patients.models import Patient
from regimens.models import Product, Regimen
from reviews.acts.errors import mark_in_error
from reviews.acts.patients import register_patient
from reviews.acts.reevaluations import review_reevaluation
from reviews.acts.regimens import IntakeEntry, RegimenEntry, start_regimen
from reviews.acts.results import ResultEntry, record_results
from reviews.acts.visits import SymptomEntry, log_visit
from reviews.models import Flag, FlagState, Reevaluation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)


@pytest.fixture
def by() -> Actor:
    clinic = Clinic.objects.create(
        name="North", slug="north", time_zone="America/New_York", jurisdiction="US"
    )
    user = User.objects.create_user("c@example.test", "x", name="Dr C")
    return Actor.of(Membership.objects.create(user=user, clinic=clinic, roles=["CLINICIAN"]), "test")


def _result(analyte: str, value: str, unit: str, at: datetime, **more: Decimal) -> ResultEntry:
    return ResultEntry(Decimal(value), unit, at, analyte=analyte, **more)


def _standing(patient: Patient) -> list[str]:
    return sorted(Flag.objects.standing().filter(patient=patient).values_list("rule", flat=True))


def test_three_flags_stand_then_a_review_clears_and_an_error_raises_again(by: Actor) -> None:
    patient = register_patient(
        by=by,
        at=NOW,
        mrn="1",
        family_name="Wyman",
        given_name="Alfreda",
        birth_date=date(1980, 10, 28),
        sex="FEMALE",
    )
    five_weeks_ago = NOW - timedelta(days=35)
    record_results(
        patient=patient, entries=[_result("CREATININE", "0.94", "mg/dL", five_weeks_ago)], by=by, at=NOW
    )
    product = Product.objects.get(code="P02")
    intakes = [IntakeEntry(time(hour), Decimal(1)) for hour in (8, 13, 21)]
    entry = RegimenEntry(product=product, started_on=five_weeks_ago.date(), intakes=intakes)
    start_regimen(patient=patient, by=by, at=NOW, entry=entry)
    assert _standing(patient) == ["RE_EVALUATION"]

    low = _result(
        "IONIZED_MG",
        "0.42",
        "mmol/L",
        NOW - timedelta(days=20),
        reference_low=Decimal("0.46"),
        reference_high=Decimal("0.60"),
    )
    record_results(patient=patient, entries=[low], by=by, at=NOW)
    twitching = SymptomEntry("MUSCLE_TWITCHING", "PRESENT", 2, True, NOW.date() - timedelta(days=7))
    visit = log_visit(patient=patient, by=by, at=NOW, visited_on=NOW.date(), symptoms=[twitching])
    assert [flag.rule for flag in visit.flags if flag.symptom_answer_id] == ["SYMPTOM"]
    assert _standing(patient) == ["LAB_OUT_OF_RANGE", "RE_EVALUATION", "SYMPTOM"]

    later = NOW + timedelta(minutes=5)
    (back,) = record_results(
        patient=patient, entries=[_result("IONIZED_MG", "0.50", "mmol/L", NOW)], by=by, at=later
    )
    owed = Reevaluation.objects.in_state(NOW.date()).get(patient=patient)
    assert owed.state == "RESULT_BACK"

    review_reevaluation(reevaluation=owed, by=by, at=later, version=owed.version)
    cleared = Flag.objects.get(patient=patient, rule="RE_EVALUATION")
    assert (cleared.state, cleared.cleared_because) == (FlagState.CLEARED, "MET_BY_RESULT")
    assert cleared.reevaluation.met_by_result == back

    mark_in_error(row=back, by=by, at=later, version=back.version, reason="Wrong tube")
    again = Flag.objects.standing().get(patient=patient, rule="RE_EVALUATION")
    assert again.previous == cleared
    assert Regimen.objects.count() == 1
