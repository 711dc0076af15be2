"""The newest stored results of a laboratory's tests: what came before, and what lies outside the interval."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

from django.db.models import BooleanField, Case, F, Value, When, Window
from django.db.models.functions import RowNumber

from labs.models import IntervalSource, Laboratory, LabResult
from labs.notices import WINDOW, Place, Sent
from reviews.importing.sent import BY_SEX, Course

_COLUMNS = (
    "loinc", "analyte", "is_new", "collected_at", "canonical_value", "interval_low", "interval_high", "unit",
    "reference_low", "reference_high", "patient__sex",
)  # fmt: skip


@dataclass
class Recent:
    """Of one test, newest first: places `before` what came now, and `now` with it; the last sent by sex."""

    before: list[Place] = field(default_factory=list)
    now: list[Place] = field(default_factory=list)
    newest_at: datetime | None = None
    _last: dict[str, Sent] = field(default_factory=dict)

    def last_of(self, group: str) -> Sent | None:
        """What came last for one sex; None where the interval does not depend on it, or nothing came."""
        return self._last.get(group)

    def add_before(self, place: Place, at: datetime, group: str, sent: Sent) -> None:
        self.before.append(place)
        self.newest_at = self.newest_at or at
        if group and sent.has_interval:
            self._last.setdefault(group, sent)


def recent_of(laboratory: Laboratory, sent: Iterable[Course], spellings: set[str]) -> dict[str, Recent]:
    """{LOINC code: its newest results that have the laboratory's own interval}, by one query.

    What was stored with `sent` or later is new; up to 50 of those, and 50 of before, are read of each code.
    """
    since: dict[str, datetime] = {}
    for course in sent:
        since[course.loinc] = min(since.get(course.loinc, course.oldest_created_at), course.oldest_created_at)
    rows = (
        LabResult.objects.of(laboratory.clinic)
        .counting()
        .filter(
            laboratory__in={laboratory.name, *spellings},
            loinc__in=since,
            derived_from=None,
            interval_source__in=[IntervalSource.RESULT, IntervalSource.LABORATORY],
        )
    )
    is_new = Case(
        *(When(loinc=loinc, created_at__gte=moment, then=Value(True)) for loinc, moment in since.items()),
        default=Value(False),
        output_field=BooleanField(),
    )
    place = Window(
        RowNumber(),
        partition_by=[F("loinc"), F("is_new")],
        order_by=[F("collected_at").desc(), F("pk").desc()],
    )
    newest = rows.annotate(is_new=is_new).annotate(place=place).filter(place__lte=WINDOW)
    found = {loinc: Recent() for loinc in since}
    told = sorted(newest.values_list(*_COLUMNS), key=itemgetter(3), reverse=True)
    for loinc, analyte, new, at, value, low, high, unit, sent_low, sent_high, sex in told:
        recent, where = found[loinc], Place(value, low, high)
        if len(recent.now) < WINDOW:
            recent.now.append(where)
        if not new:
            recent.add_before(where, at, sex if analyte in BY_SEX else "", Sent(unit, sent_low, sent_high))
    return found
