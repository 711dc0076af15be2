"""One factory per model, for tests that need a row as such.

Rows that follow from an act (a visit with its flags, a regimen with its re-evaluation) are better made by
`tests.stories`, through the acts themselves.
"""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import Absence, ApiToken, Clinic, IdempotencyKey, Jurisdiction, Membership, User
from accounts.permissions import Role
from audit.models import AuditEvent
from labs.models import ExpectedResult, Interpreted, IntervalSource, LabResult, Owed
from patients.models import (
    Condition,
    CoTreatment,
    Medication,
    Modifier,
    Outcome,
    Patient,
    Sex,
    SymptomAnswer,
    SymptomEpisode,
    Visit,
)
from patients.symptoms import Answer, Symptom
from protocols.models import Protocol
from regimens.models import DoseStep, Finding, Intake, Product, Regimen
from regimens.salts import Form
from reviews.models import (
    Flag,
    FlagAct,
    FlagEvent,
    Reevaluation,
    ReevaluationCause,
    Rule,
    Severity,
)

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
TODAY = NOW.date()
PASSWORD = "correct-horse-battery"


class ClinicFactory(DjangoModelFactory[Clinic]):
    class Meta:
        model = Clinic

    name = factory.LazyAttribute(lambda clinic: f"{clinic.slug.title()} Clinic")
    slug = factory.Sequence(lambda n: f"clinic-{n}")
    time_zone = "America/New_York"
    jurisdiction = Jurisdiction.US


class UserFactory(DjangoModelFactory[User]):
    """`password` is hashed only when it is given: Argon2 is slow on purpose."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person-{n}@example.test")
    name = factory.Sequence(lambda n: f"Person Number{n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return User.objects.create_user(*args, **kwargs)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    clinic = factory.SubFactory(ClinicFactory)
    roles = [Role.CLINICIAN]


class AbsenceFactory(DjangoModelFactory[Absence]):
    """Away today; the deputy is another clinician of the clinic."""

    class Meta:
        model = Absence

    membership = factory.SubFactory(MembershipFactory)
    clinic = factory.SelfAttribute("membership.clinic")
    deputy = factory.SubFactory(MembershipFactory, clinic=factory.SelfAttribute("..clinic"))
    from_on = until_on = TODAY
    created_at = NOW
    created_by = factory.SelfAttribute("membership.user")


class ApiTokenFactory(DjangoModelFactory[ApiToken]):
    """The token whose secret is `secret`; only its digest is stored."""

    class Meta:
        model = ApiToken

    class Params:
        secret = "not-a-secret"

    membership = factory.SubFactory(MembershipFactory)
    digest = factory.LazyAttribute(lambda token: hashlib.sha256(token.secret.encode()).hexdigest())
    expires_at = NOW + timedelta(hours=12)


class IdempotencyKeyFactory(DjangoModelFactory[IdempotencyKey]):
    class Meta:
        model = IdempotencyKey

    membership = factory.SubFactory(MembershipFactory)
    route = "/api/v1/visits/"
    key = factory.Sequence(lambda n: f"key-{n}")
    body_sha256 = "0" * 64
    status = 201
    answer: dict[str, Any] = {}
    created_at = NOW


class AuditEventFactory(DjangoModelFactory[AuditEvent]):
    class Meta:
        model = AuditEvent

    clinic = factory.SubFactory(ClinicFactory)
    user = factory.SubFactory(UserFactory)
    act = "READ_CHART"
    at = NOW
    origin = "192.0.2.1"


class ProtocolFactory(DjangoModelFactory[Protocol]):
    """An adopted version of one clinic, with the values of the default."""

    class Meta:
        model = Protocol

    clinic = factory.SubFactory(ClinicFactory)
    version = 2
    adopted_at = NOW
    adopted_by = factory.SubFactory(UserFactory)
    values = factory.LazyFunction(lambda: Protocol.objects.get(clinic=None).values)


class RecordFactory(DjangoModelFactory[Any]):
    """Abstract: what every clinical row has."""

    class Meta:
        abstract = True

    clinic: Any = factory.SubFactory(ClinicFactory)
    created_at = NOW
    created_by = factory.SubFactory(UserFactory)


class PatientFactory(RecordFactory):
    class Meta:
        model = Patient

    mrn = factory.Sequence(lambda n: f"{100_000 + n}")
    family_name = "Lindqvist"
    given_name = "Sara"
    birth_date = date(1980, 5, 17)
    sex = Sex.FEMALE


class OfPatientFactory(RecordFactory):
    """Abstract: a row of a patient, in the patient's clinic."""

    class Meta:
        abstract = True

    patient = factory.SubFactory(PatientFactory)
    clinic = factory.SelfAttribute("patient.clinic")


class VisitFactory(OfPatientFactory):
    class Meta:
        model = Visit

    visited_on = TODAY


class SymptomAnswerFactory(OfPatientFactory):
    class Meta:
        model = SymptomAnswer

    visit = factory.SubFactory(VisitFactory, patient=factory.SelfAttribute("..patient"))
    symptom = Symptom.TINGLING
    answer = Answer.PRESENT
    grade = 1


class SymptomEpisodeFactory(DjangoModelFactory[SymptomEpisode]):
    class Meta:
        model = SymptomEpisode

    opened_by = factory.SubFactory(SymptomAnswerFactory)
    patient = factory.SelfAttribute("opened_by.patient")
    clinic = factory.SelfAttribute("opened_by.clinic")
    symptom = factory.SelfAttribute("opened_by.symptom")
    onset_on = TODAY
    elemental_mg_per_day_at_onset = Decimal(0)


class OutcomeFactory(OfPatientFactory):
    class Meta:
        model = Outcome

    answered_on = TODAY
    total = 8


class ModifierFactory(OfPatientFactory):
    class Meta:
        model = Modifier

    code = "DIETARY_PHYTATE"
    value = "HIGH"


class ConditionFactory(OfPatientFactory):
    class Meta:
        model = Condition

    code = "HYPERTENSION"


class MedicationFactory(OfPatientFactory):
    class Meta:
        model = Medication

    code = "LEVOTHYROXINE"
    taken_at = [time(7, 30)]


class CoTreatmentFactory(OfPatientFactory):
    class Meta:
        model = CoTreatment

    code = "PSYCHOTHERAPY"


class ProductFactory(DjangoModelFactory[Product]):
    """A clinic's own product; the generic ones are there already, see `tests.stories.product`."""

    class Meta:
        model = Product

    clinic = factory.SubFactory(ClinicFactory)
    name = factory.Sequence(lambda n: f"Glycinate {n}")
    form = Form.BISGLYCINATE
    unit_name = "capsule"
    compound_mg_per_unit = Decimal("709.0")
    elemental_mg_per_unit = Decimal("99.9")


class RegimenFactory(OfPatientFactory):
    class Meta:
        model = Regimen

    product = factory.SubFactory(ProductFactory, clinic=factory.SelfAttribute("..patient.clinic"))
    started_on = TODAY - timedelta(days=35)


class DoseStepFactory(OfPatientFactory):
    class Meta:
        model = DoseStep

    regimen = factory.SubFactory(RegimenFactory, patient=factory.SelfAttribute("..patient"))
    effective_on = factory.SelfAttribute("regimen.started_on")


class IntakeFactory(RecordFactory):
    class Meta:
        model = Intake

    step = factory.SubFactory(DoseStepFactory)
    clinic = factory.SelfAttribute("step.clinic")
    at = time(8, 0)
    units = Decimal(1)


class FindingFactory(DjangoModelFactory[Finding]):
    class Meta:
        model = Finding

    step = factory.SubFactory(DoseStepFactory)
    patient = factory.SelfAttribute("step.patient")
    clinic = factory.SelfAttribute("step.clinic")
    check_code = "LEVEL"
    severity = "ATTENTION"
    sentence = "400 mg/day elemental is above the level of 350 mg/day."
    mark = "A"
    protocol = factory.LazyFunction(lambda: Protocol.objects.get(clinic=None))
    holds_from = TODAY


class LabResultFactory(OfPatientFactory):
    """An ionized magnesium of 0.50 mmol/L, within the laboratory's interval."""

    class Meta:
        model = LabResult

    analyte = "IONIZED_MG"
    loinc = "73572-0"
    value = canonical_value = Decimal("0.50")
    unit = "mmol/L"
    interval_low = reference_low = Decimal("0.46")
    interval_high = reference_high = Decimal("0.60")
    interval_source = IntervalSource.RESULT
    interpretation = Interpreted.NORMAL
    protocol = factory.LazyFunction(lambda: Protocol.objects.get(clinic=None))
    collected_at = received_at = NOW
    collected_on = TODAY
    source = "ENTERED"


class ExpectedResultFactory(OfPatientFactory):
    class Meta:
        model = ExpectedResult

    analyte = "CREATININE"
    why = Owed.ORDERED
    owed_from = TODAY
    due_on = TODAY + timedelta(days=7)
    alert_on = TODAY + timedelta(days=14)


class ReevaluationFactory(OfPatientFactory):
    class Meta:
        model = Reevaluation

    step = factory.SubFactory(DoseStepFactory, patient=factory.SelfAttribute("..patient"))
    cause = ReevaluationCause.START
    anchored_on = factory.SelfAttribute("step.effective_on")
    opens_on = factory.LazyAttribute(lambda owed: owed.anchored_on + timedelta(days=28))
    closes_on = factory.LazyAttribute(lambda owed: owed.anchored_on + timedelta(days=42))
    trail = "day 28 to 42 (protocol 1)"
    protocol = factory.LazyFunction(lambda: Protocol.objects.get(clinic=None))


class FlagFactory(DjangoModelFactory[Flag]):
    """A standing flag of a symptom; give `rule` and another cause (and `symptom_answer=None`) for others."""

    class Meta:
        model = Flag

    symptom_answer = factory.SubFactory(SymptomAnswerFactory)
    patient = factory.SelfAttribute("symptom_answer.patient")
    clinic = factory.SelfAttribute("patient.clinic")
    rule = Rule.SYMPTOM
    severity = Severity.THIS_WEEK
    raised_at = NOW
    protocol = factory.LazyFunction(lambda: Protocol.objects.get(clinic=None))
    inputs = {
        "symptom": "TINGLING",
        "other_text": "",
        "grade": 1,
        "nocturnal": None,
        "onset_on": None,
        "visited_on": str(TODAY),
        "reason": "NEW",
        "urgency": "THIS_WEEK",
    }


class FlagEventFactory(DjangoModelFactory[FlagEvent]):
    class Meta:
        model = FlagEvent

    flag = factory.SubFactory(FlagFactory)
    clinic = factory.SelfAttribute("flag.clinic")
    act = FlagAct.RAISED
    at = NOW
    version = 1
