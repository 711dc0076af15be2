"""Whether a sample can be trusted: every reason of clinical facts 4.5, alone and joined."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from labs.analytes import Analyte
from labs.models import LabResult
from labs.preanalytics import FORBIDDEN_TUBES, STORED_SAMPLES, doubt, is_unit_error

TAKEN = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """Nothing is known of it but when it was taken."""

    collected_at: datetime = TAKEN
    analysed_at: datetime | None = None
    haemolysed: bool | None = None
    anaerobic: bool | None = None
    ph: Decimal | None = None
    specimen: str = ""
    anticoagulant: str = ""
    storage: str = ""


def doubt_of(analyte: Analyte, *, is_adjusted: bool = False, **known: Any) -> str:
    return doubt(analyte, replace(Sample(), **known), is_adjusted=is_adjusted)


@pytest.mark.parametrize("analyte", list(Analyte))
def test_unknown_facts_cast_no_doubt(analyte: Analyte) -> None:
    assert doubt(analyte, Sample()) == ""


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"haemolysed": True}, "haemolysed"),
        ({"anaerobic": False}, "exposed to air"),
        ({"analysed_at": TAKEN + timedelta(minutes=61)}, "analysed after more than 60 min"),
        ({"ph": Decimal("7.29")}, "pH 7.29, not adjusted"),
        ({"ph": Decimal("7.51")}, "pH 7.51, not adjusted"),
        ({"anticoagulant": "K2-EDTA"}, "EDTA tube"),
        ({"specimen": "Citrated plasma"}, "citrate tube"),
        ({"anticoagulant": "Natriumcitrat"}, "citrate tube"),
        ({"anticoagulant": "Potassium oxalate"}, "oxalate tube"),
        ({"storage": "Frozen, -80 °C"}, "stored frozen"),
        ({"storage": "refrigerated"}, "stored refrigerated"),
    ],
)
def test_each_fact_of_ionized_magnesium_casts_its_doubt(known: dict[str, Any], reason: str) -> None:
    assert doubt_of(Analyte.IONIZED_MG, **known) == reason


@pytest.mark.parametrize(
    "known",
    [
        {"haemolysed": False},
        {"anaerobic": True},
        {"analysed_at": TAKEN + timedelta(minutes=60)},
        {"ph": Decimal("7.30")},
        {"ph": Decimal("7.50")},
        {"anticoagulant": "Lithium heparin, balanced, dry"},
        {"storage": "ambient"},
    ],
)
def test_a_sample_at_the_limit_is_sound(known: dict[str, Any]) -> None:
    assert doubt_of(Analyte.IONIZED_MG, **known) == ""


def test_a_value_adjusted_to_ph_7_4_may_come_from_any_ph() -> None:
    assert doubt_of(Analyte.IONIZED_MG, ph=Decimal("7.20"), is_adjusted=True) == ""
    assert doubt_of(Analyte.IONIZED_CA, ph=Decimal("7.20"), is_adjusted=True) == ""


@pytest.mark.parametrize(
    ("analyte", "known", "reason"),
    [
        (Analyte.TOTAL_MG, {"haemolysed": True}, "haemolysed"),
        (Analyte.POTASSIUM, {"haemolysed": True}, "haemolysed"),
        (Analyte.PHOSPHATE, {"haemolysed": True}, "haemolysed"),
        (Analyte.TOTAL_CA, {"haemolysed": True}, ""),
        (Analyte.TOTAL_MG, {"anticoagulant": "EDTA"}, "EDTA tube"),
        (Analyte.TOTAL_CA, {"anticoagulant": "EDTA"}, "EDTA tube"),
        (Analyte.RBC_MG, {"anticoagulant": "EDTA"}, ""),
        (Analyte.PTH, {"anticoagulant": "EDTA"}, ""),
        (Analyte.TOTAL_MG, {"anaerobic": False, "ph": Decimal("7.1"), "storage": "frozen"}, ""),
        (Analyte.IONIZED_CA, {"ph": Decimal("7.1")}, "pH 7.10, not adjusted"),
        (Analyte.IONIZED_CA, {"storage": "frozen"}, ""),
    ],
)
def test_only_what_a_fact_can_falsify_is_in_doubt(
    analyte: Analyte, known: dict[str, Any], reason: str
) -> None:
    assert doubt_of(analyte, **known) == reason


def test_several_reasons_are_all_told() -> None:
    told = doubt_of(Analyte.IONIZED_MG, haemolysed=True, anaerobic=False, ph=Decimal("7.60"))
    assert told == "haemolysed; exposed to air; pH 7.60, not adjusted"


def test_all_reasons_together_fit_into_the_column() -> None:
    column = LabResult._meta.get_field("doubt").max_length
    assert column is not None
    for tube, storage in product(FORBIDDEN_TUBES, STORED_SAMPLES):
        told = doubt_of(
            Analyte.IONIZED_MG, haemolysed=True, anaerobic=False, ph=Decimal("6.50"), anticoagulant=tube,
            storage=storage, analysed_at=TAKEN + timedelta(days=9),
        )  # fmt: skip
        assert told.count(";") == 5 and len(told) <= column


@pytest.mark.parametrize(
    ("ionized", "total", "is_error"),
    [
        (("0.86", ""), ("0.85", ""), True),
        (("0.85", ""), ("0.85", ""), True),
        (("0.84", ""), ("0.85", ""), False),
        (("0.90", ">"), ("0.85", ""), True),
        (("0.90", "<"), ("0.85", ""), False),
        (("0.90", "<="), ("0.85", ""), False),
        (("0.90", ""), ("0.85", ">"), False),
        (("0.90", ""), ("0.85", ">="), False),
        (("0.90", ""), ("0.85", "<"), True),
    ],
)
def test_the_part_is_below_the_whole_or_a_unit_is_wrong(
    ionized: tuple[str, str], total: tuple[str, str], is_error: bool
) -> None:
    found = is_unit_error(Decimal(ionized[0]), Decimal(total[0]), ionized[1], total[1])
    assert found is is_error
