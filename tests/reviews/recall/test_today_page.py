"""The morning's list: what is pasted is matched or shown back, order is kept, and a visit moves on."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import Actor
from audit.models import AuditEvent
from patients.models import Patient
from reviews.acts.booking import book_reevaluation
from reviews.acts.messages import log_message
from reviews.acts.mornings import LAST_PLACE, add_to_morning, places_of, put_at, replace_morning
from reviews.models import MorningPlace
from reviews.morning_lines import matched
from tests.factories import NOW, TODAY
from tests.reviews.recall.conftest import overdue, owed_of, stable
from tests.reviews.recall.test_recall_pages import words
from tests.reviews.visit.form import save
from tests.stories import a_clinic, a_clinician, a_patient, a_researcher, a_visit, an_assistant, present

pytestmark = pytest.mark.django_db
ADDRESS = "/today/"


@pytest.fixture
def signed_in(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


@pytest.fixture
def three(by: Actor) -> list[Patient]:
    """Adams, Baker and Clark, in that order of MRN."""
    return [
        a_patient(by, family_name=name, mrn=mrn)
        for name, mrn in (("Adams", "100101"), ("Baker", "100102"), ("Clark", "100103"))
    ]


def the_list(by: Actor) -> list[str]:
    return [place.patient.family_name for place in places_of(by, TODAY).select_related("patient")]


def paste(client: Client, text: str, status: int = 200) -> Any:
    answer = client.post(ADDRESS, {"do": "add", "lines": text})
    assert answer.status_code == status, answer
    return answer


def fields_of(answer: Any) -> dict[str, str]:
    """What the form of the lines to decide would send as it stands."""
    html = answer.content.decode()
    return dict(re.findall(r'name="((?:text|place)-\d+)" value="([^"]*)"', html))


def test_lines_are_added_in_their_order_by_mrn_and_by_name(
    signed_in: Client, by: Actor, three: list[Patient]
) -> None:
    paste(signed_in, "100 103\r\n\r\n  adams, sara \n100102 Baker\n", 302)
    assert the_list(by) == ["Clark", "Adams", "Baker"]
    page = words(signed_in.get(ADDRESS))
    assert "Done 0 of 3" in page
    assert page.index("CLARK") < page.index("ADAMS") < page.index("BAKER")


def test_what_names_nobody_or_several_is_shown_back_and_keeps_its_place(
    signed_in: Client, by: Actor, three: list[Patient]
) -> None:
    answer = paste(signed_in, "Clark\nsara\nzzz <b>\nBaker")
    page = words(answer)
    assert "2 lines to decide" in page
    assert "3 patients match." in page
    assert "Nobody in this clinic has this MRN or name." in page
    assert the_list(by) == ["Clark", "Baker"]
    sent = fields_of(answer)
    assert (sent["text-1"], sent["text-2"]) == ("sara", "zzz &lt;b&gt;")
    chosen = {"do": "choose", "chosen-1": str(three[0].pk), "chosen-2": ""}
    answer = signed_in.post(ADDRESS, sent | chosen)
    assert the_list(by) == ["Clark", "Adams", "Baker"]
    assert "1 line to decide" in words(answer)
    last = fields_of(answer) | {"do": "choose", "chosen-1": "skip"}
    assert signed_in.post(ADDRESS, last).status_code == 302


def test_a_line_that_is_corrected_is_looked_up_again_at_its_place(
    signed_in: Client, by: Actor, three: list[Patient]
) -> None:
    sent = fields_of(paste(signed_in, "Clrak\nAdams"))
    signed_in.post(ADDRESS, sent | {"do": "choose", "text-1": "Clark", "chosen-1": ""})
    assert the_list(by) == ["Clark", "Adams"]


def test_a_patient_who_is_named_twice_stands_once_and_that_is_said(
    signed_in: Client, by: Actor, three: list[Patient]
) -> None:
    paste(signed_in, "Adams\n100101", 302)
    paste(signed_in, "Adams\nBaker", 302)
    assert the_list(by) == ["Adams", "Baker"]
    assert "On the list already: ADAMS, Sara." in signed_in.get(ADDRESS).content.decode()


def test_who_died_is_not_added(signed_in: Client, by: Actor, three: list[Patient]) -> None:
    Patient.objects.filter(pk=three[0].pk).update(status="DECEASED", deceased_on=TODAY)
    assert "ADAMS, Sara has died." in words(paste(signed_in, "Adams"))
    three[0].refresh_from_db()
    with pytest.raises(ValidationError, match="has died"):
        replace_morning(by=by, at=NOW, patients=three)
    assert the_list(by) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Paste at least one MRN or name"),
        (" \n \n", "Paste at least one MRN or name"),
        ("\n".join(["x"] * 201), "Paste at most 200 lines; these are 201."),
        (f"ok\n{'x' * 201}", "Line 2 is longer than 200 characters."),
    ],
)
def test_a_paste_that_cannot_be_is_refused_and_kept(signed_in: Client, text: str, said: str) -> None:
    answer = paste(signed_in, text, 400)
    assert said in words(answer, 400)
    assert text.strip() in answer.content.decode()


def test_an_unknown_button_is_refused(signed_in: Client, three: list[Patient]) -> None:
    assert "Choose what to do" in words(signed_in.post(ADDRESS, {"do": "dance"}), 400)
    one = reverse("reviews:morning_place", args=[three[0].pk])
    assert "Choose what to do" in words(signed_in.post(one, {"do": "dance"}), 400)


def test_the_list_holds_at_most_two_hundred(by: Actor, three: list[Patient]) -> None:
    everybody = [a_patient(by, mrn=f"A{n}") for n in range(198)]
    add_to_morning(by=by, at=NOW, patients=list(enumerate(everybody, 1)))
    with pytest.raises(ValidationError, match="at most 200 patients; these would be 201"):
        add_to_morning(by=by, at=NOW, patients=list(enumerate(three, 1)))
    assert len(the_list(by)) == 198


def test_moving_removing_and_clearing(signed_in: Client, by: Actor, three: list[Patient]) -> None:
    paste(signed_in, "Adams\nBaker\nClark", 302)

    def does(patient: Patient, do: str) -> list[str]:
        address = reverse("reviews:morning_place", args=[patient.pk])
        assert signed_in.post(address, {"do": do}).status_code == 302
        return the_list(by)

    adams, baker, clark = three
    assert does(adams, "down") == ["Baker", "Adams", "Clark"]
    assert does(clark, "up") == ["Baker", "Clark", "Adams"]
    assert does(baker, "up") == ["Baker", "Clark", "Adams"]
    assert does(adams, "down") == ["Baker", "Clark", "Adams"]
    assert does(clark, "remove") == ["Baker", "Adams"]
    assert does(clark, "remove") == ["Baker", "Adams"]
    assert signed_in.post(ADDRESS, {"do": "clear"}).status_code == 302
    assert the_list(by) == []


def test_where_places_run_out_the_gaps_are_closed(by: Actor, three: list[Patient]) -> None:
    add_to_morning(by=by, at=NOW, patients=[(LAST_PLACE + 1, three[0])])
    add_to_morning(by=by, at=NOW, patients=[(1, three[1])])
    assert list(places_of(by, TODAY).values_list("place", flat=True)) == [1, 2]
    assert put_at(by=by, at=NOW, place=2, patient=three[2])
    assert the_list(by) == ["Adams", "Baker", "Clark"]


def test_the_bookings_of_today_are_taken_in_order_of_name(signed_in: Client, by: Actor) -> None:
    for name, day in (("Young", TODAY), ("Abel", TODAY), ("Later", TODAY + timedelta(days=1))):
        row = owed_of(overdue(by, family_name=name))
        book_reevaluation(reevaluation=row, by=by, at=NOW, version=row.version, booked_on=day)
    assert signed_in.post(ADDRESS, {"do": "bookings"}).status_code == 302
    assert the_list(by) == ["Abel", "Young"]
    page = words(signed_in.get(ADDRESS))
    assert "re‑evaluation 8 days over, booked for today" in page.replace("-evaluation", "‑evaluation")
    signed_in.post(ADDRESS, {"do": "clear"})
    MorningPlace.objects.all().delete()


def test_without_bookings_that_is_said(signed_in: Client) -> None:
    signed_in.post(ADDRESS, {"do": "bookings"})
    assert "Nobody is booked for today." in signed_in.get(ADDRESS).content.decode()


def test_a_row_says_why_the_patient_comes(signed_in: Client, by: Actor) -> None:
    patient = overdue(by)
    a_visit(patient, by, present("TINGLING"), on=TODAY - timedelta(days=2))
    add_to_morning(by=by, at=NOW, patients=[(1, patient)])
    page = words(signed_in.get(ADDRESS))
    assert "re-evaluation 8 days over; eGFR due; tingling grade 1" in page.replace("‑", "-")
    assert "299.7 mg/day elemental" in page
    assert "10 Mar 2026 2 days ago" in page


def test_a_visit_of_today_by_anyone_is_seen_and_a_message_is_not(
    signed_in: Client, by: Actor, three: list[Patient]
) -> None:
    paste(signed_in, "Adams\nBaker\nClark", 302)
    a_visit(three[0], a_clinician(by.clinic))
    told: dict[str, Any] = {"told_by": "PATIENT", "symptoms": [present("FATIGUE")]}
    log_message(patient=three[1], by=by, at=NOW, received_at=NOW, **told)
    page = words(signed_in.get(ADDRESS))
    assert "Done 1 of 3" in page
    assert page.count("Seen ") == 1


def current(client: Client, query: str = "") -> str:
    html = client.get(ADDRESS + query).content.decode()
    (row,) = re.findall(r'<tr [^>]*aria-current="true">.*?</tr>', html, re.S)
    (name,) = set(re.findall(r"[A-Z]{5}(?=, Sara)", row))
    return str(name)


def test_a_visit_comes_back_to_the_list_and_moves_on_to_the_next_not_seen(
    signed_in: Client, by: Actor, three: list[Patient]
) -> None:
    paste(signed_in, "Adams\nBaker\nClark", 302)
    assert current(signed_in) == "ADAMS"
    a_visit(three[2], by)
    form = signed_in.get(reverse("reviews:log_visit", args=[three[1].pk]) + "?for=today")
    assert '<input type="hidden" name="for" value="today">' in form.content.decode()
    answer = save(signed_in, three[1], **{"for": "today"})
    assert answer["Location"] == f"{ADDRESS}?after={three[1].pk}"
    assert current(signed_in, f"?after={three[1].pk}") == "ADAMS"
    assert current(signed_in, "?after=nonsense") == "ADAMS"
    assert "autofocus" in signed_in.get(answer["Location"]).content.decode()
    assert "autofocus" not in signed_in.get(ADDRESS).content.decode()
    a_visit(three[0], by)
    assert "All 3 were seen today." in words(signed_in.get(ADDRESS))


def test_a_visit_from_elsewhere_goes_to_the_chart(signed_in: Client, three: list[Patient]) -> None:
    chart = reverse("patients:chart", args=[three[0].pk])
    assert save(signed_in, three[0])["Location"] == chart


def test_each_person_has_a_list_of_their_own_for_each_day(
    signed_in: Client, by: Actor, three: list[Patient]
) -> None:
    paste(signed_in, "Adams", 302)
    other = an_assistant(by.clinic)
    assert the_list(other) == []
    client = Client()
    client.force_login(other.user)
    assert "ADAMS" not in client.get(ADDRESS).content.decode()
    assert not places_of(by, TODAY + timedelta(days=1)).exists()
    client.force_login(a_researcher(by.clinic).user)
    assert client.get(ADDRESS).status_code == 403
    assert AuditEvent.objects.filter(act="READ_LIST", user=other.user).count() == 1


def test_another_clinics_patient_is_matched_by_nothing_and_chosen_by_nobody(
    signed_in: Client, by: Actor
) -> None:
    stranger = a_clinician(a_clinic("meadow"))
    theirs = a_patient(stranger, family_name="Strange", mrn="900900")
    assert words(paste(signed_in, "900900\nStrange")).count("Nobody in this clinic") == 2
    told = {"do": "choose", "text-1": "Strange", "place-1": "1", "chosen-1": str(theirs.pk)}
    assert signed_in.post(ADDRESS, told).status_code == 404
    assert signed_in.post(ADDRESS, told | {"chosen-1": "nonsense"}).status_code == 404
    place = reverse("reviews:morning_place", args=[theirs.pk])
    assert signed_in.post(place, {"do": "remove"}).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_list(signed_in: Client, by: Actor) -> None:
    asked = []
    for n in (2, 6):
        people = [stable(by) for _ in range(n)]
        for patient in people:
            a_visit(patient, by, present("TINGLING"))
        add_to_morning(by=by, at=NOW, patients=list(enumerate(people, 1)))
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(ADDRESS).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_all_lines_are_matched_with_two_queries(by: Actor, three: list[Patient]) -> None:
    lines = ["100101", "Baker", "cla sa", "sara", "?!", "100 103 Clark", "O'Nobody"]
    with CaptureQueriesContext(connection) as queries:
        found = matched(by.clinic, lines)
    assert len(queries) == 2
    assert [line.patient.family_name if line.patient else "" for line in found] == [
        "Adams",
        "Baker",
        "Clark",
        "",
        "",
        "Clark",
        "",
    ]
    assert [len(line.found) for line in found] == [1, 1, 1, 3, 0, 1, 0]


def test_of_many_candidates_a_few_are_offered_and_it_is_said(by: Actor) -> None:
    for _ in range(7):
        a_patient(by)
    (line,) = matched(by.clinic, ["lindqvist"])
    assert (len(line.found), line.more, line.words) == (5, True, "More than 5 patients match.")
