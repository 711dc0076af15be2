"""Drafting a version: what may be saved, by whom, and what happens when two people draft at once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.models import AuditEvent
from protocols.drafts import adopters, discard_draft, drafters, save_draft
from protocols.models import AdoptedVersion, Protocol
from protocols.versions import adopted_versions, differences, draft_of, lines_of
from tests.factories import NOW, ProtocolFactory
from tests.stories import a_clinic, a_clinician, a_member, an_admin

pytestmark = pytest.mark.django_db
WHY = "Close after 7 weeks: the laboratory is slow."


@pytest.fixture
def admin() -> Actor:
    """An admin of a clinic that has a clinician too."""
    clinic = a_clinic()
    a_clinician(clinic)
    return an_admin(clinic)


def drafted(by: Actor, edition: str = "", summary: str = WHY, **values: Any) -> Protocol:
    return save_draft(by=by, at=NOW, values=values, summary=summary, edition=edition)


def refused(by: Actor, **given: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        drafted(by, **given)
    assert draft_of(by.clinic) is None
    faults: dict[str, list[str]] = caught.value.message_dict
    return faults


def test_a_draft_is_a_copy_of_the_version_in_force_with_what_changes(admin: Actor) -> None:
    draft = drafted(admin, re_evaluation_closes_days=49, egfr_stop=Decimal("31.50"))
    assert (draft.version, draft.clinic, draft.adopted_at, draft.summary) == (2, admin.clinic, None, WHY)
    assert (draft.drafted_at, draft.drafted_by) == (NOW, admin.user)
    changed = differences(Protocol.objects.in_force(admin.clinic), draft)
    assert [(one.threshold.name, one.before, one.after) for one in changed] == [
        ("re_evaluation_closes_days", 42, 49),
        ("egfr_stop", 30, Decimal("31.50")),
    ]
    assert draft.values["egfr_stop"] == "31.50"


def test_a_draft_changes_nothing_in_force(admin: Actor) -> None:
    drafted(admin, re_evaluation_closes_days=49)
    assert Protocol.objects.in_force(admin.clinic).version == 1


def test_saving_again_changes_the_same_draft_and_leaves_an_event(admin: Actor) -> None:
    first = drafted(admin, re_evaluation_closes_days=49)
    again = drafted(admin, edition=first.edition, re_evaluation_opens_days=35)
    assert again.pk == first.pk and again.edition != first.edition
    assert (again.values["re_evaluation_opens_days"], again.values["re_evaluation_closes_days"]) == (35, 49)
    event = AuditEvent.objects.filter(act="DRAFT_PROTOCOL")[0]
    assert event.before and event.after
    assert event.before["values"] == {"re_evaluation_closes_days": 49}
    assert event.after["values"] == {"re_evaluation_opens_days": 35, "re_evaluation_closes_days": 49}
    assert event.after["summary"] == WHY


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"re_evaluation_opens_days": 43}, {"re_evaluation_opens_days", "re_evaluation_closes_days"}),
        ({"egfr_stop": Decimal(60)}, {"egfr_stop", "egfr_caution"}),
        ({"ionized_mg_alert_low_mmol_l": "0.45"}, {"ionized_mg_alert_low_mmol_l", "ionized_mg_low_mmol_l"}),
        ({"this_week_days": 0}, {"this_week_days"}),
        ({"this_week_days": 3651}, {"this_week_days"}),
        ({"this_week_days": Decimal("1.5")}, {"this_week_days"}),
        ({"egfr_stop": "30.00001"}, {"egfr_stop"}),
        ({"egfr_stop": "much"}, {"egfr_stop"}),
        ({"bedtime_days": 1}, {"bedtime_days"}),
    ],
)
def test_what_cannot_be_is_refused_at_its_fields(
    admin: Actor, values: dict[str, Any], fields: set[str]
) -> None:
    assert set(refused(admin, **values)) == fields


def test_a_limit_out_of_order_says_which_other_and_what_it_is(admin: Actor) -> None:
    faults = refused(admin, re_evaluation_opens_days=43)
    assert faults["re_evaluation_opens_days"] == [
        "Must be at most 42 days, which is “Re-evaluation closes after a start or change”."
    ]
    assert faults["re_evaluation_closes_days"][0].startswith("Must be at least 43 days")


def test_all_faults_are_told_at_once(admin: Actor) -> None:
    assert set(refused(admin, summary=" ", egfr_stop="x", this_week_days=0)) == {
        "egfr_stop",
        "this_week_days",
        "summary",
    }


def test_a_draft_says_what_changes_and_why_and_changes_something(admin: Actor) -> None:
    assert "summary" in refused(admin, summary="", re_evaluation_closes_days=49)
    assert "200" in refused(admin, summary="x" * 201, re_evaluation_closes_days=49)["summary"][0]
    assert "No number differs" in refused(admin, re_evaluation_closes_days=42)[NON_FIELD_ERRORS][0]


def test_a_draft_that_nobody_could_adopt_is_refused() -> None:
    both = a_member(a_clinic(), "ADMIN", "CLINICIAN")
    faults = refused(both, re_evaluation_closes_days=49)
    assert "Nobody could adopt this draft" in faults[NON_FIELD_ERRORS][0]
    second = a_clinician(both.clinic)
    assert drafted(both, re_evaluation_closes_days=49)
    assert [member.user for member in adopters(both.clinic, {both.user.pk})] == [second.user]


def test_a_clinician_who_left_can_adopt_nothing(admin: Actor) -> None:
    gone = adopters(admin.clinic, set()).get()
    gone.ended_at, gone.ended_by = timezone.now(), admin.user
    gone.save()
    assert NON_FIELD_ERRORS in refused(admin, re_evaluation_closes_days=49)


def test_whoever_had_a_hand_in_a_draft_stays_its_drafter(admin: Actor) -> None:
    both = a_member(admin.clinic, "ADMIN", "CLINICIAN")
    first = drafted(both, re_evaluation_closes_days=49)
    last = drafted(admin, edition=first.edition, re_evaluation_closes_days=56)
    assert last.drafted_by == admin.user
    assert drafters(last) == {both.user.pk, admin.user.pk}


def test_of_two_who_draft_at_once_the_second_is_told_and_nothing_is_lost(admin: Actor) -> None:
    first = drafted(admin, re_evaluation_closes_days=49)
    for edition in ("", "0" * 16):
        with pytest.raises(StaleVersion) as stale:
            drafted(admin, edition=edition, re_evaluation_closes_days=56)
        assert stale.value.current == first
    kept = draft_of(admin.clinic)
    assert kept is not None and kept.values["re_evaluation_closes_days"] == 49


def test_a_draft_is_discarded_as_it_was_seen_and_the_log_keeps_it(admin: Actor) -> None:
    draft = drafted(admin, re_evaluation_closes_days=49)
    with pytest.raises(StaleVersion):
        discard_draft(by=admin, at=NOW, edition="")
    discard_draft(by=admin, at=NOW, edition=draft.edition)
    assert draft_of(admin.clinic) is None
    event = AuditEvent.objects.get(act="DISCARD_DRAFT")
    assert event.before
    assert event.before["values"] == {"re_evaluation_closes_days": 49}
    with pytest.raises(ValidationError, match="no draft"):
        discard_draft(by=admin, at=NOW, edition="")
    with pytest.raises(ValidationError, match="discarded or adopted meanwhile"):
        drafted(admin, edition=draft.edition, re_evaluation_closes_days=56)


def test_another_clinic_has_its_own_draft(admin: Actor) -> None:
    drafted(admin, re_evaluation_closes_days=49)
    clinic = a_clinic("southbank")
    a_clinician(clinic)
    other = an_admin(clinic)
    assert draft_of(clinic) is None
    assert drafted(other, re_evaluation_closes_days=56).version == 2


def test_an_adopted_version_never_changes(admin: Actor) -> None:
    own = ProtocolFactory.create(clinic=admin.clinic)
    own.values = own.values | {"re_evaluation_closes_days": 49}
    with pytest.raises(AdoptedVersion):
        own.save()
    default = Protocol.objects.get(clinic=None)
    with pytest.raises(AdoptedVersion):
        default.save()


def test_a_number_stands_since_the_first_version_of_its_unbroken_stretch(admin: Actor) -> None:
    base = Protocol.objects.get(clinic=None).values
    for version, closes in ((2, 49), (3, 42), (4, 42)):
        ProtocolFactory.create(
            clinic=admin.clinic,
            version=version,
            values=base | {"re_evaluation_closes_days": closes, "egfr_stop": "30.0"},
        )
    versions = adopted_versions(admin.clinic)
    assert [version.version for version in versions] == [1, 2, 3, 4]
    since = {line.threshold.name: line.since for line in lines_of(versions)}
    assert (since["re_evaluation_closes_days"], since["re_evaluation_opens_days"]) == (3, 1)
    # 30.0 is the same number as 30.
    assert since["egfr_stop"] == 1
    assert {line.since for line in lines_of(versions[:2])} == {1, 2}


def test_a_default_that_came_after_the_clinics_own_was_never_followed(admin: Actor) -> None:
    ProtocolFactory.create(clinic=admin.clinic, version=2)
    later = Protocol.objects.get(clinic=None)
    Protocol.objects.create(
        version=3,
        values=later.values,
        adopted_at=NOW + timedelta(days=1),
        adopted_by=later.adopted_by,
    )
    assert [version.version for version in adopted_versions(admin.clinic)] == [1, 2]
    assert [version.version for version in adopted_versions(a_clinic("southbank"))] == [1, 3]
