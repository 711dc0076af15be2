"""One table as resources: which rows a search finds, and how a row is said."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, F, Func, Model, Q, QuerySet, Value

from accounts.models import Clinic
from fhir.serving.changes import changed, made_since, touched_since
from fhir.serving.dates import Asked
from fhir.serving.elements import Element

# Neither is Q(): an empty Q is dropped where it meets another.
NOTHING, EVERYTHING = Q(pk__in=[]), Q(pk__isnull=False)


@dataclass(frozen=True)
class Here:
    """Where and when a request is answered; `base` is the address that all others follow."""

    clinic: Clinic
    at: datetime
    base: str

    @property
    def on(self) -> date:
        return self.clinic.local_date(self.at)

    @property
    def zone(self) -> ZoneInfo:
        return self.clinic.zone


@dataclass(frozen=True)
class Token:
    """`system|code` as asked for; no system given is None, an empty one says that the code has none."""

    code: str
    system: str | None = None

    def of(self, system: str) -> bool:
        """Whether the code can be one of this system."""
        return self.system in (None, system)


def key_of(text: str) -> UUID | None:
    """The id that a text is; None for what can be no id of ours."""
    try:
        return UUID(text)
    except ValueError:
        return None


class Source(ABC):
    """The rows of one model as resources of one type.

    `rows` adds `status_word` (the status in FHIR's words), `dated_at` (a moment to sort by) and `changed_at`.
    A plain search finds what `stands`; one that asks for a status, whatever is `current`; and one that asks
    for ids or for changes, everything, because whoever keeps a copy must learn what fell.
    """

    kind: ClassVar[str]
    model: ClassVar[type[Model]]
    stands: ClassVar[Q] = Q(error_at=None)
    current: ClassVar[Q] = Q()
    status_system: ClassVar[str] = ""

    @abstractmethod
    def rows(self, here: Here) -> Any:
        """The clinic's rows with all that `shown` reads."""

    @abstractmethod
    def shown(self, row: Any, here: Here) -> Element:
        """The resource without its `meta`."""

    def patient_of(self, row: Any) -> UUID:
        key: UUID = row.patient_id
        return key

    def narrowed(self, rows: QuerySet[Any], way: str, values: list[Any], here: Here) -> QuerySet[Any]:
        """The rows for which one of the values holds; `way` names a method of the source."""
        found = NOTHING
        for value in values:
            found |= getattr(self, way)(value, here)
        return rows.filter(found)

    def by_id(self, value: UUID | None, here: Here) -> Q:
        return NOTHING if value is None else Q(pk=value)

    def by_patient(self, value: UUID | None, here: Here) -> Q:
        return NOTHING if value is None else Q(patient=value)

    def by_type(self, value: Token, here: Here) -> Q:
        return EVERYTHING if value.code == self.kind else NOTHING

    def by_change(self, value: Asked, here: Here) -> Q:
        return changed(value, Q(pk__in=touched_since(self.model, value)) | made_since(value))

    def by_status(self, value: Token, here: Here) -> Q:
        return Q(status_word=value.code) if value.of(self.status_system) else NOTHING


class StartOfDay(Func):
    """SQL: the first moment of a day on the clinic's clocks, so that days sort among moments."""

    template = "timezone(%(expressions)s::timestamp)"
    output_field = DateTimeField()

    def __init__(self, day: str, here: Here) -> None:
        super().__init__(Value(here.clinic.time_zone), F(day))
