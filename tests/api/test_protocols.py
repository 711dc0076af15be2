"""Versions of the protocol in the API: read, draft, count, adopt."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from protocols.models import Protocol
from protocols.thresholds import PROTOCOL_1
from reviews.models import ProtocolRun
from reviews.tasks import work_on_protocol_run
from tests.api.calling import Caller, done, faults, made, results
from tests.factories import TODAY
from tests.stories import a_clinic, a_clinician, a_patient, a_researcher, an_admin, standing, taking

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician() -> Actor:
    return a_clinician(a_clinic(), name="Carl Clinician")


@pytest.fixture
def admin(clinician: Actor) -> Actor:
    return an_admin(clinician.clinic, name="Ada Admin")


def draft(by: Actor, edition: str = "", **values: Any) -> dict[str, Any]:
    return made(Caller(by).post("protocols/draft/", values=values, summary="Slower", edition=edition))


def numbers(version: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in version["thresholds"]}


def test_the_version_in_force_is_read_with_every_number(clinician: Actor) -> None:
    (version,) = results(Caller(a_researcher(clinician.clinic)).get("protocols/"))
    assert (version["version"], version["state"], version["run"]) == (1, "IN_FORCE", None)
    assert [row["name"] for row in version["thresholds"]] == [number.name for number in PROTOCOL_1]
    row = numbers(version)["re_evaluation_closes_days"]
    assert (row["value"], row["unit"], row["mark"], row["claim"], row["since"]) == (42, "days", "C", "C21", 1)
    assert row["source"] == "Founding article, C21"


def test_a_version_is_drafted_counted_and_adopted_by_two_people(clinician: Actor, admin: Actor) -> None:
    patient = a_patient(clinician)
    taking(patient, clinician, since=TODAY - timedelta(days=25))
    new = draft(admin, re_evaluation_opens_days=21)
    assert (new["state"], new["drafted_by"], new["adopted_by"]) == ("DRAFT", "Ada Admin", None)
    assert numbers(new)["re_evaluation_opens_days"]["since"] == 2

    counting = done(Caller(admin).post(f"protocols/{new['id']}/count/"))["run"]
    assert (counting["kind"], counting["state"]) == ("COUNT", "WAITING")
    work_on_protocol_run(counting["id"])
    counted = Caller(admin).get(f"protocols/{new['id']}/").json()["run"]
    assert (counted["state"], counted["done"], counted["raised"]) == ("DONE", 1, {"RE_EVALUATION": 1})
    assert (counted["cleared"], counted["not_recomputed"]) == ({}, 0)

    adopted = done(Caller(clinician).post(f"protocols/{new['id']}/adopt/", edition=new["edition"]))
    assert (adopted["state"], adopted["adopted_by"]) == ("IN_FORCE", "Carl Clinician")
    assert (adopted["run"]["kind"], adopted["run"]["state"]) == ("ADOPT", "WAITING")
    work_on_protocol_run(adopted["run"]["id"])
    assert standing(patient) == ["RE_EVALUATION"]
    assert [(row["version"], row["state"]) for row in results(Caller(admin).get("protocols/"))] == [
        (2, "IN_FORCE"),
        (1, "EARLIER"),
    ]


def test_faults_are_named_at_the_values(clinician: Actor, admin: Actor) -> None:
    call = Caller(admin)
    bad = faults(call.post("protocols/draft/", values={"egfr_stop": 60}, summary="x"))
    assert set(bad["values"]) == {"egfr_stop", "egfr_caution"}
    bad = faults(call.post("protocols/draft/", values={"bedtime_days": 1}, summary="x"))
    assert set(bad["values"]) == {"bedtime_days"}
    bad = faults(call.post("protocols/draft/", values={"this_week_days": 1.5}, summary="x"))
    assert bad["values"]["this_week_days"] == ["Must be a whole number of days."]
    bad = faults(call.post("protocols/draft/", values={"egfr_stop": "much"}, summary=""))
    assert set(bad) == {"values", "summary"}
    assert "No number differs" in str(faults(call.post("protocols/draft/", values={}, summary="x")))
    assert set(faults(call.post("protocols/draft/", values=[], summary="x"))) == {"values"}
    assert not Protocol.objects.filter(clinic=admin.clinic).exists()


@pytest.mark.parametrize("value", [1e300, "NaN", True, None, "", {}, "30\x00"])
def test_a_value_that_is_no_number_is_a_400(clinician: Actor, admin: Actor, value: Any) -> None:
    answer = Caller(admin).post("protocols/draft/", values={"egfr_stop": value}, summary="x")
    assert set(faults(answer)) == {"values"}


def test_a_draft_that_changed_meanwhile_is_a_409_with_how_it_stands(clinician: Actor, admin: Actor) -> None:
    first = draft(admin, re_evaluation_closes_days=49)
    again = draft(admin, edition=first["edition"], re_evaluation_closes_days=50)
    assert again["id"] == first["id"]
    body = {"values": {"re_evaluation_closes_days": 51}, "summary": "x", "edition": first["edition"]}
    answer = Caller(admin).post("protocols/draft/", **body)
    assert answer.status_code == 409
    assert answer.json()["current"]["edition"] == again["edition"]
    answer = Caller(clinician).post(f"protocols/{first['id']}/adopt/", edition=first["edition"])
    assert answer.status_code == 409


def test_adopting_is_refused_with_every_reason(clinician: Actor, admin: Actor) -> None:
    new = draft(admin, re_evaluation_closes_days=49)
    path = f"protocols/{new['id']}/adopt/"
    assert Caller(admin).post(path, edition=new["edition"]).status_code == 403
    assert "have not been counted" in str(faults(Caller(clinician).post(path, edition=new["edition"])))
    assert set(faults(Caller(clinician).post(path))) == {"edition"}
    default = Protocol.objects.get(clinic=None)
    answer = Caller(clinician).post(f"protocols/{default.pk}/adopt/", edition=default.edition)
    assert "never changes" in str(faults(answer))
    assert "never changes" in str(faults(Caller(clinician).post(f"protocols/{default.pk}/count/")))


def test_another_clinics_draft_is_a_404(clinician: Actor, admin: Actor) -> None:
    new = draft(admin, re_evaluation_closes_days=49)
    stranger = Caller(a_clinician(a_clinic("southbank")))
    for path in ("", "count/", "adopt/"):
        address = f"protocols/{new['id']}/{path}"
        answer = stranger.post(address, edition=new["edition"]) if path else stranger.get(address)
        assert answer.status_code == 404, path


def test_a_key_makes_one_count(clinician: Actor, admin: Actor) -> None:
    new = draft(admin, re_evaluation_closes_days=49)
    for _ in range(2):
        done(Caller(admin).post(f"protocols/{new['id']}/count/", once="k"))
    assert ProtocolRun.objects.count() == 1
