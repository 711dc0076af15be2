"""Who started, and which of them the criteria keep: one row for each person, with its baselines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    DecimalField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)

from accounts.models import Clinic
from caseseries.definition import CohortCriteria
from caseseries.deidentify import DAYS_OF_A_WEEK
from labs.analytes import Analyte
from labs.models import LabResult
from patients.models import Instrument, Modifier, Outcome
from regimens.models import DoseStep, Intake, Interruption, Regimen
from regimens.salts import SALTS, Family

# Each step of "who remains" keeps some of those before it; ALL is everybody of the clinic.
ALWAYS = ("FORM", "WEEKS", "CONSENT")
# What an entry of a modifier says when there is nothing to it, or nothing known.
SAYS_NOTHING = ("UNKNOWN", "NOT_TESTED", "NORMAL", "NO", "NONE", "NOT_PREGNANT")

Starts = QuerySet[Any]
FAMILY_OF = {form.value: salt.family for form, salt in SALTS.items()}


@dataclass(frozen=True, slots=True)
class Start:
    """Who started and when, and what the chart says of the person. In the order of `START_FIELDS`."""

    patient_id: UUID
    started_on: date
    age: int
    form: str
    prior_magnesium: str
    sex: str
    status: str
    transferred_to: str
    unreachable_since: date | None
    deceased_on: date | None
    death_relation: str

    @property
    def family(self) -> Family:
        return FAMILY_OF[self.form]


START_FIELDS = (
    "patient_id",
    "started_on",
    "age_at_start",
    "product__form",
    "prior_magnesium",
    "patient__sex",
    "patient__status",
    "patient__transferred_to",
    "patient__unreachable_since",
    "patient__deceased_on",
    "patient__death_relation",
)


class AgeYears(Func):
    """Completed years between two dates, (later, earlier), as `Patient.age_on` counts them."""

    function = "age"
    template = "EXTRACT(year FROM %(function)s(%(expressions)s))::integer"
    output_field = IntegerField()


def first_starts(clinic: Clinic, criteria: CohortCriteria, cut: date, among: Q | None = None) -> Starts:
    """The first start of the forms of each person (of those `among`); a later one never counts.

    Annotated with all that a criterion asks about, and with nothing else.
    """
    regimens = (
        Regimen.objects.of(clinic)
        .valid()
        .filter(among or Q(), product__form__in=criteria.forms, started_on__lte=cut, patient__error_at=None)
    )
    firsts = regimens.order_by("patient_id", "started_on", "created_at", "pk").distinct("patient_id")
    starts: Starts = Regimen.objects.of(clinic).filter(pk__in=firsts.values("pk"))
    age = AgeYears(F("started_on"), F("patient__birth_date"))
    asked: Starts = starts.annotate(age_at_start=age, **_baselines(criteria))
    return asked


def steps_of(criteria: CohortCriteria, cut: date) -> dict[str, Q]:
    """The condition of each step in its fixed order, which holds those of the steps before it."""
    together, steps = Q(), {}
    for name, condition in _conditions(criteria, cut):
        if condition is not None or name in ALWAYS:
            together &= condition or Q(pk__isnull=False)
            steps[name] = together
    return steps


def _conditions(criteria: CohortCriteria, cut: date) -> Iterator[tuple[str, Q | None]]:
    """The steps in the order in which they are told; None where nothing is asked."""
    opened_on = cut - timedelta(days=criteria.minimum_weeks * DAYS_OF_A_WEEK)
    yield "FORM", None
    yield "WEEKS", Q(started_on__lte=opened_on)
    yield "AGE", _between("age_at_start", criteria.minimum_age_years, criteria.maximum_age_years)
    yield "SEX", Q(patient__sex__in=criteria.sex) if criteria.sex else None
    yield "PERIOD", _between("started_on", criteria.started_from, criteria.started_until)
    yield (
        "DOSE",
        _measured(
            "mg_at_start", criteria.minimum_elemental_mg_per_day, criteria.maximum_elemental_mg_per_day
        ),
    )
    yield (
        "BASELINE",
        _both(
            _measured("gad7_at_start", criteria.minimum_gad7, criteria.maximum_gad7),
            _measured(
                "ionized_at_start", criteria.minimum_ionized_mg_mmol_l, criteria.maximum_ionized_mg_mmol_l
            ),
        ),
    )
    yield "KIDNEY", _measured("egfr_at_start", criteria.minimum_egfr, None)
    yield "MODIFIERS", _modifiers(criteria)
    yield "CONSENT", Q(patient__research_consent=True)


def _between(name: str, least: object, most: object) -> Q | None:
    condition = Q()
    if least is not None:
        condition &= Q(**{f"{name}__gte": least})
    if most is not None:
        condition &= Q(**{f"{name}__lte": most})
    return condition or None


def _measured(name: str, least: object, most: object) -> Q | None:
    """The bounds of a baseline; who was not measured stays in, and is counted as not measured."""
    between = _between(name, least, most)
    return None if between is None else Q(**{f"{name}__isnull": True}) | between


def _both(one: Q | None, other: Q | None) -> Q | None:
    return one & other if one and other else one or other


def _modifiers(criteria: CohortCriteria) -> Q | None:
    """With all of the first codes, and with none of the others; an unknown one is not there."""
    condition = Q()
    for code in criteria.with_modifiers:
        condition &= _in_force(code)
    for code in criteria.without_modifiers:
        condition &= ~_in_force(code)
    return condition or None


def _in_force(code: str) -> Q:
    name = f"modifier_{code.lower()}"
    return Q(**{f"{name}__isnull": False}) & ~Q(**{f"{name}__in": SAYS_NOTHING})


def _baselines(criteria: CohortCriteria) -> dict[str, Any]:
    """The expressions that the criteria ask about."""
    asked: list[tuple[str, tuple[object, ...], Callable[[], Any]]] = [
        (
            "mg_at_start",
            (criteria.minimum_elemental_mg_per_day, criteria.maximum_elemental_mg_per_day),
            _mg_at_start,
        ),
        ("gad7_at_start", (criteria.minimum_gad7, criteria.maximum_gad7), _gad7_at_start),
        (
            "ionized_at_start",
            (criteria.minimum_ionized_mg_mmol_l, criteria.maximum_ionized_mg_mmol_l),
            lambda: _lab_at_start(Analyte.IONIZED_MG),
        ),
        ("egfr_at_start", (criteria.minimum_egfr,), lambda: _lab_at_start(Analyte.EGFR)),
    ]
    found = {name: make() for name, bounds, make in asked if any(bound is not None for bound in bounds)}
    for code in (*criteria.with_modifiers, *criteria.without_modifiers):
        found[f"modifier_{code.lower()}"] = _modifier_at_start(code)
    return found


def _of_this_start(rows: Any, day: str) -> Any:
    """The valid rows of the person that are of the day of the start or before it."""
    return rows.filter(patient=OuterRef("patient"), **{f"{day}__lte": OuterRef("started_on")})


def _gad7_at_start() -> Subquery:
    rows = _of_this_start(Outcome.objects.valid().filter(instrument=Instrument.GAD7), "answered_on")
    return Subquery(rows.order_by("-answered_on", "-created_at", "-pk").values("total")[:1])


def _lab_at_start(analyte: Analyte) -> Subquery:
    rows = _of_this_start(LabResult.objects.sound().filter(analyte=analyte, comparator=""), "collected_on")
    return Subquery(rows.order_by("-collected_at", "-created_at", "-pk").values("canonical_value")[:1])


def _modifier_at_start(code: str) -> Subquery:
    """What the newest entry in force on the day of the start says; null when there is none."""
    begun = Q(since=None) | Q(since__lte=OuterRef("started_on"))
    lasting = Q(until=None) | Q(until__gte=OuterRef("started_on"))
    rows = Modifier.objects.valid().filter(begun, lasting, patient=OuterRef("patient"), code=code)
    newest = rows.order_by(F("since").desc(nulls_last=True), "-created_at", "-pk")
    return Subquery(newest.values("value")[:1])


def _mg_at_start() -> Subquery:
    """Elemental mg per day over all products: the SQL twin of `doses.spans_of` on day 0."""
    on = OuterRef(OuterRef("started_on"))
    running = Q(step__regimen__stopped_on=None) | Q(step__regimen__stopped_on__gt=OuterRef("started_on"))
    later = DoseStep.objects.valid().filter(
        regimen=OuterRef("step__regimen"),
        effective_on__gt=OuterRef("step__effective_on"),
        effective_on__lte=on,
    )
    missed = Interruption.objects.valid().filter(
        Q(until_on=None) | Q(until_on__gte=on), regimen=OuterRef("step__regimen"), from_on__lte=on
    )
    taken = Intake.objects.valid().filter(
        running,
        ~Exists(later),
        ~Exists(missed),
        step__patient=OuterRef("patient"),
        step__error_at=None,
        step__regimen__error_at=None,
        step__effective_on__lte=OuterRef("started_on"),
    )
    mg = Sum(F("units") * F("step__regimen__product__elemental_mg_per_unit"))
    summed = taken.order_by().values("step__patient").annotate(mg=mg).values("mg")
    return Subquery(summed, output_field=DecimalField())
