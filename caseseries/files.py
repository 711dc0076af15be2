"""The bytes of an export: the same record and definition give the same bytes.

A person's row holds weeks and bands, never a date, a name, a number of the clinic or a text that somebody
typed. What the summary suppresses cannot be counted from the rows: docs/adr/0006-small-cells.md says how.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from accounts.spreadsheets import safe_text
from caseseries.deidentify import SUPPRESSED, Cells, age_band, study_ids
from caseseries.fields import COLUMNS, SYMPTOM_COLUMNS
from caseseries.persons import Pair, Person
from caseseries.sentences import small_cells, too_few
from caseseries.series import Series
from caseseries.statistics import Spread
from caseseries.summary import Share, Tables
from patients.symptoms import Symptom

PEOPLE, FIGURES, SUMMARY, MANIFEST = "people.csv", "summary.csv", "summary.json", "manifest.json"
DEIDENTIFICATION = (
    "Left out: names, record numbers, contacts, dates, clinicians and all free text. Ages are bands of 5 "
    "years, 90+ at the top; times are completed weeks since the start; study ids are dealt anew for each "
    "definition and data cut. Pseudonymised data stay personal data under the GDPR."
)
SHARE_COLUMNS = ("n", "of", "percent", "low_percent", "high_percent")
SPREAD_COLUMNS = ("mean", "sd", "median", "lower_quartile", "upper_quartile")

Cell = str | int | float | Decimal | None


@dataclass(frozen=True)
class File:
    """One file of an export."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def entry(self) -> dict[str, Any]:
        """Its line in the manifest."""
        return {"name": self.name, "sha256": self.sha256, "bytes": len(self.content)}


def files_of(series: Series, export_key: bytes) -> list[File]:
    """The rows, the figures as CSV and JSON, and the manifest, which comes last and names the others."""
    rows = person_rows(series, export_key)
    files = [
        File(PEOPLE, csv_bytes(columns(series.tables), rows)),
        File(FIGURES, csv_bytes(("section", "item", *SHARE_COLUMNS, *SPREAD_COLUMNS), figures(series))),
        File(SUMMARY, json_bytes(series.to_json())),
    ]
    return [*files, File(MANIFEST, json_bytes(_manifest(series, files, len(rows))))]


def _manifest(series: Series, files: Iterable[File], rows: int) -> dict[str, Any]:
    threshold = series.summary.threshold
    return {
        "definition": {"sha256": series.definition.sha256, **series.definition.to_json()},
        "protocol_version": series.protocol_version,
        "data_cut_on": series.data_cut_on.isoformat(),
        "people": series.summary.n,
        "rows": rows,
        "rows_note": "" if rows or series.summary.n == 0 else f"{PEOPLE} has no rows. {too_few(threshold)}",
        "threshold": threshold,
        "suppressed_cells": series.summary.suppressed_cells,
        "small_cells": small_cells(threshold),
        "deidentification": DEIDENTIFICATION,
        "files": [file.entry() for file in files],
    }


def columns(tables: Tables) -> list[str]:
    """The head of the file of persons."""
    of_symptoms = [name.format(symptom=s.lower()) for s in tables.symptoms for name in SYMPTOM_COLUMNS]
    return [*COLUMNS, *of_symptoms]


def person_rows(series: Series, export_key: bytes) -> list[list[Cell]]:
    """One row a person, in the order of the study ids; none for a series smaller than the threshold."""
    if series.summary.n is None:
        return []
    persons = {person.patient_id: person for person in series.cohort.persons}
    ids = study_ids(export_key, series.definition.sha256, series.data_cut_on, persons)
    form = series.definition.cohort.form or "ANY"
    return [_row(study_id, persons[key], form, series.tables) for key, study_id in ids.items()]


def _row(study_id: str, person: Person, form: str, tables: Tables) -> list[Cell]:
    """A column leaves whole or not at all: it is suppressed when a cell of its table is."""
    row: list[Cell] = [study_id, _age_band(person, tables), _sex(person, tables), form]
    row += _unless_hidden(tables.doses_at_start, [_dose(person.dose_start, reached=True)])
    row += _unless_hidden(tables.doses_at_week_12, [_dose(person.dose_week_12, reached=person.at_week_12)])
    row += _unless_hidden(tables.ionized_mg, _pair(person.ionized_mg))
    row += _unless_hidden(tables.anxiety, [*_pair(person.gad7), person.anxiety])
    for symptom, cells in tables.symptoms.items():
        row += _unless_hidden(cells, _symptom(person, symptom))
    return row


def _sex(person: Person, tables: Tables) -> str:
    return SUPPRESSED if person.sex in tables.sexes.hidden else person.sex


def _age_band(person: Person, tables: Tables) -> str:
    """Bands are counted within a sex, and only the rows of small cells lose theirs."""
    bands, band = tables.age_bands.get(person.sex), age_band(person.age_at_start)
    return SUPPRESSED if bands is None or band in bands.hidden else band


def _unless_hidden(cells: Cells, values: list[Cell]) -> list[Cell]:
    return [SUPPRESSED] * len(values) if cells.hidden else values


def _dose(dose: Decimal | None, *, reached: bool) -> Cell:
    if not reached:
        return "NOT_YET"
    return "NONE" if dose is None else dose


def _pair(pair: Pair) -> list[Cell]:
    """Both values or neither: who has only one would be a group that the summary does not count."""
    return [None, None, None] if pair.change is None else [pair.start, pair.week_12, pair.week]


def _symptom(person: Person, symptom: Symptom) -> list[Cell]:
    course = person.course_of(symptom)
    return [course.course, course.week]


def figures(series: Series) -> list[list[Cell]]:
    """The summary as a long table: one figure a row."""
    summary = series.summary
    less, mg, doses = summary.less_anxious, summary.ionized_mg_mmol_l, summary.doses
    rows = [_figure("attrition", step.step, Share(step.n, None)) for step in summary.attrition]
    for sex in summary.sexes:
        rows.append(_figure("sex", sex.sex, sex.share))
        rows += [_figure("age_band", f"{sex.sex} {b.age_band}", Share(b.n, None)) for b in sex.age_bands]
    rows.append(_figure("age_years", "at_start", None, summary.age_years))
    rows.append(_figure("elemental_mg_per_day", "at_start", None, doses.at_start))
    rows.append(_figure("elemental_mg_per_day", "at_week_12", doses.taking_at_week_12, doses.at_week_12))
    rows.append(_figure("ionized_mg_mmol_l", "at_start", None, mg.at_start))
    rows.append(_figure("ionized_mg_mmol_l", "at_week_12", None, mg.at_week_12))
    rows.append(_figure("ionized_mg_mmol_l", "change", mg.measured_at_both, mg.change))
    rows.append(_figure("gad7", "less_anxious_of_observed", less.less_of_observed, less.change))
    rows.append(_figure("gad7", "less_anxious_of_all", less.less_of_all))
    rows.append(_figure("gad7", "worse_of_observed", less.worse_of_observed))
    rows.append(_figure("gad7", "worse_of_all", less.worse_of_all))
    rows.append(_figure("gad7", "no_baseline", Share(less.no_baseline, summary.n)))
    rows.append(_figure("gad7", "no_week_12", Share(less.no_week_12, summary.n)))
    for symptom in summary.new_symptoms:
        rows.append(_figure("new_symptom", symptom.symptom, symptom.new))
        rows.append(_figure("already_present", symptom.symptom, Share(symptom.already_present, summary.n)))
        rows.append(_figure("never_asked", symptom.symptom, Share(symptom.never_asked, summary.n)))
    return rows


def _figure(section: str, item: str, share: Share | None, spread: Spread | None = None) -> list[Cell]:
    """A count that is None is suppressed; an empty cell has no figure."""
    counted: Mapping[str, Cell] = asdict(share) if share else {}
    spreads: Mapping[str, Cell] = asdict(spread) if spread else {}
    first: list[Cell] = [counted.get(name) for name in SHARE_COLUMNS]
    if share is None:
        first[0] = spreads.get("n", SUPPRESSED)
    elif share.n is None:
        first[0] = SUPPRESSED
    return [section, item, *first, *(spreads.get(name) for name in SPREAD_COLUMNS)]


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """RFC 4180 in UTF-8: commas, CRLF, quotes where needed; no text begins as a formula does."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def json_bytes(value: Any) -> bytes:
    """JSON with sorted keys, so that equal values are equal bytes."""
    return (json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def _cell(value: Cell) -> str:
    """Numbers as they are, without trailing zeros; a text that a spreadsheet would run gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, str):
        return safe_text(str(value))
    return str(value)
