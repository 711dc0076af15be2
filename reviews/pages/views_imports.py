"""Files of results: dropping them, the list of them, one file with its rows before and after the commit."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import page
from accounts.idempotency import new_key
from accounts.keyset import page as page_of
from accounts.middleware import actor_of
from accounts.models import Clinic
from accounts.permissions import Act
from accounts.refusals import show_refusals
from audit.record import record
from labs.models import Channel, Import, ImportStage, Laboratory
from reviews.acts.imports import receive_file
from reviews.acts.laboratories import laboratory_named
from reviews.at_once import take_step
from reviews.pages.act_pages import Attempt
from reviews.pages.forms_imports import DropForm, LaboratoryForm, NamesForm
from reviews.pages.import_card import ImportCard
from reviews.pages.import_names import unknown_tests
from reviews.pages.import_rehearsal import MOST_REHEARSED, Effects, rehearse_import
from reviews.pages.import_rows import Wanted, page_of_rows, wanted_of

PART, PROGRESS, EFFECTS = "import-more", "import-progress", "effects"
FILES_A_PAGE = 20
# Without what the list does not show: the file itself may have 32 MiB.
_LISTED = ("content", "dialect", "passed_over")


@page(Act.IMPORT_RESULTS)
@require_http_methods(["GET", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """The place to drop files, and those that came before, newest first."""
    form = DropForm()
    if request.method == "POST":
        form = DropForm(request.POST, request.FILES)
        taken = _received(request, form) if form.is_valid() else []
        if not form.errors:
            return _after_drop(taken)
    clinic = actor_of(request).clinic
    sources = Import.objects.of(clinic).defer(*_LISTED).select_related("created_by", "laboratory")
    shown = page_of(sources, request.GET, order=("-created_at", "-id"), size=FILES_A_PAGE)
    context = {
        "form": form,
        "page": shown,
        "cards": ImportCard.of_all(shown.rows, timezone.now()),
        "laboratories": _laboratories(clinic),
        "tab": "import",
    }
    return render(request, "labs/imports.html", context, status=400 if form.errors else 200)


def _received(request: HttpRequest, form: DropForm) -> list[Import]:
    """Keep each file; one that cannot be kept is named, and the others are taken all the same."""
    by, at = actor_of(request), timezone.now()
    taken = []
    try:
        named = form.cleaned_data["laboratory"]
        laboratory = laboratory_named(named, by=by, at=at) if named.strip() else None
    except ValidationError as refused:
        show_refusals(form, refused)
        return []
    for file in form.cleaned_data["file"]:
        try:
            source = receive_file(
                by=by, at=at, channel=Channel.PAGE, file_name=file.name or "", content=file,
                laboratory=laboratory,
            )  # fmt: skip
        except ValidationError as refused:
            form.add_error("file", f"{file.name}: {' '.join(refused.messages)}")
        else:
            taken.append(take_step(source))
    return taken


def _after_drop(taken: list[Import]) -> HttpResponse:
    if len(taken) == 1:
        return redirect("reviews:import_file", taken[0].pk)
    return redirect("reviews:import_list")


@page(Act.IMPORT_RESULTS)
@require_GET
def import_page(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """One file: its rows before they are stored, and where each went."""
    source = import_of(request, import_id)
    target = request.headers.get("HX-Target")
    if target not in (PROGRESS, EFFECTS, PART):
        return show_import(request, source, Attempt(forms.Form()))
    card = ImportCard.of(source, timezone.now())
    if target == PROGRESS:
        return _progress(request, card)
    name = "labs/_import_effects.html" if target == EFFECTS else "labs/_import_rows.html"
    return render(request, name, _rows(request, card, _effects(request, card)))


def import_of(request: HttpRequest, import_id: UUID) -> Import:
    """The file of the address, or 404: also for another clinic's."""
    rows = Import.objects.of(actor_of(request).clinic).valid().defer("content")
    source: Import = get_object_or_404(
        rows.select_related("clinic", "laboratory", "created_by", "committed_by", "undone_by"), pk=import_id
    )
    return source


def show_import(request: HttpRequest, source: Import, tried: Attempt) -> HttpResponse:
    """The whole page, with what became of an act that was tried on it."""
    by, at = actor_of(request), timezone.now()
    card = ImportCard.of(source, at)
    record("READ_LIST", by=by, at=at, of=source, after={"list": "import"})
    effects = _effects(request, card) if request.GET.get("effects") == "1" else None
    context = {
        **_rows(request, card, effects),
        "tried": tried,
        "rehearses": _is_rehearsed(card),
        "once": new_key(),
        "laboratories": _laboratories(by.clinic),
        "tab": "import",
    }
    if source.stage == ImportStage.CHECKED:
        context |= _explained(source, tried)
    return render(request, "labs/import.html", context, status=tried.status)


def _explained(source: Import, tried: Attempt) -> dict[str, Any]:
    """The forms about the names in a file; the one that was refused comes back as it was."""
    tests = unknown_tests(source)
    lab_form, names_form = tried.form, tried.form
    if not isinstance(lab_form, LaboratoryForm):
        lab_form = LaboratoryForm(initial={"laboratory": source.laboratory or ""})
    if not isinstance(names_form, NamesForm):
        names_form = NamesForm(tests=tests)
    return {
        "laboratory_form": lab_form,
        "names_form": names_form,
        "nameless": [test for test in tests if test.laboratory is None],
    }


def _rows(request: HttpRequest, card: ImportCard, effects: Effects | None) -> dict[str, Any]:
    wanted = wanted_of(request.GET, is_settled=card.is_settled)
    counts = {part.code: part.count for part in card.parts}
    return {
        "card": card,
        "source": card.source,
        "wanted": wanted,
        "effects": effects,
        "listed": page_of_rows(card.source, wanted, counts, effects.by_row if effects else {}),
        "queries": _queries(wanted),
    }


def _queries(wanted: Wanted) -> dict[str, str]:
    """What the links of the page add to its address."""
    kept = {"show": wanted.show, "order": "" if wanted.problems_first else "file"}
    other = kept | {"order": "file" if wanted.problems_first else ""}
    return {"here": _query(kept), "other_order": _query(other), "order": _query({"order": kept["order"]})}


def _query(asked: dict[str, str]) -> str:
    return urlencode({name: value for name, value in asked.items() if value})


def _progress(request: HttpRequest, card: ImportCard) -> HttpResponse:
    """Asked every two seconds; once the step is done the whole page is another."""
    if not card.is_under_way:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "labs/_import_progress.html", {"card": card, "source": card.source})


def _is_rehearsed(card: ImportCard) -> bool:
    return card.source.stage == ImportStage.CHECKED and 0 < card.ready <= MOST_REHEARSED


def _effects(request: HttpRequest, card: ImportCard) -> Effects | None:
    """What committing would close and open; None for what is not rehearsed."""
    if not _is_rehearsed(card):
        return None
    return rehearse_import(card.source, by=actor_of(request), at=timezone.now())


def _laboratories(clinic: Clinic) -> list[str]:
    return list(Laboratory.objects.of(clinic).valid().order_by("name").values_list("name", flat=True)[:500])


def address_of(source: Import) -> str:
    return reverse("reviews:import_file", args=[source.pk])


def told(request: HttpRequest, source: Import, done: str) -> None:
    """Say in a message that the step is done; the page itself says why it was not, or how far it is."""
    under_way = ImportCard.of(source, timezone.now()).is_under_way
    if not (under_way or source.error or source.stage == ImportStage.REFUSED):
        messages.success(request, done)
