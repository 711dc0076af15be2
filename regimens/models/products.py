"""Products: what magnesium and what else a unit holds."""

from typing import Self

from django.db import models
from django.db.models import F, Func, Q

from accounts.models import Clinic
from regimens.salts import Form


class ProductQuerySet(models.QuerySet["Product"]):
    def offered_to(self, clinic: Clinic) -> Self:
        """The generic products and the clinic's own."""
        return self.filter(Q(clinic=None) | Q(clinic=clinic))


class ProductKind(models.TextChoices):
    SUPPLEMENT = "SUPPLEMENT", "Supplement"
    ANTACID = "ANTACID", "Antacid"
    LAXATIVE = "LAXATIVE", "Laxative"
    MULTIMINERAL = "MULTIMINERAL", "Multimineral"


class Product(models.Model):
    """A preparation: how much compound and elemental magnesium one unit holds, and what else."""

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(
        Clinic, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    code = models.CharField(max_length=8, blank=True)
    name = models.CharField(max_length=120)
    form = models.CharField(max_length=32, choices=[(f.value, f.label) for f in Form])
    unit_name = models.CharField(max_length=20)
    compound_mg_per_unit = models.DecimalField(max_digits=7, decimal_places=1)
    elemental_mg_per_unit = models.DecimalField(max_digits=6, decimal_places=1)
    label_basis = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=ProductKind, default=ProductKind.SUPPLEMENT)
    vitamin_b6_mg_per_unit = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    vitamin_d_ug_per_unit = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    calcium_mg_per_unit = models.DecimalField(max_digits=6, decimal_places=1, default=0)

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "name"], nulls_distinct=False, name="product_name_once"
            ),
            models.CheckConstraint(
                name="product_elemental_positive_and_below_compound",
                condition=Q(elemental_mg_per_unit__gt=0, compound_mg_per_unit__gt=F("elemental_mg_per_unit")),
            ),
            models.CheckConstraint(
                name="product_other_ingredients_not_negative",
                condition=Q(
                    vitamin_b6_mg_per_unit__gte=0, vitamin_d_ug_per_unit__gte=0, calcium_mg_per_unit__gte=0
                ),
            ),
        ]
        ordering = ["clinic", "code", "name"]

    def __str__(self) -> str:
        return self.name
