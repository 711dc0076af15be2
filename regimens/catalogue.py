"""Products: finding them, and adding one of the clinic's own to those that it prescribes from."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.actors import Actor
from audit.record import record
from regimens.dosing import ImpossibleAmount, check_product
from regimens.labels import NotOnTheLabel, basis_of, completed, compound_question
from regimens.models import Product, ProductKind
from regimens.salts import SALTS, Form

COMPOUND, ELEMENTAL, ANSWERED = "compound_mg_per_unit", "elemental_mg_per_unit", "answered"
Faults = dict[str, list[str]]


def found(products: QuerySet[Product], search: str) -> QuerySet[Product]:
    """Those of which each typed word stands in the name, or in that of the form or its family."""
    for word in search.casefold().split():
        forms = [form for form, salt in SALTS.items() if word in f"{salt.name} {salt.family}".casefold()]
        products = products.filter(Q(name__icontains=word) | Q(form__in=forms))
    return products


@transaction.atomic
def add_product(
    *,
    by: Actor,
    at: datetime,
    name: str,
    form: str,
    compound_mg_per_unit: Decimal | None = None,
    elemental_mg_per_unit: Decimal | None = None,
    unit_name: str = "unit",
    label_basis: str = "",
    kind: str = ProductKind.SUPPLEMENT,
    answered: str | None = None,
    **other_ingredients: Decimal,
) -> tuple[Product, str]:
    """The product, and a question where its label asks one ("" where it does not).

    One of the two amounts is enough: the form gives the other; a given elemental amount is kept as it is.
    `answered` is the question to which somebody said yes: with "" or another question it is refused, and
    the question stands at `answered`; with None nobody is asked. `other_ingredients` are amounts per unit.
    Raises ValidationError for amounts that cannot be (500 mg elemental in 500 mg bisglycinate), and for a
    name that the clinic has already.
    """
    name = name.strip()
    faults = _name_faults(name, by) | _faults(other_ingredients, zero=True)
    try:
        compound, elemental, question = _amounts(Form(form), compound_mg_per_unit, elemental_mg_per_unit)
        if question and answered not in (None, question):
            faults[ANSWERED] = [question]
    except ValidationError as refused:
        faults |= refused.message_dict
    _refuse(faults)
    row = Product(
        clinic=by.clinic,
        name=name,
        form=form,
        kind=kind,
        unit_name=unit_name,
        label_basis=label_basis or basis_of(compound_mg_per_unit, elemental_mg_per_unit),
        compound_mg_per_unit=compound,
        elemental_mg_per_unit=elemental,
        **other_ingredients,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"name": [_taken(name)]}) from error
    record("ADD_PRODUCT", by=by, at=at, of=row, after={"name": row.name, "question": question})
    return row, question


def _amounts(form: Form, compound: Decimal | None, elemental: Decimal | None) -> tuple[Decimal, Decimal, str]:
    """Compound, elemental, and what they ask; raises ValidationError."""
    _refuse(_faults({COMPOUND: compound, ELEMENTAL: elemental}))
    try:
        compound_mg, elemental_mg = completed(form, compound, elemental)
    except NotOnTheLabel as error:
        raise ValidationError({COMPOUND if compound is None else ELEMENTAL: [str(error)]}) from error
    _refuse(_faults({COMPOUND: compound_mg, ELEMENTAL: elemental_mg}))
    if compound is None:
        return compound_mg, elemental_mg, compound_question(form, elemental_mg, compound_mg)
    try:
        return compound_mg, elemental_mg, check_product(form, compound_mg, elemental_mg)
    except ImpossibleAmount as error:
        raise ValidationError({ELEMENTAL: [str(error)]}) from error


def _faults(amounts: Mapping[str, Decimal | None], *, zero: bool = False) -> Faults:
    """What cannot be of amounts per unit; none is above what its column holds."""
    found: Faults = {}
    for name, amount in amounts.items():
        column: Any = Product._meta.get_field(name)
        most = 10 ** (column.max_digits - column.decimal_places)
        if amount is not None and (amount < 0 or (amount == 0 and not zero)):
            found[name] = [f"The amount must be {'0 or more' if zero else 'above 0 mg'}."]
        elif amount is not None and amount >= most:
            found[name] = [f"One unit cannot hold {most:,} or more."]
    return found


def _refuse(faults: Faults) -> None:
    if faults:
        raise ValidationError(faults)


def _name_faults(name: str, by: Actor) -> Faults:
    taken = Product.objects.offered_to(by.clinic).filter(name__iexact=name).exists()
    return {"name": [_taken(name)]} if taken else {}


def _taken(name: str) -> str:
    return f"The clinic has a product named {name} already."
