"""Dose steps: one statement for each dose of a regimen, from its first day to the day before the next."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Case, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.db.models.functions import Greatest, Least

from fhir.serving import systems
from fhir.serving.changes import changed, history, last_change, latest, made_since, newest, touched_since
from fhir.serving.dates import Asked, on_days
from fhir.serving.elements import Element, concept, day, instant, notes, reference, said
from fhir.serving.source import Here, StartOfDay, Token
from fhir.serving.sources.taking import Taking, amounts, amounts_per_day, product_named, products_meant
from regimens.dosing import Dose, dose_of
from regimens.models import DoseStep, Intake, Interruption, Product, Regimen, StopReason, Timing
from reviews.acts.regimens import NOT_BEGUN


class DoseSteps(Taking):
    """The status follows the day: what is intended becomes active when its day comes."""

    model = DoseStep

    def rows(self, here: Here) -> Any:
        steps: Any = DoseStep.objects.of(here.clinic)
        later = DoseStep.objects.valid().filter(
            regimen=OuterRef("regimen"), effective_on__gt=OuterRef("effective_on")
        )
        return (
            steps.select_related("regimen__product")
            .prefetch_related("intakes")
            .annotate(next_on=later.order_by("effective_on").values("effective_on")[:1])
            .annotate(ends_on=Least("next_on", "regimen__stopped_on"))
            .annotate(
                last_on=_LAST_DAY,
                status_word=_status(here),
                dated_at=StartOfDay("effective_on", here),
                changed_at=latest(last_change(Regimen, "regimen_id"), *_beside_the_regimen()),
            )
        )

    def shown(self, row: Any, here: Here) -> Element:
        given = [one for one in row.intakes.all() if one.error_at is None or row.error_at is not None]
        product, stopped = row.regimen.product, row.status_word == "stopped"
        return said(
            resourceType="MedicationStatement",
            id=str(row.pk),
            extension=amounts_per_day(_dose(given, product)),
            identifier=[{"system": systems.REGIMEN, "value": str(row.regimen_id)}],
            status=row.status_word,
            statusReason=[concept(text=row.regimen.get_stop_reason_display())] if stopped else None,
            medicationCodeableConcept=product_named(product),
            subject=reference("Patient", row.patient_id),
            context=reference("Encounter", row.visit_id) if row.visit_id else None,
            effectivePeriod=said(start=day(row.effective_on), end=day(row.last_on)),
            dateAsserted=instant(row.created_at, here.zone),
            reasonCode=[concept(text=row.regimen.indication)] if row.regimen.indication else None,
            note=notes(row.reason),
            dosage=[_dosage(n, intake, product) for n, intake in enumerate(given, start=1)],
        )

    def by_change(self, value: Asked, here: Here) -> Q:
        """Of a regimen, or of any step, intake or interruption of it: each may end or interrupt this step."""
        touched = Q(regimen__in=touched_since(Regimen, value))
        for model in (DoseStep, Interruption):
            touched |= Q(regimen__in=touched_since(model, value, "regimen_id"))
        steps = DoseStep.objects.filter(pk__in=touched_since(Intake, value, "step_id"))
        touched |= Q(regimen__in=steps.values("regimen_id"))
        return changed(value, touched | made_since(value))

    def by_code(self, value: Token, here: Here) -> Q:
        return products_meant(value, "regimen__product")

    def by_date(self, value: Asked, here: Here) -> Q:
        return on_days(value, "effective_on", "last_on", here.zone)


# A regimen that stopped on the day on which it began was taken for no day; a period has at least one.
_LAST_DAY = Case(
    When(
        ends_on__isnull=False,
        then=Greatest("effective_on", ExpressionWrapper(F("ends_on") - 1, output_field=DateField())),
    ),
    output_field=DateField(),
)


def _status(here: Here) -> Case:
    """A step ends by the next one (completed) or with its regimen (completed or stopped)."""
    resting = Interruption.objects.valid().filter(
        Q(until_on=None) | Q(until_on__gte=here.on), regimen=OuterRef("regimen"), from_on__lte=here.on
    )
    last = Q(next_on=None) | Q(next_on__gte=F("regimen__stopped_on"))
    ended = Q(regimen__stopped_on__lte=here.on) & last
    return Case(
        When(error_at__isnull=False, error_reason=NOT_BEGUN, then=Value("not-taken")),
        When(error_at__isnull=False, then=Value("entered-in-error")),
        When(effective_on__gt=here.on, then=Value("intended")),
        When(ended & ~Q(regimen__stop_reason=StopReason.COURSE_FINISHED), then=Value("stopped")),
        When(ends_on__lte=here.on, then=Value("completed")),
        When(Exists(resting), then=Value("on-hold")),
        default=Value("active"),
    )


def _beside_the_regimen() -> Iterator[Any]:
    """The last changes of all steps, intakes and interruptions of the regimen of a step."""
    for model, regimen in (
        (DoseStep, "pgh_obj__regimen_id"),
        (Intake, "pgh_obj__step__regimen_id"),
        (Interruption, "pgh_obj__regimen_id"),
    ):
        yield newest(history(model).filter(**{regimen: OuterRef("regimen_id")}))


def _dose(given: list[Intake], product: Product) -> Dose:
    return dose_of(
        (intake.units, product.elemental_mg_per_unit, product.compound_mg_per_unit) for intake in given
    )


def _dosage(number: int, intake: Intake, product: Product) -> Element:
    every_day = {"frequency": 1, "period": 1, "periodUnit": "d", "timeOfDay": [f"{intake.at:%H:%M:%S}"]}
    taken = f"{_units(intake.units, product)} at {intake.at:%H:%M}, {_meal(intake)}"
    return {
        "sequence": number,
        "text": f"{taken}: {_holds(intake, product)}",
        "timing": {"repeat": every_day},
        "doseAndRate": amounts(intake.units, product),
    }


def _units(units: Decimal, product: Product) -> str:
    return f"{units.normalize():f} {product.unit_name}"


def _meal(intake: Intake) -> str:
    if intake.timing == Timing.BEFORE_MEAL:
        return f"{intake.minutes_before_meal} minutes before a meal"
    return str(Timing(intake.timing).label).lower()


def _holds(intake: Intake, product: Product) -> str:
    dose = _dose([intake], product)
    compound = f"{dose.compound_mg_per_day.normalize():f} mg compound"
    return f"{dose.elemental_mg_per_day.normalize():f} mg elemental magnesium in {compound}"
