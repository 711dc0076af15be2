"""The files of one export: which there are, in which order, and how each is written."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from caseseries.checklist import ItemState, State
from caseseries.figures import Figure
from caseseries.files import dictionary, figures, recompute
from caseseries.files.archive import write_archive
from caseseries.files.manifest import Rarity, entry_of, manifest_of
from caseseries.files.people import People
from caseseries.files.plain import Cell, json_bytes, write_csv
from caseseries.files.report import report_of
from caseseries.files.workbook import Sheet, write_workbook
from caseseries.models import Format
from caseseries.series import Series
from caseseries.storage import new_private

PEOPLE, FIGURES, SUMMARY, MANIFEST = "people.csv", "summary.csv", "summary.json", "manifest.json"
WORKBOOK, REPORT, ARCHIVE = "series.xlsx", "report.pdf", "case-series.zip"
DICTIONARY, RECOMPUTE = "dictionary.csv", "recompute.py"
# The files of an export, as they are listed.
NAMES = (PEOPLE, FIGURES, SUMMARY, WORKBOOK, REPORT, DICTIONARY, RECOMPUTE, MANIFEST, ARCHIVE)


@dataclass(frozen=True)
class Inputs:
    """All that the files are made of: the same inputs give the same bytes."""

    series: Series
    people: People
    profile: str
    drawn: Sequence[Figure]
    checklist: Sequence[ItemState]


@dataclass
class Writer:
    """Writes into `folder`; `renew` is called now and then, and raises when the work must end."""

    inputs: Inputs
    folder: Path
    renew: Callable[[], None]
    rarity: Rarity = field(default_factory=Rarity)
    rows_written: int = 0

    def write(self, name: str) -> None:
        """The files of one format. Raises OSError, RecordMoved, or what `renew` raises."""
        {
            Format.CSV: self._csv,
            Format.JSON: self._json,
            Format.XLSX: self._workbook,
            Format.PDF: self._report,
        }[Format(name)]()

    def finish(self) -> list[dict[str, Any]]:
        """Dictionary, script, manifest and the archive of all; returns the entries, the archive last."""
        with self._new(DICTIONARY) as file:
            write_csv(file, dictionary.HEAD, dictionary.dictionary_rows(self.inputs.people.columns))
        if (self.folder / PEOPLE).exists() and (self.folder / SUMMARY).exists():
            with self._new(RECOMPUTE) as file, Path(recompute.__file__).open("rb") as source:
                shutil.copyfileobj(source, file)
        manifest = json_bytes(self._manifest())
        with self._new(MANIFEST) as file:
            file.write(manifest)
        members = list(self.paths)
        with self._new(ARCHIVE) as file:
            write_archive(file, members)
        return [entry_of(path) for path in self.paths]

    @property
    def paths(self) -> Iterator[Path]:
        """The files that are there, in order."""
        return (self.folder / name for name in NAMES if (self.folder / name).exists())

    @property
    def manifest_sha256(self) -> str:
        return hashlib.sha256((self.folder / MANIFEST).read_bytes()).hexdigest()

    def _manifest(self) -> dict[str, Any]:
        missing = [part for part in self.inputs.checklist if part.state is State.MISSING]
        return manifest_of(
            self.inputs.series,
            profile=self.inputs.profile,
            data_cut_sha256=self.inputs.people.snapshot.sha256,
            rows=self.rows_written,
            rarity=self.rarity,
            missing=[part.question.label for part in missing if part.question],
            files=map(entry_of, list(self.paths)),
        )

    def _csv(self) -> None:
        with self._new(PEOPLE) as file:
            self.rows_written = write_csv(file, list(self.inputs.people.columns), self._rows())
        with self._new(FIGURES) as file:
            write_csv(file, figures.HEAD, figures.figure_rows(self.inputs.series.summary))

    def _json(self) -> None:
        with self._new(SUMMARY) as file:
            file.write(json_bytes(self.inputs.series.to_json()))

    def _workbook(self) -> None:
        series, columns = self.inputs.series, self.inputs.people.columns
        said: list[list[Cell]] = [[sentence] for sentence in series.to_json()["sentences"]]
        sheets = [
            Sheet("Sentences", ["What this says"], said),
            Sheet("Figures", figures.HEAD, figures.figure_rows(series.summary)),
            Sheet("People", list(columns), self._rows()),
            Sheet("Dictionary", dictionary.HEAD, dictionary.dictionary_rows(columns)),
        ]
        with self._new(WORKBOOK) as file:
            write_workbook(file, sheets, self.folder)

    def _report(self) -> None:
        with self._new(REPORT) as file:
            file.write(report_of(self.inputs.series, self.inputs.drawn, self.inputs.checklist))

    def _rows(self) -> Iterator[Sequence[Cell]]:
        """The rows of people, whose combinations are watched the first time."""
        self.rarity = Rarity()
        self.rows_written = self.inputs.people.count
        for row in self.inputs.people.rows():
            self.renew()
            yield self.rarity.watch(row)

    def _new(self, name: str) -> BinaryIO:
        return new_private(self.folder / name)
