"""What stands beside the doses: interruptions, other sources, advice on food."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.history import tracked
from patients.models import OfPatient
from regimens.dosing import Dose, dose_of
from regimens.models.products import Product
from regimens.models.regimens import Regimen


@tracked
class Interruption(OfPatient):
    """Days on which a running regimen was not taken, both ends included; an open end is still going on."""

    regimen = models.ForeignKey(Regimen, on_delete=models.PROTECT)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta(OfPatient.Meta):
        default_related_name = "interruptions"
        constraints = [
            *OfPatient.Meta.constraints,
            models.CheckConstraint(
                name="interruption_until_not_before_from",
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
            ),
        ]
        ordering = ["from_on", "created_at"]

    def __str__(self) -> str:
        return f"Interruption from {self.from_on}"

    def holds_on(self, day: date) -> bool:
        """Whether nothing was taken on `day`."""
        return self.from_on <= day and (self.until_on is None or self.until_on >= day)


@tracked
class OtherSource(OfPatient):
    """Magnesium taken for something else, or bought by oneself: an antacid, a laxative, a multimineral."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="other_sources")
    units_per_day = models.DecimalField(max_digits=5, decimal_places=2)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True)

    class Meta(OfPatient.Meta):
        default_related_name = "other_sources"
        constraints = [
            *OfPatient.Meta.constraints,
            models.CheckConstraint(name="other_source_units_positive", condition=Q(units_per_day__gt=0)),
            models.CheckConstraint(
                name="other_source_until_not_before_since",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
            ),
        ]
        ordering = ["-since", "-created_at"]

    def __str__(self) -> str:
        return f"{self.product}"

    def holds_on(self, day: date) -> bool:
        """Whether it is taken on `day`; an unknown end is no end."""
        return (self.since is None or self.since <= day) and (self.until is None or self.until >= day)

    def dose(self) -> Dose:
        """Elemental and compound mg per day."""
        product = self.product
        return dose_of([(self.units_per_day, product.elemental_mg_per_unit, product.compound_mg_per_unit)])


class Advice(models.TextChoices):
    LOW_PHYTATE = "LOW_PHYTATE", "Low-phytate food around the dose"


@tracked
class DietAdvice(OfPatient):
    """What was said about food, and when."""

    advice = models.CharField(max_length=16, choices=Advice, default=Advice.LOW_PHYTATE)
    given_on = models.DateField()

    class Meta(OfPatient.Meta):
        default_related_name = "diet_advice"
        ordering = ["-given_on", "-created_at"]

    def __str__(self) -> str:
        return f"{self.get_advice_display()} on {self.given_on}"
