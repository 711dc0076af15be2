"""The columns of the file of persons: an allow-list, each with its meaning, unit and source (pure).

Nothing of one person leaves in another way; `caseseries.fields` says why every other field stays.
"""

from typing import NamedTuple


class Column(NamedTuple):
    """A column of the file of persons: what it means, in which unit, and the fields that it is made of."""

    meaning: str
    unit: str
    sources: tuple[str, ...]


_DOSE = ("regimens.Product.elemental_mg_per_unit", "regimens.Intake.units")
_MG = ("labs.LabResult.canonical_value",)
_GAD7 = ("patients.Outcome.total",)
_ENDED = ("regimens.Regimen.stopped_on",)
_HEARD = ("patients.Visit.visited_on", "patients.Outcome.answered_on", "labs.LabResult.collected_on")
_ASKED = ("patients.SymptomAnswer.symptom", "patients.SymptomAnswer.answer")
CODE, WEEKS = "code", "completed weeks since the start"
# The columns of the file of persons, in order. Each leaves whole or not at all, as its table is shown.
COLUMNS: dict[str, Column] = {
    "study_id": Column("Dealt anew for each definition and data cut; made of no data of the person", "", ()),
    "age_band": Column("Age at the start, in bands", "years", ("patients.Patient.birth_date",)),
    "sex": Column("As recorded", CODE, ("patients.Patient.sex",)),
    "form": Column("The family of forms of the definition, or ANY", CODE, ("regimens.Product.form",)),
    "reached": Column("Where the person stands on the day of the outcome", CODE, _ENDED),
    "weeks_followed_band": Column(
        "How long the person was followed: FROM_4 is 4 to 7, FROM_24 is 24 or more", WEEKS, (*_HEARD, *_ENDED)
    ),
    "adherence_band": Column(
        "Intakes taken as visits recorded it: 80 % or more, less, or not recorded",
        CODE,
        ("patients.Visit.adherence_percent",),
    ),
    "elemental_mg_per_day_start": Column("Dose on the day of the start, over all products", "mg/day", _DOSE),
    "elemental_mg_per_day_outcome": Column("Dose on the day of the outcome", "mg/day", _DOSE),
    "ionized_mg_mmol_l_start": Column("Ionized magnesium before the start", "mmol/L", _MG),
    "ionized_mg_mmol_l_outcome": Column("Ionized magnesium nearest to the day of the outcome", "mmol/L", _MG),
    "ionized_mg_week": Column("When that was measured", WEEKS, ("labs.LabResult.collected_on",)),
    "gad7_start": Column("GAD-7 before the start; with the next, or not", "points, 0 to 21", _GAD7),
    "gad7_outcome": Column("GAD-7 nearest to the day of the outcome", "points, 0 to 21", _GAD7),
    "gad7_week": Column("When that was answered", WEEKS, ("patients.Outcome.answered_on",)),
    "anxiety": Column("What became of it, as the definition says", CODE, _GAD7),
}
# For each symptom that somebody was asked about: `tingling`, `tingling_week` and so on.
SYMPTOM_COLUMNS: dict[str, Column] = {
    "{symptom}": Column("Course of {label}", CODE, _ASKED),
    "{symptom}_week": Column(
        "First onset of {label}, when it is new",
        WEEKS,
        ("patients.SymptomAnswer.onset_on", "patients.Visit.visited_on"),
    ),
    "{symptom}_changed": Column("What was changed first while new {label} lasted", CODE, _DOSE),
    "{symptom}_followed": Column("What was heard of {label} after that", CODE, _ASKED),
}
