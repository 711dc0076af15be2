"""The products that a clinic prescribes from: finding one, and adding one of its own."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import page
from accounts.actors import Actor
from accounts.idempotency import BodyDiffers, InProgress, new_key, page_key, saved_once
from accounts.keyset import page as page_of
from accounts.middleware import actor_of
from accounts.permissions import Act
from accounts.refusals import show_refusals
from regimens.catalogue import ANSWERED, add_product, found
from regimens.forms import ProductForm, ProductSearchForm, in_words
from regimens.models import Product

ORDER = ("name", "id")
TWICE = "This form was sent before. Look at the list of products to see what was saved."


@page(Act.SEE_PATIENTS)
@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """The generic products and the clinic's own; a search that cannot be is a 400 and shows none."""
    membership = request.membership  # type: ignore[attr-defined]
    form = ProductSearchForm(request.GET)
    rows = Product.objects.offered_to(membership.clinic)
    rows = _narrowed(rows, form.cleaned_data) if form.is_valid() else rows.none()
    shown = page_of(rows, request.GET, order=ORDER)
    context = {
        "form": form,
        "page": shown,
        "lines": [_line(product) for product in shown.rows],
        "may_add": membership.may(Act.CHANGE_DOSE),
    }
    return render(request, "regimens/products.html", context, status=200 if form.is_valid() else 400)


@page(Act.CHANGE_DOSE)
@require_http_methods(["GET", "POST"])
def new_product(request: HttpRequest) -> HttpResponse:
    """Add a product; a label that differs from its form comes back with the question."""
    by, now = actor_of(request), timezone.now()
    form, status = ProductForm(), 200
    if request.method == "POST":
        form = ProductForm(request.POST)
        saved, status = _save(request, form, by, now)
        if saved is not None:
            return saved
    context = {
        "form": form,
        "question": form.question(),
        "only_asked": set(form.errors) == {ANSWERED},
        "once": page_key(request) or new_key(),
    }
    return render(request, "regimens/product_new.html", context, status=status)


def _save(
    request: HttpRequest, form: ProductForm, by: Actor, at: datetime
) -> tuple[HttpResponse | None, int]:
    """The way on, or the status of the form with what was refused."""
    if not form.is_valid():
        return None, 400

    def act() -> str:
        product, _ = add_product(by=by, at=at, **form.given())
        messages.success(request, f"Added {product}: {in_words(product)}.")
        return reverse("regimens:products")

    try:
        return saved_once(request, at=at, act=act), 302
    except ValidationError as refused:
        show_refusals(form, refused, form.fields_of_act())
        return None, 400
    except (BodyDiffers, InProgress):
        form.add_error(None, TWICE)
        return None, 409


def _narrowed(rows: Any, asked: dict[str, str]) -> Any:
    rows = found(rows, asked["search"])
    return rows.filter(kind=asked["kind"]) if asked["kind"] else rows


def _line(product: Product) -> dict[str, Any]:
    share = product.elemental_mg_per_unit / product.compound_mg_per_unit * 100
    return {"product": product, "share": f"{share.quantize(Decimal('0.1'))} %"}
