"""The two demo clinics, the people who sign in there, and who writes what in a story."""

from dataclasses import dataclass

from accounts.actors import Actor
from accounts.models import Clinic, Jurisdiction, Membership, User
from accounts.permissions import Role

NORTHGATE, SOUTHBANK = "northgate", "southbank"
PASSWORD = "dolomite-demo"  # noqa: S105  # the demo's sign-ins are public; production does not install them
ORIGIN = "seed_demo"


@dataclass(frozen=True)
class Staff:
    """Who works at a clinic: the clinician sees patients, the assistant enters results."""

    clinic: Clinic
    clinician: Actor
    assistant: Actor


def open_clinics() -> tuple[Staff, Staff]:
    """Northgate and Southbank with their five sign-ins; Southbank's clinician does everything there."""
    north = Clinic.objects.create(
        name="Northgate Clinic",
        slug=NORTHGATE,
        time_zone="America/New_York",
        jurisdiction=Jurisdiction.US,
        is_demo=True,
    )
    south = Clinic.objects.create(
        name="Southbank Clinic",
        slug=SOUTHBANK,
        time_zone="Europe/London",
        jurisdiction=Jurisdiction.EU,
        is_demo=True,
    )
    marsh = _person(north, "clinician", "Dr Elena Marsh", Role.CLINICIAN)
    olsen = _person(north, "assistant", "Jana Olsen", Role.ASSISTANT)
    _person(north, "researcher", "Tomas Reuter", Role.RESEARCHER)
    _person(north, "admin", "Ines Caldwell", Role.ADMIN)
    adeyinka = _person(south, "clinician", "Dr Samuel Adeyinka", Role.CLINICIAN)
    return Staff(north, marsh, olsen), Staff(south, adeyinka, adeyinka)


def _person(clinic: Clinic, what: str, name: str, role: Role) -> Actor:
    user = User.objects.create_user(f"{what}@{clinic.slug}.test", PASSWORD, name=name)
    return Actor.of(Membership.objects.create(user=user, clinic=clinic, roles=[role]), ORIGIN)
