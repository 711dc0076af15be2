"""The data dictionary: name, meaning, unit and source of each column of the file of persons (pure)."""

from collections.abc import Iterator, Mapping

from caseseries.columns import Column
from caseseries.files.plain import Cell

HEAD = ("column", "meaning", "unit", "source")


def dictionary_rows(columns: Mapping[str, Column]) -> Iterator[list[Cell]]:
    """One row for each column, in order; a source is a model and its field."""
    for name, column in columns.items():
        yield [name, column.meaning, column.unit, "; ".join(column.sources)]
