"""The history of the demo: each version has the moment of its story, so that a past day can be looked at."""

from datetime import timedelta

import pytest

from demo.clinics import Staff
from demo.dating import Marks
from demo.stories import STORIES
from demo.telling import tell
from patients.models import Patient
from reviews.asof.days import record_as_of
from reviews.asof.picture import picture_of
from reviews.asof.versions import versions
from reviews.models import FlagEvent, Reevaluation
from tests.database import as_owner
from tests.factories import NOW, TODAY
from tests.stories import a_clinician

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Staff:
    by = a_clinician()
    return Staff(by.clinic, by, by)


def test_a_past_day_of_the_demo_shows_what_had_happened_by_then(staff: Staff) -> None:
    marks = Marks()
    story = STORIES[0]
    (case,) = tell(staff, [story], NOW, seen=marks.note)
    with as_owner():
        assert marks.date_history() > 0
    first = TODAY - timedelta(days=story.first_day)
    patient = Patient.objects.get(pk=case.patient.pk)
    days = [first, first + timedelta(days=story.first_day // 2), TODAY]
    pictures = [picture_of(record_as_of(patient, staff.clinic, day, NOW)) for day in days]
    told = [len(picture.visits) + len(picture.results) + len(picture.owed) for picture in pictures]
    assert told == sorted(told) and told[0] < told[-1]
    standing = patient.flags.standing().values_list("pk", flat=True)
    assert {flag.pk for flag in pictures[-1].flags} == set(standing)


def test_a_version_is_dated_by_the_act_that_wrote_it(staff: Staff) -> None:
    """A window that a visit meets says so from that moment on, and was first written when it was owed."""
    marks = Marks()
    tell(staff, STORIES[:6], NOW, seen=marks.note)
    with as_owner():
        marks.date_history()
    assert not versions(Patient).filter(pgh_created_at__gt=NOW).exists()
    met = Reevaluation.objects.filter(met_by_visit__isnull=False)
    assert met.exists()
    for owed in met:
        dated = list(versions(Reevaluation).filter(pgh_obj=owed.pk).order_by("pgh_id"))
        assert dated[0].pgh_created_at == owed.created_at
        when = next(version.pgh_created_at for version in dated if version.met_by_visit_id is not None)
        assert when == owed.met_by_visit.created_at
    raised = FlagEvent.objects.filter(act="RAISED").earliest("at")
    assert raised.at < NOW - timedelta(days=1)


def test_the_application_dates_nothing(staff: Staff) -> None:
    marks = Marks()
    tell(staff, STORIES[:1], NOW, seen=marks.note)
    assert marks.date_history() == 0
