"""FHIR R4 in and out.

The library `fhir.resources` lives in a package of the same name; extending the path lets both be found.
"""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
