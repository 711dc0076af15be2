"""How the API writes a symptom episode: the dose in force, what was changed, and what followed."""

from typing import Any

from rest_framework import serializers

from accounts.shapes import Amount
from patients.models import SymptomAnswer
from reviews.challenges import Followed

# What the column of an answer can hold, so that both shapes share one list in the schema.
_SYMPTOM: Any = SymptomAnswer._meta.get_field("symptom")


class ChallengeShape(serializers.Serializer[Any]):
    """A change of dose with what followed; `told_on` is null when nobody asked since."""

    changed_on = serializers.DateField(source="change.on")
    from_elemental_mg_per_day = Amount(source="change.from_mg")
    to_elemental_mg_per_day = Amount(source="change.to_mg")
    followed = serializers.ChoiceField(choices=[(one.value, one.value) for one in Followed])
    told_on = serializers.DateField(allow_null=True)
    days = serializers.IntegerField(allow_null=True, help_text="From the change to the answer.")


class EpisodeShape(serializers.Serializer[Any]):
    """What followed a change is not what the change did."""

    symptom = serializers.ChoiceField(source="episode.symptom", choices=_SYMPTOM.choices)
    onset_on = serializers.DateField(source="episode.onset_on")
    resolved_on = serializers.DateField(source="episode.resolved_on", allow_null=True)
    highest_grade = serializers.IntegerField(source="episode.highest_grade", allow_null=True)
    elemental_mg_per_day_at_onset = Amount(source="story.mg_at_onset")
    days_from_last_change = serializers.IntegerField(
        source="story.days_from_change",
        allow_null=True,
        help_text="From the last change of dose to the onset.",
    )
    dechallenge = ChallengeShape(source="story.dechallenge", allow_null=True)
    rechallenge = ChallengeShape(source="story.rechallenge", allow_null=True)
