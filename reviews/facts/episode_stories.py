"""The episodes of one patient, each beside the doses of its time."""

from collections.abc import Sequence
from dataclasses import dataclass

from patients.models import SymptomEpisode
from patients.symptoms import Answer
from reviews.challenges import EpisodeStory, Span, Told, story_of
from reviews.facts.dose_course import dose_changes
from reviews.facts.record import Record


@dataclass(frozen=True)
class ToldEpisode:
    """An episode as stored, with what was changed and what followed."""

    episode: SymptomEpisode
    story: EpisodeStory


def told_episodes(record: Record, episodes: Sequence[SymptomEpisode]) -> list[ToldEpisode]:
    """Newest first."""
    changes = dose_changes(record)
    told: dict[str, list[Told]] = {}
    for answer in record.answers:
        if answer.answer != Answer.NOT_ASKED:
            heard = Told(answer.visit.visited_on, answer.answer == Answer.PRESENT)
            told.setdefault(answer.symptom, []).append(heard)
    newest_first = sorted(episodes, key=lambda episode: (episode.onset_on, episode.symptom), reverse=True)
    return [
        ToldEpisode(episode, story_of(_span(episode), changes, told.get(episode.symptom, [])))
        for episode in newest_first
    ]


def _span(episode: SymptomEpisode) -> Span:
    """Read episodes with `select_related("opened_by")`."""
    return Span(episode.onset_on, episode.resolved_on, episode.opened_by.onset_on is not None)
