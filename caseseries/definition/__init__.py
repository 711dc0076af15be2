"""Who belongs to a series, and what counts as an outcome: read from JSON, put in order and hashed (pure)."""

from caseseries.definition.criteria import CohortCriteria
from caseseries.definition.outcomes import Improved, OutcomeDefinition
from caseseries.definition.readers import BadDefinition
from caseseries.definition.whole import SeriesDefinition

__all__ = ["BadDefinition", "CohortCriteria", "Improved", "OutcomeDefinition", "SeriesDefinition"]
