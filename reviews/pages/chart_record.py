"""All rows of one patient that the chart shows, each table read once."""

from functools import cached_property

from patients.models import SymptomEpisode, Visit
from reviews import sentences
from reviews.facts.record import Record
from reviews.facts.symptoms import unsaved_episodes
from reviews.models import STANDING, Flag


class ChartRecord(Record):
    """The record with what only a reader needs: who was there, episodes and flags."""

    @cached_property
    def visits(self) -> list[Visit]:
        rows = Visit.objects.valid().filter(patient=self.patient).select_related("clinician__user")
        return list(rows.order_by("visited_on", "created_at"))

    @cached_property
    def episodes(self) -> list[SymptomEpisode]:
        """As they follow from the answers, which are read anyway."""
        return unsaved_episodes(self)

    @cached_property
    def flags(self) -> list[Flag]:
        """Every flag ever, newest first, as it stands now."""
        rows = Flag.objects.of(self.now.clinic).filter(patient=self.patient).as_of(self.now.on, self.now.at)
        return list(rows.select_related(*sentences.READS).order_by("-raised_at", "rule"))

    @property
    def standing_flags(self) -> list[Flag]:
        return [flag for flag in self.flags if flag.state in STANDING]

    @property
    def closed_flags(self) -> list[Flag]:
        """Those that a person resolved or that lost their cause, the last closed first."""
        closed = [flag for flag in self.flags if flag.state not in STANDING]
        return sorted(closed, key=lambda flag: flag.closed_at or flag.raised_at, reverse=True)
