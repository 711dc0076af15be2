"""What a patient takes on a day, read off the rows: steps in force, days without, and the ledger."""

import typing
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounts.models import Clinic
from patients.models import CoTreatment
from patients.vocabulary import amount_of
from protocols.thresholds import Thresholds
from regimens.ledger import Contents, Ledger, Source, Told, ledger_of
from regimens.models import DoseStep, Interruption, OtherSource, Product

# Taken for something else, and told without a product: how much magnesium they hold is not known.
OF_UNKNOWN_AMOUNT = ("ANTACID_MG", "LAXATIVE_MG")


class Rows(typing.Protocol):
    """The valid rows of one patient from which a ledger follows."""

    @property
    def steps(self) -> Sequence[DoseStep]: ...
    @property
    def interruptions(self) -> Sequence[Interruption]: ...
    @property
    def other_sources(self) -> Sequence[OtherSource]: ...
    @property
    def co_treatments(self) -> Sequence[CoTreatment]: ...


def in_force(steps: Iterable[DoseStep], on: date) -> list[DoseStep]:
    """The newest step of each regimen that runs on `on`, interrupted or not; `steps` are oldest first."""
    newest: dict[UUID, DoseStep] = {}
    for step in steps:
        stopped_on = step.regimen.stopped_on
        if step.effective_on <= on and (stopped_on is None or stopped_on > on):
            newest[step.regimen_id] = step
    return list(newest.values())


def paused(interruptions: Iterable[Interruption], on: date) -> dict[UUID, Interruption]:
    """{regimen: the interruption that holds on `on`}."""
    return {row.regimen_id: row for row in interruptions if row.holds_on(on)}


def ledger_on(rows: Rows, on: date, clinic: Clinic, thresholds: Thresholds) -> Ledger:
    """The elemental ledger of the day."""
    resting = paused(rows.interruptions, on)
    beside = [row for row in rows.co_treatments if row.holds_on(on)]
    return ledger_of(
        [
            *(_of_step(step, resting.get(step.regimen_id)) for step in in_force(rows.steps, on)),
            *(_of_other(row) for row in rows.other_sources if row.holds_on(on)),
        ],
        [Told(row.code, amount_of(row.value)) for row in beside],
        [row.get_code_display() for row in beside if row.code in OF_UNKNOWN_AMOUNT],
        clinic.jurisdiction,
        thresholds,
    )


def _of_step(step: DoseStep, interruption: Interruption | None) -> Source:
    units = sum((intake.units for intake in step.intakes.all() if intake.error_at is None), Decimal(0))
    since = interruption.from_on if interruption else None
    return _source(step.regimen_id, step.regimen.product, units, "Regimen", since)


def _of_other(row: OtherSource) -> Source:
    return _source(row.pk, row.product, row.units_per_day, row.product.get_kind_display())


def _source(
    row_id: UUID, product: Product, units: Decimal, kind: str, paused_since: date | None = None
) -> Source:
    holds = Contents(
        elemental_mg=product.elemental_mg_per_unit,
        compound_mg=product.compound_mg_per_unit,
        vitamin_b6_mg=product.vitamin_b6_mg_per_unit,
        vitamin_d_ug=product.vitamin_d_ug_per_unit,
        calcium_mg=product.calcium_mg_per_unit,
    )
    return Source(row_id, product.name, kind, units, product.unit_name, holds, paused_since)
