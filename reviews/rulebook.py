"""The rules as a page for people: `docs/rules.md`, written from the code that runs."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Case, Value

from accounts.models import Clinic
from patients.symptoms import SYMPTOMS
from protocols.models import Protocol
from protocols.thresholds import PROTOCOL_1, Threshold, Thresholds
from reviews.models import ClearedBecause, Rule, Severity
from reviews.moments import Moment
from reviews.rule_parts import RuleSpec
from reviews.rules import RULES
from reviews.triage import RED_FLAGS

MARKS = (
    ("A", "guideline, product label, regulator or terminology"),
    ("B", "peer-reviewed paper"),
    ("C", "founding article only: shown as unverified"),
    ("D", "calculated from A or B"),
    ("K", "known, not verified here: a clinician has to confirm it"),
    ("S", "own assumption"),
    ("W", "secondary page of unclear standing"),
)
HEAD = """# The rules

What asks for review, why, and by whose word. This page is written from the code by `manage.py write_rules`,
and a test compares it with the code: change the code, then write the page again.

Each rule, red flag and number carries a mark:
"""
BETWEEN_RULES = """## The rules of protocol 1

A rule is a question to the record. What it finds becomes a flag, once per cause; [states.md](states.md) tells
what happens to a flag then. Numbers in brackets are chapters of [clinical-sources.md](clinical-sources.md).
"""
BETWEEN_RED_FLAGS = """## Red flags: how urgent symptoms are

Asked of the whole visit, the most urgent first. A symptom takes the urgency of the gravest line in which it
takes part. `EMERGENCY` is for now, `TODAY` until the clinic's day ends, `THIS_WEEK` within the days of the
protocol.
"""
BETWEEN_NUMBERS = """## The numbers of protocol 1

A clinic may adopt a version of its own; an adopted version never changes.
"""
CAUSES = {
    "reevaluation": "a re-evaluation that is owed",
    "symptom_answer": "a symptom answer",
    "lab_result": "a laboratory result",
    "expected_result": "a result that is expected",
    "outcome": "a questionnaire total",
    "finding": "a finding about a dose",
}
NO_SEVERITY = "none; the day says whether the window is open or overdue"
# Any moment does: the page tells of the rules, not of a day.
SOME_DAY = date(2026, 1, 1)


def rules_page() -> str:
    """The whole page as Markdown."""
    return "\n".join(
        [
            HEAD,
            *_table(("Mark", "Meaning"), MARKS),
            BETWEEN_RULES,
            *(line for spec in RULES for line in _rule(spec)),
            BETWEEN_RED_FLAGS,
            *_table(
                ("Id", "Urgency", "When", "Mark", "Source"),
                [(f.id, f"`{f.urgency}`", f.text, f.mark, f.source) for f in RED_FLAGS],
            ),
            *_followed(),
            BETWEEN_NUMBERS,
            *(line for group in _groups() for line in _numbers(group)),
        ]
    )


def cleared_reasons(spec: RuleSpec) -> list[ClearedBecause]:
    """The reasons for which a flag of this rule can clear by itself, first named first."""
    because: Any = spec.gone(_some_moment()).query.annotations["because"]
    named = [when.result.value for when in because.cases]
    otherwise = [because.default.value] if because.default.value else []
    return list(dict.fromkeys(ClearedBecause(word) for word in named + otherwise))


def severities(spec: RuleSpec) -> list[str]:
    """The severities that a flag of this rule can have, gravest first; none when the day decides."""
    severity: Any = spec.causes(_some_moment()).query.annotations["flag_severity"]
    found = [case.result for case in severity.cases] if isinstance(severity, Case) else []
    found.append(severity.default if isinstance(severity, Case) else severity)
    return [str(part.value) for part in found if isinstance(part, Value) and part.value]


def _some_moment() -> Moment:
    """A moment of no clinic in particular, under protocol 1; nothing is read from the database."""
    clinic = Clinic(time_zone="UTC")
    at = datetime.combine(SOME_DAY, datetime.min.time(), tzinfo=UTC)
    return Moment(clinic, SOME_DAY, at, Protocol(version=1, values=Thresholds().to_json()))


def _rule(spec: RuleSpec) -> list[str]:
    words = [str(Severity(word).label).lower() for word in severities(spec)]
    reasons = [f"{reason.label} (`{reason}`)" for reason in cleared_reasons(spec)]
    rule = Rule(spec.rule)
    return [
        f"### {rule}: {rule.label}, from {CAUSES[spec.cause]}",
        "",
        f"- **Asks for review when:** {_sentence(spec.causes)}",
        f"- **Severity:** {' or '.join(words) or NO_SEVERITY}.",
        f"- **Cleared when:** {_sentence(spec.gone)}",
        f"- **Reasons kept with a cleared flag:** {'; '.join(reasons)}.",
        f"- **Mark {spec.mark}**: {spec.source}.",
        "",
    ]


def _sentence(rule: Any) -> str:
    return " ".join((rule.__doc__ or "").split())


def _followed() -> list[str]:
    followed = ", ".join(facts.label.lower() for facts in SYMPTOMS.values() if facts.flags)
    recorded = ", ".join(facts.label.lower() for facts in SYMPTOMS.values() if not facts.flags)
    return [f"Followed, and can flag: {followed}.", "", f"Recorded, and never flag: {recorded}.", ""]


def _groups() -> list[list[Threshold]]:
    names = dict.fromkeys(threshold.group for threshold in PROTOCOL_1)
    return [[threshold for threshold in PROTOCOL_1 if threshold.group == name] for name in names]


def _numbers(group: list[Threshold]) -> list[str]:
    rows = [(f"`{t.name}`", t.label, f"{t.value} {t.unit}", t.mark, t.source) for t in group]
    return [f"### {group[0].group}", "", *_table(("Name", "What", "Value", "Mark", "Source"), rows)]


def _table(head: tuple[str, ...], rows: Any) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]
