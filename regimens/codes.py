"""Codes of the forms in ATC and RxNorm (pure). Clinical facts 2.1.

ATC is the WHO's ATC/DDD of 25 Apr 2026 (A); RxCUI were read off a GSRS match table that derives from RxNorm
(A). Two codes are known and not verified (K). A form that is missing here has none that was found.
"""

from dataclasses import dataclass

from regimens.salts import Form


@dataclass(frozen=True)
class Code:
    """One code; `note` where it does not mean this form alone."""

    system: str
    value: str
    mark: str = "A"
    note: str = ""


def _atc(*values: str, mark: str = "A", note: str = "") -> tuple[Code, ...]:
    return tuple(Code("ATC", value, mark, note) for value in values)


def _rx(value: str, mark: str = "A", note: str = "") -> tuple[Code, ...]:
    return (Code("RxCUI", value, mark, note),)


# What every form holds.
MAGNESIUM_CODES = (*_rx("6574", note="magnesium"), *_rx("1426853", note="magnesium cation"))

CODES: dict[Form, tuple[Code, ...]] = {
    Form.BISGLYCINATE: _atc("A12CC30", note="combinations; none of its own"),
    Form.CITRATE: _atc("A12CC04") + _rx("52356"),
    Form.CITRATE_NONAHYDRATE: _atc("A12CC04"),
    Form.OXIDE: _atc("A12CC10", "A02AA02", "A06AD02") + _rx("6582", mark="K"),
    Form.HYDROXIDE: _atc("A02AA04") + _rx("6581"),
    Form.CHLORIDE: _atc("A12CC01") + _rx("1311539"),
    Form.CHLORIDE_HEXAHYDRATE: _atc("A12CC01") + _rx("221118"),
    Form.LACTATE: _atc("A12CC06") + _rx("214688"),
    Form.LACTATE_DIHYDRATE: _atc("A12CC06"),
    Form.SULFATE: _atc("A12CC02", "A06AD04") + _rx("1311625"),
    Form.SULFATE_HEPTAHYDRATE: _atc("A12CC02", "A06AD04") + _atc("B05XA05", note="injection") + _rx("236741"),
    Form.CARBONATE: _atc("A02AA01", mark="K"),
    Form.CARBONATE_BASIC: _atc("A02AA01", mark="K") + _rx("1363704"),
    Form.ASPARTATE: _atc("A12CC05") + _rx("1792467"),
    Form.ASPARTATE_DIHYDRATE: _atc("A12CC05") + _rx("142131", note="aspartate"),
    Form.ASPARTATE_TETRAHYDRATE: _atc("A12CC05"),
    Form.GLUCONATE: _atc("A12CC03"),
    Form.OROTATE: _atc("A12CC09") + _rx("139233"),
    Form.PIDOLATE: _atc("A12CC08"),
}


def codes_of(form: Form, system: str) -> tuple[Code, ...]:
    """The codes of a form in one system."""
    return tuple(code for code in CODES.get(form, ()) if code.system == system)
