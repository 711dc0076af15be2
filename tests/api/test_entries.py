"""Medicines, conditions, modifiers and co-treatments on the API."""

from typing import Any

import pytest

from reviews.acts.entries import KINDS
from tests.api.calling import Caller, done, faults, made, results
from tests.stories import a_clinic, a_clinician, a_patient, a_researcher, an_assistant, an_entry

pytestmark = pytest.mark.django_db
EXAMPLES: dict[str, dict[str, Any]] = {
    "medications": {"code": "LEVOTHYROXINE", "value": "50", "unit": "ug/d", "taken_at": ["07:00"]},
    "conditions": {"code": "HYPERTENSION"},
    "modifiers": {"code": "DIETARY_PHYTATE", "value": "HIGH"},
    "co-treatments": {"code": "PSYCHOTHERAPY"},
}
kinds = pytest.mark.parametrize("kind", sorted(KINDS))


def an_example(kind: str, patient: Any, **change: Any) -> dict[str, Any]:
    return {
        "patient": str(patient.pk),
        "since": "2026-01-01",
        "source": "Patient",
        **EXAMPLES[kind],
        **change,
    }


@kinds
def test_an_entry_is_added_ended_and_withdrawn(kind: str) -> None:
    by = a_clinician()
    patient = a_patient(by)
    caller = Caller(by)
    row = made(caller.post(f"{kind}/", **an_example(kind, patient)))
    assert (row["code"], row["since"], row["until"]) == (EXAMPLES[kind]["code"], "2026-01-01", None)
    assert row["label"] and row["source"] == "Patient"
    assert [r["id"] for r in results(caller.get(f"{kind}/", patient=str(patient.pk)))] == [row["id"]]
    assert (
        done(caller.post(f"{kind}/{row['id']}/end/", version=1, until="2026-03-01"))["until"] == "2026-03-01"
    )
    withdrawn = done(caller.post(f"{kind}/{row['id']}/entered-in-error/", version=2, reason="Mistyped"))
    assert withdrawn["error_reason"] == "Mistyped"
    assert results(caller.get(f"{kind}/", patient=str(patient.pk))) == []


@kinds
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "HICCUPS"}, "code"),
        ({"code": ""}, "code"),
        ({"since": "2026-03-13"}, "since"),
        ({"since": "1979-01-01"}, "since"),
        ({"until": "2025-01-01"}, "until"),
        ({"source": "a\x00b"}, "source"),
        ({"value": "x" * 121}, "value"),
    ],
)
def test_a_bad_entry_is_refused_with_the_field(kind: str, change: dict[str, Any], field: str) -> None:
    by = a_clinician()
    assert list(faults(Caller(by).post(f"{kind}/", **an_example(kind, a_patient(by), **change)))) == [field]
    assert not KINDS[kind]._default_manager.exists()


@kinds
def test_ending_needs_the_version_and_a_day_not_before_the_beginning(kind: str) -> None:
    by = a_clinician()
    caller = Caller(by)
    row = made(caller.post(f"{kind}/", **an_example(kind, a_patient(by))))
    path = f"{kind}/{row['id']}/end/"
    assert set(faults(caller.post(path))) == {"version", "until"}
    assert list(faults(caller.post(path, version=1, until="2025-12-31"))) == ["until"]
    done(caller.post(path, version=1, until="2026-03-01"))
    late = caller.post(path, version=1, until="2026-03-02")
    assert (late.status_code, late.json()["current"]["until"]) == (409, "2026-03-01")


@kinds
def test_an_assistant_adds_and_ends_but_does_not_withdraw(kind: str) -> None:
    clinic = a_clinic()
    by = an_assistant(clinic)
    caller = Caller(by)
    row = made(caller.post(f"{kind}/", **an_example(kind, a_patient(by))))
    done(caller.post(f"{kind}/{row['id']}/end/", version=1, until="2026-03-01"))
    assert caller.post(f"{kind}/{row['id']}/entered-in-error/", version=2, reason="x").status_code == 403


@kinds
def test_others_reach_no_entry(kind: str) -> None:
    by = a_clinician()
    patient = a_patient(by)
    entry = an_entry(patient, by, kind, EXAMPLES[kind]["code"])
    stranger = Caller(a_clinician(a_clinic("southbank")))
    assert stranger.get(f"{kind}/{entry.pk}/").status_code == 404
    assert stranger.post(f"{kind}/", **an_example(kind, patient)).status_code == 404
    assert stranger.post(f"{kind}/{entry.pk}/end/", version=1, until="2026-03-01").status_code == 404
    assert stranger.post(f"{kind}/{entry.pk}/entered-in-error/", version=1, reason="x").status_code == 404
    assert results(stranger.get(f"{kind}/")) == []
    assert Caller(a_researcher(by.clinic)).get(f"{kind}/").status_code == 403
