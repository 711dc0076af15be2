"""What asks for review on a day, computed again in plain Python from the stored rows: the twin of the rules.

It shares nothing with `reviews.rules` but the tables: each rule is a loop with an `if`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

Row = dict[str, Any]
Asking = tuple[str, str, UUID]
# The table of each kind of cause, with what is read of it.
TABLES = {
    "patient": ("patients_patient", "id, status, returns_on, unreachable_since"),
    "regimen": ("regimens_regimen", "patient_id, error_at, started_on, stopped_on"),
    "reevaluation": (
        "reviews_reevaluation",
        "id, patient_id, error_at, met_on, opens_on, superseded_on, stopped_on",
    ),
    "symptom_answer": ("patients_symptomanswer", "id, patient_id, error_at, review_reason, urgency"),
    "lab_result": (
        "labs_labresult",
        "id, patient_id, error_at, status, review_reason, superseded_by_id, cancelled_by_id",
    ),
    "expected_result": (
        "labs_expectedresult",
        "id, patient_id, error_at, why, alert_on, met_by_id, withdrawn_at",
    ),
    "outcome": ("patients_outcome", "id, patient_id, error_at, review_reason"),
    "finding": (
        "regimens_finding",
        "id, patient_id, check_code, act_today, holds_from, holds_until, review_from",
    ),
}


def asking(cursor: Any, clinic_id: int, on: date) -> set[Asking]:
    """(rule, kind of cause, id) of all that asks for review in a clinic on the day."""
    rows = {kind: list(_read(cursor, kind, clinic_id)) for kind in TABLES}
    return set(_Clinic(rows, on).all())


def flagged(cursor: Any, clinic_id: int) -> list[Asking]:
    """The same of the flags that stand."""
    kinds = [kind for kind in TABLES if kind not in ("patient", "regimen")]
    columns = ", ".join(f"{kind}_id" for kind in kinds)
    cursor.execute(
        f"SELECT rule, {columns} FROM reviews_flag"  # names of our own
        " WHERE clinic_id = %s AND state IN ('OPEN', 'ACKNOWLEDGED', 'SNOOZED')",
        [clinic_id],
    )
    found = []
    for rule, *keys in cursor.fetchall():
        found += [(rule, kind, key) for kind, key in zip(kinds, keys, strict=True) if key is not None]
    return found


def _read(cursor: Any, kind: str, clinic_id: int) -> Iterator[Row]:
    table, columns = TABLES[kind]
    cursor.execute(f"SELECT {columns} FROM {table} WHERE clinic_id = %s", [clinic_id])
    names = [name.strip() for name in columns.split(",")]
    for values in cursor.fetchall():
        yield dict(zip(names, values, strict=True))


def _holds(begins: date, ends: date | None, on: date) -> bool:
    return begins <= on and (ends is None or ends > on)


@dataclass(frozen=True)
class _Clinic:
    rows: dict[str, list[Row]]
    on: date

    def all(self) -> Iterator[Asking]:
        people = {row["id"]: row for row in self.rows["patient"]}
        recalled = {key for key, row in people.items() if self._is_recalled(row)}
        alive = {key for key, row in people.items() if row["status"] != "DECEASED"}
        taking = {
            row["patient_id"]
            for row in self.rows["regimen"]
            if row["error_at"] is None and _holds(row["started_on"], row["stopped_on"], self.on)
        }
        for kind, rules in _RULES.items():
            for row in self.rows[kind]:
                if row.get("error_at") is not None:
                    continue
                for rule, asks, is_urgent, needs_dose in rules:
                    watched = row["patient_id"] in (alive if is_urgent(row) else recalled)
                    takes = not needs_dose or row["patient_id"] in taking
                    if watched and takes and asks(row, self.on):
                        yield rule, kind, row["id"]

    def _is_recalled(self, row: Row) -> bool:
        back = row["status"] == "PAUSED" and row["returns_on"] <= self.on
        return row["unreachable_since"] is None and (row["status"] == "ACTIVE" or back)


Asks = Callable[[Row, date], bool]
Urgent = Callable[[Row], bool]


def _never(row: Row) -> bool:
    return False


def _window(row: Row, on: date) -> bool:
    ended = any(row[name] is not None and row[name] <= on for name in ("superseded_on", "stopped_on"))
    return row["met_on"] is None and row["opens_on"] <= on and not ended


def _counts(row: Row) -> bool:
    last_word = row["superseded_by_id"] is None and row["cancelled_by_id"] is None
    return last_word and row["status"] in ("FINAL", "CORRECTED")


def _awaited(why: str) -> Asks:
    def asks(row: Row, on: date) -> bool:
        waits = row["met_by_id"] is None and row["withdrawn_at"] is None
        return waits and row["why"] == why and row["alert_on"] <= on

    return asks


def _found(code: str) -> Asks:
    return lambda row, on: (
        row["check_code"] == code
        and row["review_from"] is not None
        and row["review_from"] <= on
        and _holds(row["holds_from"], row["holds_until"], on)
    )


def _measured(*reasons: str) -> Asks:
    return lambda row, on: _counts(row) and row["review_reason"] in reasons


def _reads(*reasons: str) -> Urgent:
    return lambda row: row["review_reason"] in reasons


# {kind of cause: (rule, whether it asks, whether it is urgent whatever the recall, whether a dose is needed)}
_RULES: dict[str, Sequence[tuple[str, Asks, Urgent, bool]]] = {
    "reevaluation": [("RE_EVALUATION", _window, _never, False)],
    "symptom_answer": [
        (
            "SYMPTOM",
            lambda row, on: row["review_reason"] != "",
            lambda row: row["urgency"] in ("TODAY", "EMERGENCY"),
            False,
        )
    ],
    "lab_result": [
        ("LAB_OUT_OF_RANGE", _measured("OUT", "ALERT"), _reads("ALERT"), False),
        ("KIDNEY", _measured("BELOW_30", "FROM_30_TO_59"), _reads("BELOW_30"), True),
    ],
    "expected_result": [
        ("KIDNEY", _awaited("KIDNEY_YEARLY"), _never, True),
        ("LAB_NOT_BACK", _awaited("ORDERED"), _never, False),
    ],
    "outcome": [("OUTCOME_WORSE", lambda row, on: row["review_reason"] != "", _never, False)],
    "finding": [
        ("DOSE_ABOVE_CAP", _found("LEVEL"), _never, False),
        ("INTERACTION", _found("INTERACTION"), lambda row: row["act_today"], False),
    ],
}
