"""Making the files of an export in its hidden folder, step by step, and attacking them before they leave."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from caseseries.checklist import checklist_of
from caseseries.exporting.attacking import check_nobody_is_in
from caseseries.exporting.ledger import Release, Told, also_hidden, members_of
from caseseries.exporting.snapshot import Snapshot
from caseseries.exporting.work import Work
from caseseries.figures import figures_of
from caseseries.files.people import People
from caseseries.files.writing import Inputs, Writer
from caseseries.models import Export, Format, Profile, Statement
from caseseries.persons import Person
from caseseries.reading import Cohort, read_cohort
from caseseries.series import Series
from caseseries.summary import Tables, Tally, summarise, tables_of
from caseseries.versions import version_in_words
from patients.models import Patient

# Besides one for each format: reading, figures, archive, attack.
OTHER_STEPS = 4


class Refused(Exception):
    """The export may not be made; the words say why, and name no patient."""


@dataclass(frozen=True)
class Made:
    """What stands on the row when all is done."""

    counts: dict[str, int | None]
    entries: list[dict[str, Any]]
    manifest_sha256: str
    data_cut_sha256: str
    told: Release


def make(work: Work, past: Iterable[Release]) -> Made:
    """Read, write and attack. Raises Refused, CannotBeReleased, RecordMoved, HoldIsLost or OSError."""
    row = work.row
    work.begin(OTHER_STEPS + len(row.formats))
    work.step("Reading people")
    cohort = read_cohort(row.clinic, row.definition.series, row.data_cut_on)
    tally = Tally(row.definition.series.outcome, cohort.remaining, row.definition.protocol.thresholds)
    key = bytes(row.clinic.export_key)
    snapshot = Snapshot.of(key, row.data_cut_on, _counted(work, cohort, tally))
    _check_consent(row, snapshot)
    members = members_of(key, snapshot.patient_ids)
    series = _series(row, cohort, tally, _tables(row, tally, members, past))
    writer = Writer(_inputs(work, series, snapshot), work.folder, work.renew)
    for name in row.formats:
        work.step(Format(name).label)
        writer.write(name)
    work.step("Archive")
    entries = writer.finish()
    work.step("Attack")
    if hits := check_nobody_is_in(row.clinic, writer, work.renew):
        raise Refused(" ".join(["The export was stopped before it left.", *map(str, hits)]))
    tables = {name: Told.by(cells) for name, cells in series.tables.named().items()}
    return Made(
        counts=_counts(series, writer),
        entries=entries,
        manifest_sha256=writer.manifest_sha256,
        data_cut_sha256=snapshot.sha256,
        told=Release(members, tables, row.threshold),
    )


def _counted(work: Work, cohort: Cohort, tally: Tally) -> Iterator[Person]:
    """Everybody, one by one, counted as they pass."""
    for chunk in cohort.chunks():
        tally.add(chunk)
        work.renew()
        yield from chunk


def _tables(row: Export, tally: Tally, members: frozenset[bytes], past: Iterable[Release]) -> Tables:
    """With all hidden that a subtraction from an earlier release would tell; hiding may ask for more."""
    hidden: dict[str, frozenset[str]] = {}
    while True:
        tables = tables_of(tally, row.threshold, hidden)
        more = also_hidden(tables.named(), members, row.threshold, past)
        if not more:
            return tables
        hidden |= {name: hidden.get(name, frozenset()) | cells for name, cells in more.items()}


def _series(row: Export, cohort: Cohort, tally: Tally, tables: Tables) -> Series:
    return Series(
        definition=row.definition.series,
        data_cut_on=row.data_cut_on,
        protocol_version=row.definition.protocol.version,
        version_in_words=version_in_words(row.definition),
        cohort=cohort,
        tables=tables,
        summary=summarise(tally, tables),
    )


def _inputs(work: Work, series: Series, snapshot: Snapshot) -> Inputs:
    work.step("Figures")
    row = work.row
    return Inputs(
        series=series,
        people=People(series, snapshot),
        profile=row.profile,
        drawn=figures_of(series, single_people=row.profile == Profile.PUBLICATION_WITH_CONSENT),
        checklist=checklist_of(series, Statement.objects.newest(row.definition)),
    )


def _check_consent(row: Export, snapshot: Snapshot) -> None:
    """With the profile of individual consent everybody must have consented by the day of the cut."""
    if row.profile != Profile.PUBLICATION_WITH_CONSENT:
        return
    consented = Patient.objects.of(row.clinic).filter(publication_consent_on__lte=row.data_cut_on)
    missing = len(set(snapshot.patient_ids).difference(consented.values_list("pk", flat=True).iterator()))
    if missing:
        raise Refused(
            f"{missing} of {len(snapshot.patient_ids)} people have not consented to publication by "
            f"{row.data_cut_on}. Record their consent, or choose the standard profile."
        )


def _counts(series: Series, writer: Writer) -> dict[str, int | None]:
    return {
        "people": series.summary.n,
        "rows": writer.rows_written,
        "suppressed_cells": series.summary.suppressed_cells,
    }
