"""Do A, do B, mark A entered in error: the same as do B. Tried on random acts."""

from collections.abc import Callable, Iterable
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from accounts.actors import Actor
from regimens.models import Product, Regimen
from reviews.acts.entries import add_entry
from reviews.acts.errors import mark_in_error
from reviews.acts.regimen_entries import IntakeEntry, SwitchEntry
from reviews.acts.regimens import switch_product
from reviews.acts.sources import add_source, interrupt_regimen
from reviews.models import CAUSES, Reevaluation
from reviews.sweep import sweep
from tests.reviews.conftest import NOW, TODAY, Story, absent, present

INTERVAL: dict[str, Any] = {"reference_low": Decimal("0.46"), "reference_high": Decimal("0.60")}
Do = Callable[[Story], Any]


def visits() -> st.SearchStrategy[Do]:
    answer = st.builds(
        lambda symptom, grade, there: present(symptom, grade) if there else absent(symptom),
        st.sampled_from(["TINGLING", "IRREGULAR_HEARTBEAT", "FATIGUE", "DIARRHOEA", "DIZZINESS", "NAUSEA"]),
        st.integers(1, 4),
        st.booleans(),
    )
    return st.builds(
        lambda days, said, full, total: (
            lambda story: story.visit(
                days, *said, is_re_evaluation=full, adherence_percent=90 if full else None, gad7_total=total
            )
        ),
        st.integers(0, 60),
        st.lists(answer, min_size=1, max_size=2, unique_by=lambda said: said.symptom),
        st.booleans(),
        st.one_of(st.none(), st.integers(0, 21)),
    )


def results() -> st.SearchStrategy[Do]:
    ionized = st.builds(
        lambda days, hundredths: (
            lambda story: story.result("IONIZED_MG", f"{hundredths / 100:.2f}", days, **INTERVAL)
        ),
        st.integers(0, 100),
        st.integers(30, 75),
    )
    egfr = st.builds(
        lambda days, value: lambda story: story.result("EGFR", str(value), days, "mL/min/{1.73_m2}"),
        st.integers(0, 400),
        st.integers(15, 110),
    )
    return st.one_of(ionized, egfr)


def regimens() -> st.SearchStrategy[Do]:
    return st.builds(
        lambda days, units: lambda story: story.starts(days, units), st.integers(0, 90), st.integers(1, 4)
    )


def changes() -> st.SearchStrategy[Do]:
    """A new dose of the first regimen, earlier or planned."""
    return st.builds(
        lambda days, units: lambda story: story.changes(_first(story), days, units),
        st.integers(-5, 70),
        st.integers(1, 5),
    )


def _first(story: Story) -> Regimen:
    first: Regimen = Regimen.objects.valid().filter(patient=story.patient).earliest("started_on", "pk")
    return first


def entries() -> st.SearchStrategy[Do]:
    told: list[tuple[str, str, dict[str, Any]]] = [
        ("conditions", code, {}) for code in ("CKD", "DIABETES", "AV_BLOCK", "ANXIETY_DISORDER", "PREGNANCY")
    ]
    told += [("medications", code, {}) for code in ("DIGOXIN", "CIPROFLOXACIN", "RALTEGRAVIR")]
    told += [("medications", "LEVOTHYROXINE", {"taken_at": [time(7)]})]
    told += [("medications", "CIPROFLOXACIN", {"taken_at": [time(8), time(20)], "until": TODAY})]
    told += [
        ("co-treatments", "VITAMIN_B6", {"value": "20"}),
        ("modifiers", "PREGNANCY", {"value": "PREGNANT"}),
    ]
    return st.builds(
        lambda entry: (
            lambda story: add_entry(
                patient=story.patient, by=story.by, at=NOW, kind=entry[0], code=entry[1], **entry[2]
            )
        ),
        st.sampled_from(told),
    )


def sources() -> st.SearchStrategy[Do]:
    return st.builds(
        lambda units, code: (
            lambda story: add_source(
                patient=story.patient,
                by=story.by,
                at=NOW,
                product=Product.objects.get(clinic=None, code=code),
                units_per_day=Decimal(units),
            )
        ),
        st.integers(1, 3),
        st.sampled_from(["X1", "X2"]),
    )


def interruptions() -> st.SearchStrategy[Do]:
    return st.builds(
        lambda days, length: (
            lambda story: interrupt_regimen(
                patient=story.patient,
                regimen=_first(story),
                by=story.by,
                at=NOW,
                from_on=story.days_ago(days),
                until_on=story.days_ago(max(days - length, 0)),
            )
        ),
        st.integers(1, 70),
        st.integers(0, 20),
    )


def switches() -> st.SearchStrategy[Do]:
    """Another product in the place of the first regimen."""
    return st.builds(lambda days: lambda story: _switch(story, days), st.integers(0, 40))


def _switch(story: Story, days: int) -> Regimen:
    old = _first(story)
    entry = SwitchEntry(
        old,
        Product.objects.get(clinic=None, code="P05"),
        story.days_ago(days),
        [IntakeEntry(time(9), Decimal(2))],
    )
    return switch_product(patient=story.patient, by=story.by, at=NOW, version=old.version, entry=entry)


ACTS = st.one_of(
    visits(), results(), regimens(), changes(), entries(), sources(), interruptions(), switches()
)


def derived(story: Story) -> dict[str, list[tuple[Any, ...]]]:
    """All that follows from the surviving rows, without ids and moments."""
    patient = story.patient
    held = patient.findings.filter(Q(holds_until=None) | Q(holds_until__gt=TODAY), step__error_at=None)
    owed = Reevaluation.objects.valid().filter(patient=patient)
    return {
        "flags": rows([(f.rule, *_cause(f), f.severity) for f in patient.flags.standing()]),
        "episodes": rows(
            patient.symptom_episodes.values_list("symptom", "onset_on", "resolved_on", "highest_grade")
        ),
        "owed": rows(
            owed.values_list("cause", "anchored_on", "closes_on", "superseded_on", "stopped_on", "met_on")
        ),
        "expected": rows(
            patient.expected_results.valid().values_list("owed_from", "alert_on", "met_by__collected_on")
        ),
        "answers": rows(
            patient.symptom_answers.valid().values_list(
                "symptom", "visit__visited_on", "urgency", "review_reason"
            )
        ),
        "results": rows(
            patient.lab_results.valid().values_list(
                "analyte", "collected_on", "canonical_value", "concern", "review_reason"
            )
        ),
        "outcomes": rows(patient.outcomes.valid().values_list("answered_on", "total", "review_reason")),
        "findings": rows(
            held.values_list("check_code", "subject", "severity", "sentence", "review_from", "act_today")
        ),
    }


def rows(found: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(found, key=str)


def _cause(flag: Any) -> tuple[str, ...]:
    """What the flag is about, by its content."""
    row = next(getattr(flag, cause) for cause in CAUSES if getattr(flag, cause) is not None)
    names = (
        "check_code",
        "sentence",
        "anchored_on",
        "symptom",
        "analyte",
        "collected_on",
        "canonical_value",
        "owed_from",
        "answered_on",
    )
    visit = getattr(row, "visit", None)
    return (*(str(getattr(row, name, "")) for name in names), str(visit.visited_on if visit else ""))


# Without shrinking: each example is a dozen acts on a real database.
THOROUGH = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.django_db
@settings(THOROUGH, max_examples=40)
@given(before=st.lists(ACTS, max_size=3), a=ACTS, b=ACTS)
def test_marking_a_in_error_leaves_what_b_alone_would(
    by: Actor, another: Callable[[], Story], before: list[Do], a: Do, b: Do
) -> None:
    leaves_what_b_alone_would(by, another, before, a, b)


def leaves_what_b_alone_would(
    by: Actor, another: Callable[[], Story], before: list[Do], a: Do, b: Do
) -> None:
    with_a, without = another(), another()
    for story in (with_a, without):
        story.starts(75)
        for do in before:
            attempt(do, story)
    done = attempt(a, with_a)
    # B may be refused because of A (no start with an eGFR below 30, no result twice): no case to compare.
    assume(done is not None and (attempt(b, with_a) is None) == (attempt(b, without) is None))
    done.refresh_from_db()
    mark_in_error(row=done, by=by, at=NOW + timedelta(hours=1), version=done.version, reason="test")
    assert derived(with_a) == derived(without)
    # The moment and the night agree, whatever happened.
    swept = sweep(by.clinic, at=NOW + timedelta(hours=1), dry_run=True)
    assert swept is not None and not any((*swept.raised.values(), *swept.cleared.values()))


def attempt(do: Do, story: Story) -> Any:
    """The row that the act made, or None when it was refused."""
    try:
        return do(story)
    except ValidationError:
        return None
