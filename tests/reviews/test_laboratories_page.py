"""The pages of laboratories: notices first, what each test is, own intervals; what is typed wrongly stays."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import Actor
from labs.models import LabNotice, Laboratory, LaboratoryTest
from reviews.acts.laboratories import laboratory_named, name_test
from tests.factories import NOW
from tests.factories_labs import LabNoticeFactory, LaboratoryTestFactory
from tests.stories import a_clinic, a_clinician, an_admin, an_assistant, at_the_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician(name="Dr Elena Marsh")


@pytest.fixture
def laboratory(by: Actor) -> Laboratory:
    return laboratory_named("Northfield Lab", by=by, at=NOW)


@pytest.fixture
def signed_in(client: Client, by: Actor) -> Client:
    client.force_login(by.user)
    return client


def a_test(laboratory: Laboratory, by: Actor, name: str = "Mg ion", **told: Any) -> LaboratoryTest:
    means = told or {"analyte": "IONIZED_MG"}
    return name_test(laboratory=laboratory, local_name=name, by=by, at=NOW, **means)


def a_notice(laboratory: Laboratory, **told: Any) -> LabNotice:
    notice: LabNotice = LabNoticeFactory.create(test__laboratory=laboratory, **told)
    return notice


def words(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def the_page(client: Client, laboratory: Laboratory) -> str:
    return words(client.get(reverse("reviews:laboratory", args=[laboratory.pk])))


def posted(client: Client, name: str, *args: Any, status: int = 302, **typed: Any) -> str:
    answer = client.post(reverse(f"reviews:{name}", args=args), typed)
    assert answer.status_code == status, answer.content
    return "" if status == 302 else words(answer, status)


def test_the_list_shows_notices_first_and_then_tests(
    signed_in: Client, by: Actor, laboratory: Laboratory
) -> None:
    LaboratoryTestFactory.create(laboratory=laboratory, local_name="mg i")
    LaboratoryTestFactory.create(laboratory=laboratory, local_name="gold", analyte="", loinc="", unit="")
    a_notice(laboratory, sentence="The unit changed from mmol/L to mg/dL.")
    page = words(signed_in.get(reverse("reviews:laboratories")))
    assert page.index("The unit changed from mmol/L to mg/dL.") < page.index("Name in its files")
    assert "mg i Ionized magnesium 73572-0 0.46 to 0.6 mmol/L none" in page
    assert "gold Nobody has said none" in page


def test_an_assistant_works_here_and_an_admin_does_not(
    client: Client, by: Actor, laboratory: Laboratory
) -> None:
    for who, status in ((an_assistant(by.clinic), 200), (an_admin(by.clinic), 403)):
        client.force_login(who.user)
        assert client.get(reverse("reviews:laboratories")).status_code == status


def test_another_clinics_laboratory_is_not_here(signed_in: Client) -> None:
    stranger = a_clinician(a_clinic("meadow"))
    theirs = laboratory_named("Southfield Lab", by=stranger, at=NOW)
    assert "Southfield" not in words(signed_in.get(reverse("reviews:laboratories")))
    assert signed_in.get(reverse("reviews:laboratory", args=[theirs.pk])).status_code == 404


def test_a_test_is_named_once(signed_in: Client, by: Actor, laboratory: Laboratory) -> None:
    posted(signed_in, "laboratory", laboratory.pk, local_name="Mg ION", means="IONIZED_MG", once="a")
    test = LaboratoryTest.objects.get()
    assert (test.local_name, test.analyte, test.created_by) == ("mg ion", "IONIZED_MG", by.user)
    posted(signed_in, "laboratory", laboratory.pk, local_name="Hb", means="IGNORED", once="b")
    assert "hb Does not concern this clinic" in the_page(signed_in, laboratory)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            {"local_name": "", "means": "IONIZED_MG"},
            "laboratory's files: This field is required.",
        ),
        ({"local_name": "Mg"}, "What it is: Say what it is"),
        ({"local_name": "Mg", "loinc": "2951-2"}, "LOINC code: LOINC '2951-2' is not an analyte"),
        ({"local_name": "Mg", "loinc": "2601-3", "means": "IONIZED_MG"}, "Clear one of the two."),
        ({"local_name": "Mg ion", "means": "TOTAL_MG"}, "Kept already as: Ionized magnesium."),
        ({"local_name": "Mg\x00", "means": "TOTAL_MG"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    signed_in: Client, by: Actor, laboratory: Laboratory, typed: dict[str, str], said: str
) -> None:
    a_test(laboratory, by)
    assert said in posted(signed_in, "laboratory", laboratory.pk, status=400, **typed)
    assert LaboratoryTest.objects.get().version == 2


def test_a_meaning_is_changed_by_who_has_seen_it(
    signed_in: Client, by: Actor, laboratory: Laboratory
) -> None:
    test = a_test(laboratory, by)
    told: dict[str, Any] = {"means": "TOTAL_MG", "loinc": ""}
    conflict = posted(
        signed_in, "laboratory_test", laboratory.pk, test.pk, status=409, version=test.version - 1, **told
    )
    assert "Changed by Dr Elena Marsh" in conflict
    posted(signed_in, "laboratory_test", laboratory.pk, test.pk, version=test.version, **told)
    test.refresh_from_db()
    assert (test.analyte, test.loinc) == ("TOTAL_MG", "2601-3")


def test_an_own_interval_is_entered_in_any_unit_and_taken_away(
    signed_in: Client, by: Actor, laboratory: Laboratory
) -> None:
    test = a_test(laboratory, by, "Mg", analyte="TOTAL_MG")
    typed: dict[str, Any] = {"low": "1.7", "high": "2.4", "unit": "mg/dL"}
    posted(signed_in, "laboratory_interval", laboratory.pk, test.pk, version=test.version, **typed)
    assert "0.6994 to 0.9875 mmol/L" in the_page(signed_in, laboratory)
    empty: dict[str, Any] = {"low": "", "high": "", "unit": "mmol/L"}
    posted(signed_in, "laboratory_interval", laboratory.pk, test.pk, version=test.version + 1, **empty)
    test.refresh_from_db()
    assert (test.interval_low, test.interval_high) == (None, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"low": "0.60", "high": "0.46"}, "From: The lower limit is not below the upper limit."),
        ({"low": "46"}, "From: 46 mmol/L is not plausible for ionized magnesium"),
        ({"high": "much"}, "To: Enter a number."),
        ({"unit": "ng/mL"}, "Unit: Select a valid choice."),
    ],
)
def test_an_interval_that_cannot_be_is_said_at_its_field(
    signed_in: Client, by: Actor, laboratory: Laboratory, typed: dict[str, str], said: str
) -> None:
    test = a_test(laboratory, by)
    told: dict[str, Any] = {"low": "", "high": "", "unit": "mmol/L", "version": str(test.version)} | typed
    assert said in posted(signed_in, "laboratory_interval", laboratory.pk, test.pk, status=400, **told)


def test_without_a_meaning_there_is_no_interval(signed_in: Client, laboratory: Laboratory) -> None:
    test = LaboratoryTestFactory.create(laboratory=laboratory, analyte="", loinc="")
    address = reverse("reviews:laboratory_interval", args=[laboratory.pk, test.pk])
    assert signed_in.get(address).headers["Location"] == reverse(
        "reviews:laboratory_test", args=[laboratory.pk, test.pk]
    )


def test_a_notice_is_seen_and_stays_as_history(signed_in: Client, laboratory: Laboratory) -> None:
    notice = a_notice(laboratory)
    posted(signed_in, "notice_seen", notice.pk, version="x", laboratory="1")
    assert "Look at these" in the_page(signed_in, laboratory)
    posted(signed_in, "notice_seen", notice.pk, version="1", laboratory="1")
    page = the_page(signed_in, laboratory)
    assert "Look at these" not in page
    assert page.index("Notices that were seen") < page.index(notice.sentence)
    posted(signed_in, "notice_seen", notice.pk, version="2")
    notice.refresh_from_db()
    assert notice.version == 2


def test_the_number_of_queries_does_not_grow_with_the_tests(
    signed_in: Client, by: Actor, laboratory: Laboratory
) -> None:
    asked: list[int] = []
    for _ in range(2):
        for number in range(3):
            other = laboratory_named(f"Lab {len(asked)} {number}", by=by, at=NOW)
            a_test(other, by)
            a_notice(other, sentence=f"{number} {len(asked)}", test__local_name=f"x {number}")
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(reverse("reviews:laboratories"))
        asked.append(len(queries))
    assert asked[0] == asked[1]
