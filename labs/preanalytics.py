"""Whether a sample can be trusted (pure).

Clinical facts 4.5 (D): delay, air, haemolysis and pH; tubes that bind magnesium and calcium (A, local);
stored samples of ionized magnesium (B). Unknown facts cast no doubt.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from labs.analytes import Analyte

# Analysed later than this after sampling is doubtful for ionized analytes.
LONGEST_DELAY = timedelta(minutes=60)
# Outside these a value that is not adjusted to pH 7.4 says more of the sample than of the patient.
PH_FROM, PH_TO = Decimal("7.30"), Decimal("7.50")
# What can be a pH of blood at all (S): beyond is a slip of the keyboard.
PH_LOWEST, PH_HIGHEST = Decimal("6.50"), Decimal("8.00")
IONIZED = (Analyte.IONIZED_MG, Analyte.IONIZED_CA)
RISES_WITH_HAEMOLYSIS = (Analyte.IONIZED_MG, Analyte.TOTAL_MG, Analyte.POTASSIUM, Analyte.PHOSPHATE)
BOUND_IN_TUBE = (Analyte.IONIZED_MG, Analyte.TOTAL_MG, Analyte.IONIZED_CA, Analyte.TOTAL_CA)
# By a part of the word that laboratories use, in English, German and French.
FORBIDDEN_TUBES = {"edta": "EDTA tube", "citrat": "citrate tube", "oxalat": "oxalate tube"}
STORED_SAMPLES = {
    "froz": "stored frozen",
    "gefroren": "stored frozen",
    "congel": "stored frozen",
    "refrig": "stored refrigerated",
    "gekühlt": "stored refrigerated",
    "fridge": "stored refrigerated",
}


class Sample(Protocol):
    """What is known of a sample: an entry that somebody made, or a stored result."""

    @property
    def collected_at(self) -> datetime: ...
    @property
    def analysed_at(self) -> datetime | None: ...
    @property
    def haemolysed(self) -> bool | None: ...
    @property
    def anaerobic(self) -> bool | None: ...
    @property
    def ph(self) -> Decimal | None: ...
    @property
    def specimen(self) -> str: ...
    @property
    def anticoagulant(self) -> str: ...
    @property
    def storage(self) -> str: ...


def doubt(analyte: Analyte, sample: Sample, *, is_adjusted: bool = False) -> str:
    """Why the sample is doubtful for this analyte, all reasons joined; empty when nothing speaks against it.

    `is_adjusted`: the value was adjusted to pH 7.4.
    """
    return "; ".join(_reasons(analyte, sample, is_adjusted))


def _reasons(analyte: Analyte, sample: Sample, is_adjusted: bool) -> Iterator[str]:
    """Each short: all of them together fit into the column."""
    if sample.haemolysed and analyte in RISES_WITH_HAEMOLYSIS:
        yield "haemolysed"
    if analyte in BOUND_IN_TUBE:
        yield from _named_in(FORBIDDEN_TUBES, f"{sample.anticoagulant} {sample.specimen}")
    if analyte in IONIZED:
        yield from _handling(sample)
    if analyte in IONIZED and not is_adjusted and sample.ph is not None and not PH_FROM <= sample.ph <= PH_TO:
        yield f"pH {sample.ph:.2f}, not adjusted"
    if analyte is Analyte.IONIZED_MG:
        yield from _named_in(STORED_SAMPLES, f"{sample.storage} {sample.specimen}")


def _handling(sample: Sample) -> Iterator[str]:
    if sample.anaerobic is False:
        yield "exposed to air"
    if sample.analysed_at is not None and sample.analysed_at - sample.collected_at > LONGEST_DELAY:
        yield "analysed after more than 60 min"


def _named_in(words: dict[str, str], text: str) -> list[str]:
    """The first of `words` that the text names: a tube is one thing, and a sample is stored in one way."""
    folded = text.casefold()
    return [reason for word, reason in words.items() if word in folded][:1]


def is_unit_error(ionized: Decimal, total: Decimal, ionized_comparator: str, total_comparator: str) -> bool:
    """Whether ionized magnesium reaches the total of the same sample: a unit is wrong (facts 3.1, D).

    Both in mmol/L. With a comparator only what is certain counts: an ionized value of "<0.9" may be 0.5.
    """
    is_certain = ionized_comparator[:1] != "<" and total_comparator[:1] != ">"
    return is_certain and ionized >= total
