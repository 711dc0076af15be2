"""The files of an export: equal bytes, nobody's identifiers, and nothing that the summary suppresses."""

import csv
import hashlib
import io
import re
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from accounts.actors import Actor
from caseseries.acts import asked, save_series
from caseseries.definition import CohortCriteria
from caseseries.files.plain import write_csv
from caseseries.files.writing import (
    ARCHIVE,
    DICTIONARY,
    FIGURES,
    MANIFEST,
    NAMES,
    PEOPLE,
    RECOMPUTE,
    SUMMARY,
    WORKBOOK,
)
from patients.models import Patient
from tests.caseseries.exports_made import exported, files_of, json_of, rows_of
from tests.caseseries.people import (
    GLYCINATE,
    START,
    a_person,
    a_visit,
    an_ionized_mg,
    the_article_series,
)
from tests.factories import NOW, TODAY, VisitFactory

THRESHOLD = 11


def files(by: Actor, cohort: CohortCriteria = GLYCINATE, cut: date = TODAY) -> dict[str, bytes]:
    """Those of an export that is the only one of the clinic."""
    made = files_of(exported(by, cohort, cut))
    return {name: made[name] for name in NAMES if name in made}


@pytest.mark.usefixtures("article")
def test_the_same_record_and_definition_give_the_same_bytes(by: Actor) -> None:
    first, second = files(by), files(by)
    assert list(first) == list(NAMES)
    assert first == second


@pytest.mark.usefixtures("article")
def test_the_manifest_names_every_other_file_with_its_checksum(by: Actor) -> None:
    made = files(by)
    manifest = json_of(made[MANIFEST])
    assert {entry["name"]: entry["sha256"] for entry in manifest["files"]} == {
        name: hashlib.sha256(made[name]).hexdigest() for name in NAMES if name not in (MANIFEST, ARCHIVE)
    }
    assert (manifest["people"], manifest["rows"], manifest["threshold"]) == (50, 50, 11)
    assert (manifest["protocol_version"], manifest["data_cut_on"]) == (1, "2026-03-12")
    assert manifest["definition"]["sha256"] == json_of(made[SUMMARY])["definition"]["sha256"]


@pytest.mark.usefixtures("article")
def test_a_reader_of_the_rows_counts_what_the_summary_says(by: Actor) -> None:
    made = files(by)
    people, summary = rows_of(made[PEOPLE]), json_of(made[SUMMARY])
    assert (
        sum(row["anxiety"] == "LESS" for row in people) == summary["less_anxious"]["less_of_all"]["n"] == 34
    )
    (twitching,) = [s for s in summary["new_symptoms"] if s["symptom"] == "MUSCLE_TWITCHING"]
    assert sum(row["muscle_twitching"] == "NEW" for row in people) == twitching["new"]["n"] == 11
    assert Counter(row["sex"] for row in people) == {s["sex"]: s["share"]["n"] for s in summary["sexes"]}
    assert {row["muscle_twitching_week"] for row in people} == {"5", ""}
    assert [row["study_id"] for row in people] == [f"S{n:03}" for n in range(1, 51)]


@pytest.mark.usefixtures("article")
def test_the_figures_are_the_summary_as_a_table(by: Actor) -> None:
    figures = {(row["section"], row["item"]): row for row in rows_of(files(by)[FIGURES])}
    less = figures["less_anxious", "less_of_all"]
    assert (less["n"], less["of"], less["percent"], less["low_percent"]) == ("34", "50", "68.0", "54.2")
    assert figures["ionized_mg_mmol_l", "change"]["mean"] == "0.08"
    assert figures["attrition.CONSENT", "n"]["n"] == "50"


# --- identifiers


def planted(by: Actor) -> Patient:
    """A patient of whom every text is a word that appears nowhere else."""
    patient = a_person(
        by,
        mrn="MRN7741",
        family_name="Zyxwvut",
        given_name="Qwertzia",
        contact="+1 555 0199 zyx@example.test",
        birth_date=date(1961, 7, 23),
        status_reason="Statusword",
        gad7={-2: 12, 84: 6},
        ionized={0: "0.44"},
    )
    patient.regimens.update(
        indication="Indicationword", kidney_reason="Kidneyword", supervision_note="Supervisionword"
    )
    patient.dose_steps.update(reason="Stepword")
    an_ionized_mg(patient, START + timedelta(days=80), "0.52", laboratory="Labword", method="Methodword",
                  specimen="Specimenword", source_id="Sourceword")  # fmt: skip
    VisitFactory.create(
        patient=patient, created_by=by.user, visited_on=START + timedelta(days=11), note="Noteword"
    )
    a_visit(patient, START + timedelta(days=40), OTHER="PRESENT")
    patient.symptom_answers.update(other_text="Otherword")
    return patient


def test_no_identifier_text_or_date_of_a_person_is_in_any_file(by: Actor) -> None:
    the_article_series(by)
    patient = planted(by)
    made = files(by)
    assert "51" in made[MANIFEST].decode()
    words = ["zyxwvut", "qwertzia", "mrn7741", "7741", "555 0199", "5550199", "zyx@", "example.test"]
    words += re.findall("[a-z]*word", "Statusword Indicationword Kidneyword Supervisionword Stepword".lower())
    words += ["labword", "methodword", "specimenword", "sourceword", "noteword", "otherword"]
    words += [str(patient.pk), patient.pk.hex, by.clinic.slug, by.clinic.name.lower(), str(by.user).lower()]
    words += [bytes(by.clinic.export_key).hex(), "lindqvist", "sara"]
    for day in _days(patient):
        words += [
            day.isoformat(),
            f"{day:%Y%m%d}",
            f"{day:%d.%m.%Y}",
            f"{day:%m/%d/%Y}",
            f"{day:%d %b %Y}".lower(),
        ]
    for name, content in made.items():
        text = content.decode(errors="replace").lower()
        assert [word for word in words if word in text] == [], name
        assert [word for word in words if word in name] == []


def _days(patient: Patient) -> set[date]:
    days = {patient.birth_date, *patient.regimens.values_list("started_on", flat=True)}
    days |= set(patient.visits.values_list("visited_on", flat=True))
    days |= set(patient.lab_results.values_list("collected_on", flat=True))
    return days | set(patient.outcomes.values_list("answered_on", flat=True))


@pytest.mark.usefixtures("article")
def test_no_date_but_the_data_cut_and_the_period_is_in_any_file(by: Actor) -> None:
    cohort = CohortCriteria(families=GLYCINATE.families, started_from=START - timedelta(days=100))
    for name, content in files(by, cohort).items():
        found = set(re.findall(r"\d{4}-\d{2}-\d{2}", content.decode(errors="replace")))
        # A workbook must say when it was made: all say the same day.
        assert found <= {"2026-03-12", str(START - timedelta(days=100))}, name


@pytest.mark.usefixtures("article")
def test_a_text_of_the_definition_is_in_no_file(by: Actor) -> None:
    named = asked({"form": "GLYCINATE"}, by).definition
    save_series(definition=named, name="Founderword", by=by, at=NOW)
    assert all(b"founderword" not in content.lower() for content in files(by).values())


def written(head: list[str], rows: list[list[Any]]) -> bytes:
    file = io.BytesIO()
    assert write_csv(file, head, rows) == len(rows)
    return file.getvalue()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_a_text_that_a_spreadsheet_would_run_is_inert(start: str) -> None:
    content = written(["a"], [[f"{start}cmd|' /C calc'!A0"]]).decode()
    (row,) = list(csv.reader(io.StringIO(content, newline="")))[1:]
    assert row == [f"'{start}cmd|' /C calc'!A0"]


def test_numbers_stay_numbers() -> None:
    assert written(["a", "b", "c"], [[-3, -0.25, None]]) == b"a,b,c\r\n-3,-0.25,\r\n"


# --- formats


@pytest.mark.usefixtures("article")
def test_the_workbook_has_values_only_and_says_what_the_csv_says(by: Actor) -> None:
    made = files(by)
    book = openpyxl.load_workbook(io.BytesIO(made[WORKBOOK]))
    assert book.sheetnames == ["Sentences", "Figures", "People", "Dictionary"]
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {
        "s",
        "n",
        "inlineStr",
    }
    assert all(cell.hyperlink is None for sheet in book for row in sheet.iter_rows() for cell in row)
    head, *rows = book["People"].iter_rows(values_only=True)
    told = [dict(zip(head, ["" if v is None else str(v) for v in row], strict=True)) for row in rows]
    plain = rows_of(made[PEOPLE])
    assert [row["study_id"] for row in told] == [row["study_id"] for row in plain]
    assert [float(row["ionized_mg_mmol_l_start"]) for row in told] == [
        float(row["ionized_mg_mmol_l_start"]) for row in plain
    ]
    parts = zipfile.ZipFile(io.BytesIO(made[WORKBOOK])).namelist()
    assert not [name for name in parts if "link" in name.lower() or "vba" in name.lower()]


@pytest.mark.usefixtures("article")
def test_the_report_is_tagged_archivable_and_says_the_sentences(by: Actor) -> None:
    made = files(by)
    report = pypdf.PdfReader(io.BytesIO(made["report.pdf"]))
    root: Any = report.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en" and "/StructTreeRoot" in root
    about = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in about and "<pdfaid:conformance>A</pdfaid:conformance>" in about
    text = " ".join(" ".join(page.extract_text() for page in report.pages).split())
    assert "34 of 50" in text and "11 of 50 developed new twitching" in text
    assert "does not show that magnesium caused the change" in text and "Reporting checklist" in text


@pytest.mark.usefixtures("article")
def test_the_archive_holds_every_other_file(by: Actor) -> None:
    made = files(by)
    with zipfile.ZipFile(io.BytesIO(made[ARCHIVE])) as archive:
        assert archive.namelist() == [name for name in NAMES if name != ARCHIVE]
        assert all(archive.read(name) == made[name] for name in archive.namelist())
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.usefixtures("article")
def test_every_column_is_in_the_dictionary(by: Actor) -> None:
    made = files(by)
    told = {row["column"]: row for row in rows_of(made[DICTIONARY])}
    assert list(told) == list(rows_of(made[PEOPLE])[0])
    assert told["gad7_start"]["unit"] == "points, 0 to 21"
    assert told["muscle_twitching"]["meaning"] == "Course of twitching"
    assert all(row["meaning"] and "{" not in row["meaning"] for row in told.values())


def recomputed(folder: Path) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-I", str(folder / RECOMPUTE)], capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""
    return ran.returncode, ran.stdout


@pytest.mark.usefixtures("article")
def test_the_script_recomputes_the_headline_figures_and_notices_a_changed_row(
    by: Actor, tmp_path: Path
) -> None:
    made = files(by)
    for name in (PEOPLE, SUMMARY, RECOMPUTE):
        (tmp_path / name).write_bytes(made[name])
    assert recomputed(tmp_path) == (0, "50 rows; 7 figures agree with summary.json.\n")
    changed = made[PEOPLE].replace(b"NEITHER", b"LESS", 1)
    (tmp_path / PEOPLE).write_bytes(changed)
    code, said = recomputed(tmp_path)
    assert code == 1 and "less anxious, observed: [35, 50" in said


@pytest.mark.usefixtures("article")
def test_the_manifest_tells_the_rarest_combination_and_what_the_checklist_misses(by: Actor) -> None:
    manifest = json_of(files(by)[MANIFEST])
    assert manifest["rare_combinations"] == {"of": ["age_band", "sex"], "combinations": 2, "k": 20}
    assert "Ethics approval" in manifest["checklist_missing"]
    assert re.fullmatch("[0-9a-f]{64}", manifest["data_cut_sha256"])


# --- small cells


@pytest.mark.parametrize("people", [1, 10])
def test_a_series_below_the_threshold_has_no_rows_and_no_counts(by: Actor, people: int) -> None:
    the_article_series(by, people=people)
    made = files(by)
    assert rows_of(made[PEOPLE]) == []
    manifest, summary = json_of(made[MANIFEST]), json_of(made[SUMMARY])
    assert (manifest["people"], manifest["rows"]) == (None, 0)
    assert manifest["rows_note"] == "There are no rows. Fewer than 11 people: nothing is shown."
    assert summary["sentences"] == ["Fewer than 11 people: nothing is shown."]
    assert _numbers(summary["less_anxious"]) | _numbers(summary["new_symptoms"]) == set()
    told = {row["n"] for row in rows_of(made[FIGURES])}
    assert told <= {"SUPPRESSED", "0", ""}


def test_a_series_of_nobody_has_files_too(by: Actor) -> None:
    made = files(by)
    assert rows_of(made[PEOPLE]) == []
    assert json_of(made[MANIFEST])["rows_note"] == ""
    assert json_of(made[SUMMARY])["n"] == 0


def _numbers(value: Any) -> set[float]:
    if isinstance(value, dict):
        return set().union(*map(_numbers, value.values()), set())
    if isinstance(value, list):
        return set().union(*map(_numbers, value), set())
    return {value} if isinstance(value, int | float) else set()


def test_a_small_cell_goes_with_its_complement_percentage_interval_sentence_and_column(by: Actor) -> None:
    the_article_series(by, twitching=10)
    made = files(by)
    summary = json_of(made[SUMMARY])
    (twitching,) = [s for s in summary["new_symptoms"] if s["symptom"] == "MUSCLE_TWITCHING"]
    assert twitching["new"] == {
        "n": None, "of": 50, "percent": None, "low_percent": None, "high_percent": None,
    }  # fmt: skip
    assert {row["muscle_twitching"] for row in rows_of(made[PEOPLE])} == {"SUPPRESSED"}
    assert {row["muscle_twitching_week"] for row in rows_of(made[PEOPLE])} == {"SUPPRESSED"}
    (sentence,) = [words for words in summary["sentences"] if "twitching" in words]
    assert not re.search(r"\b(10|40|20|80)\b", sentence)
    assert json_of(made[MANIFEST])["suppressed_cells"] >= 2


def test_less_anxious_goes_with_its_column_when_a_cell_is_small(by: Actor) -> None:
    the_article_series(by, less=45)
    made = files(by)
    less = json_of(made[SUMMARY])["less_anxious"]
    assert (less["less_of_observed"]["n"], less["neither"]) == (None, None)
    assert less["less_of_observed"]["of"] == 50
    assert {row["anxiety"] for row in rows_of(made[PEOPLE])} == {"SUPPRESSED"}
    assert {row["gad7_outcome"] for row in rows_of(made[PEOPLE])} == {"SUPPRESSED"}


def test_rows_of_rare_ages_and_sexes_lose_them(by: Actor) -> None:
    for n in range(60):
        sex = "FEMALE" if n < 30 else "MALE" if n < 56 else "OTHER"
        a_person(by, sex=sex, birth_date=date(1980 if n % 30 < 15 else 1981 + n % 30, 1, 1))
    people = rows_of(files(by)[PEOPLE])
    groups = Counter((row["sex"], row["age_band"]) for row in people)
    assert all(n >= THRESHOLD for n in groups.values())
    # Four people of a rare sex take the next smallest one along, and both lose their bands.
    assert {sex for sex, _ in groups} == {"FEMALE", "SUPPRESSED"}
    assert groups["FEMALE", "45-49"] == 15


@pytest.mark.parametrize("lost", [1, 10, 11])
def test_a_small_loss_hides_the_counts_before_it(by: Actor, lost: int) -> None:
    the_article_series(by, people=20)
    for _ in range(lost):
        a_person(by, research_consent=False)
    attrition = {step["step"]: step["n"] for step in json_of(files(by)[SUMMARY])["attrition"]}
    assert attrition["CONSENT"] == 20
    assert attrition["WEEKS"] == attrition["ALL"] == (31 if lost == 11 else None)


@pytest.mark.usefixtures("article")
def test_another_data_cut_deals_other_study_ids(by: Actor) -> None:
    before = {row["study_id"]: row["ionized_mg_mmol_l_start"] for row in rows_of(files(by)[PEOPLE])}
    after = rows_of(files(by, cut=TODAY - timedelta(days=1))[PEOPLE])
    assert {row["study_id"]: row["ionized_mg_mmol_l_start"] for row in after} != before


def test_one_value_without_the_other_is_not_in_a_row(by: Actor) -> None:
    the_article_series(by, people=22)
    for _ in range(12):
        a_person(by, ionized={0: "0.47"}, gad7={84: 9})
    alone = [row for row in rows_of(files(by)[PEOPLE]) if row["anxiety"] == "NO_BASELINE"]
    assert len(alone) == 12
    assert {(row["gad7_outcome"], row["ionized_mg_mmol_l_start"]) for row in alone} == {("", "")}
