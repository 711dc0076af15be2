"""Factories of laboratories, their tests and notices, and of files of results."""

import gzip
from decimal import Decimal
from typing import Any

import factory

from labs.models import (
    Channel,
    FileFormat,
    Import,
    ImportRow,
    ImportStage,
    LabNotice,
    LabNoticeKind,
    Laboratory,
    LaboratoryTest,
    ResultCancellation,
    RowOutcome,
    WithdrawnAs,
)
from tests.factories import NOW, OfPatientFactory, RecordFactory


class ResultCancellationFactory(OfPatientFactory):
    class Meta:
        model = ResultCancellation

    source = "HL7_V2"
    source_id = factory.Sequence(lambda n: f"F{n}^2600-5")
    how = WithdrawnAs.CANCELLED
    received_at = NOW


class LaboratoryFactory(RecordFactory):
    class Meta:
        model = Laboratory

    name = factory.Sequence(lambda n: f"Laboratory {n}")
    known_as = factory.LazyAttribute(lambda laboratory: laboratory.name.casefold())


class LaboratoryTestFactory(RecordFactory):
    """The ionized magnesium of a laboratory, which it sends in mmol/L with 0.46 to 0.60."""

    class Meta:
        model = LaboratoryTest

    laboratory = factory.SubFactory(LaboratoryFactory)
    clinic = factory.SelfAttribute("laboratory.clinic")
    local_name = "mg ion"
    analyte = "IONIZED_MG"
    loinc = "73572-0"
    unit = "mmol/L"
    reference_low = Decimal("0.46")
    reference_high = Decimal("0.60")


class LabNoticeFactory(RecordFactory):
    class Meta:
        model = LabNotice

    test = factory.SubFactory(LaboratoryTestFactory)
    clinic = factory.SelfAttribute("test.clinic")
    kind = LabNoticeKind.UNIT_CHANGED
    sentence = "Now comes in mg/dL, before in mmol/L."


class ImportFactory(RecordFactory):
    """A CSV file that was checked and not stored; its rows are made apart."""

    class Meta:
        model = Import

    stage = ImportStage.CHECKED
    channel = Channel.PAGE
    file_name = "results.csv"
    size = 1
    sha256 = "0" * 64
    content = gzip.compress(b"x", mtime=0)
    format = FileFormat.CSV


class ImportRowFactory(RecordFactory):
    """A row whose patient was not found."""

    class Meta:
        model = ImportRow

    source = factory.SubFactory(ImportFactory)
    clinic = factory.SelfAttribute("source.clinic")
    number = factory.Sequence(lambda n: n + 1)
    place = factory.LazyAttribute(lambda row: f"line {row.number + 1}")
    raw = "999999,0.52,mmol/L"
    reported: dict[str, Any] = {}
    outcome = RowOutcome.UNMATCHED
    reason = "No patient has MRN 999999."
