"""A lookup for "begins a word of", answered by a GIN index and not by a scan."""

from typing import Any

from django.db import models
from django.db.models import Func, Lookup


class SearchLexemes(Func):
    """The blank-separated words of a text as a tsvector, taken as they are: no parser, no dictionary."""

    template = "array_to_tsvector(string_to_array(%(expressions)s, ' '))"
    output_field = models.TextField()


@models.TextField.register_lookup
class Prefixes(Lookup[Any]):
    """`field__prefixes=["lin", "sa"]`: each given word begins some word of the field."""

    lookup_name = "prefixes"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        sql, params = compiler.compile(SearchLexemes(self.lhs))
        query = " & ".join("'" + word.replace("'", "''") + "':*" for word in self.rhs)
        return f"{sql} @@ %s::tsquery", (*params, query)
