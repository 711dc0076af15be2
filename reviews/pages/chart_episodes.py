"""The card of symptoms: the dose in force, what was changed, and what followed."""

from dataclasses import dataclass

from accounts.wording import NO_BREAK, count, day, number
from patients.models import SymptomEpisode
from reviews.challenges import Challenge, EpisodeStory, Followed
from reviews.facts.episode_stories import ToldEpisode, told_episodes
from reviews.pages.chart_record import ChartRecord

_FOLLOWED = {
    Followed.GONE: "gone when asked",
    Followed.STILL_PRESENT: "still present",
    Followed.CAME_BACK: "present again",
    Followed.STAYED_AWAY: "absent when asked",
}


@dataclass(frozen=True)
class EpisodeLine:
    """One episode in words; doses are elemental."""

    episode: SymptomEpisode
    dose: str
    since_change: str
    lowered: str
    raised_again: str


def episode_lines(record: ChartRecord) -> list[EpisodeLine]:
    """Newest first."""
    return [_line(told) for told in told_episodes(record, record.episodes)]


def _line(told: ToldEpisode) -> EpisodeLine:
    story = told.story
    return EpisodeLine(
        episode=told.episode,
        dose=f"{number(story.mg_at_onset)}{NO_BREAK}mg/day" if story.mg_at_onset else "no dose",
        since_change=_since_change(story),
        lowered=challenge_words(story.dechallenge),
        raised_again=challenge_words(story.rechallenge),
    )


def _since_change(story: EpisodeStory) -> str:
    if story.days_from_change is None or story.last_change is None:
        return "before the first dose"
    what = "lowered" if story.last_change.is_lower else "raised" if story.last_change.from_mg else "begun"
    return f"{count(story.days_from_change, 'day')} after it was {what}"


def challenge_words(challenge: Challenge | None) -> str:
    """`300 to 250 mg/day on 3 Feb 2026: gone when asked 12 days later`; empty when nothing was changed."""
    if challenge is None:
        return ""
    change = challenge.change
    amounts = f"{number(change.from_mg)} to {number(change.to_mg)}{NO_BREAK}mg/day on {day(change.on)}"
    if challenge.days is None:
        return f"{amounts}: not asked since"
    return f"{amounts}: {_FOLLOWED[challenge.followed]} {count(challenge.days, 'day')} later"
