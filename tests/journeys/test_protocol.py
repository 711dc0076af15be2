"""A version of the protocol, from the draft to the queue: two people, a count, an adoption."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.actors import Actor
from protocols.drafts import save_draft
from reviews.acts.adoption import count_draft
from reviews.models import ProtocolRun, RunKind
from reviews.tasks import work_on_protocol_run
from tests.factories import NOW, TODAY
from tests.journeys.conftest import SitDown
from tests.journeys.desk import Desk
from tests.journeys.test_screens import look_at
from tests.stories import a_member, a_patient, standing, taking

pytestmark = pytest.mark.browser

OPENS = "Re-evaluation opens after a start or change in days"
CLOSES = "Re-evaluation closes after a start or change in days"


def a_worker_comes(kind: RunKind) -> None:
    work_on_protocol_run(ProtocolRun.objects.get(kind=kind).pk)


def draft_an_earlier_window(desk: Desk) -> None:
    """First with a slip, which is told at both fields and loses nothing."""
    desk.open("protocols:index")
    desk.press("Draft a version")
    desk.fill("What changes and why", "Open after 3 weeks: our laboratory is slow.")
    desk.fill(OPENS, 43)
    desk.press("Save draft")
    desk.sees("Must be at most 42 days", "Must be at least 43 days")
    expect(desk.page.get_by_label(OPENS)).to_have_attribute("aria-invalid", "true")
    expect(desk.page.get_by_label("What changes and why")).to_have_value(
        "Open after 3 weeks: our laboratory is slow."
    )
    desk.fill(OPENS, 21)
    # The same form is not sent twice within a moment.
    desk.page.wait_for_timeout(800)
    desk.press("Save draft")
    desk.sees("Draft of version 2", "1 number differs", "28 days", "21 days")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_two_people_adopt_a_version(scripts: bool, sit_down: SitDown, clinician: Actor) -> None:
    # Given: somebody whose window opens in three days, and an admin who is a clinician too.
    patient = a_patient(clinician)
    taking(patient, clinician, since=TODAY - timedelta(days=25))
    assert standing(patient) == []
    both = a_member(clinician.clinic, "ADMIN", "CLINICIAN", name="Ada Admin")
    admin, second = (sit_down(person, java_script_enabled=scripts) for person in (both, clinician))

    # When the admin drafts and has it counted, then the page says how many flags it would bring.
    draft_an_earlier_window(admin)
    admin.press("Count what would change")
    admin.sees("Waiting for a worker")
    a_worker_comes(RunKind.COUNT)
    if not scripts:
        admin.page.reload()
    admin.sees("1 flag would newly stand, 0 would clear.")
    assert standing(patient) == []

    # Who drafted it cannot adopt it.
    admin.press("Adopt version 2")
    admin.sees("You had a hand in this draft. A second clinician adopts it.")
    expect(admin.page.get_by_role("button", name="Adopt version 2")).to_have_count(0)

    # A second clinician compares, and adopts.
    second.open("protocols:index")
    second.press("Open draft 2")
    second.sees("1 number differs")
    second.press("Adopt version 2")
    second.sees("What adopting does")
    second.press("Adopt version 2")
    second.sees("version 2 in force since 12 Mar 2026", "Waiting for a worker")
    a_worker_comes(RunKind.ADOPT)
    if not scripts:
        second.page.reload()
    second.sees("1 flag raised, 0 cleared.")

    # The window is open now, and the flag names the version.
    assert standing(patient) == ["RE_EVALUATION"]
    second.open("reviews:queue", query="?rule=RE_EVALUATION")
    second.sees("LINDQVIST")


def test_a_stale_draft_form_is_told_and_keeps_what_was_typed(sit_down: SitDown, clinician: Actor) -> None:
    admin = sit_down(a_member(clinician.clinic, "ADMIN", name="Ada Admin"))
    other = admin.another_tab()
    for tab in (admin, other):
        tab.open("protocols:draft")
    other.fill("What changes and why", "Seven weeks")
    other.fill(CLOSES, 49)
    other.press("Save draft")
    other.sees("Draft of version 2")
    admin.fill("What changes and why", "Eight weeks")
    admin.fill(CLOSES, 56)
    admin.press("Save draft")
    admin.sees("Changed by Ada Admin", "Use theirs: 49", "Keep mine: 56")
    expect(admin.page.get_by_label(CLOSES)).to_have_value("56")
    admin.page.wait_for_timeout(800)
    admin.press("Save draft")
    admin.sees("Draft of version 2", "Eight weeks", "56 days")
    admin.press("Discard draft")
    admin.sees("Discard the draft of version 2")
    admin.press("Discard draft")
    admin.sees("The draft of version 2 is discarded.")


def test_the_screens_of_a_draft(sit_down: SitDown, clinician: Actor) -> None:
    by = a_member(clinician.clinic, "ADMIN", name="Ada Admin")
    limits = {"supplement_level_us_mg": "400", "supervision_above_mg": "400"}
    values = {"re_evaluation_opens_days": 21} | limits
    draft = save_draft(by=by, at=NOW, values=values, summary="Open after 3 weeks")
    work_on_protocol_run(count_draft(draft=draft, by=by, at=NOW).pk)
    second, admin = sit_down(clinician), sit_down(by)

    def refused() -> None:
        admin.open("protocols:draft")
        admin.fill(OPENS, 43)
        admin.press("Save draft")
        admin.sees("Not saved. Please check:")

    look_at(second, **{
        "protocol": lambda: second.open("protocols:index"),
        "compare versions": lambda: second.open("protocols:compare"),
        "count": lambda: second.open("protocols:count"),
        "adopt": lambda: second.open("protocols:adopt"),
    })  # fmt: skip
    look_at(admin, **{
        "draft": lambda: admin.open("protocols:draft"),
        "draft, refused": refused,
        "discard": lambda: admin.open("protocols:discard"),
    })  # fmt: skip
