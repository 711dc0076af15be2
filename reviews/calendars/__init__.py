"""The calendar of a clinician's windows, behind a secret address: what is in it, and how it is written."""
