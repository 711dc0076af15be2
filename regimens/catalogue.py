"""Adding a product of the clinic's own to those that it prescribes from."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from audit.record import record
from regimens.dosing import ImpossibleAmount, check_product
from regimens.models import Product
from regimens.salts import Form


@transaction.atomic
def add_product(
    *,
    by: Actor,
    at: datetime,
    name: str,
    form: str,
    compound_mg_per_unit: Decimal,
    elemental_mg_per_unit: Decimal,
    unit_name: str = "unit",
    label_basis: str = "",
) -> tuple[Product, str]:
    """The product, and a question where its label differs from what the form holds ("" where it does not).

    Raises ValidationError for more elemental magnesium than the compound can hold (500 mg in 500 mg
    bisglycinate), and for a name that the clinic has already.
    """
    try:
        question = check_product(Form(form), compound_mg_per_unit, elemental_mg_per_unit)
    except ImpossibleAmount as error:
        raise ValidationError({"elemental_mg_per_unit": [str(error)]}) from error
    try:
        with transaction.atomic():
            product = Product.objects.create(
                clinic=by.clinic,
                name=name.strip(),
                form=form,
                unit_name=unit_name,
                label_basis=label_basis,
                compound_mg_per_unit=compound_mg_per_unit,
                elemental_mg_per_unit=elemental_mg_per_unit,
            )
    except IntegrityError as error:
        raise ValidationError(
            {"name": [f"The clinic has a product named {name.strip()} already."]}
        ) from error
    record("ADD_PRODUCT", by=by, at=at, of=product, after={"name": product.name})
    return product, question
