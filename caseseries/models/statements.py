"""What people state for the report of a series: author text, written once, the newest counts."""

from typing import Self

from django.db import models
from django.db.models import Func, Q

from accounts.models import Clinic, User
from caseseries.models.definitions import Definition, SavedSeries


class StatementQuerySet(models.QuerySet["Statement"]):
    def of(self, clinic: Clinic) -> Self:
        """The rows of one clinic."""
        return self.filter(clinic=clinic)

    def newest(self, definition: Definition) -> dict[str, str]:
        """The text that counts, by the question that it answers: versions of a saved series share theirs."""
        saved = SavedSeries.objects.filter(clinic=definition.clinic_id)
        names = saved.filter(definition=definition).values("name")
        shared = Q(definition=definition) | Q(
            definition__in=saved.filter(name__in=names).values("definition")
        )
        rows = self.filter(shared, clinic=definition.clinic_id).order_by("stated_at", "id")
        return dict(rows.values_list("item", "text"))


class Statement(models.Model):
    """An answer to one question of the reporting checklist. It stands in the report, and in no data file."""

    append_only = True

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="statements")
    # The code of a question of `caseseries.checklist.QUESTIONS`.
    item = models.CharField(max_length=20)
    # Empty takes back what was stated before.
    text = models.TextField(blank=True)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = StatementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["definition", "item", "-id"], name="statement_newest")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.item} of {self.definition}"
