"""The morning's list on the API: read it, and put another in its place."""

import pytest

from accounts.actors import Actor
from tests.api.calling import Caller, done, faults
from tests.stories import a_clinic, a_clinician, a_patient, a_researcher, a_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return a_clinician()


def test_ids_replace_the_list_in_their_order(by: Actor) -> None:
    one, two, caller = a_patient(by), a_patient(by), Caller(by)
    a_visit(two, by)
    keys = [str(two.pk), str(one.pk)]
    told = done(caller.post("today/", patients=[*keys, keys[0]]))
    assert (told["on"], told["count"], told["done"]) == ("2026-03-12", 2, 1)
    assert [(row["patient"], row["seen"]) for row in told["patients"]] == [(keys[0], True), (keys[1], False)]
    assert done(caller.get("today/"))["patients"] == told["patients"]
    assert done(caller.post("today/", patients=[]))["count"] == 0


def test_lines_replace_it_and_those_without_their_patient_are_told(by: Actor) -> None:
    a_patient(by, family_name="Adams")
    a_patient(by, family_name="Baker")
    told = done(Caller(by).post("today/", lines=["baker", "sara", "nobody", "Adams"]))
    assert [row["family_name"] for row in told["patients"]] == ["Baker", "Adams"]
    assert [(line["line"], line["text"], len(line["candidates"])) for line in told["not_matched"]] == [
        (2, "sara", 2),
        (3, "nobody", 0),
    ]


def test_a_list_that_cannot_be_is_refused_and_the_old_one_stays(by: Actor) -> None:
    mine, theirs = a_patient(by), a_patient(a_clinician(a_clinic("meadow")))
    caller = Caller(by)
    done(caller.post("today/", patients=[str(mine.pk)]))
    assert caller.post("today/", patients=[str(mine.pk), str(theirs.pk)]).status_code == 404
    assert set(faults(caller.post("today/"))) == {"patients"}
    assert set(faults(caller.post("today/", patients=[], lines=[]))) == {"patients"}
    assert set(faults(caller.post("today/", lines=["x"] * 201))) == {"lines"}
    assert done(caller.get("today/"))["count"] == 1
    assert Caller(a_researcher(by.clinic)).get("today/").status_code == 403
