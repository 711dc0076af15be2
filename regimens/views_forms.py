"""All forms of magnesium side by side: elemental share, absorption and tolerance, each with its source."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import page
from accounts.permissions import Act
from protocols.claims import by_id
from protocols.register.shape import Study
from regimens.absorption import ABSORPTION, BUFFERED, Absorption
from regimens.absorption import OF_ANY_FORM as ABSORPTION_OF_ANY_FORM
from regimens.absorption_figure import absorption_figure
from regimens.codes import MAGNESIUM_CODES, Code, codes_of
from regimens.salts import BUFFERED_LABELS, SALTS, Family, Form, Salt, forms_of, oxide_share
from regimens.tolerance import OF_ANY_FORM as TOLERANCE_OF_ANY_FORM
from regimens.tolerance import TOLERANCE


@dataclass(frozen=True)
class FormLine:
    """One form, as the page shows it."""

    salt: Salt
    percent: str
    atc: tuple[Code, ...]
    rxcui: tuple[Code, ...]


@dataclass(frozen=True)
class FamilyLine:
    """The forms of one acid. `blend` is set where one of them is absorbed otherwise than the others."""

    family: Family
    forms: list[FormLine]
    absorption: Absorption
    blend: Absorption | None
    tolerance: Study | None


@page(Act.SEE_PROTOCOL)
@require_GET
def forms(request: HttpRequest) -> HttpResponse:
    """Read only, and nothing of a patient on it."""
    membership = request.membership  # type: ignore[attr-defined]
    context = {
        "families": [_family(family) for family in Family],
        "magnesium_codes": MAGNESIUM_CODES,
        "blends": [(f"{label:.0%}", f"{oxide_share(label) * 100:.1f}") for label in BUFFERED_LABELS],
        "absorption_studies": _beside("C03", ABSORPTION_OF_ANY_FORM),
        "tolerance_studies": _beside("C04", TOLERANCE_OF_ANY_FORM),
        "absorption": absorption_figure(),
        "sees_products": membership.may(Act.SEE_PATIENTS),
    }
    return render(request, "regimens/forms.html", context)


def _beside(claim_id: str, studies: tuple[Study, ...]) -> list[Study]:
    """What the register says of the claim, and the other studies of any form; each source once."""
    said = by_id(claim_id).studies
    sources = {study.source for study in said}
    return [*said, *(study for study in studies if study.source not in sources)]


def _family(family: Family) -> FamilyLine:
    return FamilyLine(
        family,
        [_form(form) for form in forms_of(family)],
        ABSORPTION[family],
        next((BUFFERED for form in forms_of(family) if SALTS[form].is_blend), None),
        TOLERANCE.get(family),
    )


def _form(form: Form) -> FormLine:
    salt = SALTS[form]
    percent = "16 to 20" if salt.is_blend else f"{salt.elemental_fraction * 100:.2f}"
    return FormLine(salt, percent, codes_of(form, "ATC"), codes_of(form, "RxCUI"))
