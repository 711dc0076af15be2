"""What a case series states: counted by chunks, suppressed by tables, one module a section (pure)."""

from caseseries.statistics import Share, Spread, TimeToEvent
from caseseries.summary.follow_up import adherence_band, weeks_band
from caseseries.summary.shape import (
    AfterChange,
    Change,
    Doses,
    FollowUp,
    FormGroup,
    LessAnxious,
    NamedCount,
    NewSymptom,
    Remaining,
    Safety,
    SexCount,
    Summary,
    WeeksAtDose,
)
from caseseries.summary.tables import Tables
from caseseries.summary.tally import Tally, summarise, tables_of

__all__ = [
    "AfterChange",
    "Change",
    "Doses",
    "FollowUp",
    "FormGroup",
    "LessAnxious",
    "NamedCount",
    "NewSymptom",
    "Remaining",
    "Safety",
    "SexCount",
    "Share",
    "Spread",
    "Summary",
    "Tables",
    "Tally",
    "TimeToEvent",
    "WeeksAtDose",
    "adherence_band",
    "summarise",
    "tables_of",
    "weeks_band",
]
