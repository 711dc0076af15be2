"""The forms that a cohort can be asked for, with how many people ever took each."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import Clinic
from regimens.models import Regimen
from regimens.salts import Family, forms_of

# Shown whoever took them; the others wait behind "More forms" until somebody did, or they are asked for.
USUAL = (Family.GLYCINATE, Family.CITRATE, Family.OXIDE, Family.MALATE)


@dataclass(frozen=True)
class FamilyBox:
    """One form to tick; `people` is None where it is not told."""

    value: str
    label: str
    people: int | None
    is_ticked: bool

    @property
    def id(self) -> str:
        return f"form-{self.value.lower()}"


@dataclass(frozen=True)
class Families:
    """The boxes at once, and those that wait; `is_open` when one of these is ticked."""

    shown: list[FamilyBox]
    more: list[FamilyBox]

    @property
    def is_open(self) -> bool:
        return any(box.is_ticked for box in self.more)


def people_by_family(clinic: Clinic) -> dict[str, int]:
    """How many people started each form: the clinic's own counts, not suppressed."""
    starts = Regimen.objects.of(clinic).valid().filter(patient__error_at=None)
    counts = {
        family.value: Count("patient", filter=Q(product__form__in=forms_of(family)), distinct=True)
        for family in Family
    }
    return dict(starts.aggregate(**counts))


def families_of(ticked: Collection[str], people: Mapping[str, int]) -> Families:
    """The boxes; without `people` no count is told, and only the usual forms are at once."""

    def boxes(families: Iterable[Family]) -> list[FamilyBox]:
        return [
            FamilyBox(family.value, family.label, people.get(family.value), family.value in ticked)
            for family in families
        ]

    at_once = [family for family in Family if family in USUAL or people.get(family.value)]
    return Families(boxes(at_once), boxes(family for family in Family if family not in at_once))
