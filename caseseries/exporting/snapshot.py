"""The content of all rows as one keyed number: what a data cut is, and whether it moved meanwhile (pure).

The people of an export are read several times, chunk by chunk, instead of being kept. The number does not
depend on their order, so that each reading can be compared with the first.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from caseseries.persons import Person

_NAMES = [each.name for each in fields(Person)]
_WIDTH = 1 << 256


class RecordMoved(Exception):
    """Somebody changed the record while an export read it: it must be read anew."""


@dataclass(frozen=True)
class Snapshot:
    """Who is in, and the number of their content."""

    key: bytes
    data_cut_on: date
    patient_ids: tuple[UUID, ...]
    content: int

    @classmethod
    def of(cls, key: bytes, data_cut_on: date, persons: Iterable[Person]) -> "Snapshot":
        ids, content = [], 0
        for person in persons:
            ids.append(person.patient_id)
            content = (content + _number(key, person)) % _WIDTH
        return cls(key, data_cut_on, tuple(ids), content)

    @property
    def sha256(self) -> str:
        """The name of the data cut: another day, person or value gives another. It is keyed."""
        told = f"{self.data_cut_on}\n{len(self.patient_ids)}\n{self.content:064x}"
        return hmac.new(self.key, told.encode(), hashlib.sha256).hexdigest()

    def same(self, persons: Iterable[Person]) -> Iterator[Person]:
        """The people of another reading, one by one. Raises RecordMoved after the last if they differ."""
        count, content = 0, 0
        for person in persons:
            count, content = count + 1, (content + _number(self.key, person)) % _WIDTH
            yield person
        if (count, content) != (len(self.patient_ids), self.content):
            raise RecordMoved


def _number(key: bytes, person: Person) -> int:
    values = [getattr(person, name) for name in _NAMES if name != "symptoms"]
    told = repr((values, sorted(person.symptoms.items())))
    return int.from_bytes(hmac.digest(key, told.encode(), hashlib.sha256))
