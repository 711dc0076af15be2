"""What a reading leaves in the audit log: who asked, for whom, by which parameters, and how much came."""

from typing import Any
from uuid import UUID

from accounts.actors import Actor
from audit.record import record
from fhir.serving.asking import Question
from fhir.serving.paging import Found
from fhir.serving.source import Here


def note_read(path: str, patient_id: UUID, by: Actor, here: Here) -> None:
    record("READ_CHART", by=by, at=here.at, patient_id=patient_id, after={"fhir": path})


def note_search(path: str, question: Question, found: Found, by: Actor, here: Here) -> None:
    """One event for each page. It names the one patient, or else all whose resources went out."""
    after: dict[str, Any] = {"fhir": path, "asked": _asked(question), "count": len(found.rows)}
    patients = {source.patient_of(row) for source, row in found.rows}
    asked = question.patients()
    if len(asked | patients) == 1:
        (one,) = asked | patients
        record("READ_CHART", by=by, at=here.at, patient_id=one, after=after)
    else:
        after["patients"] = sorted(map(str, patients))
        record("READ_LIST", by=by, at=here.at, after=after)


def _asked(question: Question) -> dict[str, str]:
    """What was asked for; of names, numbers and birth dates only that they were."""
    texts: dict[str, list[str]] = {}
    kept = {c.name for c in question.criteria if c.parameter.kept}
    for name, text in question.heeded:
        if name in kept:
            texts.setdefault(name, []).append(text)
    hidden = {c.name: "(not kept)" for c in question.criteria if not c.parameter.kept}
    return {name: " and ".join(values)[:200] for name, values in texts.items()} | hidden
