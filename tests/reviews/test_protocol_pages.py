"""The pages of the protocol: draft, compare, count, adopt, and what each says when it refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from protocols.drafts import save_draft
from protocols.models import Protocol
from protocols.thresholds import PROTOCOL_1, Thresholds
from protocols.versions import draft_of
from reviews.acts.adoption import count_draft
from reviews.models import ProtocolRun, Rule
from reviews.pages.views_protocol import RULES_OF
from reviews.tasks import work_on_protocol_run
from tests.factories import NOW, TODAY, ProtocolFactory
from tests.stories import Clock, a_clinic, a_clinician, a_member, a_patient, an_admin, at_the_clock, taking

pytestmark = pytest.mark.django_db
WHY = "Our laboratory is slow."


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return at_the_clock(monkeypatch)


@pytest.fixture
def admin() -> Actor:
    return an_admin(a_clinic(), name="Ada Admin")


@pytest.fixture
def clinician(admin: Actor) -> Actor:
    return a_clinician(admin.clinic, name="Carl Clinician")


def get(client: Client, who: Actor, name: str, **query: Any) -> Any:
    client.force_login(who.user)
    return client.get(reverse(f"protocols:{name}"), query)


def post(client: Client, who: Actor, name: str, /, **body: Any) -> Any:
    client.force_login(who.user)
    return client.post(reverse(f"protocols:{name}"), body)


def told(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def filled(edition: str = "", summary: str = WHY, **values: Any) -> dict[str, Any]:
    """What the form of a draft sends: every number, with some changed."""
    return {**Thresholds().to_json(), **values, "summary": summary, "edition": edition}


def drafted(by: Actor, edition: str = "", **values: Any) -> Protocol:
    return save_draft(by=by, at=NOW, values=values, summary=WHY, edition=edition)


def counted(draft: Protocol, by: Actor) -> ProtocolRun:
    run = count_draft(draft=draft, by=by, at=NOW)
    work_on_protocol_run(run.pk)
    run.refresh_from_db()
    return run


def test_each_rule_stands_beside_one_group_of_numbers() -> None:
    assert sorted(rule for rules in RULES_OF.values() for rule in rules) == sorted(Rule)
    assert set(RULES_OF) <= {threshold.group for threshold in PROTOCOL_1}


def test_open_flags_are_counted_by_rule_for_who_may_see_the_queue(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    patient = a_patient(clinician)
    taking(patient, clinician, since=TODAY - timedelta(days=35))
    assert "Re-evaluation: 1 open flag<" in told(get(client, clinician, "index"))
    assert "open flag" not in told(get(client, admin, "index"))


def test_versions_tell_who_drafted_and_adopted_what_and_when(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    ProtocolFactory.create(
        clinic=admin.clinic,
        summary="Slower",
        drafted_by=admin.user,
        drafted_at=NOW,
        adopted_by=clinician.user,
    )
    drafted(admin, re_evaluation_closes_days=49)
    page = told(get(client, clinician, "index"))
    assert "Drafted by Ada Admin. Adopted by Carl Clinician." in page
    assert "since 12 Mar 2026" in page and "31 Dec 2025 to 12 Mar 2026" in page
    assert "Ada Admin, 12 Mar 2026" in page and WHY in page
    assert "Edit" not in page.split("Versions")[-1]


def test_a_published_limit_stands_beside_a_laxer_one(client: Client, clinician: Actor) -> None:
    values = Protocol.objects.get(clinic=None).values | {"supplement_level_eu_mg": "300"}
    ProtocolFactory.create(clinic=clinician.clinic, values=values)
    row = told(get(client, clinician, "index")).split("<code>supplement_level_eu_mg</code>")[1]
    assert "Published limit is stricter: 250 mg/day (EFSA/SCF (5.1))" in row.split("</tr>")[0]
    assert "v2" in row.split("</tr>")[0]


def test_the_form_of_a_draft_is_the_version_in_force_with_units(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    page = told(get(client, admin, "draft"))
    assert page.count('<div class="number-row">') == len(PROTOCOL_1)
    assert 'name="re_evaluation_closes_days" value="42"' in page
    assert "In force: 42 days" in page


def test_a_draft_is_saved_and_leads_to_what_it_would_change(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    answer = post(client, admin, "draft", **filled(re_evaluation_closes_days="49"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("protocols:count"))
    page = told(get(client, admin, "count"))
    assert "1 number differs" in page and "42 days" in page and "<strong>49</strong> days" in page
    assert "Count what would change" in page


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"re_evaluation_opens_days": "43"}, ["re_evaluation_opens_days", "re_evaluation_closes_days"]),
        ({"egfr_stop": "70"}, ["egfr_stop", "egfr_caution"]),
        ({"ionized_mg_alert_low_mmol_l": "0.41"}, ["ionized_mg_alert_low_mmol_l", "ionized_mg_low_mmol_l"]),
        ({"this_week_days": ""}, ["this_week_days"]),
        ({"this_week_days": "1.5"}, ["this_week_days"]),
        ({"egfr_stop": "NaN"}, ["egfr_stop"]),
        ({"egfr_stop": "1e400"}, ["egfr_stop"]),
        ({"egfr_stop": "30\x00"}, ["egfr_stop"]),
        ({"summary": ""}, ["summary"]),
        ({"summary": "x" * 201}, ["summary"]),
        ({"edition": "x" * 17}, []),
    ],
)
def test_what_cannot_be_is_refused_at_the_fields_and_nothing_typed_is_lost(
    client: Client, admin: Actor, clinician: Actor, values: dict[str, str], fields: list[str]
) -> None:
    typed = filled() | {"lab_not_back_days": "8"} | values
    page = told(post(client, admin, "draft", **typed), 400)
    assert all(f'id="id_{field}_error"' in page for field in fields)
    assert 'name="lab_not_back_days" value="8"' in page
    assert draft_of(admin.clinic) is None


def test_a_draft_that_nobody_could_adopt_says_so(client: Client, admin: Actor) -> None:
    page = told(post(client, admin, "draft", **filled(re_evaluation_closes_days="49")), 400)
    assert "Nobody could adopt this draft" in page


def test_of_two_tabs_the_second_is_told_and_chooses_field_by_field(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    first = drafted(admin, re_evaluation_closes_days=49)
    other = an_admin(admin.clinic, name="Olga Other")
    drafted(other, edition=first.edition, re_evaluation_closes_days=56)
    mine = filled(edition=first.edition, re_evaluation_closes_days="50", this_week_days="6")
    page = told(post(client, admin, "draft", **mine), 409)
    assert "Changed by Olga Other" in page
    assert "Use theirs: 56" in page and "Keep mine: 50" in page
    assert 'name="this_week_days" value="6"' in page

    edition = draft_of(admin.clinic).edition
    assert f'name="edition" value="{edition}"' in page
    choice = {"edition": edition, "take_re_evaluation_closes_days": "theirs"}
    assert post(client, admin, "draft", **mine | choice).status_code == 302
    saved = draft_of(admin.clinic)
    assert saved is not None
    assert (saved.values["re_evaluation_closes_days"], saved.values["this_week_days"]) == (56, 6)


def test_a_draft_discarded_meanwhile_is_begun_anew_with_what_was_typed(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    draft = drafted(admin, re_evaluation_closes_days=49)
    assert post(client, admin, "discard", edition=draft.edition).status_code == 302
    typed = filled(edition=draft.edition, re_evaluation_closes_days="50")
    page = told(post(client, admin, "draft", **typed), 400)
    assert "discarded or adopted meanwhile" in page and 'name="edition" value=""' in page
    assert post(client, admin, "draft", **typed | {"edition": ""}).status_code == 302


def test_discarding_asks_first_and_only_for_the_draft_that_was_seen(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    draft = drafted(admin, re_evaluation_closes_days=49)
    assert WHY in told(get(client, admin, "discard"))
    assert "changed" in told(post(client, admin, "discard", edition="other"), 409)
    assert draft_of(admin.clinic) == draft


@pytest.mark.parametrize("name", ["count", "adopt"])
def test_without_a_draft_there_is_nothing_to_count_or_adopt(
    client: Client, clinician: Actor, name: str
) -> None:
    for answer in (get(client, clinician, name), post(client, clinician, name)):
        assert (answer.status_code, answer["Location"]) == (302, reverse("protocols:index"))


def test_comparing_shows_only_what_differs_with_both_values_unit_and_source(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    drafted(admin, re_evaluation_closes_days=49, supplement_level_us_mg="360", supervision_above_mg="360")
    for query in ({}, {"from": 1, "to": 2}):
        page = told(get(client, clinician, "compare", **query))
        assert "3 numbers differ" in page
        assert "Founding article, C21" in page and "IOM 1997 (5.1)" in page
        assert "Published limit is stricter: 350 mg/day" in page
        assert "egfr_stop" not in page
    assert "Both hold the same numbers" in told(get(client, clinician, "compare", **{"from": 2, "to": 2}))


@pytest.mark.parametrize("query", [{"from": "9", "to": "1"}, {"from": "x", "to": ""}, {"from": "1"}])
def test_comparing_with_a_version_that_is_not_there_is_refused_at_its_field(
    client: Client, clinician: Actor, query: dict[str, str]
) -> None:
    page = told(get(client, clinician, "compare", **query), 400)
    assert 'aria-invalid="true"' in page


def test_a_count_waits_says_so_and_then_says_what_it_found(
    client: Client, admin: Actor, clinician: Actor, clock: Clock
) -> None:
    patient = a_patient(clinician)
    taking(patient, clinician, since=TODAY - timedelta(days=25))
    drafted(admin, re_evaluation_opens_days=21)
    assert post(client, admin, "count").status_code == 302
    assert "Waiting for a worker." in told(get(client, admin, "count"))
    clock.forward(minutes=3)
    assert "No worker has taken this up" in told(get(client, admin, "count"))
    work_on_protocol_run(ProtocolRun.objects.get().pk)
    page = told(get(client, clinician, "count"))
    assert "1 patient with live facts" in page
    assert "1 flag would newly stand, 0 would clear." in page
    assert "Adopt version 2" in page
    assert "Adopt version 2" not in told(get(client, admin, "count"))


def test_htmx_gets_the_part_alone_until_the_run_is_finished(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    run = count_draft(draft=drafted(admin, re_evaluation_opens_days=21), by=admin, at=NOW)
    client.force_login(admin.user)
    headers = {"HX-Request": "true", "HX-Target": "run"}
    part = told(client.get(reverse("protocols:count"), headers=headers))
    assert part.startswith("<section") and 'hx-trigger="every 2s"' in part
    work_on_protocol_run(run.pk)
    part = told(client.get(reverse("protocols:count"), headers=headers))
    assert part.startswith("<section") and "hx-trigger" not in part


def test_a_count_of_other_numbers_asks_for_a_new_one(client: Client, admin: Actor, clinician: Actor) -> None:
    draft = drafted(admin, re_evaluation_opens_days=21)
    counted(draft, admin)
    drafted(admin, edition=draft.edition, re_evaluation_opens_days=20)
    page = told(get(client, clinician, "count"))
    assert "The draft was changed since. Count again." in page
    assert "Adopt version 2" not in page
    page = told(get(client, clinician, "adopt"))
    assert "have not been counted" in page and '<button class="button primary">Adopt' not in page


def test_adopting_is_confirmed_once_and_shows_how_far_it_is(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    patient = a_patient(clinician)
    taking(patient, clinician, since=TODAY - timedelta(days=25))
    draft = drafted(admin, re_evaluation_opens_days=21)
    counted(draft, admin)
    page = told(get(client, clinician, "adopt"))
    assert "1 number differs" in page and "1 flag would newly stand" in page
    sent = {"edition": draft.edition, "once": "one-press"}
    for _ in range(2):
        answer = post(client, clinician, "adopt", **sent)
        assert (answer.status_code, answer["Location"]) == (302, reverse("protocols:index"))
        assert ProtocolRun.objects.filter(kind="ADOPT").count() == 1
    page = told(get(client, clinician, "index"))
    assert "version 2 in force since 12 Mar 2026" in page and "Waiting for a worker." in page
    work_on_protocol_run(ProtocolRun.objects.get(kind="ADOPT").pk)
    assert "1 flag raised, 0 cleared." in told(get(client, clinician, "index"))


def test_a_draft_changed_while_it_was_read_is_not_adopted(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    draft = drafted(admin, re_evaluation_opens_days=21)
    counted(draft, admin)
    changed = drafted(admin, edition=draft.edition, re_evaluation_opens_days=20)
    counted(changed, admin)
    page = told(post(client, clinician, "adopt", edition=draft.edition), 409)
    assert "The draft was changed by Ada Admin" in page
    assert f'name="edition" value="{changed.edition}"' in page
    assert Protocol.objects.in_force(admin.clinic).version == 1


def test_who_drafted_is_refused_with_the_reason(client: Client, admin: Actor, clinician: Actor) -> None:
    both = a_member(admin.clinic, "ADMIN", "CLINICIAN")
    draft = drafted(both, re_evaluation_opens_days=21)
    counted(draft, admin)
    reason = "You had a hand in this draft. A second clinician adopts it."
    assert reason in told(get(client, both, "adopt"))
    assert reason in told(post(client, both, "adopt", edition=draft.edition), 400)
    assert Protocol.objects.in_force(admin.clinic).version == 1


def test_who_could_not_be_recomputed_is_linked_for_those_who_see_patients(
    client: Client, admin: Actor, clinician: Actor
) -> None:
    patient = a_patient(clinician)
    run = counted(drafted(admin, re_evaluation_opens_days=21), admin)
    ProtocolRun.objects.filter(pk=run.pk).update(error=str(patient.pk))
    assert reverse("patients:chart", args=[patient.pk]) in told(get(client, clinician, "count"))
    page = told(get(client, admin, "count"))
    assert "1 patient could not be recomputed" in page and str(patient.pk) not in page


def test_the_page_asks_as_often_for_many_versions_as_for_one(
    client: Client, clinician: Actor, django_assert_max_num_queries: Any
) -> None:
    for version in range(2, 12):
        ProtocolFactory.create(clinic=clinician.clinic, version=version)
    client.force_login(clinician.user)
    with django_assert_max_num_queries(20):
        client.get(reverse("protocols:index"))
