"""Writing the rows of lived lives again and again by COPY, each time with other keys and another name.

The rows of a life are read as COPY text. Where a key of the life stands, a mark is left; for each person the
mark is replaced by the person's own prefix, so a block of rows costs one replacement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Field, ForeignKey, Model, UUIDField
from psycopg import sql

from labs.models import ExpectedResult, LabResult
from patients.models import Outcome, Patient, SymptomAnswer, SymptomEpisode, Visit
from regimens.models import DoseStep, Finding, Intake, Regimen
from reviews.models import Reevaluation

# In the order of their foreign keys.
COPIED: tuple[type[Model], ...] = (
    Patient,
    Visit,
    SymptomAnswer,
    SymptomEpisode,
    Outcome,
    Regimen,
    DoseStep,
    Intake,
    LabResult,
    Finding,
    ExpectedResult,
    Reevaluation,
)
# Marks that cannot be in a row, because COPY writes control characters otherwise.
KEY, FAMILY, GIVEN, MRN, SEARCH = "\x01", "\x02", "\x03", "\x04", "\x05"
NAMED = {"family_name": FAMILY, "given_name": GIVEN, "mrn": MRN, "search": SEARCH}


@dataclass(frozen=True)
class Sheet:
    """The rows of one life, as one block of COPY text for each of `COPIED`."""

    sex: str
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """What is a person's own; `prefix` begins all keys, 23 hexadecimal digits."""

    prefix: str
    family: str
    given: str
    mrn: str
    search: str


def sheets(patients: Sequence[Patient]) -> list[Sheet]:
    """The rows of each of the patients, in the order given."""
    keys: dict[str, int] = {}
    blocks = [_blocks(model, patients, keys) for model in COPIED]
    return [
        Sheet(patient.sex, tuple(block.get(str(patient.pk), "") for block in blocks)) for patient in patients
    ]


def write(rows: Iterator[tuple[Sheet, Name]], at_once: int) -> dict[str, int]:
    """COPY everything, so many people at a time; returns how many rows each table got."""
    counts = dict.fromkeys((model._meta.db_table for model in COPIED), 0)
    while batch := [pair for _, pair in zip(range(at_once), rows, strict=False)]:
        for number, model in enumerate(COPIED):
            text = "".join(_written(sheet.blocks[number], name) for sheet, name in batch)
            _copy_in(model, text)
            counts[model._meta.db_table] += text.count("\n")
    return counts


def _written(block: str, name: Name) -> str:
    text = block.replace(KEY, name.prefix)
    if FAMILY in text:
        marks = ((FAMILY, name.family), (GIVEN, name.given), (MRN, name.mrn), (SEARCH, name.search))
        for mark, words in marks:
            text = text.replace(mark, words)
    return text


def _columns(model: type[Model], *of: str) -> sql.Composed:
    """The columns of `_fields`, of the table alias `of` where it is given."""
    names = [str(field.column) for field in _fields(model)]
    return sql.Composed([sql.Identifier(*of, name) for name in names]).join(", ")


def _fields(model: type[Model]) -> list["Field[object, object]"]:
    """All columns but keys that the database counts by itself."""
    return [f for f in model._meta.concrete_fields if not f.primary_key or isinstance(f, UUIDField)]


def _is_own_key(field: "Field[object, object]") -> bool:
    """Whether the column holds a key of the life, and not of a product, a clinic or a person."""
    return field.primary_key or (isinstance(field, ForeignKey) and field.related_model in COPIED)


def _blocks(model: type[Model], patients: Sequence[Patient], keys: dict[str, int]) -> dict[str, str]:
    """{patient id: rows as COPY text with marks}, oldest key first."""
    fields = _fields(model)
    own = [_is_own_key(field) for field in fields]
    named = [NAMED.get(field.name) if model is Patient else None for field in fields]
    blocks: dict[str, list[str]] = {}
    for whose, *row in _copy_out(model, [patient.pk for patient in patients]):
        marked = [
            mark or (_key(value, keys) if is_own and value != r"\N" else value)
            for value, is_own, mark in zip(row, own, named, strict=True)
        ]
        blocks.setdefault(whose, []).append("\t".join(marked) + "\n")
    return {whose: "".join(rows) for whose, rows in blocks.items()}


def _key(value: str, keys: dict[str, int]) -> str:
    """Keys are numbered as they come, so that they do not depend on what the database drew."""
    return f"{KEY}{keys.setdefault(value, len(keys)):09x}"


def _copy_out(model: type[Model], patients: list[UUID]) -> Iterator[list[str]]:
    """Rows of the patients as COPY text, the patient's id before each."""
    whose = "t.id" if model is Patient else "s.patient_id" if model is Intake else "t.patient_id"
    join = " JOIN regimens_dosestep s ON s.id = t.step_id" if model is Intake else ""
    rows = "SELECT {whose}, {columns} FROM {table} t{join} WHERE {whose} = ANY({ids}) ORDER BY t.id"
    query = sql.SQL("COPY (" + rows + ") TO STDOUT").format(
        whose=sql.SQL(whose),
        columns=_columns(model, "t"),
        table=sql.Identifier(model._meta.db_table),
        join=sql.SQL(join),
        ids=sql.Literal(patients),
    )
    with connection.cursor() as cursor, cursor.copy(query) as lines:
        text = b"".join(bytes(part) for part in lines).decode()
    return (line.split("\t") for line in text.splitlines())


def _copy_in(model: type[Model], text: str) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        _columns(model),
    )
    with connection.cursor() as cursor, cursor.copy(query) as lines:
        lines.write(text)
