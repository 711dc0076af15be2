"""One chunk of people: their rows are read, each kind at once, and put together."""

from collections.abc import Iterator, Sequence

from caseseries.definition import OutcomeDefinition
from caseseries.persons import Asked, Person
from caseseries.reading.closer import courses_of, to_be_heard
from caseseries.reading.drafts import PSYCHOTHERAPY, PSYCHOTROPIC, Draft
from caseseries.reading.measures import anxiety_of, around, from_the_baseline
from caseseries.reading.recall import recalled, retested
from caseseries.reading.rows import AnswersByPatient, Record, Scope, answers
from caseseries.reading.starts import Start
from patients.models import DeathRelation
from regimens.models import PriorMagnesium

_PRIOR = {PriorMagnesium.YES.value: Asked.YES, PriorMagnesium.NO.value: Asked.NO}


def persons_of(starts: Sequence[Start], scope: Scope, outcome: OutcomeDefinition) -> Iterator[Person]:
    """The people who started, in the order of `starts`."""
    record, cut = Record.of(scope, outcome.instrument), scope.cut.toordinal()
    drafts = [Draft(start, record, cut) for start in starts]
    heard = answers(scope, [pair for draft in drafts for pair in to_be_heard(draft)])
    for draft in drafts:
        yield _person(draft, record, heard, outcome)


def _person(draft: Draft, record: Record, heard: AnswersByPatient, outcome: OutcomeDefinition) -> Person:
    start, spans = draft.start, draft.spans(record)
    courses, serious = courses_of(draft, spans, record, heard)
    ionized, windows = draft.ionized(), draft.windows()
    ionized_pair, gad7 = around(ionized, outcome), around(draft.gad7(), outcome)
    related = draft.died_day is not None and start.death_relation == DeathRelation.POSSIBLY_RELATED
    return Person(
        patient_id=start.patient_id,
        family=start.family,
        sex=start.sex,
        age_at_start=start.age,
        cut_day=draft.cut_day,
        last_day=draft.last_day,
        ending=draft.ended.ending,
        ended_day=draft.ended.day,
        doses=spans,
        ionized_mg=ionized_pair,
        ionized_mg_course=from_the_baseline(ionized),
        ionized_mg_method=draft.method_of(ionized_pair),
        gad7=gad7,
        anxiety=anxiety_of(gad7, outcome),
        symptoms=courses,
        egfr=draft.egfr(),
        adherence_percent=draft.adherence(outcome),
        reevaluations=recalled(windows, draft.cut_day),
        retest=retested(windows, [measured.day for measured in ionized]),
        prior_magnesium=_PRIOR.get(start.prior_magnesium, Asked.NOT_ASKED),
        psychotherapy_changed=draft.changed(PSYCHOTHERAPY, outcome),
        psychotropic_changed=draft.changed(PSYCHOTROPIC, outcome),
        serious=serious,
        death_possibly_related=related,
        died_day=draft.died_day,
    )
