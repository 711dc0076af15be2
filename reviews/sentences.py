"""What a flag says to people: why it stands, in short, and how it closed.

A sentence names the fact, with value, unit or grade, and since when; it never advises and never blames. It
is made from the inputs that were frozen when the flag was raised; only a re-evaluation also reads its row,
because "result back" and the form of the regimen are not frozen. Read flags with `select_related(*READS)`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.wording import NO_BREAK, day, number, over
from labs.analytes import ANALYTES, Analyte
from labs.models import AWAITS_DOSE
from labs.units import display
from patients.symptoms import SYMPTOMS, Symptom
from patients.vocabulary import medication_facts
from regimens.salts import SALTS, Form
from reviews.models import CAUSES, ClearedBecause, Flag, FlagState, Rule
from reviews.rule_parts import RuleSpec
from reviews.rules import spec_of
from reviews.windows import grounds_of

READS = (
    "protocol",
    "reevaluation__result",
    "reevaluation__met_by_result",
    "reevaluation__met_by_visit",
    "reevaluation__step__regimen__product",
    "expected_result__met_by",
    "lab_result",
    "closed_by",
)
_OUT = {
    "LOW": "below",
    "HIGH": "above",
    "CRITICAL_LOW": "below the alert limit",
    "CRITICAL_HIGH": "above the alert limit",
}
_SIDE = {"LOW": "low", "HIGH": "high", "CRITICAL_LOW": "critical low", "CRITICAL_HIGH": "critical high"}


def sentence(flag: Flag, on: date) -> str:
    """Why the flag stands, as of the clinic's day `on`."""
    return _SENTENCES[Rule(flag.rule)](flag, on)


def short(flag: Flag, on: date) -> str:
    """The same in a few words, for "Also:" and for headings."""
    return _SHORT[Rule(flag.rule)](flag, on)


def spec(flag: Flag) -> RuleSpec:
    """The rule that raised the flag, with mark and source; a finding and a window bring their own."""
    rule = spec_of(flag.rule, cause_of(flag))
    if flag.finding_id is not None:
        return replace(rule, mark=flag.inputs["mark"], source=flag.inputs["source"])
    if flag.reevaluation_id is not None:
        grounds = grounds_of(flag.inputs["cause"])
        return replace(rule, mark=grounds.mark, source=grounds.source, claim=grounds.claim)
    return rule


def cause_of(flag: Flag) -> str:
    """The name of the one cause that is set."""
    return next(name for name in CAUSES if getattr(flag, f"{name}_id") is not None)


def analyte_name(analyte: str) -> str:
    """`Ionized Mg`, `25-OH-D`: the name that fits into a row."""
    facts = ANALYTES[Analyte(analyte)]
    if analyte == Analyte.VITAMIN_D_25OH:
        return facts.short_label
    return facts.label.replace("magnesium", "Mg").replace("calcium", "Ca")


def measured(analyte: str, value: Any) -> str:
    """`Ionized Mg 0.42 mmol/L` from a canonical value."""
    return f"{analyte_name(analyte)} {_amount(analyte, value)}"


def interval_words(analyte: str, low: Any, high: Any) -> str:
    """`0.46–0.60`, `from 60` or `up to 1.20`, in the canonical unit; empty without an interval."""
    if low is None and high is None:
        return ""
    if high is None:
        return f"from{NO_BREAK}{_bare(analyte, low)}"
    return (
        f"up to{NO_BREAK}{_bare(analyte, high)}"
        if low is None
        else f"{_bare(analyte, low)}–{_bare(analyte, high)}"
    )


def form_name(form: str) -> str:
    """`glycinate` for every form of that acid."""
    return SALTS[Form(form)].family.label.lower()


def closing(flag: Flag) -> str:
    """How a closed flag closed; empty while it stands."""
    if flag.state == FlagState.RESOLVED:
        by = f" by {flag.closed_by}" if flag.closed_by else ""
        return f"Resolved{by}: {flag.get_action_display().lower()}."
    if flag.state != FlagState.CLEARED:
        return ""
    because = ClearedBecause(flag.cleared_because)
    words = _CLOSINGS.get(because)
    return words(flag) if words else f"Closed by itself: {because.label}."


def _re_evaluation(flag: Flag, on: date) -> str:
    row = flag.reevaluation
    since = f"{_event(flag)} {day(_date(flag, 'anchored_on'))}"
    closes_on = _date(flag, "closes_on")
    if row and row.result and not row.met_on:
        result = measured(row.result.analyte, row.result.canonical_value)
        return f"{result} of {day(row.result.collected_on)}: result back, not reviewed."
    booked = _booked(row.booked_on if row else None, on)
    if closes_on < on:
        return f"No re‑evaluation since {since}{f'; {booked}' if booked else ''}."
    return f"Re‑evaluation due by {day(closes_on)}, since {since}; {booked or 'nothing booked'}."


def _booked(booked_on: date | None, on: date) -> str:
    """`visit on 3 Mar 2026`, or that the patient did not come."""
    if booked_on is None:
        return ""
    return f"visit on {day(booked_on)}" if booked_on >= on else f"did not come on {day(booked_on)}"


def _event(flag: Flag) -> str:
    """`glycinate started`, `the dose changed`."""
    cause = flag.inputs["cause"]
    if cause in _EVENTS:
        return _EVENTS[cause]
    form = form_name(flag.reevaluation.step.regimen.product.form) if flag.reevaluation else "the regimen"
    return f"{form} started" if cause == "START" else f"the form changed to {form}"


def _short_re_evaluation(flag: Flag, on: date) -> str:
    row = flag.reevaluation
    if row and row.result_id and not row.met_on:
        return "result back, not reviewed"
    closes_on = _date(flag, "closes_on")
    return f"re‑evaluation {over(closes_on, on)}" if closes_on < on else "re‑evaluation window open"


def _symptom(flag: Flag, on: date) -> str:
    told = flag.inputs
    onset = f"since {day(_date(flag, 'onset_on'))}" if told.get("onset_on") else ""
    words = [_symptom_name(flag), _grade(flag), _night(told.get("nocturnal")), onset, _again(told["reason"])]
    return f"{', '.join(word for word in words if word)}."


def _short_symptom(flag: Flag, on: date) -> str:
    return " ".join(word for word in (_lower_first(_symptom_name(flag)), _grade(flag)) if word)


def _symptom_name(flag: Flag) -> str:
    code = Symptom(flag.inputs["symptom"])
    return flag.inputs.get("other_text") or SYMPTOMS[code].label


def _grade(flag: Flag) -> str:
    grade = flag.inputs.get("grade")
    return f"grade{NO_BREAK}{grade}" if grade is not None else "grade not recorded"


def _night(nocturnal: bool | None) -> str:
    return {True: "at night", False: "not at night"}.get(nocturnal, "") if nocturnal is not None else ""


def _again(reason: str) -> str:
    return {
        "WORSE": "worse than before",
        "STILL_PRESENT": "still there after it was resolved",
        "MORE_URGENT": "more urgent than before, with what came with it",
    }.get(reason, "")


def _result(flag: Flag, on: date) -> str:
    told = flag.inputs
    interval = interval_words(told["analyte"], told.get("interval_low"), told.get("interval_high"))
    side = _OUT.get(told["interpretation"], "beside")
    if interval and told["interpretation"].startswith("CRITICAL"):
        interval = f"and the interval {interval}"
    waits = flag.lab_result is not None and flag.lab_result.awaits_dose
    caveat = f" {AWAITS_DOSE[0].upper()}{AWAITS_DOSE[1:]}." if waits else ""
    return f"{measured(told['analyte'], told['canonical_value'])}, {side} {interval}".rstrip() + f".{caveat}"


def _short_result(flag: Flag, on: date) -> str:
    name = _lower_first(analyte_name(flag.inputs["analyte"]))
    return f"{name} {_SIDE.get(flag.inputs['interpretation'], 'out of range')}"


def _kidney(flag: Flag, on: date) -> str:
    if flag.lab_result_id is None:
        return f"No eGFR recorded, due since {day(_date(flag, 'due_on'))}, while taking magnesium."
    return f"{measured('EGFR', flag.inputs['canonical_value'])} while taking magnesium."


def _short_kidney(flag: Flag, on: date) -> str:
    if flag.lab_result_id is None:
        return "eGFR due"
    return f"eGFR{NO_BREAK}{_bare('EGFR', flag.inputs['canonical_value'])}"


def _outcome(flag: Flag, on: date) -> str:
    total, answered = flag.inputs["total"], day(_date(flag, "answered_on"))
    points = "up from baseline" if flag.inputs["reason"] == "RISE" else "severe after having been lower"
    return f"GAD‑7 total {total} of 21 on {answered}, {points}."


def _short_outcome(flag: Flag, on: date) -> str:
    return f"GAD‑7 {flag.inputs['total']}, worse"


def _not_back(flag: Flag, on: date) -> str:
    asked, due = day(_date(flag, "owed_from")), _date(flag, "due_on")
    name = analyte_name(flag.inputs["analyte"])
    return f"{name} ordered {asked} and expected by {day(due)} has not come, {over(due, on)}."


def _short_not_back(flag: Flag, on: date) -> str:
    return f"{_lower_first(analyte_name(flag.inputs['analyte']))} not back"


def _finding(flag: Flag, on: date) -> str:
    return str(flag.inputs["sentence"])


def _short_dose(flag: Flag, on: date) -> str:
    return "dose above the limit"


def _short_interaction(flag: Flag, on: date) -> str:
    return f"{_lower_first(medication_facts(flag.inputs['subject']).label)} and magnesium"


def _met_by_result(flag: Flag) -> str:
    result = flag.reevaluation.met_by_result if flag.reevaluation else None
    if result is None:
        return "Met by a reviewed result that was withdrawn later."
    value = _lower_first(measured(result.analyte, result.canonical_value))
    return f"Met by {value} of {day(result.collected_on)}."


def _met_by_visit(flag: Flag) -> str:
    visit = flag.reevaluation.met_by_visit if flag.reevaluation else None
    return (
        f"Met by the visit of {day(visit.visited_on)}."
        if visit
        else "Met by a visit that was withdrawn later."
    )


def _arrived(flag: Flag) -> str:
    result = flag.expected_result.met_by if flag.expected_result else None
    if result is None:
        return "Closed by itself: the result arrived."
    value = _lower_first(measured(result.analyte, result.canonical_value))
    return f"Arrived: {value} of {day(result.collected_on)}."


def _amount(analyte: str, value: Any) -> str:
    unit = ANALYTES[Analyte(analyte)].unit_label.replace(" ", NO_BREAK)
    return f"{_bare(analyte, value)}{NO_BREAK}{unit}"


def _bare(analyte: str, value: Any) -> str:
    """The number without its unit, with its usual decimals; eGFR without a needless zero."""
    shown = display(Analyte(analyte), _decimal(value)).split(" ")[0]
    return number(Decimal(shown)) if analyte == Analyte.EGFR else shown


def _decimal(value: Any) -> Decimal:
    """A frozen number comes back from JSON as a float."""
    return Decimal(str(value))


def _date(flag: Flag, name: str) -> date:
    return date.fromisoformat(flag.inputs[name])


def _lower_first(words: str) -> str:
    """In the middle of a sentence; `eGFR` and `25-OH-D` stay as they are."""
    return (
        words if words[:2].isupper() or words.startswith(("e", "25", "GAD")) else words[0].lower() + words[1:]
    )


# What happened on the day from which a re-evaluation is counted; a start or a switch also names the form.
_EVENTS = {
    "DOSE_CHANGE": "the dose changed",
    "INTERRUPTION": "it was taken again",
    "MAINTENANCE": "the last one was met",
    "ABNORMAL_RESULT": "an abnormal result was reviewed",
    "MISSED_WINDOW": "the last one was met late",
    "SAFETY": "the stop for harm",
}
Words = Callable[[Flag, date], str]
_SENTENCES: dict[Rule, Words] = {
    Rule.RE_EVALUATION: _re_evaluation,
    Rule.SYMPTOM: _symptom,
    Rule.LAB_OUT_OF_RANGE: _result,
    Rule.KIDNEY: _kidney,
    Rule.OUTCOME_WORSE: _outcome,
    Rule.LAB_NOT_BACK: _not_back,
    Rule.DOSE_ABOVE_CAP: _finding,
    Rule.INTERACTION: _finding,
}
_SHORT: dict[Rule, Words] = {
    Rule.RE_EVALUATION: _short_re_evaluation,
    Rule.SYMPTOM: _short_symptom,
    Rule.LAB_OUT_OF_RANGE: _short_result,
    Rule.KIDNEY: _short_kidney,
    Rule.OUTCOME_WORSE: _short_outcome,
    Rule.LAB_NOT_BACK: _short_not_back,
    Rule.DOSE_ABOVE_CAP: _short_dose,
    Rule.INTERACTION: _short_interaction,
}
_CLOSINGS: dict[ClearedBecause, Callable[[Flag], str]] = {
    ClearedBecause.MET_BY_RESULT: _met_by_result,
    ClearedBecause.MET_BY_VISIT: _met_by_visit,
    ClearedBecause.ARRIVED: _arrived,
}
