"""What goes out can come in: our own reader of laboratory files takes a chart as another system would."""

import io
import json
from typing import Any

from accounts.actors import Actor
from labs.models import LabResult
from labs.reading.recognise import read_file
from labs.reading.reported import Reported
from patients.models import Patient
from tests.factories import TODAY, LabResultFactory
from tests.factories_labs import ResultCancellationFactory
from tests.fhir.calling import Json, Reader
from tests.stories import a_flag, a_patient, a_result, taking

WORDS: tuple[str, ...] = (
    "loinc",
    "value",
    "comparator",
    "reference_low",
    "reference_high",
    "collected_at",
    "method",
    "analyzer",
)
WORDS += ("laboratory", "specimen", "anticoagulant")


def a_chart(by: Actor) -> Patient:
    patient = a_patient(by, given_name="José María", mrn="M-1")
    taking(patient, by)
    a_flag(by, patient)
    told: dict[str, Any] = {"laboratory": "Harbor", "method": "ISE", "specimen": "Whole blood"}
    a_result(patient, by, "0.42", reference_low="0.46", reference_high="0.60", days_ago=3, **told)
    a_result(patient, by, "1.70", unit="mg/dL", analyte="TOTAL_MG", loinc="19123-9", comparator="<")
    a_result(patient, by, "0.9", analyte="CREATININE", unit="mg/dL", days_ago=2)
    more = {"patient": patient, "anticoagulant": "Li-heparin", "analyzer": "NOVA 8"}
    LabResultFactory.create(**more, source_id="A", status="CORRECTED", value="0.1234", unit="mmol/L")
    LabResultFactory.create(**more, source_id="B", status="PRELIMINARY")
    word = ResultCancellationFactory.create(patient=patient, source_id="C")
    LabResultFactory.create(**more, source_id="C", cancelled_by=word)
    return patient


def rows_in(bundle: Json, by: Actor) -> dict[str, Reported]:
    """{id here: the row that the reader makes of it}."""
    file = io.BytesIO(json.dumps(bundle).encode())
    rows = list(read_file(file, by.clinic.zone, on=TODAY).rows)
    return {row.source_id.rpartition("/")[2]: row for row in rows}


def test_every_result_is_read_as_it_was_stored(by: Actor, reader: Reader) -> None:
    patient = a_chart(by)
    bundle = reader.get(f"Patient/{patient.pk}/$everything")
    read = rows_in(bundle, by)
    stored = {str(row.pk): row for row in LabResult.objects.filter(patient=patient, cancelled_by=None)}
    assert set(read) == set(stored) and len(stored) == 6
    for key, row in stored.items():
        assert read[key].problem == ""
        assert {name: getattr(read[key], name) for name in WORDS} == {
            name: getattr(row, name) for name in WORDS
        }
        assert (read[key].unit, read[key].status) == (row.unit, row.status)
        assert (read[key].mrn, read[key].family_name, read[key].given_name) == (
            "M-1",
            "Lindqvist",
            "José María",
        )
        assert (read[key].birth_date, read[key].sex) == (patient.birth_date, "FEMALE")


def test_what_was_taken_back_is_read_as_taken_back(by: Actor, reader: Reader) -> None:
    patient = a_chart(by)
    bundle = reader.get(f"Patient/{patient.pk}/$everything", _since="2000")
    (cancelled,) = LabResult.objects.filter(patient=patient, cancelled_by__isnull=False)
    assert rows_in(bundle, by)[str(cancelled.pk)].status == "CANCELLED"
