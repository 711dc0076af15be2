"""The summary as a long table: one figure a row, named by where it stands in the summary (pure)."""

from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from caseseries.deidentify import SUPPRESSED
from caseseries.files.plain import Cell
from caseseries.statistics import Share, Spread
from caseseries.summary import Summary

SHARE_COLUMNS = ("n", "of", "percent", "low_percent", "high_percent")
SPREAD_COLUMNS = ("mean", "sd", "median", "lower_quartile", "upper_quartile")
HEAD = ("section", "item", *SHARE_COLUMNS, *SPREAD_COLUMNS)
# What names one of several: the first of these that it has.
# How the summary was made, which the manifest says.
RULES = ("threshold", "suppressed_cells")
COUNTS = (int, int | None)
NAMES = ("name", "step", "sex", "symptom", "changed", "family", "elemental_mg_per_day", "by_week")


def figure_rows(summary: Summary) -> Iterator[list[Cell]]:
    """Rows in the order of the summary. A count that is suppressed says so; an empty cell has no figure."""
    yield from _of((), summary)


def _of(section: tuple[str, ...], figures: Any) -> Iterator[list[Cell]]:
    """The rows of each field; of a count that is None, which is suppressed, too."""
    for field in fields(figures):
        value = getattr(figures, field.name)
        if value is None and field.type in COUNTS:
            value = Share(None, None)
        if field.name not in NAMES + RULES:
            yield from _rows(section, field.name, value)


def _rows(section: tuple[str, ...], item: str, value: Any) -> Iterator[list[Cell]]:
    if isinstance(value, Share):
        yield _row(section, item, asdict(value), {})
    elif isinstance(value, Spread):
        spread = asdict(value)
        yield _row(section, item, {"n": spread.pop("n")}, spread)
    elif isinstance(value, list):
        for each in value:
            yield from _rows((*section, item), _name(each), each)
    elif is_dataclass(value):
        yield from _of((*section, item), value)
    elif value is None:
        yield _row(section, item, {}, {})
    elif not isinstance(value, str):
        yield _row(section, item, {"n": value}, {})


def _name(each: Any) -> str:
    return str(next(getattr(each, name) for name in NAMES if hasattr(each, name)))


def _row(section: tuple[str, ...], item: str, share: dict[str, Any], spread: dict[str, Any]) -> list[Cell]:
    counted: list[Cell] = [share.get(name) for name in SHARE_COLUMNS]
    if share and counted[0] is None:
        counted[0] = SUPPRESSED
    return [".".join(section), item, *counted, *(spread.get(name) for name in SPREAD_COLUMNS)]
