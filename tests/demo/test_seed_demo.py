"""The demo: what stands in its queue, who is in it, and that its flags follow from the record alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Clinic, User
from audit.models import AuditEvent
from caseseries.definition import CohortCriteria, OutcomeDefinition, SeriesDefinition
from caseseries.persons import Anxiety, Course, Person
from caseseries.sentences import sentences
from caseseries.series import Series, read_series
from demo.clinics import PASSWORD
from demo.seeding import Seeded, seed
from demo.stories import STANDING
from labs.models import LabResult
from patients.models import Medication, Patient, SymptomAnswer, SymptomEpisode
from patients.symptoms import Symptom
from protocols.models import Protocol
from regimens.models import DoseStep, Regimen
from regimens.salts import Family
from reviews.models import CAUSES, Flag, FlagEvent, Reevaluation, Rule, Sweep
from reviews.sweep import sweep
from tests.database import as_owner, empty_tables

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Demo:
    """The demo as of `now`."""

    now: datetime
    seeded: Seeded
    north: Clinic
    south: Clinic

    @property
    def today(self) -> date:
        return self.north.local_date(self.now)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    """The whole demo, made once; what a test changes is taken back by the test's own transaction."""
    with django_db_blocker.unblock():
        seeded = seed(NOW)
        north, south = (Clinic.objects.get(slug=slug) for slug in ("northgate", "southbank"))
    yield Demo(NOW, seeded, north, south)
    with django_db_blocker.unblock():
        empty_tables()


def standing(demo: Demo) -> list[Flag]:
    flags = Flag.objects.of(demo.north).standing().as_of(demo.today, demo.now)
    return list(flags.select_related("patient"))


def causes(demo: Demo) -> set[tuple[object, ...]]:
    """(rule, cause) of each standing flag of both clinics."""
    names = [f"{cause}_id" for cause in CAUSES]
    return set(Flag.objects.standing().values_list("rule", *names))


def people_in(demo: Demo, urgency: str, state: str) -> set[str]:
    return {
        flag.patient.family_name
        for flag in standing(demo)
        if (flag.urgency, flag.standing_state) == (urgency, state)  # type: ignore[attr-defined]
    }


def test_two_hundred_and_thirty_synthetic_patients_are_registered(demo: Demo) -> None:
    assert demo.seeded == Seeded(200, 30)
    counted = Counter(Patient.objects.values_list("clinic__slug", "is_synthetic"))
    assert counted == {("northgate", True): 200, ("southbank", True): 30}


def test_the_five_sign_ins_have_their_password(demo: Demo) -> None:
    users = User.objects.filter(email__endswith=".test")
    assert sorted(user.email for user in users if user.check_password(PASSWORD)) == [
        "admin@northgate.test",
        "assistant@northgate.test",
        "clinician@northgate.test",
        "clinician@southbank.test",
        "researcher@northgate.test",
    ]


def test_every_group_of_the_queue_is_filled(demo: Demo) -> None:
    assert people_in(demo, "ACT_TODAY", "OPEN") >= {"Brandão", "Holm", "Kaplan"}
    assert people_in(demo, "OVERDUE", "OPEN") >= {"Haddad", "Mehta", "Lindqvist", "Dubois"}
    assert people_in(demo, "THIS_WEEK", "OPEN") >= {"Nowak", "Silva", "Okafor", "Rossi", "Delgado"}
    assert people_in(demo, "WINDOW_OPEN", "OPEN") >= {"Ferrari", "Jansen", "Adeyemi", "Petrov", "Nguyen"}
    assert people_in(demo, "THIS_WEEK", "ACKNOWLEDGED") == {"Tanaka"}
    snoozed = {"WINDOW_OPEN": {"Berg"}, "OVERDUE": {"Oyelaran"}, "THIS_WEEK": {"Costa", "Ivanova"}}
    assert {urgency: people_in(demo, urgency, "SNOOZED") for urgency in snoozed} == snoozed


def test_those_who_need_action_today_have_their_reasons(demo: Demo) -> None:
    reasons = {
        (flag.patient.family_name, flag.inputs.get("symptom") or flag.inputs.get("reason"))
        for flag in standing(demo)
        if flag.severity == "ACT_TODAY"
    }
    assert reasons >= {("Brandão", "IRREGULAR_HEARTBEAT"), ("Kaplan", "BELOW_30")}


def test_a_result_is_back_and_waits_for_its_review(demo: Demo) -> None:
    back = Reevaluation.objects.in_state(demo.today).filter(state="RESULT_BACK", clinic=demo.north)
    assert "Adeyemi" in back.values_list("patient__family_name", flat=True)


def test_the_queue_is_short_enough_to_be_read(demo: Demo) -> None:
    assert 15 <= len({flag.patient_id for flag in standing(demo)}) <= 30


def test_everybody_of_the_standing_stories_has_a_flag(demo: Demo) -> None:
    flagged = {flag.patient.mrn for flag in standing(demo)}
    assert {story.mrn for story in STANDING} <= flagged


def test_every_rule_stands_somewhere(demo: Demo) -> None:
    assert {flag.rule for flag in standing(demo)} == set(Rule.values)


def test_dose_and_interaction_flags_are_as_old_as_what_changed(demo: Demo) -> None:
    found = {
        (flag.patient.family_name, flag.rule, (demo.now - flag.raised_at).days)
        for flag in standing(demo)
        if flag.rule in (Rule.DOSE_ABOVE_CAP, Rule.INTERACTION)
    }
    assert found >= {
        ("Silva", "DOSE_ABOVE_CAP", 4),
        ("Lindholm", "INTERACTION", 2),
        ("Rahman", "INTERACTION", 2),
    }


def test_flags_are_as_old_as_they_read(demo: Demo) -> None:
    ages = {
        (flag.patient.family_name, flag.rule): (demo.now - flag.raised_at).days for flag in standing(demo)
    }
    assert (ages["Brandão", "SYMPTOM"], ages["Okafor", "LAB_OUT_OF_RANGE"]) == (1, 4)
    assert ages["Haddad", "RE_EVALUATION"] >= 26


def test_deleting_the_standing_flags_and_sweeping_gives_the_same_ones(demo: Demo) -> None:
    before = causes(demo)
    with as_owner():
        FlagEvent.objects.filter(flag__in=Flag.objects.standing()).delete()
        Flag.objects.standing().delete()
    assert not causes(demo)
    for clinic in (demo.north, demo.south):
        sweep(clinic, at=demo.now)
    assert causes(demo) == before


def test_every_flag_was_raised_by_the_rules_and_closed_by_a_person_or_its_cause(demo: Demo) -> None:
    raised = FlagEvent.objects.filter(act="RAISED").values("flag")
    assert not Flag.objects.exclude(pk__in=raised).exists()
    resolved = FlagEvent.objects.filter(act="RESOLVED", by__isnull=False).values("flag")
    assert not Flag.objects.filter(state="RESOLVED").exclude(pk__in=resolved).exists()
    assert not Sweep.objects.exclude(error="").exists()


def test_another_sweep_changes_nothing(demo: Demo) -> None:
    again = sweep(demo.north, at=demo.now)
    assert again is not None
    assert not any(again.raised.values()) and not any(again.cleared.values())


def test_the_dangers_and_mistakes_of_the_cohort_are_planted(demo: Demo) -> None:
    below_30 = LabResult.objects.filter(analyte="EGFR", canonical_value__lt=30)
    assert below_30.values("patient").distinct().count() == 2
    assert LabResult.objects.filter(analyte="TOTAL_MG", canonical_value="1.4").count() == 1
    assert Medication.objects.filter(code="CIPROFLOXACIN").count() == 2
    emergency = Flag.objects.get(emergency=True, symptom_answer__symptom="SYNCOPE")
    assert emergency.action == "REFERRED"
    withdrawn = Regimen.objects.get(error_at__isnull=False)
    assert "not 500 mg elemental" in withdrawn.error_reason
    assert withdrawn.product.code == "P02"


def test_all_was_written_by_acts_of_the_past(demo: Demo) -> None:
    acts = AuditEvent.objects.filter(origin="seed_demo")
    assert acts.filter(act="LOG_VISIT").count() > 400
    assert acts.order_by("at").values_list("at", flat=True)[0] < demo.now - timedelta(days=300)
    assert not acts.filter(at__gte=demo.now - timedelta(hours=12)).exists()


def test_a_second_run_does_nothing(demo: Demo) -> None:
    events = AuditEvent.objects.count()
    assert seed(demo.now) == Seeded(0, 0)
    out = StringIO()
    call_command("seed_demo", stdout=out)
    assert "nothing was changed" in out.getvalue()
    assert AuditEvent.objects.count() == events


def test_a_database_with_real_patients_is_refused(demo: Demo) -> None:
    Patient.objects.filter(mrn="103417").update(is_synthetic=False)
    with pytest.raises(CommandError, match="not synthetic"):
        call_command("seed_demo", stdout=StringIO())


def the_series(demo: Demo, threshold: int = 1) -> Series:
    protocol = Protocol.objects.in_force(demo.north)
    outcome = OutcomeDefinition.of(protocol.thresholds)
    definition = SeriesDefinition(CohortCriteria(families=(Family.GLYCINATE,)), outcome)
    return read_series(demo.north, definition, data_cut_on=demo.today, protocol=protocol, threshold=threshold)


def persons(demo: Demo) -> list[Person]:
    return list(the_series(demo).cohort.persons())


def said(demo: Demo, threshold: int) -> str:
    series = the_series(demo, threshold)
    return "\n".join(sentences(series.summary, series.definition)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_articles_sentence_comes_out_of_the_record_with_its_receipts(demo: Demo) -> None:
    told = said(demo, 1)
    assert "Less anxious at 12 weeks (day 84 ± 14): 34 of 50 (68 %, 95 % CI 54.2–79.2 %)" in told
    assert "11 of 50 developed new twitching. That is 22 %, 95 % CI 12.8–35.2 %" in told
    assert "by highest grade, grade 1: 11" in told
    assert "Twitching, lowered to 250 mg/day or less while it lasted: 11 of 11" in told
    assert "Twitching, nothing changed while it lasted: 0 of 11." in told


def test_at_11_it_does_not_say_how_many_resolved(demo: Demo) -> None:
    resolved = "the number resolved is not shown (fewer than 11 in a group)"
    assert f"11 of 50 developed new twitching; {resolved}." in said(demo, 11)


def test_the_series_of_glycinate_starters_has_fifty_people(demo: Demo) -> None:
    assert len(persons(demo)) == 50


def test_exactly_34_of_50_are_less_anxious_at_week_12_and_two_are_worse(demo: Demo) -> None:
    found = Counter(person.anxiety for person in persons(demo))
    assert found == {Anxiety.LESS: 34, Anxiety.NEITHER: 14, Anxiety.WORSE: 2}


def test_exactly_11_of_50_have_new_twitching(demo: Demo) -> None:
    found = Counter(person.course_of(Symptom.MUSCLE_TWITCHING).course for person in persons(demo))
    assert found == {Course.NEW: 11, Course.NOT_NEW: 39}


def test_twitching_is_mild_mostly_at_night_and_nine_are_free_of_it_in_three_weeks(demo: Demo) -> None:
    ids = [person.patient_id for person in persons(demo)]
    episodes = SymptomEpisode.objects.filter(symptom="MUSCLE_TWITCHING", patient__in=ids)
    assert {episode.highest_grade for episode in episodes} == {1}
    gone = [e for e in episodes if e.resolved_on is not None]
    assert (len(episodes), len(gone)) == (11, 9)
    assert sum(bool(episode.opened_by.nocturnal) for episode in episodes) == 9
    told_on = SymptomAnswer.objects.in_bulk([e.opened_by_id for e in gone])
    lasted = [e.resolved_on - told_on[e.opened_by_id].visit.visited_on for e in gone if e.resolved_on]
    assert max(lasted) <= timedelta(21)


def test_those_who_twitch_were_lowered_from_300_to_250_mg(demo: Demo) -> None:
    ids = [
        person.patient_id
        for person in persons(demo)
        if person.course_of(Symptom.MUSCLE_TWITCHING).course is Course.NEW
    ]
    doses = Counter(
        step.elemental_mg_per_day for step in DoseStep.objects.filter(patient__in=ids).with_dose()
    )
    assert doses == {Decimal("299.7"): 11, Decimal("249.75"): 11}
