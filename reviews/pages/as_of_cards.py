"""The cards of a chart as of a past day: the chart's own, without anything that leads to an act."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.wording import day
from labs.analytes import Analyte
from patients.banner import banner_from
from patients.models import DatedEntry
from reviews.asof.picture import Picture
from reviews.asof.record import RecordAsOf
from reviews.models import Flag
from reviews.pages.chart_cards import dose_lines, entry_lines, visit_lines
from reviews.pages.chart_episodes import episode_lines
from reviews.pages.chart_figure import WINDOW_WORDS
from reviews.pages.to_check import Fact
from reviews.pages.why import facts_read
from reviews.sentences import interval_words, measured, sentence, short, spec

ENTRY_CARDS = (
    ("conditions", "Conditions and allergies"),
    ("medications", "Medicines"),
    ("co-treatments", "Other treatments"),
    ("modifiers", "Modifiers"),
)


@dataclass(frozen=True)
class FlagThen:
    """A flag that stood, with its words, who answered for it, and what the check had read."""

    flag: Flag
    title: str
    sentence: str
    owner: str
    facts: list[Fact]
    mark: str
    claim: str


def cards_of(record: RecordAsOf, picture: Picture) -> dict[str, Any]:
    """The context of the page; a fixed number of statements."""
    egfr = [result for result in record.results if result.analyte == Analyte.EGFR]
    entries: dict[str, Sequence[DatedEntry]] = {
        "conditions": record.conditions,
        "medications": record.medications,
        "co-treatments": record.co_treatments,
        "modifiers": record.modifiers,
    }
    return {
        "banner": banner_from(
            record.patient,
            picture.on,
            conditions=record.conditions,
            medications=record.medications,
            modifiers=list(reversed(record.modifiers)),
            egfr=egfr[-1] if egfr else None,
        ),
        "flags": [_flag(flag, record) for flag in picture.flags],
        "doses": dose_lines(record),
        "episodes": episode_lines(record),
        "answers": picture.symptoms,
        "results": [_result(row) for row in picture.results],
        "owed": [(row, WINDOW_WORDS[row.state]) for row in picture.owed],
        "visits": visit_lines(record),
        "entries": [(title, kind, entry_lines(record, kind, entries[kind])) for kind, title in ENTRY_CARDS],
    }


def _flag(flag: Flag, record: RecordAsOf) -> FlagThen:
    words, rule = short(flag, record.now.on), spec(flag)
    return FlagThen(
        flag=flag,
        title=words[:1].upper() + words[1:],
        sentence=sentence(flag, record.now.on),
        owner=str(flag.owner.user) if flag.owner else "nobody",
        facts=facts_read(flag, record.now),
        mark=rule.mark,
        claim=rule.claim,
    )


def _result(row: Any) -> dict[str, Any]:
    interval = interval_words(row.analyte, row.interval_low, row.interval_high)
    words = measured(row.analyte, row.canonical_value)
    return {
        "row": row,
        "words": f"{row.comparator}{words}" if row.comparator else words,
        "interval": interval,
    }


def heading(picture: Picture) -> str:
    """`As of 3 Mar 2026, under protocol 1. Read-only.`"""
    return f"As of {day(picture.on)}, under protocol {picture.protocol_version}. Read-only."
