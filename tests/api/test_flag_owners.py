"""Who answers for a flag, on the API; members to choose from; absences."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Absence
from reviews.models import Flag
from tests.api.calling import Caller, done, faults, made, results
from tests.factories import TODAY, AbsenceFactory
from tests.stories import Clock, a_clinic, a_clinician, a_flag, an_admin, an_assistant

pytestmark = pytest.mark.django_db


def pk(who: Actor) -> int:
    assert who.membership is not None
    return who.membership.pk


@pytest.fixture
def ada() -> Actor:
    return a_clinician()


@pytest.fixture
def bob(ada: Actor) -> Actor:
    return a_clinician(ada.clinic)


@pytest.fixture
def flag(ada: Actor) -> Flag:
    return a_flag(ada)


def hands(row: dict[str, Any]) -> tuple[int | None, int | None, int | None]:
    return row["owner"], row["holder"], row["offered_to"]


def test_take_offer_and_accept(flag: Flag, ada: Actor, bob: Actor) -> None:
    mine, his, path = Caller(ada), Caller(bob), f"flags/{flag.pk}"
    assert hands(done(mine.get(f"{path}/"))) == (None, None, None)
    assert hands(done(mine.post(f"{path}/assign/", version=1, owner=pk(ada)))) == (pk(ada), pk(ada), None)
    row = done(mine.post(f"{path}/offer/", version=2, to=pk(bob), note="Knows her"))
    assert hands(row) == (pk(ada), pk(ada), pk(bob))
    assert row["offer_ends_at"] == "2026-03-15T11:00:00-04:00"
    row = done(his.post(f"{path}/accept/", version=3))
    assert (hands(row), row["offer_ends_at"]) == ((pk(bob), pk(bob), None), None)
    assert hands(done(his.post(f"{path}/undo/", version=4))) == (pk(ada), pk(ada), pk(bob))
    done(his.post(f"{path}/decline/", version=5, reason="Away"))
    assert hands(done(mine.post(f"{path}/assign/", version=6, owner=None))) == (None, None, None)


def test_an_offer_reads_as_not_made_once_it_is_over(clock: Clock, flag: Flag, ada: Actor, bob: Actor) -> None:
    mine, path = Caller(ada), f"flags/{flag.pk}"
    done(mine.post(f"{path}/assign/", version=1, owner=pk(ada)))
    done(mine.post(f"{path}/offer/", version=2, to=pk(bob)))
    clock.forward(days=3)
    row = done(Caller(ada).get(f"{path}/"))
    assert (row["offered_to"], row["offer_ends_at"], row["version"]) == (None, None, 3)
    assert list(faults(Caller(bob).post(f"{path}/accept/", version=3))) == ["id"]


def test_the_holder_of_an_absent_owner_is_the_deputy(flag: Flag, ada: Actor, bob: Actor) -> None:
    done(Caller(ada).post(f"flags/{flag.pk}/assign/", version=1, owner=pk(ada)))
    AbsenceFactory.create(membership=ada.membership, deputy=bob.membership)
    assert hands(done(Caller(ada).get(f"flags/{flag.pk}/"))) == (pk(ada), pk(bob), None)


@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("assign", {}, "owner"),
        ("assign", {"owner": "x"}, "owner"),
        ("assign", {"owner": 10**20}, "owner"),
        ("offer", {}, "to"),
        ("offer", {"to": None}, "to"),
        ("decline", {}, "reason"),
        ("decline", {"reason": ""}, "reason"),
        ("decline", {"reason": "x" * 1001}, "reason"),
        ("decline", {"reason": "\x00"}, "reason"),
        ("accept", {}, "id"),
    ],
)
def test_bad_acts_are_refused_with_the_field(
    flag: Flag, ada: Actor, act: str, body: dict[str, Any], field: str
) -> None:
    assert list(faults(Caller(ada).post(f"flags/{flag.pk}/{act}/", version=1, **body))) == [field]
    flag.refresh_from_db()
    assert (flag.owner, flag.version) == (None, 1)


@pytest.mark.parametrize("act", ["assign", "offer", "accept", "decline"])
def test_every_act_needs_the_version_and_a_stale_one_gets_the_flag(flag: Flag, ada: Actor, act: str) -> None:
    body: dict[str, Any] = {"owner": pk(ada), "to": pk(ada), "reason": "No"}
    caller = Caller(ada)
    assert list(faults(caller.post(f"flags/{flag.pk}/{act}/", **body))) == ["version"]
    done(caller.post(f"flags/{flag.pk}/acknowledge/", version=1))
    late = caller.post(f"flags/{flag.pk}/{act}/", **body, version=1)
    assert (late.status_code, late.json()["current"]["version"]) == (409, 2)


def test_another_clinics_member_and_one_who_may_not_resolve_are_not_found(flag: Flag, ada: Actor) -> None:
    for other in (a_clinician(a_clinic("southbank")), an_assistant(ada.clinic)):
        answer = Caller(ada).post(f"flags/{flag.pk}/assign/", version=1, owner=pk(other))
        assert (answer.status_code, list(answer.json())) == (404, ["owner"])


def test_an_assistant_assigns_and_hands_nothing_over(flag: Flag, ada: Actor, bob: Actor) -> None:
    helper = Caller(an_assistant(ada.clinic))
    assert done(helper.post(f"flags/{flag.pk}/assign/", version=1, owner=pk(bob)))["owner"] == pk(bob)
    for act in ("offer", "accept", "decline"):
        answer = helper.post(f"flags/{flag.pk}/{act}/", version=2, to=pk(ada), reason="No")
        assert answer.status_code == 403


def test_members_to_choose_from(ada: Actor, bob: Actor) -> None:
    helper = an_assistant(ada.clinic, name="Hana Helper")
    a_clinician(a_clinic("southbank"))
    AbsenceFactory.create(membership=bob.membership, deputy=ada.membership)
    rows = {row["id"]: row for row in results(Caller(ada).get("members/"))}
    assert set(rows) == {pk(ada), pk(bob), pk(helper)}
    assert rows[pk(helper)] == {
        "id": pk(helper),
        "name": "Hana Helper",
        "roles": ["ASSISTANT"],
        "may_own_flags": False,
        "is_away": False,
    }
    assert (rows[pk(bob)]["may_own_flags"], rows[pk(bob)]["is_away"]) == (True, True)


def test_absences_are_listed_and_added(clock: Clock, ada: Actor, bob: Actor) -> None:
    caller = Caller(ada)
    days = {"from_on": "2026-03-12", "until_on": "2026-03-13"}
    row = made(caller.post("absences/", deputy=pk(bob), **days))
    assert (row["member"], row["deputy"], row["until_on"]) == (pk(ada), pk(bob), "2026-03-13")
    assert [found["id"] for found in results(caller.get("absences/"))] == [row["id"]]
    assert results(Caller(an_admin(a_clinic("southbank"))).get("absences/")) == []
    assert list(faults(caller.post("absences/", deputy=pk(bob), **days))) == ["from_on"]
    assert list(faults(caller.post("absences/", member=pk(bob), deputy=pk(ada), **days))) == [
        "member",
        "deputy",
    ]
    assert Absence.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"until_on": "2026-03-11"}, "until_on"),
        ({"until_on": "soon"}, "until_on"),
        ({"from_on": "9999-01-01"}, "from_on"),
        ({"deputy": "x"}, "deputy"),
        ({"deputy": None}, "deputy"),
        ({"member": "x"}, "member"),
    ],
)
def test_a_bad_absence_is_refused_with_the_field(
    clock: Clock, ada: Actor, bob: Actor, body: dict[str, Any], field: str
) -> None:
    good: dict[str, Any] = {
        "deputy": pk(bob),
        "from_on": str(TODAY),
        "until_on": str(TODAY + timedelta(days=1)),
    }
    assert list(faults(Caller(ada).post("absences/", **(good | body)))) == [field]


def test_a_deputy_of_another_clinic_is_not_found(ada: Actor) -> None:
    stranger = pk(a_clinician(a_clinic("southbank")))
    answer = Caller(ada).post("absences/", deputy=stranger, from_on="2026-03-12", until_on="2026-03-12")
    assert (answer.status_code, list(answer.json())) == (404, ["deputy"])
