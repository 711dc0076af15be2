"""The moment at which rules are asked, with what follows from it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from accounts.models import Clinic, User
from protocols.models import Protocol
from protocols.thresholds import Thresholds


@dataclass(frozen=True)
class Moment:
    """`on` is the clinic's local date of `at`; `protocol` the version in force there."""

    clinic: Clinic
    on: date
    at: datetime
    protocol: Protocol

    @classmethod
    def of(cls, clinic: Clinic, at: datetime, on: date | None = None) -> "Moment":
        """The moment `at`; `on` overrides the date when a sweep is run for another day."""
        return cls(clinic, on or clinic.local_date(at), at, Protocol.objects.in_force(clinic))

    @cached_property
    def service(self) -> User:
        """In whose name derived rows are written."""
        return User.objects.service()

    @property
    def thresholds(self) -> Thresholds:
        return self.protocol.thresholds

    @property
    def end_of_day(self) -> datetime:
        """The first moment of tomorrow at the clinic: act today is due by then."""
        return datetime.combine(self.on + timedelta(days=1), time.min, tzinfo=self.clinic.zone)
