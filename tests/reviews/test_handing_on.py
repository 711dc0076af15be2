"""A transfer, a death, shared care: what is open is listed, and closed or accepted in one act."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.records import StaleVersion
from labs.models import ExpectedResult
from patients.models import Patient
from regimens.models import Regimen
from reviews.acts.expected import order_result
from reviews.acts.handing_on import Chosen, hand_on
from reviews.models import Flag
from reviews.moments import Moment
from reviews.open_matters import Matter, open_matters
from tests.api.calling import Caller, done, faults
from tests.reviews.conftest import Story, present

LEFT: dict[str, Any] = {"status": "LEFT", "reason": "Moved to Oslo", "transferred_to": "Dr Berg, Oslo"}


@pytest.fixture
def open_story(story: Story) -> Story:
    """A regimen, a symptom, an ordered result; and a re-evaluation that ends with the recall."""
    story.starts(60)
    story.visit(0, present("TINGLING", 2))
    due_on = story.days_ago(0) + timedelta(days=5)
    order_result(patient=story.patient, analyte="IONIZED_MG", due_on=due_on, by=story.by, at=story.now)
    return story


def matters(story: Story) -> list[Matter]:
    return open_matters(story.patient, Moment.of(story.by.clinic, story.now))


def chosen(story: Story) -> Iterator[Chosen]:
    return (Chosen(m.kind, m.pk, m.version) for m in matters(story))


def go(story: Story, **told: Any) -> Patient:
    given: dict[str, Any] = LEFT | told
    return hand_on(patient=story.patient, by=story.by, at=story.now, version=1, **given)


def test_what_is_open_is_listed_and_what_ends_by_itself_is_not(open_story: Story) -> None:
    assert [matter.kind for matter in matters(open_story)] == ["FLAG", "REGIMEN", "EXPECTED_RESULT"]


def test_a_transfer_closes_what_was_chosen_in_its_own_words(open_story: Story) -> None:
    patient = go(open_story, close=list(chosen(open_story)))
    assert (patient.status, patient.transferred_to) == ("LEFT", "Dr Berg, Oslo")
    assert matters(open_story) == []
    flag = Flag.objects.get(patient=patient, rule="SYMPTOM")
    assert (flag.state, flag.action, flag.note) == ("RESOLVED", "REFERRED", "Handed on to Dr Berg, Oslo")
    assert Regimen.objects.get().stop_reason == "TRANSFERRED"
    assert ExpectedResult.objects.get(why="ORDERED").withdrawn_reason == "Handed on to Dr Berg, Oslo"


def test_what_was_not_chosen_stays_open(open_story: Story) -> None:
    go(open_story)
    assert [matter.kind for matter in matters(open_story)] == ["FLAG", "REGIMEN", "EXPECTED_RESULT"]
    # The recall has ended all the same.
    assert open_story.rules() == ["SYMPTOM"]


def test_a_death_stops_what_is_taken_on_its_day(open_story: Story) -> None:
    died_on = open_story.days_ago(0)
    patient = go(
        open_story, status="DECEASED", reason="Stroke", transferred_to="", deceased_on=died_on,
        death_relation="POSSIBLY_RELATED", close=list(chosen(open_story)),
    )  # fmt: skip
    regimen = Regimen.objects.get()
    assert (regimen.stop_reason, regimen.stopped_on) == ("DIED", died_on)
    assert (patient.death_relation, patient.transferred_to) == ("POSSIBLY_RELATED", "")


def test_of_a_death_nobody_asked_about_the_relation_is_not_known(open_story: Story) -> None:
    died_on = open_story.days_ago(0)
    patient = go(open_story, status="DECEASED", deceased_on=died_on)
    assert patient.death_relation == "UNKNOWN"
    assert go_back(open_story, patient).death_relation == ""


def go_back(story: Story, patient: Patient) -> Patient:
    return hand_on(
        patient=patient, by=story.by, at=story.now, version=patient.version, status="ACTIVE", reason=""
    )


def test_what_changed_meanwhile_closes_nothing(open_story: Story) -> None:
    stale = [Chosen(one.kind, one.id, one.version + 1) for one in chosen(open_story)]
    with pytest.raises(ValidationError, match="changed meanwhile") as refused:
        go(open_story, close=stale)
    assert set(refused.value.message_dict) == {"close"}
    open_story.patient.refresh_from_db()
    assert (open_story.patient.status, len(matters(open_story))) == ("ACTIVE", 3)


def test_a_pause_closes_nothing(open_story: Story) -> None:
    back = open_story.days_ago(0) + timedelta(days=30)
    with pytest.raises(ValidationError, match="Only a transfer or a death"):
        go(open_story, status="PAUSED", returns_on=back, close=list(chosen(open_story)))


def test_an_emergency_is_closed_alone(story: Story) -> None:
    story.starts(60)
    story.visit(0, present("IRREGULAR_HEARTBEAT", 3), present("SYNCOPE", 3))
    emergencies = [m for m in matters(story) if m.alone]
    assert emergencies
    with pytest.raises(ValidationError, match="resolved by itself"):
        go(story, close=[Chosen(m.kind, m.pk, m.version) for m in emergencies])


def test_a_refused_date_of_death_leaves_everything_as_it_was(open_story: Story) -> None:
    tomorrow = open_story.days_ago(-1)
    with pytest.raises(ValidationError):
        go(open_story, status="DECEASED", deceased_on=tomorrow, close=list(chosen(open_story)))
    assert len(matters(open_story)) == 3


def test_who_comes_second_is_told(open_story: Story) -> None:
    go(open_story)
    with pytest.raises(StaleVersion):
        go(open_story)


def test_a_program_lists_and_closes(open_story: Story) -> None:
    caller, path = Caller(open_story.by), f"patients/{open_story.patient.pk}/"
    listed = caller.get(f"{path}open-matters/").json()
    close = [{name: one[name] for name in ("kind", "id", "version")} for one in listed]
    told = {"status": "LEFT", "status_reason": "Moved", "transferred_to": "Dr Berg", "close": close}
    left = done(caller.patch(path, version=1, **told))
    assert (left["status"], left["transferred_to"]) == ("LEFT", "Dr Berg")
    assert caller.get(f"{path}open-matters/").json() == []


def test_a_program_is_told_by_name_what_cannot_be(open_story: Story) -> None:
    caller, path = Caller(open_story.by), f"patients/{open_story.patient.pk}/"
    stranger = {"kind": "FLAG", "id": str(open_story.patient.pk), "version": 1}
    told = {"status": "LEFT", "status_reason": "Moved", "close": [stranger]}
    assert set(faults(caller.patch(path, version=1, **told))) == {"close"}
    assert set(faults(caller.patch(path, version=1, monitored_by="ELSEWHERE"))) == {"shared_with"}
    assert set(faults(caller.patch(path, version=1, death_relation="SURELY"))) == {"death_relation"}


def test_the_page_lists_what_is_open_and_closes_what_is_ticked(open_story: Story, client: Client) -> None:
    client.force_login(open_story.by.user)
    address = f"/patients/{open_story.patient.pk}/status/"
    page = client.get(address).content.decode()
    tokens = [matter.token for matter in matters(open_story)]
    assert all(f'value="{token}"' in page for token in tokens)
    sent = LEFT | {"version": 1, "close": [*tokens, "FLAG:none:1"], "death_relation": "UNKNOWN"}
    refused = client.post(address, sent)
    assert refused.status_code == 400 and "changed meanwhile" in refused.content.decode()
    assert len(matters(open_story)) == 3
    sent["close"] = tokens[:1]
    assert client.post(address, sent).status_code == 302
    assert [matter.kind for matter in matters(open_story)] == ["REGIMEN", "EXPECTED_RESULT"]
    chart = client.get(f"/patients/{open_story.patient.pk}/").content.decode()
    assert "handed on to Dr Berg, Oslo" in chart


def test_shared_care_stands_above_every_page(story: Story, client: Client) -> None:
    client.force_login(story.by.user)
    caller, path = Caller(story.by), f"patients/{story.patient.pk}/"
    done(caller.patch(path, version=1, monitored_by="ELSEWHERE", shared_with="Dr Lund, Ystad"))
    page = client.get(f"/patients/{story.patient.pk}/").content.decode()
    assert "Shared with Dr Lund, Ystad: prescribes this clinic, monitors elsewhere" in page
