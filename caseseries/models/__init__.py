"""What was asked for, and what left."""

from caseseries.models.definitions import Definition as Definition
from caseseries.models.definitions import SavedSeries as SavedSeries
from caseseries.models.exports import Disclosure as Disclosure
from caseseries.models.exports import Export as Export
from caseseries.models.exports import Format as Format
from caseseries.models.exports import Profile as Profile
from caseseries.models.statements import Statement as Statement
