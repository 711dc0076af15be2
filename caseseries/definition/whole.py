"""The whole definition of a series, and its hash (pure)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caseseries.definition.criteria import CohortCriteria
from caseseries.definition.outcomes import OutcomeDefinition
from caseseries.definition.readers import BadDefinition
from protocols.thresholds import Thresholds


@dataclass(frozen=True)
class SeriesDefinition:
    """Cohort and outcomes: what is hashed and locked before anybody sees an outcome."""

    cohort: CohortCriteria
    outcome: OutcomeDefinition

    @classmethod
    def from_json(cls, values: Mapping[str, Any], thresholds: Thresholds) -> "SeriesDefinition":
        """The criteria, and under `outcome` what differs from the protocol's outcomes.

        Raises BadDefinition that names each bad key, those inside `outcome` as `outcome.drop`.
        """
        errors: dict[str, list[str]] = {}
        cohort, outcome = CohortCriteria(), OutcomeDefinition.of(thresholds)
        try:
            cohort = CohortCriteria.from_json({key: values[key] for key in values if key != "outcome"})
        except BadDefinition as bad:
            errors |= bad.errors
        try:
            if values.get("outcome") is not None:
                outcome = OutcomeDefinition.from_json(values["outcome"], thresholds)
        except BadDefinition as bad:
            errors |= bad.errors
        if errors:
            raise BadDefinition(errors)
        return cls(cohort, outcome)

    @classmethod
    def from_stored(cls, values: Mapping[str, Any]) -> "SeriesDefinition":
        """Read back what `to_json` wrote."""
        cohort, outcome = values["cohort"], values["outcome"]
        return cls(CohortCriteria.from_json(cohort), OutcomeDefinition.from_stored(outcome))

    def to_json(self) -> dict[str, Any]:
        return {"cohort": self.cohort.to_json(), "outcome": self.outcome.to_json()}

    @property
    def sha256(self) -> str:
        """The hash of the definition alone: the same at any time and in any clinic."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
