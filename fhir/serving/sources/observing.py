"""What the three kinds of observation have in common."""

from typing import Any

from django.db.models import Q

from fhir.serving import systems
from fhir.serving.elements import Element, coding, concept
from fhir.serving.source import EVERYTHING, NOTHING, Here, Source, Token

CATEGORIES = {"laboratory": "Laboratory", "survey": "Survey"}


class Observing(Source):
    """Abstract: `category` is the code of the one category."""

    kind = "Observation"
    status_system = systems.OBSERVATION_STATUS
    category: str

    def by_category(self, value: Token, here: Here) -> Q:
        known = value.of(systems.OBSERVATION_CATEGORY) and value.code == self.category
        return EVERYTHING if known else NOTHING

    def categories(self) -> list[Element]:
        return [concept(coding(systems.OBSERVATION_CATEGORY, self.category, CATEGORIES[self.category]))]

    def by_encounter(self, value: Any, here: Here) -> Q:
        return NOTHING if value is None else Q(visit=value)
