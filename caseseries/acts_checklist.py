"""Stating for the report: what only people know, asked once and kept with who said it and when."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actors import Actor
from audit.record import record
from caseseries.checklist import QUESTIONS
from caseseries.models import Definition, Statement

LONGEST_TEXT = 4000


@transaction.atomic
def state_for_report(
    *, definition: Definition, texts: Mapping[str, str], by: Actor, at: datetime
) -> list[Statement]:
    """Keep each text that differs from what was stated last; the audit log names the questions, not the text.

    Raises ValidationError naming each question that is unknown or whose text cannot be.
    """
    _check(texts)
    stood = Statement.objects.newest(definition)
    changed = {item: text.strip() for item, text in texts.items() if text.strip() != stood.get(item, "")}
    stated = [
        Statement.objects.create(
            clinic=by.clinic, definition=definition, item=item, text=text, stated_at=at, stated_by=by.user
        )
        for item, text in changed.items()
    ]
    if stated:
        record("STATE_FOR_REPORT", by=by, at=at, of=definition, after={"items": sorted(changed)})
    return stated


def _check(texts: Mapping[str, str]) -> None:
    wrong: dict[str, list[str]] = {}
    for item, text in texts.items():
        if item not in QUESTIONS:
            wrong[item] = [f"{item} is not a question of the checklist. It asks {', '.join(QUESTIONS)}."]
        elif not isinstance(text, str) or len(text) > LONGEST_TEXT or "\x00" in text:
            wrong[item] = [f"Write a text of at most {LONGEST_TEXT:,} characters."]
    if wrong:
        raise ValidationError(wrong)
