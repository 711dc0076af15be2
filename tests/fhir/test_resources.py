"""What each resource says, beside the record that it is made of."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.actors import Actor
from fhir.serving.sources.contacts import CLASSES
from labs.models import LabResult
from patients.models import VisitKind
from reviews.acts.doses import change_dose
from reviews.acts.errors import mark_in_error
from reviews.acts.patients import change_status
from reviews.acts.regimen_entries import DoseStepEntry
from reviews.acts.regimens import stop_regimen
from reviews.acts.sources import add_source, interrupt_regimen
from reviews.models import Flag
from tests.factories import NOW, TODAY, LabResultFactory
from tests.factories_labs import ResultCancellationFactory
from tests.fhir.calling import Json, Reader
from tests.stories import (
    a_dose_change,
    a_low_result,
    a_patient,
    a_result,
    a_visit,
    absent,
    an_entry,
    intakes,
    present,
    product,
    taking,
)

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"


def own(reader: Reader, path: str) -> Json:
    """The resource without what stands around it."""
    said = reader.get(path)
    for name in ("resourceType", "id", "meta", "subject"):
        said.pop(name, None)
    return said


def codes(concept: Json) -> dict[str, str]:
    return {coding["system"]: coding["code"] for coding in concept["coding"]}


def test_a_patient(by: Actor, reader: Reader) -> None:
    patient = a_patient(by, mrn="M-7")
    said = own(reader, f"Patient/{patient.pk}")
    (identifier,) = said.pop("identifier")
    assert codes(identifier["type"]) == {"http://terminology.hl7.org/CodeSystem/v2-0203": "MR"}
    assert (identifier["system"], identifier["value"]) == ("urn:dolomite:clinic:northgate:mrn", "M-7")
    assert said == {
        "active": True,
        "name": [{"use": "official", "family": "Lindqvist", "given": ["Sara"]}],
        "gender": "female",
        "birthDate": "1980-05-17",
        "managingOrganization": {
            "type": "Organization",
            "identifier": {"system": "urn:dolomite:clinic", "value": "northgate"},
            "display": "Northgate Clinic",
        },
    }


def test_who_has_died_or_left_is_not_active(by: Actor, reader: Reader) -> None:
    died, left = a_patient(by), a_patient(by)
    told: dict[str, Any] = {"by": by, "at": NOW, "version": 1}
    change_status(patient=died, status="DECEASED", reason="Told", deceased_on=TODAY, **told)
    change_status(patient=left, status="LEFT", reason="Moved", **told)
    said = reader.get(f"Patient/{died.pk}")
    assert (said["active"], said["deceasedDateTime"]) == (False, "2026-03-12")
    assert reader.get(f"Patient/{left.pk}")["active"] is False
    assert reader.ids("Patient", active="false") == {str(died.pk), str(left.pk)}


def test_a_result_goes_out_as_it_was_reported(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    row = a_result(
        patient, by, "1.70", unit="mg/dl", analyte="TOTAL_MG", loinc="19123-9", comparator="<", days_ago=1,
        reference_low="1.7", reference_high="2.2", laboratory="Harbor", method="Colorimetry",
        specimen="Serum",
    )  # fmt: skip
    said = own(reader, f"Observation/{row.pk}")
    assert codes(said["code"]) == {LOINC: "19123-9"}
    assert said["code"]["text"] == "Total magnesium, serum or plasma"
    unit = {"unit": "mg/dl", "system": UCUM, "code": "mg/dL"}
    assert said["valueQuantity"] == {"value": 1.7, "comparator": "<", **unit}
    assert said["referenceRange"] == [{"low": {"value": 1.7, **unit}, "high": {"value": 2.2, **unit}}]
    assert codes(said["category"][0]) == {
        "http://terminology.hl7.org/CodeSystem/observation-category": "laboratory"
    }
    assert (said["status"], said["effectiveDateTime"]) == ("final", "2026-03-11T11:00:00-04:00")
    assert (said["issued"], said["method"]) == ("2026-03-12T11:00:00-04:00", {"text": "Colorimetry"})
    assert said["performer"] == [{"type": "Organization", "display": "Harbor"}]
    specimen = {"resourceType": "Specimen", "id": "specimen", "type": {"text": "Serum"}}
    assert (said["contained"], said["specimen"]) == ([specimen], {"reference": "#specimen"})


@pytest.mark.parametrize(
    ("value", "code"), [("0.30", "LL"), ("0.42", "L"), ("0.50", "N"), ("0.66", "H"), ("0.90", "HH")]
)
def test_an_interpretation_is_a_code_of_hl7(by: Actor, reader: Reader, value: str, code: str) -> None:
    row = a_result(a_patient(by), by, value, reference_low="0.46", reference_high="0.60")
    (said,) = reader.get(f"Observation/{row.pk}")["interpretation"]
    assert codes(said) == {"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation": code}


def test_a_result_without_an_interval_says_by_what_it_is_interpreted(by: Actor, reader: Reader) -> None:
    said = reader.get(f"Observation/{a_result(a_patient(by), by, '0.42').pk}")
    assert "referenceRange" not in said
    assert said["interpretation"][0]["text"] == "Normal, by the protocol"


def test_a_calculated_egfr_names_its_creatinine_and_a_doubtful_sample_its_doubt(
    by: Actor, reader: Reader
) -> None:
    patient = a_patient(by)
    creatinine = a_result(patient, by, "0.9", analyte="CREATININE", unit="mg/dL")
    (egfr,) = LabResult.objects.filter(derived_from=creatinine)
    said = reader.get(f"Observation/{egfr.pk}")
    assert said["derivedFrom"][0]["reference"] == f"Observation/{creatinine.pk}"
    assert said["valueQuantity"]["code"] == "mL/min/{1.73_m2}"
    doubtful = a_result(patient, by, "0.52", haemolysed=True)
    assert "haemoly" in reader.get(f"Observation/{doubtful.pk}")["note"][0]["text"].lower()


def test_versions_of_a_result_name_each_other(by: Actor, reader: Reader) -> None:
    """The obsolete one cannot be read without its modifier; a plain search finds the one that stands."""
    patient = a_patient(by)
    told = {"patient": patient, "source_id": "A1"}
    stands = LabResultFactory.create(**told, status="FINAL")
    old = LabResultFactory.create(**told, status="PRELIMINARY", value="0.48", superseded_by=stands)
    assert reader.ids("Observation", patient=patient.pk) == {str(stands.pk)}
    said = reader.get(f"Observation/{stands.pk}")
    (replaces,) = said["extension"]
    assert replaces["url"] == "http://hl7.org/fhir/StructureDefinition/observation-replaces"
    assert replaces["valueReference"]["reference"] == f"Observation/{old.pk}"
    said = reader.get(f"Observation/{old.pk}")
    (modifier,) = said["modifierExtension"]
    assert said["status"] == "preliminary" and said["valueQuantity"]["value"] == 0.48
    assert modifier["url"] == "urn:dolomite:superseded-by"
    assert modifier["valueReference"]["reference"] == f"Observation/{stands.pk}"


@pytest.mark.parametrize(
    ("how", "status"),
    [("CANCELLED", "cancelled"), ("DELETED", "entered-in-error"), ("WRONG", "entered-in-error")],
)
def test_what_the_laboratory_took_back_is_out_of_a_plain_search(
    by: Actor, reader: Reader, how: str, status: str
) -> None:
    patient = a_patient(by)
    word = ResultCancellationFactory.create(patient=patient, how=how)
    row = LabResultFactory.create(patient=patient, cancelled_by=word)
    assert reader.get(f"Observation/{row.pk}")["status"] == status
    assert reader.found("Observation", patient=patient.pk) == []
    assert reader.ids("Observation", patient=patient.pk, status=status) == {str(row.pk)}


def test_symptoms_present_absent_and_not_asked(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    onset = TODAY - timedelta(days=3)
    told = present("TINGLING", 2, nocturnal=True, onset_on=onset)
    other = present("OTHER", None, other_text="Itching")
    visit = a_visit(patient, by, told, absent("FATIGUE"), other).visit
    visit.symptom_answers.filter(symptom="FATIGUE").update(answer="NOT_ASKED")
    a_visit(patient, by, absent("TINGLING"), on=TODAY - timedelta(days=30))
    found = {
        (one["code"]["text"], one["effectiveDateTime"]): one
        for one in reader.found("Observation", patient=patient.pk, category="survey")
    }
    assert len(found) == 4
    tingling = found["Tingling", "2026-03-12"]
    assert codes(tingling["code"]) == {
        "urn:dolomite:symptom": "TINGLING",
        "http://snomed.info/sct": "91019004",
    }
    assert tingling["valueBoolean"] is True
    assert tingling["encounter"]["reference"] == f"Encounter/{visit.pk}"
    parts = {codes(part["code"])["urn:dolomite:symptom-part"]: part for part in tingling["component"]}
    assert parts["GRADE"]["valueInteger"] == 2
    assert parts["NOCTURNAL"]["valueBoolean"] is True
    assert parts["ONSET"]["valueDateTime"] == onset.isoformat()
    assert found["Tingling", "2026-02-10"]["valueBoolean"] is False
    assert "component" not in found["Tingling", "2026-02-10"]
    not_asked = found["Fatigue", "2026-03-12"]
    assert "valueBoolean" not in not_asked
    assert not_asked["dataAbsentReason"]["coding"][0]["code"] == "not-asked"
    assert codes(found["Itching", "2026-03-12"]["code"]) == {"urn:dolomite:symptom": "OTHER"}


def test_a_code_that_no_source_gives_does_not_go_out(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    a_visit(patient, by, present("MUSCLE_TWITCHING"))
    (said,) = reader.found("Observation", patient=patient.pk)
    assert codes(said["code"]) == {"urn:dolomite:symptom": "MUSCLE_TWITCHING"}


def test_gad7_is_its_total_with_the_answers_that_were_given(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    a_visit(patient, by, gad7_items=[0, 1, 2, 3, 0, 1, 2])
    (said,) = reader.found("Observation", patient=patient.pk, code="70274-6")
    assert said["valueQuantity"] == {"value": 9, "unit": "{score}", "system": UCUM, "code": "{score}"}
    assert [part["valueInteger"] for part in said["component"]] == [0, 1, 2, 3, 0, 1, 2]
    assert codes(said["component"][0]["code"]) == {LOINC: "69725-0"}
    a_visit(patient, by, gad7_total=4, on=TODAY - timedelta(days=9))
    assert [
        one["valueQuantity"]["value"]
        for one in reader.found("Observation", patient=patient.pk, code="70274-6", date="lt2026-03-12")
        if "component" not in one
    ] == [4]


@pytest.mark.parametrize(("kind", "code"), [("CLINIC", "AMB"), ("PHONE", "VR"), ("VIDEO", "VR")])
def test_a_visit(by: Actor, reader: Reader, kind: str, code: str) -> None:
    visit = a_visit(a_patient(by), by, kind=kind, is_re_evaluation=kind == "CLINIC")
    said = own(reader, f"Encounter/{visit.visit.pk}")
    assert (said["status"], said["class"]["code"]) == ("finished", code)
    assert said["period"] == {"start": "2026-03-12", "end": "2026-03-12"}
    kinds = [codes(kind)["urn:dolomite:visit"] for kind in said["type"]]
    assert kinds == [kind, *(["RE_EVALUATION"] if kind == "CLINIC" else [])]
    assert said["participant"][0]["individual"]["display"] == by.user.name


def test_a_message_between_visits_is_a_virtual_encounter(by: Actor, reader: Reader) -> None:
    told: dict[str, Any] = {"kind": "MESSAGE", "received_at": NOW, "told_by": "FAMILY"}
    visit = a_visit(a_patient(by), by, present("FATIGUE"), **told).visit
    said = own(reader, f"Encounter/{visit.pk}")
    assert (said["class"]["code"], codes(said["type"][0])["urn:dolomite:visit"]) == ("VR", "MESSAGE")
    assert [one["id"] for one in reader.found("Encounter", **{"class": "VR"})] == [str(visit.pk)]


def test_every_kind_of_visit_has_a_class() -> None:
    assert set(CLASSES) == set(VisitKind)


def test_a_regimen_is_one_statement_for_each_dose(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    regimen = taking(patient, by, since=TODAY - timedelta(days=35), indication="Anxiety")
    a_dose_change(regimen, by, on=TODAY)
    step = DoseStepEntry(regimen, TODAY + timedelta(days=7), intakes(1, [time(8)]), "Less")
    change_dose(patient=patient, by=by, at=NOW, entry=step)
    first, second, third = reader.found("MedicationStatement", patient=patient.pk, _sort="date")
    assert [one["status"] for one in (first, second, third)] == ["completed", "active", "intended"]
    assert [one["effectivePeriod"] for one in (first, second, third)] == [
        {"start": "2026-02-05", "end": "2026-03-11"},
        {"start": "2026-03-12", "end": "2026-03-18"},
        {"start": "2026-03-19"},
    ]
    per_day = {one["url"]: one["valueQuantity"] for one in first["extension"]}
    amount = {"unit": "mg/d", "system": UCUM, "code": "mg/d"}
    assert per_day == {
        "urn:dolomite:elemental-magnesium-per-day": {"value": 299.7, **amount},
        "urn:dolomite:compound-per-day": {"value": 2127, **amount},
    }
    assert len(first["dosage"]) == 3
    taken = first["dosage"][0]
    assert taken["text"] == "1 tablet at 08:00, with food: 99.9 mg elemental magnesium in 709 mg compound"
    assert taken["timing"]["repeat"]["timeOfDay"] == ["08:00:00"]
    assert [rate["doseQuantity"]["value"] for rate in taken["doseAndRate"]] == [1, 99.9, 709]
    assert first["medicationCodeableConcept"]["text"] == product("P02").name
    assert first["reasonCode"] == [{"text": "Anxiety"}]
    regimens = {one["identifier"][0]["value"] for one in (first, second, third)}
    assert regimens == {str(regimen.pk)}


def test_a_stopped_regimen_stops_its_last_dose_and_takes_the_planned_one_back(
    by: Actor, reader: Reader
) -> None:
    patient = a_patient(by)
    regimen = taking(patient, by)
    step = DoseStepEntry(regimen, TODAY + timedelta(days=7), intakes(1, [time(8)]), "Less")
    planned = change_dose(patient=patient, by=by, at=NOW, entry=step)
    regimen.refresh_from_db()
    stop_regimen(
        patient=patient, regimen=regimen, by=by, at=NOW, version=regimen.version, stopped_on=TODAY,
        reason="HARM",
    )  # fmt: skip
    (said,) = reader.found("MedicationStatement", patient=patient.pk)
    assert (said["status"], said["effectivePeriod"]["end"]) == ("stopped", "2026-03-11")
    assert said["statusReason"] == [{"text": "Harm"}]
    said = reader.get(f"MedicationStatement/{planned.pk}")
    assert said["status"] == "not-taken" and len(said["dosage"]) == 1


def test_a_dose_rests_while_it_is_interrupted(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    regimen = taking(patient, by)
    interrupt_regimen(patient=patient, regimen=regimen, by=by, at=NOW, from_on=TODAY)
    assert [one["status"] for one in reader.found("MedicationStatement", patient=patient.pk)] == ["on-hold"]


def test_medicines_and_other_sources_are_statements_too(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    an_entry(patient, by, "medications", "LEVOTHYROXINE", taken_at=[time(7, 30)], value="50", unit="ug")
    antacid = product("X1")
    since = TODAY - timedelta(days=9)
    add_source(
        patient=patient, by=by, at=NOW, product=antacid, units_per_day=Decimal("1.5"), since=since,
        until=TODAY,
    )  # fmt: skip
    source, medicine = sorted(
        reader.found("MedicationStatement", patient=patient.pk), key=lambda one: "extension" not in one
    )
    assert codes(medicine["medicationCodeableConcept"]) == {
        "urn:dolomite:medicine": "LEVOTHYROXINE",
        "http://www.nlm.nih.gov/research/umls/rxnorm": "10582",
        "http://www.whocc.no/atc": "H03AA01",
    }
    assert medicine["dosage"][0]["text"] == "50 ug"
    assert "effectivePeriod" not in medicine
    assert source["extension"][0]["valueQuantity"]["value"] == float(antacid.elemental_mg_per_unit * 3 / 2)
    assert (source["status"], source["effectivePeriod"]["end"]) == ("active", "2026-03-12")


def test_a_flag_says_why_it_stands_and_points_at_its_cause(by: Actor, reader: Reader) -> None:
    patient = a_patient(by)
    taking(patient, by)
    result = a_low_result(patient, by)
    flag = Flag.objects.get(lab_result=result)
    said = own(reader, f"Flag/{flag.pk}")
    assert (said["status"], said["code"]["coding"][0]["code"]) == ("active", "LAB_OUT_OF_RANGE")
    assert said["code"]["text"].startswith("Ionized Mg 0.42 mmol/L, below")
    detail, urgency = said["extension"]
    assert detail["url"] == "http://hl7.org/fhir/StructureDefinition/flag-detail"
    assert detail["valueReference"]["reference"] == f"Observation/{result.pk}"
    assert urgency["valueCodeableConcept"]["coding"][0]["code"] == "THIS_WEEK"
    assert said["period"] == {"start": "2026-03-12T11:00:00-04:00"}
    mark_in_error(row=result, by=by, at=NOW, version=result.version, reason="wrong tube")
    said = reader.get(f"Flag/{flag.pk}")
    assert (said["status"], said["period"]["end"]) == ("inactive", "2026-03-12T11:00:00-04:00")


def test_what_was_entered_in_error_is_said_to_be_and_left_out_of_plain_searches(
    by: Actor, reader: Reader
) -> None:
    patient = a_patient(by)
    told = a_visit(patient, by, present("TINGLING"), gad7_total=3)
    row = a_low_result(patient, by)
    for withdrawn in (told.visit, row):
        mark_in_error(row=withdrawn, by=by, at=NOW, version=withdrawn.version, reason="another patient")
    assert reader.get(f"Encounter/{told.visit.pk}")["status"] == "entered-in-error"
    for path in ("Observation", "Encounter"):
        assert reader.found(path, patient=patient.pk) == []
    found = reader.found("Observation", patient=patient.pk, status="entered-in-error")
    assert {one["status"] for one in found} == {"entered-in-error"} and len(found) == 3
