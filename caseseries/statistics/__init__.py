"""Figures of a group (pure): shares, spreads and times, each with its interval.

Descriptive only: no test, no p-value. Every one is checked against scipy or lifelines in the tests.
"""

from caseseries.statistics.shares import CONFIDENCE, Share, percent, wilson
from caseseries.statistics.spreads import Spread, mean, mean_interval, quartiles, sd, spread, spread_of
from caseseries.statistics.student import student_quantile
from caseseries.statistics.survival import EventStep, TimeToEvent, kaplan_meier

__all__ = [
    "CONFIDENCE",
    "EventStep",
    "Share",
    "Spread",
    "TimeToEvent",
    "kaplan_meier",
    "mean",
    "mean_interval",
    "percent",
    "quartiles",
    "sd",
    "spread",
    "spread_of",
    "student_quantile",
    "wilson",
]
