"""What each laboratory of a file calls its tests: one look-up for each laboratory, however many its rows."""

from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.actors import Actor
from labs.models import Import, Laboratory
from labs.reading.reported import Reported
from patients.names import fold
from reviews.acts.laboratories import laboratory_named
from reviews.importing.test_names import KnownTest, TestNames


class FileNames:
    """Answers for a row which test it is. A row that names no laboratory is of the laboratory of the file."""

    def __init__(self, source: Import, *, by: Actor, at: datetime) -> None:
        self._source, self._by, self._at = source, by, at
        self._names: dict[str, TestNames] = {}

    def __call__(self, row: Reported) -> KnownTest:
        """What the test is; its `problem` says when nobody knows."""
        name = row.laboratory or (self._source.laboratory.name if self._source.laboratory else "")
        key = fold(name)
        if key not in self._names:
            self._names[key] = TestNames(self._source.clinic, self._laboratory(name))
        return self._names[key].of(row)

    def _laboratory(self, name: str) -> Laboratory | None:
        """None for a name that cannot be one: the row keeps it, and its tests go by code or vocabulary."""
        try:
            return laboratory_named(name, by=self._by, at=self._at) if name else None
        except ValidationError:
            return None
