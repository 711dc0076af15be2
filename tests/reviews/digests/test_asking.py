"""Who is asked for a digest, when, and once a day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.actors import Actor
from accounts.models import Clinic, Membership
from reviews.digests.asking import DAY_OVER, ask_for_digests, drop_past, waiting_messages
from reviews.models import Message, MessageState
from tests.reviews.digests.conftest import MORNING
from tests.stories import a_clinic, a_clinician, an_admin, an_assistant

pytestmark = pytest.mark.django_db


def asked() -> list[tuple[str, date]]:
    return list(Message.objects.order_by("pk").values_list("membership__user__email", "on"))


def test_one_row_for_each_clinician_and_day_however_often_the_clock_rings(member: Membership) -> None:
    an_assistant(member.clinic)
    an_admin(member.clinic)
    hourly = [MORNING + timedelta(hours=n) for n in range(30)]
    assert [ask_for_digests(at) for at in hourly] == [1, *[0] * 22, 1, *[0] * 6]
    assert [on for _, on in asked()] == [date(2026, 3, 12), date(2026, 3, 13)]


def test_two_clocks_at_once_add_one_row(member: Membership) -> None:
    """The second has not seen the row of the first; the unique key is the referee."""
    ask_for_digests(MORNING)
    twin = Message(
        clinic=member.clinic, membership=member, kind="DIGEST", on=date(2026, 3, 12), asked_at=MORNING
    )
    Message.objects.bulk_create([twin], ignore_conflicts=True)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("how", ["off", "ended", "closed account", "assistant"])
def test_nobody_is_asked_for_who_does_not_want_it_or_is_no_clinician(member: Membership, how: str) -> None:
    if how == "off":
        Membership.objects.update(gets_digest=False)
    elif how == "ended":
        Membership.objects.update(ended_at=MORNING, ended_by=member.user)
    elif how == "assistant":
        Membership.objects.update(roles=["ASSISTANT"])
    else:
        type(member.user).objects.filter(pk=member.user_id).update(is_active=False)
    assert ask_for_digests(MORNING) == 0


def test_each_clinic_has_its_own_morning_and_its_own_day(by: Actor) -> None:
    """20:00 UTC on Thursday: 16:00 in New York, and 09:00 on Friday in Auckland."""
    a_clinician(a_clinic("harbour", time_zone="Pacific/Auckland"), email="kiwi@harbour.test")
    at = datetime(2026, 3, 12, 20, 0, tzinfo=UTC)
    assert ask_for_digests(at) == 2
    assert set(asked()) == {
        ("marsh@northgate.test", date(2026, 3, 12)),
        ("kiwi@harbour.test", date(2026, 3, 13)),
    }
    assert ask_for_digests(at + timedelta(hours=2)) == 0  # 18:00 and 11:00


def test_the_morning_after_the_clock_went_forward_is_an_hour_earlier_by_the_world(by: Actor) -> None:
    Clinic.objects.update(works_on=[1, 2, 3, 4, 5, 6, 7])
    begins = {6: 13, 7: 13, 8: 12, 9: 12}
    for day, hour in begins.items():
        first = datetime(2026, 3, day, hour, 0, tzinfo=UTC)
        assert ask_for_digests(first - timedelta(minutes=1)) == 0
        assert ask_for_digests(first) == 1


def test_what_nobody_began_to_send_is_given_up_at_the_end_of_the_day(member: Membership) -> None:
    ask_for_digests(MORNING)
    closing = MORNING.replace(hour=21)
    assert drop_past(closing - timedelta(minutes=1)) == 0
    assert len(waiting_messages(closing - timedelta(minutes=1))) == 1
    assert waiting_messages(closing) == []
    assert drop_past(closing) == 1
    message = Message.objects.get()
    assert (message.state, message.error) == (MessageState.DROPPED, DAY_OVER)


def test_a_clinic_that_works_on_no_day_gets_nothing(member: Membership) -> None:
    Clinic.objects.update(works_on=[])
    assert [ask_for_digests(MORNING + timedelta(days=n)) for n in range(7)] == [0] * 7
