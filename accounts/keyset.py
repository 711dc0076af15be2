"""Pages of a long list that cost the same everywhere: each begins where the last one stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

SIZE = 50


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the addresses of the pages beside it ("" at the ends)."""

    rows: list[Any]
    next_url: str
    previous_url: str


def page(rows: QuerySet[Any], asked: QueryDict, *, order: Sequence[str], size: int = SIZE) -> Page:
    """The `size` rows that follow the row `asked["after"]`, or precede the row `asked["before"]`, in `order`.

    `order` names fields that together are unique; "-name" descends. A key that the list does not hold
    begins it again, so a bad address is only a first page.
    """
    before, after = asked.get("before", ""), asked.get("after", "")
    backwards = bool(before)
    start = _row(rows, before or after)
    wanted = [_turned(name) for name in order] if backwards else list(order)
    found = rows.order_by(*wanted)
    if start is not None:
        found = found.filter(_beyond(start, wanted))
    taken = list(found[: size + 1])
    more, taken = len(taken) > size, taken[:size]
    if backwards:
        taken.reverse()
    follows = start is not None if backwards else more
    precedes = more if backwards else start is not None
    return Page(
        rows=taken,
        next_url=_address(asked, "after", taken[-1]) if taken and follows else "",
        previous_url=_address(asked, "before", taken[0]) if taken and precedes else "",
    )


def _address(asked: QueryDict, side: str, row: Model) -> str:
    """The same question, from another row on."""
    query = asked.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query[side] = str(row.pk)
    return f"?{query.urlencode()}"


def _row(rows: QuerySet[Any], key: str) -> Model | None:
    try:
        return rows.filter(pk=key).first() if key else None
    except (ValueError, TypeError, ValidationError):
        return None


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(start: Model, order: Sequence[str]) -> Q:
    """Later than `start`: beyond it in one field, equal in those before. An index begins at the bound."""
    first = order[0]
    found, equal = Q(), Q()
    for name in order:
        field = name.lstrip("-")
        value = getattr(start, field)
        found |= equal & Q(**{f"{field}__{_side(name)}": value})
        equal &= Q(**{field: value})
    bound = first.lstrip("-")
    return Q(**{f"{bound}__{_side(first)}e": getattr(start, bound)}) & found


def _side(name: str) -> str:
    return "lt" if name.startswith("-") else "gt"
