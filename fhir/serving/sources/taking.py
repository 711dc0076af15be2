"""What the three kinds of medication statement have in common, and how a magnesium product is named."""

from decimal import Decimal

from django.db.models import Q

from fhir.serving import systems
from fhir.serving.elements import Element, coding, concept, quantity
from fhir.serving.source import EVERYTHING, NOTHING, Source, Token, key_of
from regimens.codes import codes_of
from regimens.dosing import Dose
from regimens.models import Product
from regimens.salts import Form

FORM_SYSTEMS = {"ATC": systems.ATC, "RxCUI": systems.RXNORM}


class Taking(Source):
    """Abstract: a statement says what is taken, in which period and with which status as of today."""

    kind = "MedicationStatement"
    status_system = systems.STATEMENT_STATUS


def product_named(product: Product) -> Element:
    """The product under the clinic's name; codes of its form where a source gives one for just this form."""
    own = coding(systems.PRODUCT, str(product.pk), product.name)
    return concept(own, *form_codings(Form(product.form)), text=product.name)


def form_codings(form: Form) -> list[Element]:
    """Neither a code that nobody has verified (K) nor one that means something else as well."""
    return [
        coding(system, code.value)
        for name, system in FORM_SYSTEMS.items()
        for code in codes_of(form, name)
        if code.mark != "K" and not code.note
    ]


def products_meant(value: Token, field: str) -> Q:
    """Rows whose product (in `field`) goes out under this code: its own id, or one of its form."""
    forms = {
        form
        for form in Form
        for coding in form_codings(form)
        if value.of(coding["system"]) and value.code in ("", coding["code"])
    }
    found = Q(**{f"{field}__form__in": forms}) if forms else NOTHING
    own = key_of(value.code)
    if value.of(systems.PRODUCT) and own:
        return found | Q(**{field: own})
    return EVERYTHING if value.system == systems.PRODUCT and not value.code else found


def amounts_per_day(dose: Dose) -> list[Element]:
    """Elemental and compound amount of a day, each under its own name: they must never be mixed up."""
    return [
        {"url": url, "valueQuantity": quantity(milligrams, "mg/d", "mg/d")}
        for url, milligrams in (
            (systems.ELEMENTAL_PER_DAY, dose.elemental_mg_per_day),
            (systems.COMPOUND_PER_DAY, dose.compound_mg_per_day),
        )
    ]


def amounts(units: Decimal, product: Product) -> list[Element]:
    """One intake: in units of the product, and calculated, elemental and compound, in mg."""
    calculated = coding(systems.DOSE_RATE_TYPE, "calculated", "Calculated")
    elemental = concept(calculated, text="Elemental magnesium")
    compound = concept(calculated, text=f"Compound: {Form(product.form).label}")
    return [
        {"doseQuantity": quantity(units, product.unit_name)},
        {"type": elemental, "doseQuantity": quantity(units * product.elemental_mg_per_unit, "mg", "mg")},
        {"type": compound, "doseQuantity": quantity(units * product.compound_mg_per_unit, "mg", "mg")},
    ]
