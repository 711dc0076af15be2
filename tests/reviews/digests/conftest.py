"""A clinic in New York with a clinician for whom something asks, and a mail server."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from accounts.actors import Actor
from accounts.models import Membership
from tests.reviews.digests.mailbox import Mailbox, serving
from tests.stories import a_clinician, a_flag, a_patient

# Thursday 12 March 2026, 09:00 in New York (summer time since the 8th).
MORNING = datetime(2026, 3, 12, 13, 0, tzinfo=UTC)


@pytest.fixture
def mailbox(settings: LazySettings) -> Iterator[Mailbox]:
    settings.PUBLIC_URL = "https://dolomite.example"
    with serving(settings) as mailbox:
        yield mailbox


@pytest.fixture
def by() -> Actor:
    return a_clinician(name="Dr Elena Marsh", email="marsh@northgate.test")


@pytest.fixture
def member(by: Actor) -> Membership:
    """With a patient whose tingling asks for a review this week."""
    assert by.membership is not None
    a_flag(by, a_patient(by, owner=by.membership, family_name="Quillfeather", mrn="QF-77"), at=MORNING)
    return by.membership
