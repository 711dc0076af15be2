"""What a typed value would read as, said under its field before anything is saved.

It is asked of the very checks that storing asks, so what stands here is what storing does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from accounts.actors import Actor
from labs.analytes import Analyte
from labs.models import Interpreted, LabResult
from labs.units import display, is_canonical
from patients.models import Patient
from reviews.acts.ground import Refusals
from reviews.acts.results import ResultEntry, unit_errors, unsaved_result, with_laboratory_intervals
from reviews.moments import Moment
from reviews.sentences import interval_words

# What is wrong with a value itself; what is wrong with its sample stands at the fields of the sample.
_OF_THE_VALUE = ("value", "unit", "loinc", "comparator", "reference_low")
_STATES = {
    Interpreted.NORMAL: "ok",
    Interpreted.LOW: "out",
    Interpreted.HIGH: "out",
    Interpreted.CRITICAL_LOW: "out",
    Interpreted.CRITICAL_HIGH: "out",
}
_WORDS = {
    Interpreted.NORMAL: "In range",
    Interpreted.LOW: "Low, below",
    Interpreted.HIGH: "High, above",
    Interpreted.CRITICAL_LOW: "Below the alert limit; range",
    Interpreted.CRITICAL_HIGH: "Above the alert limit; range",
}
_WHOSE = {"RESULT": "", "LABORATORY": "the laboratory’s own", "PROTOCOL": "of the protocol"}


@dataclass(frozen=True)
class Verdict:
    """`state` is ok, out, wrong (it would be refused) or plain; `doubt` is why the sample is not trusted."""

    state: str
    words: str
    doubt: str = ""


def verdicts_of(
    entries: Mapping[Analyte, ResultEntry], *, patient: Patient, by: Actor, now: Moment
) -> dict[Analyte, Verdict]:
    """{analyte: what is said of it}; two queries at most, and nothing is stored."""
    told = dict(zip(entries, with_laboratory_intervals(list(entries.values()), by.clinic), strict=True))
    found: dict[Analyte, Verdict] = {}
    rows: dict[Analyte, LabResult] = {}
    for analyte, entry in told.items():
        refusals = Refusals()
        row = unsaved_result(refusals, "result", entry, patient, by, now)
        wrong = _wrong(refusals)
        if row is not None and not wrong:
            rows[analyte] = row
            found[analyte] = _read(row)
        elif wrong:
            found[analyte] = Verdict("wrong", wrong)
    for n, sentence in unit_errors(list(rows.values())).items():
        found[list(rows)[n]] = Verdict("wrong", sentence)
    return found


def _wrong(refusals: Refusals) -> str:
    try:
        refusals.stop_if_any()
    except ValidationError as refused:
        said = refused.message_dict.items()
        return " ".join(s for name, words in said if name.split(".")[-1] in _OF_THE_VALUE for s in words)
    return ""


def _read(row: LabResult) -> Verdict:
    """The converted value where the unit is another one, where it lies, and beside whose interval."""
    analyte, found = Analyte(row.analyte), Interpreted(row.interpretation)
    same = is_canonical(analyte, row.unit)
    converted = "" if same else f"{row.comparator}{display(analyte, row.canonical_value)}. "
    interval = interval_words(analyte, row.interval_low, row.interval_high)
    return Verdict(_STATES.get(found, "plain"), f"{converted}{_place(row, found, interval)}", row.doubt)


def _place(row: LabResult, found: Interpreted, interval: str) -> str:
    if not interval:
        return _WORDS[found].split(";")[0] if found in _WORDS else "No interval to compare with"
    whose = _WHOSE[row.interval_source]
    range_ = f"{interval}, {whose}" if whose else interval
    return f"{_WORDS[found]} {range_}" if found in _WORDS else f"Not interpreted beside {range_}"
