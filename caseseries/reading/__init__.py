"""From the record to the people of a series, chunk by chunk."""

from caseseries.reading.cohort import Cohort, read_cohort

__all__ = ["Cohort", "read_cohort"]
