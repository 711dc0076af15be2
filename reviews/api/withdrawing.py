"""Marking a row entered in error, the same for every kind of row."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Act
from patients.api import ChartResource, InError
from reviews.acts.errors import mark_in_error

ACT = {"entered_in_error": Act.MARK_IN_ERROR}
INPUT = {"entered_in_error": InError}


class Withdrawable(ChartResource):
    """Adds `{id}/entered-in-error/`; a resource names it in its `acts` and `inputs` (ACT, INPUT)."""

    @action(detail=True, methods=["post"], url_path="entered-in-error")
    def entered_in_error(self, request: Request, **address: Any) -> Response:
        """Withdraw the row with all that it holds; nothing is deleted."""
        given = self.given()
        row = self.row_at(given["version"])
        return self.shown(mark_in_error(row=row, by=self.actor, at=self.at, **given))
