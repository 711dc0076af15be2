"""Two clinics, each with one real row of every model, so that a 404 is never just an empty table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model, QuerySet

from accounts.actors import Actor
from accounts.idempotency import Answer, new_key, once
from accounts.long_work import WorkState
from accounts.models import Absence, ApiToken, CalendarFeed, Clinic, IdempotencyKey, User
from accounts.permissions import Role
from accounts.tokens import issue_token
from audit.absences import add_absence
from caseseries.acts import asked, save_series
from caseseries.acts_checklist import state_for_report
from caseseries.acts_exports import export_now
from labs.models import ExpectedResult, ImportRow, ImportStage, Owed, Settled
from patients.models import Patient
from protocols.drafts import save_draft
from regimens.catalogue import add_product
from regimens.models import Product, Regimen
from regimens.salts import Form
from reviews.acts.adoption import count_draft
from reviews.acts.calendars import make_calendar
from reviews.acts.contacts import Contact, log_contact
from reviews.acts.devices import choose_sources
from reviews.acts.flags import resolve
from reviews.acts.looks import look_at_queue
from reviews.acts.mornings import add_to_morning
from reviews.acts.saved_views import save_view
from reviews.acts.sources import add_source, give_advice, interrupt_regimen
from reviews.models import ContactAttempt, Draft, Flag, Message, MessageKind, Reevaluation
from reviews.sweep import sweep
from tests.factories import NOW, PASSWORD, TODAY, ProtocolFactory
from tests.factories_labs import (
    ImportFactory,
    ImportRowFactory,
    LabNoticeFactory,
    LaboratoryFactory,
    LaboratoryTestFactory,
    ResultCancellationFactory,
)
from tests.factories_reviews import BacktestFactory, DraftFactory
from tests.stories import (
    a_clinic,
    a_device,
    a_dose_change,
    a_low_result,
    a_member,
    a_patient,
    a_visit,
    an_entry,
    present,
    some_readings,
    taking,
)
from wearables.models import Reading

YESTERDAY = TODAY - timedelta(days=1)
ENTRIES = {
    "medications": "LEVOTHYROXINE",
    "conditions": "HYPERTENSION",
    "modifiers": "DIETARY_PHYTATE",
    "co-treatments": "PSYCHOTHERAPY",
}
# Where a row says its clinic, if not in `clinic`.
CLINIC_OF: dict[type[Model], str] = {
    Clinic: "pk",
    User: "memberships__clinic",
    ApiToken: "membership__clinic",
    IdempotencyKey: "membership__clinic",
    CalendarFeed: "membership__clinic",
    Draft: "membership__clinic",
}


@dataclass(frozen=True)
class House:
    """A furnished clinic. `mark` is in its names and notes, and nowhere else; `rows` are its rows by kind."""

    mark: str
    clinic: Clinic
    people: dict[Role, Actor]
    all_roles: Actor
    rows: dict[str, Any]


def furnish(slug: str, mark: str) -> House:
    """One clinic in which everything has happened once, by the acts."""
    clinic = a_clinic(slug, name=f"{mark} Clinic")
    people = {role: a_member(clinic, role, name=f"{role.label} {mark}", password=PASSWORD) for role in Role}
    all_roles = a_member(clinic, *Role, name=f"Everything {mark}", password=PASSWORD)
    by = people[Role.CLINICIAN]
    ProtocolFactory.create(clinic=clinic, adopted_by=by.user)
    draft = save_draft(by=people[Role.ADMIN], at=NOW, values={"this_week_days": 6}, summary=mark)
    count_draft(draft=draft, by=by, at=NOW)
    patient = a_patient(by, family_name=f"{mark}son", given_name="Ida", mrn=f"{mark}-1", contact=mark)
    regimen = taking(patient, by)
    rows: dict[str, Any] = {"patients": patient, "regimens": regimen, "protocols": draft}
    rows["dose-steps"] = a_dose_change(regimen, by)
    rows["lab-results"] = a_low_result(patient, by)
    heard = [present("TINGLING"), present("FATIGUE")]
    rows["visits"] = a_visit(patient, by, *heard, gad7_total=8, note=mark).visit
    rows |= {kind: an_entry(patient, by, kind, code, source=mark) for kind, code in ENTRIES.items()}
    rows["products"] = _product(by, mark)
    rows |= _beside(regimen, by, mark) | _worn(patient, by, mark) | _of_laboratories(patient, by, mark)
    flags = Flag.objects.filter(patient=patient)
    answered = flags.get(symptom_answer__symptom="FATIGUE")
    resolve(flag=answered, by=by, at=NOW, version=1, action="LAB_ORDERED", note=mark)
    rows["expected-results"] = ExpectedResult.objects.get(patient=patient, why=Owed.ORDERED)
    rows["flags"] = flags.get(symptom_answer__symptom="TINGLING")
    rows["re-evaluations"] = Reevaluation.objects.filter(patient=patient, superseded_on=None).get()
    whole = asked({}, by).definition
    rows["definitions"] = save_series(definition=whole, name=f"{mark} series", by=by, at=NOW).definition
    rows["checklists"] = rows["definitions"]
    rows["exports"] = export_now(definition=rows["definitions"], by=by, clock=lambda: NOW)
    assert rows["exports"].is_released, rows["exports"].error
    # After the export, which would not leave with the clinic's name in its report.
    state_for_report(definition=rows["definitions"], texts={"SETTING": mark}, by=by, at=NOW)
    rows["memberships"] = people[Role.ASSISTANT].membership
    rows["absences"] = _away(all_roles, by)
    rows["contact-attempts"] = _called(patient, by, mark)
    rows["protocols-backtests"] = BacktestFactory.create(clinic=clinic, asked_by=by.user)
    rows["saved-views"] = save_view(by=all_roles, at=NOW, name=f"{mark} view", query=f"text={mark}")
    rows |= _of_member(by, patient, mark)
    sweep(clinic, at=NOW)
    return House(mark, clinic, people, all_roles, rows)


def _product(by: Actor, mark: str) -> Product:
    """One of the clinic's own."""
    product, _ = add_product(
        by=by,
        at=NOW,
        name=f"{mark} glycinate",
        form=Form.BISGLYCINATE,
        compound_mg_per_unit=Decimal(709),
        elemental_mg_per_unit=Decimal(100),
    )
    return product


def _of_member(by: Actor, patient: Patient, mark: str) -> dict[str, Any]:
    """What one clinician keeps. Of the calendar not the row is told, but the secret that leads to it."""
    member = by.membership
    assert member
    DraftFactory.create(membership=member, patient=patient, payload={"note": mark})
    add_to_morning(by=by, at=NOW, patients=[(1, patient)])
    look_at_queue(membership=member, at=NOW)
    issue_token(member, NOW)
    once(member, "/api/v1/visits/", new_key(), b"", at=NOW, act=lambda: Answer(201, {}))
    told: dict[str, Any] = {"clinic": by.clinic, "membership": member, "asked_at": NOW}
    Message.objects.create(**told, kind=MessageKind.DIGEST, on=TODAY, state="FAILED", error=mark)
    return {"calendar-secret": make_calendar(membership=member, by=by, at=NOW).secret}


def _away(who: Actor, deputy: Actor) -> Absence:
    """Next month, so that today everybody answers for themselves."""
    assert who.membership and deputy.membership
    ahead = TODAY + timedelta(days=30)
    return add_absence(
        by=who, at=NOW, member=who.membership, deputy=deputy.membership, from_on=ahead, until_on=ahead
    )


def _called(patient: Patient, by: Actor, mark: str) -> ContactAttempt:
    """Once, in vain."""
    told = Contact(way="PHONE", outcome="NO_ANSWER", note=mark)
    return log_contact(patient=patient, by=by, at=NOW, contact=told).attempt


def _beside(regimen: Regimen, by: Actor, mark: str) -> dict[str, Any]:
    """What bears on the dose beside the regimen."""
    told: dict[str, Any] = {"patient": regimen.patient, "by": by, "at": NOW}
    antacid = Product.objects.get(clinic=None, code="X1")
    yesterday: dict[str, Any] = {"from_on": YESTERDAY, "until_on": YESTERDAY}
    return {
        "other-sources": add_source(**told, product=antacid, units_per_day=Decimal(1), source=mark),
        "interruptions": interrupt_regimen(**told, regimen=regimen, **yesterday, reason=mark),
        "diet-advice": give_advice(**told, given_on=TODAY),
    }


def _parked(by: Actor, mark: str) -> ImportRow:
    """A row of a file that is stored, which waits for a person."""
    told: dict[str, Any] = {"clinic": by.clinic, "created_by": by.user}
    stored = {"stage": ImportStage.COMMITTED, "committed_at": NOW, "committed_by": by.user}
    source = ImportFactory.create(**told, **stored, file_name=f"{mark}-stored.csv", state=WorkState.DONE)
    row: ImportRow = ImportRowFactory.create(
        **told, source=source, raw=mark, reason=f"No {mark}-8.", settled=Settled.PARKED
    )
    return row


def _of_laboratories(patient: Patient, by: Actor, mark: str) -> dict[str, Any]:
    """A laboratory with a test and a notice; a file that waits, with a row; a result that it took back."""
    told: dict[str, Any] = {"clinic": by.clinic, "created_by": by.user}
    laboratory = LaboratoryFactory.create(**told, name=f"{mark} Laboratory")
    test = LaboratoryTestFactory.create(**told, laboratory=laboratory, local_name=f"mg ion {mark}".casefold())
    source = ImportFactory.create(**told, laboratory=laboratory, file_name=f"{mark}.csv")
    ResultCancellationFactory.create(patient=patient, created_by=by.user, laboratory=f"{mark} Laboratory")
    return {
        "laboratories": laboratory,
        "laboratory-tests": test,
        "lab-notices": LabNoticeFactory.create(**told, test=test, sentence=f"{mark}: now in mg/dL."),
        "lab-imports": source,
        "import-rows": ImportRowFactory.create(**told, source=source, raw=mark, reason=f"No {mark}-9."),
        "unmatched-rows": _parked(by, mark),
    }


def _worn(patient: Patient, by: Actor, mark: str) -> dict[str, Any]:
    """A device that sent a reading, and the choice that it speaks first."""
    device = a_device(patient, by, model=mark, serial=f"{mark}-7")
    batch = some_readings(device, by, ["61"]).batch
    order = choose_sources(patient=patient, by=by, at=NOW, kind="RESTING_HEART_RATE", devices=[device])
    return {
        "wearables-devices": device,
        "wearables-batches": batch,
        "wearables-readings": Reading.objects.get(batch=batch),
        "wearables-source-orders": order,
    }


def models() -> Iterator[type[Model]]:
    """Every model of ours, the history tables among them."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in settings.ROOMS:
            yield model


def rows_of(model: type[Model], clinic: Clinic) -> QuerySet[Any]:
    return model._default_manager.filter(**{CLINIC_OF.get(model, "clinic"): clinic.pk})
