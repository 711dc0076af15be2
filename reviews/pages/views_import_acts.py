"""What a person does with a file of results: store, undo, discard, read anew, explain, take a copy."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import page
from accounts.actors import Actor
from accounts.middleware import actor_of
from accounts.permissions import Act
from audit.record import record
from labs.models import Import
from reviews.acts.imports import (
    check_again,
    choose_laboratory,
    commit_import,
    discard_import,
    undo_import,
)
from reviews.acts.laboratories import laboratory_named, name_test
from reviews.at_once import take_step
from reviews.pages.act_pages import attempt
from reviews.pages.forms_imports import IGNORED, LaboratoryForm, NamesForm, StepForm
from reviews.pages.import_card import ImportCard
from reviews.pages.import_left_out import left_out_lines
from reviews.pages.import_names import unknown_tests
from reviews.pages.streams import attachment, original
from reviews.pages.views_imports import address_of, import_of, show_import, told

Save = Callable[[Import, Actor, datetime, dict[str, Any]], Import]


def _step(act: Callable[..., Import], done: str) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """The page that asks for one step of a file, and says `done` when it is."""

    @page(Act.IMPORT_RESULTS)
    @require_POST
    def ask(request: HttpRequest, import_id: UUID) -> HttpResponse:
        def save(source: Import, by: Actor, at: datetime, given: dict[str, Any]) -> Import:
            return act(source=source, by=by, at=at, version=given["version"])

        return _act(request, import_id, StepForm, save, done)

    return ask


commit = _step(commit_import, "Committed. It can be undone for 24 hours.")
undo = _step(undo_import, "The import is undone.")
discard = _step(discard_import, "Discarded. Drop the file again to take it up.")
check = _step(check_again, "Checked again.")


@page(Act.IMPORT_RESULTS)
@require_POST
def laboratory(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Say whose file it is."""

    def save(source: Import, by: Actor, at: datetime, given: dict[str, Any]) -> Import:
        chosen = laboratory_named(given["laboratory"], by=by, at=at)
        return choose_laboratory(source=source, laboratory=chosen, by=by, at=at, version=given["version"])

    return _act(request, import_id, LaboratoryForm, save, "Checked again, with the names of this laboratory.")


@page(Act.IMPORT_RESULTS)
@require_POST
def names(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Say what tests are, and read the file anew."""
    tests = unknown_tests(import_of(request, import_id))
    form = NamesForm(request.POST, tests=tests)

    def save(source: Import, by: Actor, at: datetime, given: dict[str, Any]) -> Import:
        for test, means in form.said():
            assert test.laboratory is not None  # noqa: S101  # the form offers no other
            name_test(
                laboratory=test.laboratory, local_name=test.name, by=by, at=at,
                analyte="" if means == IGNORED else means, ignored=means == IGNORED,
            )  # fmt: skip
        return check_again(source=source, by=by, at=at, version=given["version"])

    return _act(request, import_id, lambda data: form, save, "Names kept, and checked again.")


def _act(
    request: HttpRequest, import_id: UUID, form: Callable[[Any], Any], save: Save, done: str
) -> HttpResponse:
    """Ask for one step, once for a double click; then do it, or let a worker do it."""
    source, by, at = import_of(request, import_id), actor_of(request), timezone.now()

    def asked(given: dict[str, Any]) -> str:
        save(source, by, at, given)
        return address_of(source)

    tried = attempt(request, form(request.POST), asked, at=at, row=source)
    if tried.saved is None:
        return show_import(request, import_of(request, import_id), tried)
    take_step(source)
    told(request, source, done)
    return tried.saved


@page(Act.IMPORT_RESULTS)
@require_GET
def download(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The file as it came, byte for byte."""
    source = import_of(request, import_id)
    record("READ_LIST", by=actor_of(request), at=timezone.now(), of=source, after={"list": "import file"})
    return attachment(source.file_name, original(source), "application/octet-stream")


@page(Act.IMPORT_RESULTS)
@require_GET
def left_out(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The rows that are not stored, with why, as a CSV file."""
    source, at = import_of(request, import_id), timezone.now()
    card = ImportCard.of(source, at)
    record("READ_LIST", by=actor_of(request), at=at, of=source, after={"list": "rows left out"})
    lines = left_out_lines(source, is_settled=card.is_settled)
    name = f"{source.file_name.rsplit('.', 1)[0]}-left-out.csv"
    return attachment(name, lines, "text/csv; charset=utf-8")
