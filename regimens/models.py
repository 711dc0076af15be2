"""What is taken: products, regimens, their dose steps and intakes, and what the checks found."""

from datetime import date
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Func, Q, Sum

from accounts.history import tracked
from accounts.models import Clinic, Membership
from accounts.records import ClinicRecord, ClinicRecordQuerySet
from patients.models import Medication, OfPatient, Patient, Visit
from protocols.models import Protocol
from regimens.dosing import Dose, dose_of
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


class RegimenQuerySet(ClinicRecordQuerySet):
    def active(self, on: date) -> Self:
        """Valid regimens that run on `on`."""
        return self.valid().filter(Q(stopped_on=None) | Q(stopped_on__gt=on), started_on__lte=on)


class StopReason(models.TextChoices):
    HARM = "HARM", "Harm"
    NO_BENEFIT = "NO_BENEFIT", "No benefit"
    PATIENT_CHOICE = "PATIENT_CHOICE", "Patient's choice"
    COURSE_FINISHED = "COURSE_FINISHED", "Course finished"
    PREGNANCY = "PREGNANCY", "Pregnancy"
    INTERACTION = "INTERACTION", "Interaction"
    KIDNEY = "KIDNEY", "Kidney function"
    DIED = "DIED", "Died"
    TRANSFERRED = "TRANSFERRED", "Transferred"
    SWITCHED = "SWITCHED", "Switched to another product"


class PriorMagnesium(models.TextChoices):
    YES = "YES", "Took magnesium before"
    NO = "NO", "Took none before"
    NOT_ASKED = "NOT_ASKED", "Not asked"


@tracked
class Regimen(OfPatient):
    """One product over one period."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="regimens")
    started_on = models.DateField()
    stopped_on = models.DateField(null=True, blank=True)
    stop_reason = models.CharField(max_length=16, choices=StopReason, blank=True)
    indication = models.CharField(max_length=120, blank=True)
    prior_magnesium = models.CharField(max_length=9, choices=PriorMagnesium, default=PriorMagnesium.NOT_ASKED)
    # {code of clinical-facts 5.4: YES, NO or NOT_ASKED}
    contraindications = models.JSONField(default=dict)
    kidney_reason = models.CharField(max_length=200, blank=True)
    supervision_note = models.CharField(max_length=200, blank=True)
    supervisor = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    check_again_on = models.DateField(null=True, blank=True)
    # Which specialist takes it upon herself: eGFR below 30, myasthenia, above the level in pregnancy.
    specialist_note = models.CharField(max_length=200, blank=True)
    # The visit at which it was told that it had been stopped.
    stop_visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The regimen that a switch of product ended.
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )

    objects = RegimenQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(OfPatient.Meta):
        default_related_name = "regimens"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="regimen_id_clinic"),
            models.CheckConstraint(
                name="regimen_stop_not_before_start",
                condition=Q(stopped_on=None) | Q(stopped_on__gte=F("started_on")),
            ),
            models.CheckConstraint(
                name="regimen_stop_has_reason",
                condition=Q(stopped_on=None, stop_reason="")
                | Q(stopped_on__isnull=False) & ~Q(stop_reason=""),
            ),
        ]
        indexes = [
            # The regimens of one patient; rule KIDNEY asks whether one runs.
            models.Index("patient", "started_on", name="regimen_of_patient", condition=Q(error_at=None)),
            # The nightly check: what begins or ends on a day.
            models.Index(
                "clinic",
                "started_on",
                name="regimen_started_on",
                include=["patient"],
                condition=Q(error_at=None),
            ),
            models.Index(
                "clinic",
                "stopped_on",
                name="regimen_stopped_on",
                include=["patient"],
                condition=Q(error_at=None, stopped_on__isnull=False),
            ),
        ]
        ordering = ["-started_on", "-created_at"]

    def __str__(self) -> str:
        return f"{self.product} from {self.started_on}"


class DoseStepQuerySet(ClinicRecordQuerySet):
    def with_dose(self) -> Self:
        """Adds `units_per_day`, `elemental_mg_per_day` and `compound_mg_per_day`, always derived."""
        units = Sum("intakes__units", filter=Q(intakes__error_at=None), default=0)
        return self.annotate(
            units_per_day=units,
            elemental_mg_per_day=units * F("regimen__product__elemental_mg_per_unit"),
            compound_mg_per_day=units * F("regimen__product__compound_mg_per_unit"),
        )

    def in_force(self, on: date) -> Self:
        """The newest valid step of each regimen that is active, and not interrupted, on `on`."""
        missed = Interruption.objects.valid().filter(Q(until_on=None) | Q(until_on__gte=on), from_on__lte=on)
        later = DoseStep.objects.valid().filter(
            regimen=models.OuterRef("regimen"),
            effective_on__gt=models.OuterRef("effective_on"),
            effective_on__lte=on,
        )
        return self.valid().filter(
            ~models.Exists(later),
            ~models.Exists(missed.filter(regimen=models.OuterRef("regimen"))),
            regimen__in=Regimen.objects.active(on),
            effective_on__lte=on,
        )


@tracked
class DoseStep(OfPatient):
    """The dose of a regimen from one day on."""

    regimen = models.ForeignKey(Regimen, on_delete=models.PROTECT, related_name="dose_steps")
    effective_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    # Why the day's dose is above the upper level of the jurisdiction.
    above_level_reason = models.CharField(max_length=200, blank=True)
    visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.PROTECT)

    objects = DoseStepQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta(OfPatient.Meta):
        default_related_name = "dose_steps"
        constraints = [
            *OfPatient.Meta.constraints,
            models.UniqueConstraint(fields=["id", "clinic"], name="dose_step_id_clinic"),
            models.UniqueConstraint(
                fields=["regimen", "effective_on"], condition=Q(error_at=None), name="dose_step_once_per_day"
            ),
        ]
        indexes = [models.Index("patient", "effective_on", name="dose_step_of_patient")]
        ordering = ["effective_on", "created_at"]

    def __str__(self) -> str:
        return f"Dose from {self.effective_on}"

    def dose(self) -> Dose:
        """Elemental and compound mg per day of the intakes (prefetched or not)."""
        product = self.regimen.product
        return dose_of(
            (intake.units, product.elemental_mg_per_unit, product.compound_mg_per_unit)
            for intake in self.intakes.all()
            if intake.error_at is None
        )


class Timing(models.TextChoices):
    WITH_FOOD = "WITH_FOOD", "With food"
    BEDTIME = "BEDTIME", "At bedtime"
    BEFORE_MEAL = "BEFORE_MEAL", "Before a meal"


@tracked
class Intake(ClinicRecord):
    """So many units at one clock time."""

    step = models.ForeignKey(DoseStep, on_delete=models.PROTECT, related_name="intakes")
    at = models.TimeField()
    units = models.DecimalField(max_digits=5, decimal_places=2)
    timing = models.CharField(max_length=12, choices=Timing, default=Timing.WITH_FOOD)
    minutes_before_meal = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(ClinicRecord.Meta):
        constraints = [
            *ClinicRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["step", "at"], condition=Q(error_at=None), name="intake_once_per_minute"
            ),
            models.CheckConstraint(name="intake_units_positive", condition=Q(units__gt=0)),
            models.CheckConstraint(
                name="intake_minutes_only_before_a_meal",
                condition=Q(timing="BEFORE_MEAL", minutes_before_meal__isnull=False)
                | ~Q(timing="BEFORE_MEAL") & Q(minutes_before_meal=None),
            ),
        ]
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.units} at {self.at:%H:%M}"


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


class FindingQuerySet(models.QuerySet["Finding"]):
    def holding(self, on: date) -> Self:
        """What is true on `on`: begun, and not ended."""
        return self.filter(Q(holds_until=None) | Q(holds_until__gt=on), holds_from__lte=on)

    def reviewable(self) -> Self:
        """Those that ask for review, on whichever day."""
        return self.filter(review_from__isnull=False)

    def asking(self, on: date) -> Self:
        """Holding, and due for review."""
        return self.holding(on).filter(review_from__lte=on)


class Finding(models.Model):
    """What `check_regimen` found of one dose step; derived, kept in step by rebuild."""

    id = models.UUIDField(primary_key=True, db_default=Func(function="uuidv7"), editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="findings")
    step = models.ForeignKey(DoseStep, on_delete=models.PROTECT, related_name="findings")
    check_code = models.CharField(max_length=40)
    subject = models.CharField(max_length=40, blank=True)
    medication = models.ForeignKey(Medication, null=True, on_delete=models.PROTECT, related_name="findings")
    hours_apart = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    severity = models.CharField(max_length=16)
    sentence = models.TextField()
    mark = models.CharField(max_length=8)
    source = models.TextField(blank=True)
    claim = models.CharField(max_length=4, blank=True)
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="+")
    holds_from = models.DateField()
    holds_until = models.DateField(null=True)
    # The day from which it asks for review, and whether that is for today; empty: it only informs.
    review_from = models.DateField(null=True)
    act_today = models.BooleanField(default=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="finding_id_clinic"),
            models.UniqueConstraint(
                fields=["step", "check_code", "subject", "medication"],
                nulls_distinct=False,
                name="finding_once_per_step",
            ),
        ]
        indexes = [
            # Rules DOSE_ABOVE_CAP and INTERACTION: the findings that ask for review, few among many.
            models.Index(
                "clinic",
                "check_code",
                "review_from",
                name="finding_for_review",
                include=["id", "patient", "holds_from", "holds_until", "act_today"],
                condition=Q(review_from__isnull=False),
            ),
            # Rebuild reads the findings of one patient.
            models.Index("patient", name="finding_of_patient"),
        ]
        ordering = ["holds_from", "check_code"]

    def __str__(self) -> str:
        return self.sentence


def patients_taking(on: date) -> models.QuerySet[Regimen, UUID]:
    """Ids of patients with an active regimen on `on`, for an IN or EXISTS of another query."""
    return Regimen.objects.active(on).values_list("patient_id", flat=True)
