"""The report as PDF, made by Typst: tagged and PDF/A, from the template and the figures of the page.

The template draws nothing by itself: all numbers come as data, and the same data give the same bytes.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from typst import Compiler

from accounts.wording import day
from caseseries.checklist import ItemState
from caseseries.figures import Figure, standalone_svg
from caseseries.series import Series

TEMPLATE = Path(__file__).with_name("report.typ")
# Archivable with its structure and letters (ISO 19005-2, level A), and accessible (ISO 14289-1).
STANDARDS = ["a-2a", "ua-1"]


def report_of(series: Series, drawn: Sequence[Figure], checklist: Sequence[ItemState]) -> bytes:
    """The bytes of the PDF. Its date is the day of the data cut, and it says no other moment."""
    said = json.dumps(told(series, drawn, checklist), sort_keys=True, ensure_ascii=False)
    compiler = Compiler(TEMPLATE.read_bytes(), ignore_system_fonts=True, sys_inputs={"told": said})
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=0)  # type: ignore[arg-type]
    if not isinstance(made, bytes):
        raise TypeError("A report is one file.")
    return made


def told(series: Series, drawn: Sequence[Figure], checklist: Sequence[ItemState]) -> dict[str, Any]:
    """What the template is given."""
    stated = series.to_json()
    cut = series.data_cut_on
    return {
        "title": "Case series",
        "cut": {"year": cut.year, "month": cut.month, "day": cut.day, "words": day(cut)},
        "people": stated["n"],
        "small_cells": stated["small_cells"],
        "sentences": stated["sentences"],
        "limitation": stated["limitation"],
        "criteria": stated["criteria_in_words"],
        "outcome": stated["outcome_in_words"],
        "version": stated["version_in_words"],
        "protocol": str(series.protocol_version),
        "sha256": series.definition.sha256,
        "figures": [_figure(figure) for figure in drawn],
        "checklist": [_part(part) for part in checklist],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "svg": standalone_svg(figure),
        "title": figure.title,
        "note": figure.note,
        "label": figure.label,
        "head": figure.table.head,
        "rows": figure.table.rows,
    }


def _part(part: ItemState) -> list[str]:
    asks = part.question.label if part.question else part.item.states
    return [str(part.item.number), asks, part.state.label, part.text]
