"""The generic products that every clinic may prescribe from (clinical facts 8)."""

from django.apps import apps

from regimens.generics import GENERIC_PRODUCTS


def install_products(using: str, **_: object) -> None:
    """Add the generic products that are missing; runs after each migrate."""
    product = apps.get_model("regimens", "Product")
    have = set(product.objects.using(using).filter(clinic=None).values_list("code", flat=True))
    product.objects.using(using).bulk_create(
        product(
            code=generic.id,
            name=generic.name,
            form=generic.form,
            unit_name=generic.unit,
            compound_mg_per_unit=generic.compound_mg,
            elemental_mg_per_unit=generic.elemental_mg,
            kind=generic.kind,
            vitamin_b6_mg_per_unit=generic.vitamin_b6_mg,
        )
        for generic in GENERIC_PRODUCTS
        if generic.id not in have
    )
