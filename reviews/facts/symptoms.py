"""Facts of symptom answers: urgency, why an answer asks for review, and episodes."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from patients.models import SymptomAnswer, SymptomEpisode
from patients.symptoms import Answer, Symptom
from reviews.episodes import AnswerOn, Around, Episode, calls_for_review, episodes, new_or_worse
from reviews.facts.record import Record
from reviews.models import Flag, FlagState
from reviews.triage import AnswerFacts, Urgency, triage_each

URGENT = (Urgency.TODAY, Urgency.EMERGENCY)
DIGOXIN = "DIGOXIN"
EPISODE_FIELDS = (
    "symptom", "opened_by_id", "onset_on", "resolved_on", "highest_grade", "elemental_mg_per_day_at_onset",
)  # fmt: skip


def keep_symptom_facts(record: Record) -> None:
    """Write urgency and review reason of every answer, and rebuild the episodes."""
    told = [_told(answer) for answer in record.answers]
    urgency = _urgencies(record, new_or_worse(told))
    around = Around(
        first_dose_on=record.first_dose_on,
        live_ids={answer.pk for answer in record.answers if _is_live(record, answer)},
        act_today_ids={answer_id for answer_id, word in urgency.items() if word in URGENT},
        emergency_ids={answer_id for answer_id, word in urgency.items() if word is Urgency.EMERGENCY},
        re_evaluation_visit_ids={visit.pk for visit in record.visits if visit.is_re_evaluation},
        resolved_on=_resolved(record),
    )
    reasons = calls_for_review(told, around)
    changed = []
    for answer in record.answers:
        facts = (str(urgency.get(answer.pk, Urgency.NONE)), str(reasons.get(answer.pk, "")))
        if facts != (answer.urgency, answer.review_reason):
            answer.urgency, answer.review_reason = facts
            changed.append(answer)
    SymptomAnswer.objects.bulk_update(changed, ["urgency", "review_reason"])
    _rebuild_episodes(record, told)


def _told(answer: SymptomAnswer) -> AnswerOn:
    return AnswerOn(
        answer_id=answer.pk,
        visit_id=answer.visit_id,
        symptom=Symptom(answer.symptom),
        on=answer.visit.visited_on,
        answer=Answer(answer.answer),
        grade=answer.grade,
        onset_on=answer.onset_on,
    )


def _is_live(record: Record, answer: SymptomAnswer) -> bool:
    """A visit that was long past when it was recorded never flags."""
    recorded_on = record.now.clinic.local_date(answer.visit.created_at)
    horizon = timedelta(days=record.limits_of(answer.protocol_id).symptom_flag_horizon_days)
    return answer.visit.visited_on >= recorded_on - horizon


def _urgencies(record: Record, new_or_worse_ids: frozenset[UUID]) -> dict[UUID, Urgency]:
    """{answer id: urgency} from triage of each whole visit."""
    by_visit: dict[UUID, list[SymptomAnswer]] = {}
    for answer in record.answers:
        if answer.answer == Answer.PRESENT:
            by_visit.setdefault(answer.visit_id, []).append(answer)
    found: dict[UUID, Urgency] = {}
    for present in by_visit.values():
        on = present[0].visit.visited_on
        each = triage_each(
            [AnswerFacts(Symptom(a.symptom), a.grade, a.pk in new_or_worse_ids) for a in present],
            record.limits_of(present[0].protocol_id),
            on_digoxin=any(m.code == DIGOXIN and m.holds_on(on) for m in record.medications),
            egfr=record.newest_egfr(on)[0] if record.steps_on(on) else None,
        )
        found |= {a.pk: each[Symptom(a.symptom)].urgency for a in present}
    return found


def _resolved(record: Record) -> dict[UUID, date]:
    """The answers whose flag a person resolved, with the clinic's day of it."""
    rows = Flag.objects.filter(patient=record.patient, state=FlagState.RESOLVED, symptom_answer__isnull=False)
    return {
        answer_id: record.now.clinic.local_date(at)
        for answer_id, at in rows.values_list("symptom_answer", "closed_at")
        if at is not None
    }


def _rebuild_episodes(record: Record, told: list[AnswerOn]) -> None:
    """Write the episodes anew where they changed, which few acts do."""
    wanted = _unsaved(record, told)
    stored = SymptomEpisode.objects.filter(patient=record.patient)
    if sorted(map(_content, stored), key=str) != sorted(map(_content, wanted), key=str):
        stored.all().delete()
        SymptomEpisode.objects.bulk_create(wanted)


def unsaved_episodes(record: Record) -> list[SymptomEpisode]:
    """The episodes that follow from the answers of a record; nothing is written."""
    return _unsaved(record, [_told(answer) for answer in record.answers])


def _unsaved(record: Record, told: list[AnswerOn]) -> list[SymptomEpisode]:
    answers = {answer.pk: answer for answer in record.answers}
    return [
        SymptomEpisode(
            clinic_id=record.patient.clinic_id,
            patient=record.patient,
            symptom=episode.symptom,
            opened_by=answers[episode.opened_by],
            onset_on=episode.onset_on,
            resolved_on=episode.resolved_on,
            highest_grade=episode.highest_grade,
            elemental_mg_per_day_at_onset=record.dose_on(_dosed_on(episode)).elemental_mg_per_day,
        )
        for episode in episodes(told)
    ]


def _dosed_on(episode: Episode) -> date:
    """The day whose dose was in force at the onset: where that is only the day of the visit, the day before,
    because a visit changes the dose after the questions."""
    return episode.onset_on if episode.onset_was_told else episode.onset_on - timedelta(days=1)


def _content(episode: SymptomEpisode) -> tuple[Any, ...]:
    return tuple(getattr(episode, name) for name in EPISODE_FIELDS)
