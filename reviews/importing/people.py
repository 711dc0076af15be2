"""Whose the rows of a batch are, by one query for their numbers."""

from collections.abc import Iterable, Sequence
from datetime import date

from accounts.models import Clinic
from labs.matching import Known, contradiction, names_nobody, unknown_mrn
from labs.reading.reported import Reported
from patients.models import Patient
from patients.names import fold, mrns_alike, tidy_mrn


class People:
    """The patients of a clinic whom the rows of a batch may mean."""

    def __init__(self, clinic: Clinic, rows: Sequence[Reported]) -> None:
        mrns = {spelt for row in rows if not names_nobody(row.mrn) for spelt in _spellings(row.mrn)}
        found = Patient.objects.of(clinic).valid().filter(mrn__in=mrns)
        self._clinic = clinic
        self._by_mrn = {_plain(patient.mrn): patient for patient in found}
        self._born: dict[date, list[Known]] = {}

    @property
    def patients(self) -> Iterable[Patient]:
        return self._by_mrn.values()

    def whose(self, row: Reported) -> tuple[Patient | None, str]:
        """The patient of the row, or None with the reason and what a person may check."""
        patient = None if names_nobody(row.mrn) else self._by_mrn.get(_plain(row.mrn))
        if patient is None:
            return None, unknown_mrn(row, self._born_with(row))
        reason = contradiction(row, known(patient))
        return (None, f"{reason} Check the request form.") if reason else (patient, "")

    def _born_with(self, row: Reported) -> list[Known]:
        """Patients of the same birth date, to be looked at, never taken."""
        if row.birth_date is None:
            return []
        if row.birth_date not in self._born:
            born = Patient.objects.of(self._clinic).valid().filter(birth_date=row.birth_date)
            self._born[row.birth_date] = [known(patient) for patient in born[:4]]
        return self._born[row.birth_date]


def known(patient: Patient) -> Known:
    return Known(patient.mrn, patient.family_name, patient.given_name, patient.birth_date)


def _spellings(mrn: str) -> set[str]:
    tidy = tidy_mrn(mrn)
    return {tidy, *mrns_alike(tidy)}


def _plain(mrn: str) -> str:
    """Blanks and case tell no two patients apart."""
    return fold("".join(mrn.split()))
