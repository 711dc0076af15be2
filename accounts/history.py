"""The history of clinical rows, written by triggers of the database: bulk writes and COPY are caught too."""

from typing import Any, TypeVar

import pghistory
from django.db import models

Row = TypeVar("Row", bound=type[models.Model])


def tracked(model: Row) -> Row:
    """Keep every version of each row of `model` in its own table, to which the app can only add.

    What and when is here; who and why is in the audit event of the same transaction, so pghistory's own
    context, which costs a subtransaction per row, is left out.
    """
    without_context: Any = None
    kept: Row = pghistory.track(context_field=without_context)(model)
    return kept
