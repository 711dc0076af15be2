"""FHIR R4 out: what other systems may read, as the addresses below /fhir/R4/."""
