"""The pages of exports: asking, watching, cancelling, releasing, taking away, each with a fresh sign-in."""

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from accounts.actors import Actor
from audit.releasing import change_releasing
from caseseries.acts_exports import ALL_FORMATS
from caseseries.models import Definition, Export
from tests.caseseries.exports_made import a_definition, asked_for, exported, files_of, worked_on
from tests.caseseries.people import a_person
from tests.factories import NOW, PASSWORD
from tests.stories import Clock, a_clinic, a_clinician, a_researcher, an_admin, an_assistant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
EXPORTS = "/case-series/exports/"
CHOSEN = urlencode({"formats": list(ALL_FORMATS), "profile": "STANDARD"}, doseq=True)
ASKED: dict[str, Any] = {"form": "GLYCINATE", "minimum_weeks": "12", "formats": list(ALL_FORMATS)}


def signed_in(by: Actor) -> Client:
    client = Client()
    client.force_login(by.user)
    return client


@pytest.fixture
def person(by: Actor) -> Client:
    return signed_in(by)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def page_of(export: Export) -> str:
    return f"{EXPORTS}{export.pk}/"


def test_asking_leads_to_a_page_that_waits_and_htmx_gets_the_state_alone(person: Client) -> None:
    answer = person.post(EXPORTS, ASKED)
    export = Export.objects.get()
    assert answer["Location"] == page_of(export)
    assert export.formats == list(ALL_FORMATS)
    page = text(person.get(page_of(export)))
    assert "Waiting for a worker." in page and 'hx-trigger="every 2s"' in page and "<progress" in page
    part = text(person.get(page_of(export), headers={"HX-Request": "true", "HX-Target": "export"}))
    assert part.startswith('<div class="stack" id="export"') and "<html" not in part


@pytest.mark.usefixtures("article")
def test_a_finished_export_shows_its_files_and_who_took_them(by: Actor, person: Client) -> None:
    export = exported(by)
    page = text(person.get(page_of(export)))
    assert "50 people, 50 de-identified rows." in page and "hx-trigger" not in page
    assert all(entry["sha256"] in page for entry in export.files)
    for name, content in files_of(export).items():
        answer: Any = person.get(f"{page_of(export)}{name}")
        assert (answer.getvalue(), "attachment" in answer["Content-Disposition"]) == (content, True)
    page = text(person.get(page_of(export)))
    assert "Taken away" in page and f"by {by.user}" in page


def test_an_export_of_a_locked_definition(by: Actor, person: Client) -> None:
    locked = a_definition(by)
    person.post(EXPORTS, {"definition": str(locked.pk), "formats": ["csv"], "profile": "STANDARD"})
    export = Export.objects.get()
    assert (export.definition, export.formats) == (locked, ["csv"])
    assert str(export.pk) in text(person.get(EXPORTS))


def test_no_format_is_said(person: Client) -> None:
    answer = person.post(EXPORTS, {**ASKED, "formats": []}, follow=True)
    assert "Choose one or more of pdf, xlsx, csv, json." in text(answer)
    assert Export.objects.count() == 0


def test_a_double_click_asks_once(person: Client) -> None:
    first, second = (person.post(EXPORTS, {**ASKED, "once": "k1"})["Location"] for _ in range(2))
    assert first == second and Export.objects.count() == 1
    changed = person.post(EXPORTS, {**ASKED, "minimum_weeks": "8", "once": "k1"})
    assert (changed["Location"], Export.objects.count()) == (EXPORTS, 1)


def test_cancel_and_try_again(by: Actor, person: Client) -> None:
    export = asked_for(by)
    assert person.post(f"{page_of(export)}cancel/")["Location"] == page_of(export)
    assert f"Cancelled by {by.user}." in text(person.get(page_of(export)))
    again = person.post(f"{page_of(export)}cancel/", follow=True)
    assert "This export is finished already." in text(again)
    person.post(f"{page_of(export)}retry/")
    assert worked_on(export).state == "DONE"


def test_what_was_written_since_is_said(by: Actor, person: Client, clock: Clock) -> None:
    export = exported(by)
    assert "out of date" not in text(person.get(page_of(export)))
    patient = a_person(by)
    clock.forward(minutes=1)
    particulars = {
        "mrn": patient.mrn, "family_name": "Other", "given_name": "Name", "birth_date": "1970-01-01",
        "sex": "FEMALE", "version": patient.version,
    }  # fmt: skip
    person.post(f"/patients/{patient.pk}/edit/", particulars)
    assert "The snapshot is out of date" in text(person.get(page_of(export)))


# --- a fresh sign-in


def test_asking_and_taking_need_a_fresh_sign_in(by: Actor, person: Client, clock: Clock) -> None:
    export = exported(by)
    clock.forward(minutes=6)
    for answer, back in (
        (person.post(EXPORTS, ASKED), f"/case-series/{export.definition_id}/?{CHOSEN}"),
        (person.get(f"{page_of(export)}people.csv"), page_of(export)),
        (person.post(f"{page_of(export)}release/"), page_of(export)),
    ):
        assert answer.status_code == 302
        where = urlsplit(answer["Location"])
        assert (where.path, parse_qs(where.query)) == ("/accounts/reauthenticate/", {"next": [back]})
    assert Export.objects.count() == 1


def test_what_was_chosen_is_chosen_still_after_the_password(by: Actor, clock: Clock) -> None:
    by.user.set_password(PASSWORD)
    by.user.save()
    person = signed_in(by)
    clock.forward(minutes=6)
    asking = person.post(EXPORTS, ASKED | {"formats": ["csv", "json"], "profile": "PUBLICATION_WITH_CONSENT"})
    assert "needs a sign-in of the last minutes" in text(person.get(asking["Location"]))
    page = text(person.post(asking["Location"], {"password": PASSWORD}, follow=True))
    ticked = set(re.findall(r'value="(\w+)"[^>]* checked', page))
    assert ticked == {"csv", "json", "PUBLICATION_WITH_CONSENT"}
    assert "press Export" in page and not Export.objects.exists()


# --- a second person


@pytest.fixture
def second(by: Actor) -> Actor:
    change_releasing(by=by, at=NOW, version=1, needs_second_releaser=True)
    by.clinic.refresh_from_db()
    return a_clinician(by.clinic)


def test_a_second_person_releases_on_the_page(by: Actor, person: Client, second: Actor) -> None:
    export = exported(by)
    page = text(person.get(page_of(export)))
    assert "Waits for release" in page and "another person must release it" in page
    assert "people.csv" in page and 'people.csv" download' not in page
    assert person.get(f"{page_of(export)}people.csv").status_code == 404
    assert "Another person must release it" in text(person.post(f"{page_of(export)}release/", follow=True))
    other = signed_in(second)
    assert ">Release</button>" in text(other.get(page_of(export)))
    other.post(f"{page_of(export)}release/")
    assert person.get(f"{page_of(export)}people.csv").status_code == 200
    assert f"by {second.user}" in text(person.get(page_of(export)))


# --- who may not


@pytest.mark.parametrize("key", ["not-an-id", "00000000-0000-7000-8000-000000000000"])
def test_a_definition_that_is_not_here_is_a_404(person: Client, key: str) -> None:
    assert person.post(EXPORTS, {"definition": key}).status_code == 404


def test_another_clinics_and_a_colleagues_export_are_a_404(by: Actor) -> None:
    export = exported(by)
    stranger = signed_in(a_researcher(a_clinic("southbank")))
    for client in (stranger, signed_in(a_clinician(by.clinic))):
        assert client.get(page_of(export)).status_code == 404
        assert client.get(f"{page_of(export)}people.csv").status_code == 404
        for act in ("cancel", "retry", "release"):
            assert client.post(f"{page_of(export)}{act}/").status_code == 404
    assert stranger.post(EXPORTS, {"definition": str(export.definition_id)}).status_code == 404


def test_a_bad_cohort_locks_and_exports_nothing(person: Client) -> None:
    answer = person.post(EXPORTS, {**ASKED, "minimum_weeks": "-1"})
    assert answer.status_code == 400 and "Nothing was counted." in text(answer)
    assert (Export.objects.count(), Definition.objects.count()) == (0, 0)


def test_assistants_and_admins_may_not(by: Actor) -> None:
    for member in (an_assistant(by.clinic), an_admin(by.clinic)):
        client = signed_in(member)
        assert {client.get(EXPORTS).status_code, client.post(EXPORTS, ASKED).status_code} == {403}
