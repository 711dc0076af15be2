"""Why a flag stands: what the check read, what came later, and a strip of the time around it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import Membership
from accounts.wording import clock, day, number, over
from labs.analytes import Analyte
from labs.models import LabResult
from patients.models import SymptomAnswer, Visit
from patients.symptoms import SYMPTOMS, Symptom
from regimens.models import DoseStep
from reviews.facts.record import Record
from reviews.models import Flag, FlagAct, FlagEvent, FlagState, Rule
from reviews.moments import Moment
from reviews.pages.figures import Event, Strip, strip
from reviews.pages.to_check import ASKS, Fact, to_check
from reviews.rule_parts import RuleSpec
from reviews.sentences import closing, form_name, interval_words, measured, sentence, short, spec

# How much of the time before the cause the strip shows.
BEFORE = timedelta(days=42)
MOST_EVENTS = 40


@dataclass(frozen=True)
class Why:
    """All that the left side of the page says."""

    title: str
    sentence: str
    closing: str
    facts: list[Fact]
    to_check: list[Fact]
    later: list[Fact]
    history: list[Fact]
    spec: RuleSpec
    strip: Strip
    table: dict[str, Any]


def why(flag: Flag, now: Moment) -> Why:
    """Read what stands around `flag`, in a fixed number of queries."""
    events = _events(flag, now)
    return Why(
        title=_capital(short(flag, now.on)),
        sentence=sentence(flag, now.on),
        closing=closing(flag),
        facts=_FACTS[Rule(flag.rule)](flag, now),
        to_check=_to_check(flag, now),
        later=_later(flag),
        history=_history(flag, now),
        spec=spec(flag),
        strip=_strip(flag, now, events),
        table={
            "caption": "What happened around it",
            "head": ["Date", "What"],
            "rows": [[day(event.on), event.label] for event in sorted(events, key=lambda e: e.on)],
        },
    )


def facts_read(flag: Flag, now: Moment) -> list[Fact]:
    """What the check read, from the inputs that were frozen with the flag alone: nothing that came later."""
    told = flag.inputs
    if flag.rule == Rule.RE_EVALUATION:
        window = " to ".join(day(date.fromisoformat(told[name])) for name in ("opens_on", "closes_on"))
        cause = _capital(told["cause"].replace("_", " ").lower())
        return [Fact(cause, day(cause_on(flag))), Fact("Window", window)]
    if flag.finding_id is not None:
        return [Fact("Found", told["sentence"], day(cause_on(flag)))]
    return _FACTS[Rule(flag.rule)](flag, now)


def cause_on(flag: Flag) -> date:
    """The day to which the flag's cause belongs."""
    names = ("anchored_on", "visited_on", "collected_on", "owed_from", "answered_on", "review_from")
    return date.fromisoformat(next(flag.inputs[name] for name in names if flag.inputs.get(name)))


def _re_evaluation(flag: Flag, now: Moment) -> list[Fact]:
    told = flag.inputs
    step = flag.reevaluation.step if flag.reevaluation else None
    dose = f"{number(step.dose().elemental_mg_per_day)} mg/day elemental" if step else ""
    form = form_name(step.regimen.product.form) if step else ""
    opens_on, closes_on = date.fromisoformat(told["opens_on"]), date.fromisoformat(told["closes_on"])
    past = over(closes_on, now.on) if closes_on < now.on else ""
    return [
        Fact(
            _capital(told["cause"].replace("_", " ").lower()), f"{dose} {form}".strip(), day(cause_on(flag))
        ),
        Fact("Window", f"{day(opens_on)} to {day(closes_on)}", past),
        _result_since(flag, opens_on),
        _visit_since(flag, opens_on),
    ]


def _result_since(flag: Flag, opens_on: date) -> Fact:
    results = LabResult.objects.counting().filter(
        patient=flag.patient, analyte__in=[Analyte.IONIZED_MG, Analyte.TOTAL_MG]
    )
    newest = results.order_by("-collected_at").first()
    if newest is None:
        return Fact("Result since", "none", "no magnesium result ever")
    words = measured(newest.analyte, newest.canonical_value)
    if newest.collected_on >= opens_on:
        return Fact("Result since", words, day(newest.collected_on))
    return Fact("Result since", "none", f"last: {words}, {day(newest.collected_on)}")


def _visit_since(flag: Flag, opens_on: date) -> Fact:
    newest = Visit.objects.valid().filter(patient=flag.patient).order_by("-visited_on", "-created_at").first()
    if newest is None:
        return Fact("Re‑evaluation visit since", "none", "no visit ever")
    words = f"{newest.get_kind_display().lower()} {day(newest.visited_on)}"
    marked = newest.is_re_evaluation and newest.visited_on >= opens_on
    aside = words if marked else f"last: {words}, not marked"
    return Fact("Re‑evaluation visit since", "yes, incomplete" if marked else "none", aside)


def _symptom(flag: Flag, now: Moment) -> list[Fact]:
    told = flag.inputs
    facts = SYMPTOMS[Symptom(told["symptom"])]
    grade = told.get("grade")
    at_night = {True: "yes", False: "no"}.get(told.get("nocturnal"), "not recorded")
    since = day(date.fromisoformat(told["onset_on"])) if told.get("onset_on") else "not recorded"
    return [
        Fact("Symptom", told.get("other_text") or facts.label, f"visit {day(cause_on(flag))}"),
        Fact("Grade", str(grade or "not recorded"), facts.grades.get(grade, "") if grade else ""),
        Fact("At night", at_night),
        Fact("Since", since),
        Fact("Urgency of the whole visit", told["urgency"].replace("_", " ").lower()),
        Fact("Asks because it is", told["reason"].replace("_", " ").lower()),
    ]


def _result(flag: Flag, now: Moment) -> list[Fact]:
    told = flag.inputs
    interval = interval_words(told["analyte"], told.get("interval_low"), told.get("interval_high"))
    source = {"RESULT": "came with the result", "PROTOCOL": "protocol default"}.get(
        told["interval_source"], ""
    )
    reported = f"{told.get('comparator') or ''}{number(told['value'])} {told['unit']}"
    return [
        Fact("Result", measured(told["analyte"], told["canonical_value"]), day(cause_on(flag))),
        Fact("As reported", reported),
        Fact("Interval", interval or "none", source),
        Fact(
            "Reads",
            told["interpretation"].replace("_", " ").lower(),
            told["reason"].replace("_", " ").lower(),
        ),
    ]


def _kidney(flag: Flag, now: Moment) -> list[Fact]:
    return _expected(flag, now) if flag.lab_result_id is None else _result(flag, now)


def _expected(flag: Flag, now: Moment) -> list[Fact]:
    told = flag.inputs
    asked, due = date.fromisoformat(told["owed_from"]), date.fromisoformat(told["due_on"])
    why_owed = "Ordered" if told["why"] == "ORDERED" else "Owed since"
    return [
        Fact(why_owed, str(Analyte(told["analyte"]).label), day(asked)),
        Fact("Expected by", day(due), over(due, now.on) if due < now.on else ""),
    ]


def _outcome(flag: Flag, now: Moment) -> list[Fact]:
    return [
        Fact("GAD‑7 total", f"{flag.inputs['total']} of 21", day(cause_on(flag))),
        Fact(
            "Asks because of", "a rise from baseline" if flag.inputs["reason"] == "RISE" else "a severe total"
        ),
    ]


def _finding(flag: Flag, now: Moment) -> list[Fact]:
    """The finding as it read when the flag was raised, the dose in force, and what holds now."""
    told, finding = flag.inputs, flag.finding
    apart = f"{number(told['hours_apart'])} hours" if told.get("hours_apart") is not None else ""
    facts = [Fact("Found", told["sentence"], day(cause_on(flag)))]
    facts += [Fact("Apart", apart)] if apart else []
    if finding is not None:
        facts.append(Fact("Dose", f"{_mg_per_day(finding.step)} elemental", day(finding.step.effective_on)))
        if finding.sentence != told["sentence"]:
            facts.append(Fact("Reads now", finding.sentence))
    return facts


_FACTS: dict[Rule, Callable[[Flag, Moment], list[Fact]]] = {
    Rule.RE_EVALUATION: _re_evaluation,
    Rule.SYMPTOM: _symptom,
    Rule.LAB_OUT_OF_RANGE: _result,
    Rule.KIDNEY: _kidney,
    Rule.OUTCOME_WORSE: _outcome,
    Rule.LAB_NOT_BACK: _expected,
    Rule.DOSE_ABOVE_CAP: _finding,
    Rule.INTERACTION: _finding,
}


def _to_check(flag: Flag, now: Moment) -> list[Fact]:
    """What tingling or twitching asks to be looked at."""
    if flag.rule != Rule.SYMPTOM or flag.inputs["symptom"] not in ASKS:
        return []
    return to_check(Record(flag.patient, now))


def _later(flag: Flag) -> list[Fact]:
    """A later value or answer: shown beside the flag, it closes nothing by itself."""
    if flag.rule == Rule.SYMPTOM:
        answers = SymptomAnswer.objects.valid().filter(
            patient=flag.patient, symptom=flag.inputs["symptom"], visit__visited_on__gt=cause_on(flag)
        )
        rows = answers.exclude(answer="NOT_ASKED").select_related("visit").order_by("-visit__visited_on")[:3]
        return [
            Fact(row.label, _answered(row.get_answer_display(), row.grade), day(row.visit.visited_on))
            for row in rows
        ]
    if flag.lab_result_id is None:
        return []
    results = LabResult.objects.counting().filter(
        patient=flag.patient, analyte=flag.inputs["analyte"], collected_on__gt=cause_on(flag)
    )
    return [
        Fact(measured(r.analyte, r.canonical_value), r.get_interpretation_display(), day(r.collected_on))
        for r in results.order_by("-collected_at")[:3]
    ]


def _answered(answer: str, grade: int | None) -> str:
    return f"{answer}, grade {grade}" if grade else answer


def _history(flag: Flag, now: Moment) -> list[Fact]:
    events = list(flag.events.select_related("by").order_by("id"))
    named = {event.detail.get(key) for event in events for key in ("owner", "to")} - {None}
    members = Membership.objects.filter(pk__in=named).select_related("user") if named else ()
    return [_event(event, now, {member.pk: str(member.user) for member in members}) for event in events]


def _event(event: FlagEvent, now: Moment, names: dict[int, str]) -> Fact:
    local = event.at.astimezone(now.clinic.zone)
    by = str(event.by) if event.by else "by the rule"
    words = _handed(event, by, names) if event.act in (FlagAct.ASSIGNED, FlagAct.OFFERED) else by
    note = event.detail.get("note")
    return Fact(
        str(event.get_act_display()), f"{words}: {note}" if note else words, f"{day(local)}, {clock(local)}"
    )


def _handed(event: FlagEvent, by: str, names: dict[int, str]) -> str:
    """`Dr A to Dr B`, `Dr A to the pool`."""
    to = event.detail.get("owner" if event.act == FlagAct.ASSIGNED else "to")
    return f"{by} to {names[to] if to is not None else 'the pool'}"


def _strip(flag: Flag, now: Moment, events: list[Event]) -> Strip:
    if flag.rule != Rule.RE_EVALUATION:
        return strip(events, now.on)
    opens_on, closes_on = (date.fromisoformat(flag.inputs[name]) for name in ("opens_on", "closes_on"))
    missed = closes_on < now.on and flag.state not in (FlagState.CLEARED, FlagState.RESOLVED)
    return strip(events, now.on, (opens_on, closes_on), missed=missed)


def _events(flag: Flag, now: Moment) -> list[Event]:
    """Doses, visits, results and answers from shortly before the cause until today."""
    since = cause_on(flag) - BEFORE
    steps = DoseStep.objects.valid().filter(patient=flag.patient, effective_on__range=(since, now.on))
    steps = steps.select_related("regimen__product").prefetch_related("intakes")
    visits = Visit.objects.valid().filter(patient=flag.patient, visited_on__range=(since, now.on))
    events = [Event("DOSE", step.effective_on, _mg_per_day(step)) for step in steps[:MOST_EVENTS]]
    events += [
        Event("VISIT", visit.visited_on, f"{visit.get_kind_display().lower()} visit")
        for visit in visits[:MOST_EVENTS]
    ]
    return events + _measured_events(flag, since, now.on) + _told_events(flag, since, now.on)


def _measured_events(flag: Flag, since: date, until: date) -> list[Event]:
    analyte = flag.inputs.get("analyte", Analyte.IONIZED_MG)
    results = LabResult.objects.counting().filter(
        patient=flag.patient, analyte=analyte, collected_on__range=(since, until)
    )
    return [
        Event(_kind(row), row.collected_on, measured(row.analyte, row.canonical_value))
        for row in results.order_by("collected_at")[:MOST_EVENTS]
    ]


def _told_events(flag: Flag, since: date, until: date) -> list[Event]:
    if flag.rule != Rule.SYMPTOM:
        return []
    answers = SymptomAnswer.objects.valid().filter(
        patient=flag.patient,
        symptom=flag.inputs["symptom"],
        answer="PRESENT",
        visit__visited_on__range=(since, until),
    )
    return [
        Event("SYMPTOM", row.visit.visited_on, _answered(row.label, row.grade))
        for row in answers.select_related("visit")[:MOST_EVENTS]
    ]


def _kind(result: LabResult) -> str:
    side = {"LOW": "_LOW", "CRITICAL_LOW": "_LOW", "HIGH": "_HIGH", "CRITICAL_HIGH": "_HIGH"}
    return f"RESULT{side.get(result.interpretation, '')}"


def _mg_per_day(step: DoseStep) -> str:
    return f"{number(step.dose().elemental_mg_per_day)} mg/day"


def _capital(words: str) -> str:
    return words if words.startswith("eGFR") else words[0].upper() + words[1:]
