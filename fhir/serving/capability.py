"""What this server can do, as FHIR wants it said. It tells nothing of any clinic."""

from typing import Any

from fhir.serving.offered import EVERYTHING, OFFERS, Offer, Parameter

# When what is offered last changed.
CHANGED_ON = "2026-11-26"
LATER = "Read only. Parameters that are not listed are refused, unless Prefer says handling=lenient."
SIGN_IN = (
    "The header Authorization with Token or Bearer and a token of POST /api/v1/token/, or a browser session. "
    "Answers hold what the clinic of the token has; every reading is in the clinic's audit log."
)
_STANDARD = "http://hl7.org/fhir/OperationDefinition/Patient-everything"


def capability(base: str) -> dict[str, Any]:
    """The CapabilityStatement; `base` is the address of this server."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED_ON,
        "publisher": "Dolomite",
        "kind": "instance",
        "software": {"name": "Dolomite"},
        "implementation": {"description": "Dolomite, FHIR R4, read only", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": LATER,
                "security": {"cors": False, "description": SIGN_IN},
                "resource": [_resource(offer) for offer in OFFERS.values()],
            }
        ],
    }


def _resource(offer: Offer) -> dict[str, Any]:
    said = {
        "type": offer.type,
        "documentation": offer.about,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "versioned",
        "readHistory": False,
        "conditionalRead": "not-match",
        "searchParam": [_parameter(name, parameter) for name, parameter in offer.parameters.items()],
    }
    if offer.type == EVERYTHING.type:
        said["operation"] = [
            {"name": "everything", "definition": _STANDARD, "documentation": EVERYTHING.about}
        ]
    return said


def _parameter(name: str, parameter: Parameter) -> dict[str, str]:
    return {"name": name, "type": parameter.type, "documentation": parameter.about}
