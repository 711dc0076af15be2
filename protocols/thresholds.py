"""The numbers of the rulebook: each with its unit, its source and its evidence mark.

Numbers in brackets are chapters of the clinical facts that the project is built on. Marks: A guideline, label
or regulator; B paper; C founding article only; D calculated; K known but not verified; S our own assumption.
"""

# `_number` makes a dataclass field, as `field()` does.
# ruff: noqa: RUF009

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from protocols.checking import Kind, checked


@dataclass(frozen=True)
class Threshold:
    """One number of protocol 1, with all that a reader needs to judge it."""

    name: str
    value: int | Decimal
    unit: str
    label: str
    source: str
    mark: str
    group: str
    claim: str = ""


def _number(
    value: int | str, unit: str, label: str, source: str, mark: str, group: str, claim: str = ""
) -> Any:
    """A dataclass field that carries its own documentation; text becomes Decimal."""
    default = Decimal(value) if isinstance(value, str) else value
    words = {"unit": unit, "label": label, "source": source, "mark": mark, "group": group, "claim": claim}
    return field(default=default, metadata=words)


RECALL = "Re-evaluation"
LIVE = "What still counts"
CHANGE = "Change and margin"
ALERT = "Alert limits"
INTERVAL = "Default intervals"
KIDNEY = "Kidney"
DOSE = "Dose"
OUTCOME = "Outcomes"
QUEUE = "Queue"

OWN = "Own assumption, to keep the queue readable"
CTCAE = "CTCAE v5"
LAB_TEXT = "PMC7276095 Table 1"
POTASSIUM_TEXT = "Pharmacology text, table A-3"
GAD7_PAPER = "Spitzer 2006"
MCID_PAPER = "Toussaint 2020"


@dataclass(frozen=True)
class Thresholds:
    """All numbers that the rules read; `Thresholds()` is protocol 1.

    Times are int, doses and laboratory values Decimal. Laboratory limits are in the unit of
    their name; eGFR is in mL/min/1.73 m2.
    """

    re_evaluation_opens_days: int = _number(
        28, "days", "Re-evaluation opens after a start or change", "Founding article, C21", "C", RECALL, "C21"
    )
    re_evaluation_closes_days: int = _number(
        42,
        "days",
        "Re-evaluation closes after a start or change",
        "Founding article, C21",
        "C",
        RECALL,
        claim="C21",
    )

    kidney_forward_days: int = _number(
        14,
        "days",
        "Brought forward by, when eGFR is in the caution band",
        "Mg and creatinine at 2 to 4 weeks (5.3)",
        "S",
        RECALL,
    )
    maintenance_opens_days: int = _number(
        90,
        "days",
        "After a met re-evaluation without a change, the next opens",
        "SmPC: monitor every 3 to 6 months (chapter 1)",
        "A",
        RECALL,
    )
    maintenance_closes_days: int = _number(
        180,
        "days",
        "After a met re-evaluation without a change, the next closes",
        "SmPC: monitor every 3 to 6 months (chapter 1)",
        "A",
        RECALL,
    )
    safety_opens_days: int = _number(
        14, "days", "After a stop for harm, the safety re-check opens", OWN, "S", RECALL
    )
    safety_closes_days: int = _number(
        28, "days", "After a stop for harm, the safety re-check closes", OWN, "S", RECALL
    )
    interruption_days: int = _number(7, "days", "A longer interruption starts a new window", OWN, "S", RECALL)

    lab_flag_horizon_days: int = _number(
        90, "days", "A result older than this on receipt never flags", OWN, "S", LIVE
    )
    symptom_flag_horizon_days: int = _number(
        30, "days", "A visit older than this when recorded never flags", OWN, "S", LIVE
    )

    lab_margin_percent: Decimal = _number(
        "6.6",
        "%",
        "Outside an interval by more than this counts",
        "1.65 x CV 4 % of ionized Mg (chapter 4.2)",
        "D",
        CHANGE,
    )
    reference_change_percent: Decimal = _number(
        "11.1",
        "%",
        "A smaller change is not reliable",
        "Reference change value at CV 4 % (chapter 4.2)",
        "D",
        CHANGE,
    )

    ionized_mg_alert_low_mmol_l: Decimal = _number(
        "0.35",
        "mmol/L",
        "Ionized Mg, alert below",
        "No published critical value; needs sign-off (4.6)",
        "S",
        ALERT,
    )
    ionized_mg_alert_high_mmol_l: Decimal = _number(
        "0.80",
        "mmol/L",
        "Ionized Mg, alert above",
        "No published critical value; needs sign-off (4.6)",
        "S",
        ALERT,
    )
    total_mg_alert_low_mmol_l: Decimal = _number(
        "0.40", "mmol/L", "Total Mg, alert below", "Bands from NHS, CTCAE and laboratories (4.6)", "D", ALERT
    )
    total_mg_alert_high_mmol_l: Decimal = _number(
        "1.23", "mmol/L", "Total Mg, alert above", "Bands from NHS, CTCAE and laboratories (4.6)", "D", ALERT
    )
    ionized_ca_alert_low_mmol_l: Decimal = _number(
        "0.93", "mmol/L", "Ionized Ca, alert below", "Dartmouth call-back value (4.6)", "A", ALERT
    )
    ionized_ca_alert_high_mmol_l: Decimal = _number(
        "1.53", "mmol/L", "Ionized Ca, alert above", "Dartmouth call-back value (4.6)", "A", ALERT
    )
    potassium_alert_low_mmol_l: Decimal = _number(
        "3.0", "mmol/L", "Potassium, alert below", f"{CTCAE} grade 3 (6.2, RF11)", "A", ALERT
    )
    potassium_alert_high_mmol_l: Decimal = _number(
        "6.0", "mmol/L", "Potassium, alert above", f"{CTCAE} grade 3 (6.2, RF11)", "A", ALERT
    )

    ionized_mg_low_mmol_l: Decimal = _number(
        "0.40", "mmol/L", "Ionized Mg, lower limit", "J Nutr 2023 meta-analysis (4.1)", "B", INTERVAL
    )
    ionized_mg_high_mmol_l: Decimal = _number(
        "0.68", "mmol/L", "Ionized Mg, upper limit", "J Nutr 2023 meta-analysis (4.1)", "B", INTERVAL
    )
    total_mg_low_mmol_l: Decimal = _number(
        "0.70", "mmol/L", "Total Mg, lower limit", "RCPA/AACB harmonised (4.3)", "A", INTERVAL
    )
    total_mg_high_mmol_l: Decimal = _number(
        "1.10", "mmol/L", "Total Mg, upper limit", "RCPA/AACB harmonised (4.3)", "A", INTERVAL
    )
    ionized_ca_low_mmol_l: Decimal = _number(
        "1.15", "mmol/L", "Ionized Ca, lower limit", "Dartmouth catalogue (4.3)", "A", INTERVAL
    )
    ionized_ca_high_mmol_l: Decimal = _number(
        "1.33", "mmol/L", "Ionized Ca, upper limit", "Dartmouth catalogue (4.3)", "A", INTERVAL
    )
    potassium_low_mmol_l: Decimal = _number(
        "3.5", "mmol/L", "Potassium, lower limit", f"{POTASSIUM_TEXT} (4.3)", "B", INTERVAL
    )
    potassium_high_mmol_l: Decimal = _number(
        "5.0", "mmol/L", "Potassium, upper limit", f"{POTASSIUM_TEXT} (4.3)", "B", INTERVAL
    )
    vitamin_d_25oh_low_nmol_l: Decimal = _number(
        "50", "nmol/L", "25-OH-D, lower limit", f"{LAB_TEXT} (4.3)", "B", INTERVAL
    )
    vitamin_d_25oh_high_nmol_l: Decimal = _number(
        "200", "nmol/L", "25-OH-D, upper limit", f"{LAB_TEXT} (4.3)", "B", INTERVAL
    )
    total_ca_low_mmol_l: Decimal = _number(
        "2.2", "mmol/L", "Total Ca, lower limit", f"{LAB_TEXT} (4.3)", "B", INTERVAL
    )
    total_ca_high_mmol_l: Decimal = _number(
        "2.6", "mmol/L", "Total Ca, upper limit", f"{LAB_TEXT} (4.3)", "B", INTERVAL
    )
    egfr_low: Decimal = _number(
        "60", "mL/min/1.73 m2", "eGFR, lower limit", f"{CTCAE} chronic kidney disease (6.2)", "A", INTERVAL
    )

    egfr_stop: Decimal = _number(
        "30", "mL/min/1.73 m2", "No magnesium below this eGFR", "SmPC magnesium aspartate (5.3)", "A", KIDNEY
    )
    egfr_caution: Decimal = _number(
        "60",
        "mL/min/1.73 m2",
        "Caution below this eGFR",
        "Tarleton 2017 excluded lower values (5.3)",
        "B",
        KIDNEY,
    )
    egfr_fall_percent: Decimal = _number("25", "%", "A fall of eGFR that asks again", OWN, "S", KIDNEY)
    egfr_valid_months: int = _number(
        12, "months", "An older eGFR counts as unknown", "Chapter 5.3", "S", KIDNEY
    )
    egfr_valid_months_at_risk: int = _number(
        3, "months", "The same, with kidney disease or from the age of risk", "Chapter 5.3", "S", KIDNEY
    )
    kidney_caution_percent: Decimal = _number(
        "50", "%", "Share of the upper level that is left in the caution band", "Chapter 5.3", "S", KIDNEY
    )
    kidney_risk_age_years: int = _number(70, "years", "Kidney risk by age, from", "Chapter 5.3", "S", KIDNEY)

    supplement_level_us_mg: Decimal = _number(
        "350", "mg/day", "Upper level, supplemental, US (elemental)", "IOM 1997 (5.1)", "A", DOSE
    )
    supplement_level_eu_mg: Decimal = _number(
        "250", "mg/day", "Upper level, supplemental, EU (elemental)", "EFSA/SCF (5.1)", "A", DOSE
    )
    article_cap_mg: Decimal = _number(
        "400",
        "mg/day",
        "Article: not above this unless supervised, unverified",
        "Founding article, C22",
        "C",
        DOSE,
        claim="C22",
    )
    supervision_above_mg: Decimal = _number(
        "350", "mg/day", "Supervision is asked above (elemental)", "IOM 1997 (5.1)", "A", DOSE
    )
    start_low_mg: Decimal = _number(
        "200", "mg/day", "Article: start from, unverified", "Founding article, C19", "C", DOSE, claim="C19"
    )
    start_high_mg: Decimal = _number(
        "300", "mg/day", "Article: start up to, unverified", "Founding article, C19", "C", DOSE, claim="C19"
    )
    article_step_down_mg: Decimal = _number(
        "250",
        "mg/day",
        "Article: lower to this when twitching develops, unverified",
        "Founding article, C33",
        "C",
        DOSE,
        claim="C33",
    )
    dose_told_margin_percent: int = _number(
        10, "%", "A told dose differs from the plan by more than", OWN, "S", DOSE
    )
    vitamin_b6_level_us_mg: Decimal = _number(
        "100", "mg/day", "Upper level of vitamin B6, US", "IOM, not verified (5.1)", "K", DOSE
    )
    vitamin_b6_level_eu_mg: Decimal = _number(
        "12", "mg/day", "Upper level of vitamin B6, EU", "EFSA 2023 (5.1)", "A", DOSE
    )
    vitamin_d_level_ug: Decimal = _number(
        "100", "ug/day", "Upper level of vitamin D", "Not verified (5.1)", "K", DOSE
    )
    calcium_apart_hours: Decimal = _number(
        "2", "hours", "Calcium apart from magnesium", "SmPC, as for any oral medicine (5.5)", "D", DOSE
    )
    pregnancy_asked_months: int = _number(3, "months", "Pregnancy is asked again after", OWN, "S", DOSE)
    pregnancy_age_from_years: int = _number(12, "years", "Pregnancy is asked of women from", OWN, "S", DOSE)
    pregnancy_age_to_years: int = _number(55, "years", "Pregnancy is asked of women up to", OWN, "S", DOSE)
    minimum_age_years: int = _number(
        18, "years", "Minimum age for a regimen", "Out of scope below (5.4)", "S", DOSE
    )

    gad7_rise: int = _number(4, "points", "GAD-7 worse: rise from baseline", MCID_PAPER, "B", OUTCOME)
    gad7_severe: int = _number(15, "points", "GAD-7 severe from", GAD7_PAPER, "B", OUTCOME)
    gad7_improved_drop: int = _number(4, "points", "GAD-7 less anxious: drop", MCID_PAPER, "B", OUTCOME)
    gad7_baseline_minimum: int = _number(
        5, "points", "GAD-7 baseline that can improve, from", GAD7_PAPER, "B", OUTCOME
    )
    outcome_day: int = _number(84, "days", "Week 12 is counted around this day", "Chapter 7.2", "S", OUTCOME)
    outcome_margin_days: int = _number(
        14, "days", "Week 12 margin on both sides", "Chapter 7.2", "S", OUTCOME
    )

    lab_not_back_days: int = _number(7, "days", "A result is missed after its date by", OWN, "S", QUEUE)
    lab_not_back_act_today_days: int = _number(
        1, "days", "The same, when ordered for an act-today flag", OWN, "S", QUEUE
    )
    undo_minutes: int = _number(10, "minutes", "An act on a flag can be undone for", OWN, "S", QUEUE)
    act_today_snooze_hours: int = _number(4, "hours", "Longest snooze of an act-today flag", OWN, "S", QUEUE)
    snooze_days_maximum: int = _number(30, "days", "Longest snooze of any other flag", OWN, "S", QUEUE)
    offer_days: int = _number(3, "days", "A flag offered to a colleague returns after", OWN, "S", QUEUE)
    unbooked_days: int = _number(
        7, "days", "A window with nothing booked joins the count when so many remain", OWN, "S", QUEUE
    )
    contact_again_days: int = _number(
        7, "days", "After an attempt without an answer, the next is due", OWN, "S", QUEUE
    )
    contact_attempts: int = _number(
        3, "attempts", "Attempts without an answer before lost to follow-up is proposed", OWN, "S", QUEUE
    )
    this_week_days: int = _number(7, "days", "A this-week flag is due within", OWN, "S", QUEUE)
    neuromuscular_hours: int = _number(
        72, "hours", "Tingling or twitching is due within", "Triage level S, RF12 (6.3)", "D", QUEUE
    )

    @classmethod
    def from_json(cls, mapping: Mapping[str, Any]) -> "Thresholds":
        """Read stored values; BadThresholds names each that is unknown, missing, mistyped or out of order."""
        kinds = {f.name: Kind(f.type is int, f.metadata["label"], f.metadata["unit"]) for f in fields(cls)}
        values: dict[str, Any] = checked(mapping, kinds)
        return cls(**values)

    def to_json(self) -> dict[str, int | str]:
        """Values for a JSON column: whole numbers as they are, decimals as text so that none is rounded."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value if isinstance(value, int) else str(value) for name, value in values.items()}


PROTOCOL_1: tuple[Threshold, ...] = tuple(
    Threshold(name=f.name, value=f.default, **f.metadata)  # type: ignore[arg-type]
    for f in fields(Thresholds)
)
