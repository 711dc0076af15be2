"""Facts of symptom answers: urgency, why an answer asks for review, and episodes."""

from datetime import date, timedelta
from uuid import UUID

from patients.models import SymptomAnswer, SymptomEpisode
from patients.symptoms import Answer, Symptom
from reviews.episodes import AnswerOn, calls_for_review, episodes
from reviews.facts.record import Record
from reviews.models import Flag, FlagState
from reviews.triage import AnswerFacts, triage_each

URGENT = ("TODAY", "EMERGENCY")


def keep_symptom_facts(record: Record) -> None:
    """Write urgency and review reason of every answer, and rebuild the episodes."""
    told = [_told(answer) for answer in record.answers]
    urgency = _urgencies(record)
    live = [row for row, answer in zip(told, record.answers, strict=True) if _is_live(record, answer)]
    reasons = calls_for_review(
        live,
        record.first_dose_on,
        {visit.pk for visit in record.visits if visit.is_re_evaluation},
        _resolved(record),
        {answer_id for answer_id, word in urgency.items() if word in URGENT},
    )
    changed = []
    for answer in record.answers:
        facts = (urgency.get(answer.pk, "NONE"), reasons.get(answer.pk, ""))
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
    horizon = timedelta(days=record.now.thresholds.symptom_flag_horizon_days)
    return answer.visit.visited_on >= recorded_on - horizon


def _urgencies(record: Record) -> dict[UUID, str]:
    """{answer id: urgency} from triage of each whole visit."""
    by_visit: dict[UUID, list[SymptomAnswer]] = {}
    for answer in record.answers:
        if answer.answer == Answer.PRESENT:
            by_visit.setdefault(answer.visit_id, []).append(answer)
    found: dict[UUID, str] = {}
    for present in by_visit.values():
        facts = [AnswerFacts(Symptom(a.symptom), a.grade, bool(a.nocturnal)) for a in present]
        on_digoxin = _takes_digoxin(record, present[0].visit.visited_on)
        each = triage_each(facts, record.now.thresholds, on_digoxin=on_digoxin)
        found |= {a.pk: str(each[Symptom(a.symptom)].urgency) for a in present}
    return found


def _takes_digoxin(record: Record, day: date) -> bool:
    return any(m.code == "DIGOXIN" and m.holds_on(day) for m in record.medications)


def _resolved(record: Record) -> set[UUID]:
    rows = Flag.objects.filter(patient=record.patient, state=FlagState.RESOLVED, symptom_answer__isnull=False)
    return set(rows.values_list("symptom_answer", flat=True))


def _rebuild_episodes(record: Record, told: list[AnswerOn]) -> None:
    wanted = [
        SymptomEpisode(
            clinic_id=record.patient.clinic_id,
            patient=record.patient,
            symptom=episode.symptom,
            opened_by_id=episode.opened_by,
            onset_on=episode.onset_on,
            resolved_on=episode.resolved_on,
            highest_grade=episode.highest_grade,
            elemental_mg_per_day_at_onset=record.dose_on(episode.onset_on).elemental_mg_per_day,
        )
        for episode in episodes(told)
    ]
    SymptomEpisode.objects.filter(patient=record.patient).delete()
    SymptomEpisode.objects.bulk_create(wanted)
