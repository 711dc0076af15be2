"""Another dose told than planned: results of magnesium wait until it is settled, critical ones count."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.records import StaleVersion
from labs.models import LabResult
from patients.models import Patient, Visit
from reviews.acts.doses_told import settle_dose
from reviews.dose_told import differs
from reviews.sentences import sentence
from tests.api.calling import Caller, done, faults, made
from tests.reviews.conftest import Story, absent, present

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("told", "planned", "is_other"),
    [
        ("180", "200", False),
        ("179", "200", True),
        ("220", "200", False),
        ("221", "200", True),
        ("0", "0", False),
    ],
)
def test_a_tenth_is_rounding_and_more_is_another_dose(told: str, planned: str, is_other: int) -> None:
    assert differs(Decimal(told), Decimal(planned), 10) == bool(is_other)


@pytest.fixture
def taking_300(story: Story) -> Story:
    story.starts(40)
    return story


def waiting(patient: Patient) -> list[str]:
    rows = LabResult.objects.filter(patient=patient, awaits_dose=True)
    return sorted(rows.values_list("analyte", flat=True))


def told(story: Story, mg: str, days: int = 0) -> Visit:
    return story.visit(days, dose_told_elemental_mg=Decimal(mg))


def test_results_of_magnesium_of_that_day_wait_and_no_others(taking_300: Story) -> None:
    story = taking_300
    for analyte, value in (("IONIZED_MG", "0.65"), ("TOTAL_MG", "0.9"), ("POTASSIUM", "4.1")):
        story.result(analyte, value, 5)
    story.result("IONIZED_MG", "0.55", 4)
    told(story, "100", 5)
    assert waiting(story.patient) == ["IONIZED_MG", "TOTAL_MG"]


def test_a_critical_value_does_not_wait(taking_300: Story) -> None:
    story = taking_300
    told(story, "100")
    result = story.result("IONIZED_MG", "0.95", 0)
    assert (result.interpretation, waiting(story.patient)) == ("CRITICAL_HIGH", [])
    assert "LAB_OUT_OF_RANGE" in story.rules()


def test_a_flag_of_that_day_stands_and_says_that_it_waits(taking_300: Story) -> None:
    story = taking_300
    told(story, "100")
    story.result("IONIZED_MG", "0.75", 0)
    flag = story.flag("LAB_OUT_OF_RANGE")
    assert sentence(flag, story.days_ago(0)).endswith("Not interpretable until the dose taken is settled.")


@pytest.mark.parametrize("mg", ["300", "290", "310"])
def test_the_plan_itself_waits_for_nobody(mg: str, taking_300: Story) -> None:
    told(taking_300, mg)
    taking_300.result("IONIZED_MG", "0.55", 0)
    assert waiting(taking_300.patient) == []


def test_the_dose_of_yesterday_is_compared(story: Story) -> None:
    story.starts(0)
    told(story, "0")
    story.result("IONIZED_MG", "0.55", 0)
    assert waiting(story.patient) == []


@pytest.mark.parametrize("taken", ["AS_PLANNED", "AS_TOLD"])
def test_settled_the_results_can_be_read_and_no_dose_is_changed(taken: str, taking_300: Story) -> None:
    story = taking_300
    visit = told(story, "100")
    story.result("IONIZED_MG", "0.65", 0)
    settle_dose(visit=visit, by=story.by, at=story.now, version=visit.version, taken=taken)
    assert waiting(story.patient) == []
    assert visit.dose_settled_as == taken
    assert story.patient.regimens.get().dose_steps.count() == 1


def test_what_does_not_wait_cannot_be_settled_and_nobody_settles_twice(taking_300: Story) -> None:
    story = taking_300
    plain = told(story, "300", 1)
    with pytest.raises(ValidationError, match="no dose waits"):
        settle_dose(visit=plain, by=story.by, at=story.now, version=1, taken="AS_TOLD")
    other = told(story, "100")
    with pytest.raises(ValidationError, match="AS_PLANNED"):
        settle_dose(visit=other, by=story.by, at=story.now, version=1, taken="MORE")
    settle_dose(visit=other, by=story.by, at=story.now, version=1, taken="AS_TOLD")
    with pytest.raises(StaleVersion):
        settle_dose(visit=other, by=story.by, at=story.now, version=1, taken="AS_PLANNED")


def test_marked_in_error_a_visit_lets_the_results_go(taking_300: Story) -> None:
    caller, visit = Caller(taking_300.by), told(taking_300, "100")
    taking_300.result("IONIZED_MG", "0.65", 0)
    done(caller.post(f"visits/{visit.pk}/entered-in-error/", version=1, reason="typed wrongly"))
    assert waiting(taking_300.patient) == []


def test_a_program_reads_and_settles_it(taking_300: Story) -> None:
    caller, visit = Caller(taking_300.by), told(taking_300, "100")
    result = taking_300.result("IONIZED_MG", "0.65", 0)
    assert done(caller.get(f"lab-results/{result.pk}/"))["awaits_dose"] is True
    assert faults(caller.post(f"visits/{visit.pk}/settle-dose/", version=1, taken="BOTH")).keys() == {"taken"}
    settled = done(caller.post(f"visits/{visit.pk}/settle-dose/", version=1, taken="AS_TOLD"))
    assert settled["dose_settled_as"] == "AS_TOLD"
    assert done(caller.get(f"lab-results/{result.pk}/"))["awaits_dose"] is False
    assert caller.post(f"visits/{visit.pk}/settle-dose/", version=1, taken="AS_TOLD").status_code == 409


def test_the_chart_asks_and_one_button_settles(taking_300: Story, client: Client) -> None:
    client.force_login(taking_300.by.user)
    visit = told(taking_300, "100")
    chart = f"/patients/{taking_300.patient.pk}/"
    page = client.get(chart).content.decode()
    assert "not interpretable until it is settled" in page
    sent = {"version": visit.version, "taken": "AS_TOLD"}
    assert client.post(f"/visits/{visit.pk}/dose-taken/", sent).headers["Location"] == chart
    page = client.get(chart).content.decode()
    assert "not interpretable" not in page
    client.post(f"/visits/{visit.pk}/dose-taken/", sent)
    assert "meanwhile" in client.get(chart).content.decode()


def test_twitching_proposes_the_step_down_of_the_article_and_applies_nothing(taking_300: Story) -> None:
    caller = Caller(taking_300.by)
    body = {"patient": str(taking_300.patient.pk), "visited_on": str(taking_300.days_ago(0))}
    told = [{"symptom": "MUSCLE_TWITCHING", "answer": "PRESENT", "grade": 1}]
    proposed = made(caller.post("visits/", **body, symptoms=told))["step_down"]
    amounts = (proposed["from_elemental_mg_per_day"], proposed["to_elemental_mg_per_day"])
    assert (amounts, proposed["evidence"], proposed["claim"]) == ((299.7, 250), "C", "C33")
    assert "unverified" in proposed["sentence"] and "check first" in proposed["sentence"]
    assert taking_300.patient.regimens.get().dose_steps.count() == 1
    quiet = made(caller.post("visits/", **body, symptoms=[{"symptom": "FATIGUE", "answer": "PRESENT"}]))
    assert quiet["step_down"] is None


def test_at_the_amount_of_the_article_nothing_is_proposed(story: Story) -> None:
    story.starts(40, units=2)
    caller = Caller(story.by)
    body = {"patient": str(story.patient.pk), "visited_on": str(story.days_ago(0))}
    told = [{"symptom": "MUSCLE_TWITCHING", "answer": "PRESENT", "grade": 1}]
    assert made(caller.post("visits/", **body, symptoms=told))["step_down"] is None


def test_an_episode_tells_what_was_changed_and_what_followed(taking_300: Story, client: Client) -> None:
    story, caller = taking_300, Caller(taking_300.by)
    story.visit(20, present("MUSCLE_TWITCHING", 2))
    story.changes(story.patient.regimens.get(), 20, units=2)
    story.visit(6, absent("MUSCLE_TWITCHING"))
    answer = caller.get(f"patients/{story.patient.pk}/symptom-episodes/")
    assert answer.status_code == 200
    (episode,) = answer.json()
    assert (episode["elemental_mg_per_day_at_onset"], episode["days_from_last_change"]) == (299.7, 20)
    lowered = episode["dechallenge"]
    amounts = (lowered["from_elemental_mg_per_day"], lowered["to_elemental_mg_per_day"])
    assert (amounts, lowered["followed"], lowered["days"]) == ((299.7, 199.8), "GONE", 14)
    assert episode["rechallenge"] is None
    client.force_login(story.by.user)
    page = client.get(f"/patients/{story.patient.pk}/").content.decode().replace("\xa0", " ")
    assert "299.7 to 199.8 mg/day" in page and "gone when asked 14 days later" in page
