"""The re-evaluations that doses owe, what has met them, and what a met one owes next."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from accounts.models import ReEvaluationAnalyte
from labs.models import LabResult
from patients.models import Visit
from patients.symptoms import Answer
from regimens.models import StopReason
from reviews.facts.anchors import anchors_of, courses_of, modifiers_of
from reviews.facts.reconcile import reconcile
from reviews.facts.record import Record
from reviews.models import STANDING, Flag, Reevaluation
from reviews.windows import Anchor, Window, ended, following, reevaluation_window

ANALYTES = {
    ReEvaluationAnalyte.IONIZED: ("IONIZED_MG",),
    ReEvaluationAnalyte.TOTAL: ("TOTAL_MG",),
    ReEvaluationAnalyte.EITHER: ("IONIZED_MG", "TOTAL_MG"),
}
OUT = ("OUT", "ALERT")
Key = tuple[Any, str, date]


def keep_reevaluations(record: Record) -> None:
    """Owe what each dose, each met re-evaluation and each stop for harm owes; close what is met or past."""
    owing = _Owing(record, {_key_of(row): row for row in record.reevaluations}, _with_standing_flag(record))
    wanted = {_key(window): fields for window, fields in owing.all()}
    reconcile(record, Reevaluation, owing.existing.values(), wanted, _key_of, _is_closed)


def _key(window: Window | Anchor) -> Key:
    on = window.anchored_on if isinstance(window, Window) else window.on
    return window.step_id, window.cause, on


def _key_of(row: Reevaluation) -> Key:
    return row.step_id, row.cause, row.anchored_on


def _with_standing_flag(record: Record) -> set[Any]:
    """Re-evaluations that are on the queue: they keep the version that put them there."""
    rows = Flag.objects.filter(patient=record.patient, reevaluation__isnull=False, state__in=STANDING)
    return set(rows.values_list("reevaluation", flat=True))


@dataclass(frozen=True)
class _Met:
    on: date | None = None
    by_result: LabResult | None = None
    by_visit: Visit | None = None

    @property
    def was_abnormal(self) -> bool:
        return self.by_result is not None and self.by_result.concern in OUT


@dataclass(frozen=True)
class _Owing:
    """What one patient owes, beside the rows that stand."""

    record: Record
    existing: dict[Key, Reevaluation]
    flagged: set[Any]

    def all(self) -> Iterator[tuple[Window, dict[str, Any]]]:
        for course in courses_of(self.record):
            anchors = anchors_of(self.record, course)
            for window in ended([self._window(anchor) for anchor in anchors], course.ended_on):
                yield from self._chain(window)
        yield from self._safety()

    def _window(self, anchor: Anchor) -> Window:
        limits = self.record.limits_of(self._protocol_id(_key(anchor)))
        base, row = reevaluation_window(anchor, limits), self.existing.get(_key(anchor))
        known_until = min(base.closes_on, row.met_on) if row and row.met_on else base.closes_on
        return reevaluation_window(anchor, limits, modifiers_of(self.record, known_until))

    def _protocol_id(self, key: Key) -> int:
        """The version in force, or its own once it is closed or on the queue."""
        row = self.existing.get(key)
        kept = row is not None and (row.pk in self.flagged or _has_ended(row, self.record.now.on))
        return row.protocol_id if row and kept else self.record.now.protocol.pk

    def _chain(self, window: Window) -> Iterator[tuple[Window, dict[str, Any]]]:
        """The window of a dose, and after each met one the next, until the dose changes or stops."""
        while True:
            met = self._met(window)
            yield window, self._fields(window, met)
            if met.on is None or any(end <= met.on for end in _ends(window)):
                return
            after = self._window(following(window, met.on, met.was_abnormal))
            window = replace(after, superseded_on=window.superseded_on, stopped_on=window.stopped_on)

    def _safety(self) -> Iterator[tuple[Window, dict[str, Any]]]:
        """A stop for harm owes a re-check that stopping does not clear."""
        for regimen in self.record.regimens:
            steps = [step for step in self.record.steps if step.regimen_id == regimen.pk]
            if regimen.stopped_on and regimen.stop_reason == StopReason.HARM and steps:
                window = self._window(Anchor(steps[-1].pk, regimen.stopped_on, "SAFETY"))
                yield window, self._fields(window, self._met(window))

    def _fields(self, window: Window, met: _Met) -> dict[str, Any]:
        """What the row of `window` must say."""
        result = self._newest_result(window)
        return {
            "step_id": window.step_id,
            "cause": window.cause,
            "anchored_on": window.anchored_on,
            "opens_on": window.opens_on,
            "closes_on": window.closes_on,
            "trail": window.trail,
            "protocol_id": self._protocol_id(_key(window)),
            "superseded_on": window.superseded_on,
            "stopped_on": window.stopped_on,
            "result_id": result.pk if result else None,
            "met_on": met.on,
            "met_by_result_id": met.by_result.pk if met.by_result else None,
            "met_by_visit_id": met.by_visit.pk if met.by_visit else None,
        }

    def _newest_result(self, window: Window) -> LabResult | None:
        """The newest sound result of a counting analyte, taken in or after the window."""
        analytes = ANALYTES[ReEvaluationAnalyte(self.record.now.clinic.re_evaluation_analyte)]
        found = [
            result
            for result in self.record.results
            if result.analyte in analytes and not result.doubt and _falls_in(window, result.collected_on)
        ]
        return found[-1] if found else None

    def _met(self, window: Window) -> _Met:
        """Met by a review of a result that still counts, or by a full re-evaluation visit; by the earlier."""
        ways = [self._met_by_visit(window)]
        row = self.existing.get(_key(window))
        if row and row.reviewed_at and row.reviewed_result_id:
            counting = (r for r in self.record.results if r.pk == row.reviewed_result_id and not r.doubt)
            result = next(counting, None)
            if result and _falls_in(window, result.collected_on):
                ways.append(_Met(self.record.now.clinic.local_date(row.reviewed_at), by_result=result))
        return min((way for way in ways if way.on), key=lambda way: way.on or date.max, default=_Met())

    def _met_by_visit(self, window: Window) -> _Met:
        """A visit marked re-evaluation at which symptoms were asked and adherence recorded.

        After a stop there is no adherence to record.
        """
        asked = {a.visit_id for a in self.record.answers if a.answer != Answer.NOT_ASKED}
        for visit in self.record.visits:
            told = visit.adherence_percent is not None or window.cause == "SAFETY"
            if visit.is_re_evaluation and told and visit.pk in asked and _falls_in(window, visit.visited_on):
                return _Met(visit.visited_on, by_visit=visit)
        return _Met()


def _ends(window: Window) -> list[date]:
    return [end for end in (window.superseded_on, window.stopped_on) if end]


def _falls_in(window: Window, day: date) -> bool:
    """In or after the window, and not after the next dose step; on its very day still counts."""
    return window.opens_on <= day and all(day <= end for end in _ends(window))


def _has_ended(row: Reevaluation, on: date) -> bool:
    ends = [end for end in (row.superseded_on, row.stopped_on) if end]
    return row.met_on is not None or any(end <= on for end in ends)


def _is_closed(values: dict[str, Any]) -> bool:
    return any(values[name] for name in ("met_on", "superseded_on", "stopped_on"))
