"""Tables of laboratories: dialects, columns in several languages, rows that say what is wrong with them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from labs.reading.reported import Reported
from tests.labs.reading.reads import ZONE, read, refusal_of, row_of, rows_of, told

HEAD = "mrn,loinc,value,unit,collected_at"
TAKEN = "2026-10-07T08:05:00-04:00"
ROW = f"7,73572-0,0.47,mmol/L,{TAKEN}"


def table(*rows: str, head: str = HEAD) -> str:
    return "".join(f"{row}\n" for row in (head, *rows))


def one(column: str, cell: str) -> Reported:
    """A row with one more column."""
    return row_of(table(f"{cell},{ROW}", head=f"{column},{HEAD}"))


def problem_of(column: str, cell: str) -> str:
    return one(column, cell).problem


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_breaks(separator: str, ending: str) -> None:
    content = table(ROW, ROW).replace(",", separator).replace("\n", ending)
    first, second = rows_of(content)
    assert (first.mrn, first.loinc, first.value, first.unit) == ("7", "73572-0", Decimal("0.47"), "mmol/L")
    assert first.collected_at == datetime(2026, 10, 7, 12, 5, tzinfo=UTC)
    assert not (first.problem or first.zone_assumed)
    assert (first.place, second.place) == ("line 2", "line 3")


def test_the_separator_may_be_told_as_excel_does() -> None:
    assert row_of("sep=;\n" + table(ROW).replace(",", ";")).place == "line 3"


def test_quotes_blank_lines_and_rows_of_separators() -> None:
    head = '"mrn";"test";"value";"unit";"collected_at"'
    row = row_of(f'{head}\n\n;;;;\n"7";"Mg; ""ionized""";"0,47";"mmol/l";"{TAKEN}"\n')
    assert (row.local_name, row.value, row.place) == ('Mg; "ionized"', Decimal("0.47"), "line 4")


@pytest.mark.parametrize(
    "head",
    [
        "MRN;Family name;Given name;Date of birth;Test;Result;Units;Reference range;Collected",
        "Patienten-Nr.;Nachname;Vorname;Geb.-Datum;Untersuchung;Ergebnis;Einheit;Referenzbereich;Abnahme",
        "Numéro patient;Nom;Prénom;Date de naissance;Analyse;Résultat;Unité;Références;Prélèvement",
        "NHC;Apellidos;Nombre;Fecha de nacimiento;Prueba;Resultado;Unidades;Valores de referencia;Fecha toma",
        "Patiëntnummer;Achternaam;Voornaam;Geboortedatum;Bepaling;Uitslag;Eenheid;Referentiewaarden;Afname",
    ],
)
def test_columns_in_five_languages(head: str) -> None:
    cells = f"7;Conn;Liz;1986-11-28;Magnesium;0,58;mmol/l;0,53-0,67;{TAKEN}"
    row = row_of(f"{head}\n{cells}\n")
    assert row.problem == ""
    assert (row.mrn, row.family_name, row.given_name, row.birth_date) == (
        "7",
        "Conn",
        "Liz",
        date(1986, 11, 28),
    )
    assert (row.local_name, row.value, row.unit) == ("Magnesium", Decimal("0.58"), "mmol/l")
    assert (row.reference_low, row.reference_high) == (Decimal("0.53"), Decimal("0.67"))


def test_how_the_table_was_taken_is_said() -> None:
    found, _ = read(table(f"x,{ROW}", head=f"Note,{HEAD}").replace("value", "Result"))
    assert found.format == "CSV"
    assert found.columns == "note,mrn,loinc,result,unit,collectedat"
    assert found.dialect == [
        "Separator: comma",
        "Encoding: UTF-8",
        "Result: decimal point",
        "collected_at: year-month-day",
        "Columns read: Result as value",
        "Times without a zone are taken as America/New_York",
        "Columns not read: Note",
    ]


def test_of_two_columns_of_one_meaning_the_clearer_name_counts() -> None:
    found, (row,) = read(table(f"9,{ROW}", head=f"Patient ID,{HEAD}"))
    assert row.mrn == "7"
    assert "Columns not read: Patient ID" in found.dialect


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("mrn,loinc,value,collected_at", "names no column for the unit"),
        ("loinc,value,unit,collected_at", "names no column for the patient's number"),
        ("mrn,loinc,unit,collected_at", "names no column for the value"),
        ("mrn,loinc,value,unit", "names no column for the sample time"),
        ("mrn,value,unit,collected_at", "names no column for the test"),
        (f"{HEAD},Value", "names the column value twice"),
        ("some,words,of,prose", "This is neither HL7 v2"),
        (f"{HEAD}" + ",x" * 600, "more than 500 columns"),
    ],
)
def test_a_header_without_what_a_result_needs_is_refused(head: str, words: str) -> None:
    assert words in refusal_of(f"{head}\n{ROW}\n")


def test_a_table_without_rows_is_refused() -> None:
    assert "No row follows the header" in refusal_of(table())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"7,73572-0,0.5O,mmol/L,{TAKEN}", "Not a number: letter O instead of zero (column value)."),
        (f"7,73572-0,,mmol/L,{TAKEN}", "The row has no value."),
        (f"7,,0.47,mmol/L,{TAKEN}", "The row names no test."),
        ("7,73572-0,0.47,mmol/L,", "The row has no sample time."),
        ("7,73572-0,0.47,mmol/L,2026-10-07", "has no time of day (column collected_at)."),
        ("7,73572-0,0.47,mmol/L,2026-10-32T08:00Z", "No such date: 2026-10-32T08:00Z (column collected_at)."),
        ("7,73572-0,0.47,mmol/L,2100-10-07T08:00Z", "2100-10-07 lies in the future (column collected_at)."),
        ("7,73572-0,0.47,mmol/L,1900-01-01T08:00Z", "The year 1900 is too long ago (column collected_at)."),
        ("7,73572-0,0.47,mmol/L", "The row has 4 cells, the header 5: it may be cut."),
        (f"{ROW},8", "The row has 6 cells, the header 5: a separator is within a cell."),
        (HEAD, "The row repeats the header."),
        (f'7,"73572"-0,0.47,mmol/L,{TAKEN}', "The quotes of the row do not fit."),
        (f"{'7' * 65},73572-0,0.47,mmol/L,{TAKEN}", "The mrn is longer than 64 characters"),
        (f"7,73572-0,0.47,{'m' * 40},{TAKEN}", "The unit is longer than 32 characters"),
    ],
)
def test_a_row_says_what_is_wrong_and_the_others_are_read(row: str, words: str) -> None:
    good, bad, last = rows_of(table(ROW, row, ROW))
    assert words in bad.problem
    assert (bad.place, bad.raw) == ("line 3", row)
    assert (good.problem, last.problem, last.place) == ("", "", "line 4")


def test_a_row_with_a_problem_is_read_as_far_as_it_can_be() -> None:
    row = row_of(table("7,73572-0,0.5O,mmol/L,2026-10-32T08:00Z"))
    assert (row.mrn, row.loinc, row.unit, row.value) == ("7", "73572-0", "mmol/L", None)
    assert "letter O" in row.problem and "No such date" in row.problem


def test_a_missing_unit_is_left_to_the_check_of_the_import() -> None:
    row = row_of(table(f"7,73572-0,1.7,,{TAKEN}"))
    assert (row.unit, row.problem) == ("", "")


def test_a_comparator_stays_with_its_number() -> None:
    first, second, third = rows_of(
        table(*(f"7,73572-0,{value},mmol/L,{TAKEN}" for value in ("<0.20", "≥ 3", "0.5")))
    )
    assert [(r.comparator, r.value) for r in (first, second, third)] == [
        ("<", Decimal("0.20")), (">=", Decimal(3)), ("", Decimal("0.5")),
    ]  # fmt: skip
    assert one("comparator", "<").comparator == "<"
    assert "Not a comparator" in problem_of("comparator", "about")


def test_a_column_that_mixes_comma_and_point_is_named_in_each_such_row() -> None:
    rows = rows_of(table(*(f'7,73572-0,"{value}",mmol/L,{TAKEN}' for value in ("1,5", "1.5", "2"))))
    assert ["the column mixes decimal comma and point" in row.problem for row in rows] == [True, True, False]
    assert [row.value for row in rows] == [None, None, Decimal(2)]


def test_dates_that_fit_both_orders_are_named_in_every_row() -> None:
    rows = rows_of(table(*(f"7,73572-0,0.5,mmol/L,{day}/11/2026 08:00" for day in (3, 4))))
    assert all("day/month and month/day both fit" in row.problem for row in rows)
    rows = rows_of(table(*(f"7,73572-0,0.5,mmol/L,{day}/11/2026 08:00" for day in (3, 14))))
    assert [row.collected_at for row in rows] == [datetime(2026, 11, d, 8, tzinfo=ZONE) for d in (3, 14)]


def test_birth_dates_and_sample_times_are_decided_apart() -> None:
    head, rows = (
        f"dob,{HEAD}",
        [f"{day},7,73572-0,0.5,mmol/L,3.11.2026 08:00" for day in ("4/3/1980", "4/13/1980")],
    )
    assert [row.birth_date for row in rows_of(table(*rows, head=head))] == [
        date(1980, 4, 3),
        date(1980, 4, 13),
    ]


@pytest.mark.parametrize(
    ("cell", "words"), [("28/10/80", "two digits"), ("1/1/1900", "fit"), ("2027-01-01", "in the future")]
)
def test_birth_dates_that_cannot_be(cell: str, words: str) -> None:
    row = one("birth_date", cell)
    assert words in row.problem and "(column birth_date)" in row.problem


def test_date_and_time_in_two_columns() -> None:
    head = "mrn;test;value;unit;Abnahmedatum;Abnahmezeit"
    good, bad = rows_of(f"{head}\n7;Mg;0,5;mmol/l;9.11.2026;07:45\n7;Mg;0,5;mmol/l;9.11.2026;later\n")
    assert (good.collected_at, good.zone_assumed) == (datetime(2026, 11, 9, 7, 45, tzinfo=ZONE), True)
    assert "Not a time of day: later" in bad.problem


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("final", "FINAL"), ("", "FINAL"), ("F", "FINAL"), ("endgültig", "FINAL"),
        ("preliminary", "PRELIMINARY"),
        ("vorläufig", "PRELIMINARY"), ("C", "CORRECTED"), ("amended", "CORRECTED"),
        ("korrigiert", "CORRECTED"),
        ("cancelled", "CANCELLED"), ("X", "CANCELLED"), ("D", "DELETED"), ("entered-in-error", "WRONG"),
    ],
)  # fmt: skip
def test_statuses(word: str, status: str) -> None:
    assert one("status", word).status == status


def test_a_word_that_is_no_status_is_named() -> None:
    assert "Not a status of a result: maybe (column status)." in problem_of("status", "maybe")


def test_a_result_that_is_taken_back_needs_no_value() -> None:
    head = f"status,accession,lab,{HEAD}"
    row = row_of(table(f"cancelled,F1,North,7,73572-0,,,{TAKEN}", head=head))
    assert (row.status, row.value, row.problem, row.source_id) == ("CANCELLED", None, "", "North|F1|73572-0")


def test_what_else_a_laboratory_says() -> None:
    head = (
        f"{HEAD},method,analyzer,specimen,anticoagulant,storage,laboratory,flag,sex,haemolysed,anaerobic,pH,"
        "fasting,last_mg_dose_at,analysed_at,reported_at,ref_low,ref_high"
    )
    cells = f"{ROW},ISE,NOVA 8,blood,Li-heparin,ice,North,L,w,no,yes,7.41,ja,,{TAKEN},{TAKEN},0.44,0.59"
    row = row_of(table(cells, head=head))
    assert row.problem == ""
    assert (row.method, row.analyzer, row.specimen, row.anticoagulant) == (
        "ISE",
        "NOVA 8",
        "blood",
        "Li-heparin",
    )
    assert (row.storage, row.laboratory, row.abnormal_flag, row.sex) == ("ice", "North", "L", "FEMALE")
    assert (row.haemolysed, row.anaerobic, row.fasting, row.ph) == (False, True, True, Decimal("7.41"))
    assert (row.analysed_at, row.last_mg_dose_at) == (row.collected_at, None)
    assert row.reported_at == row.collected_at
    assert (row.reference_low, row.reference_high) == (Decimal("0.44"), Decimal("0.59"))


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("haemolysed", "a bit", "Neither yes nor no"),
        ("ph", "74.1", "Not a pH"),
        ("reported_at", "soon", "Not a date"),
    ],
)
def test_facts_of_the_sample_that_cannot_be(column: str, cell: str, words: str) -> None:
    assert words in problem_of(column, cell)


def test_an_interval_in_words_is_left_out_and_counted() -> None:
    found, (row,) = read(table(f"see text,{ROW}", head=f"range,{HEAD}"))
    assert (row.problem, row.reference_low) == ("", None)
    assert "Reference ranges left out, for they are no intervals: 1, such as 'see text'" in found.dialect


def test_a_name_in_one_column_is_taken_apart() -> None:
    row = one("Patient name", '"Conn, Liz"')
    assert (row.family_name, row.given_name) == ("Conn", "Liz")


def test_a_code_column_may_hold_loinc_or_the_laboratorys_own() -> None:
    rows = rows_of(f"mrn,code,value,unit,collected_at\n{ROW}\n7,MGI,0.5,mmol/L,{TAKEN}\n")
    assert [(row.loinc, row.local_name) for row in rows] == [("73572-0", "73572-0"), ("", "MGI")]


def test_a_quote_too_many_does_not_mix_two_patients() -> None:
    swallowed = table('1,"2601-3,0.8,mmol/L,2026-10-07T08:05Z', f'2,73572-0",0.47,mmol/L,{TAKEN}')
    row = row_of(swallowed)
    assert (row.mrn, row.value) == ("", None)
    assert "A cell goes on to line 3: a quote may be missing." in row.problem


def test_a_comment_over_two_lines_is_fine() -> None:
    first, second = rows_of(table(f'{ROW},"fine\nindeed"', f"{ROW},", head=f"{HEAD},Comment"))
    assert (first.problem, second.problem) == ("", "")
    assert (first.place, second.place) == ("line 2", "line 4")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f'{table(ROW)}7,"73572', "ends within the quoted cell of the row in line 3"),
        (table(f'7,"73572\n-0"x,1,2,{TAKEN}'), "The quotes of the row in line 2 do not fit"),
        (table(ROW, "7," + "x" * 200_000), "A cell of the row in line 3 is far too long"),
    ],
)
def test_quotes_that_swallow_rows_refuse_the_table(content: str, words: str) -> None:
    assert words in refusal_of(content)


@pytest.mark.parametrize(
    ("column", "cell", "is_taken"),
    [
        ("value", "0.4", False),
        ("value", '"0.42"', True),
        ("range", "0.44-0.5", False),
        ("collected_at", "2026-10-07T08:05", False),
        ("collected_at", "2026-10-07T08:05:00-04:00", True),
        ("collected_at", "2026-10-07T08:05Z", True),
        ("loinc", "73572-0", False),
        ("status", "f", False),
        ("status", "final", True),
        ("unit", "mmol/L", True),
        ("method", "IS", True),
        ("comment", "all is we", True),
    ],
)
def test_a_last_row_without_line_break_is_taken_only_if_its_last_cell_is_whole(
    column: str, cell: str, is_taken: bool
) -> None:
    cells = dict(zip(HEAD.split(","), ROW.split(","), strict=True)) | {"test": "Mg"}
    cells.pop(column, None)
    head, last = ",".join([*cells, column]), ",".join([*cells.values(), cell])
    found, (row,) = read(f"{head}\n{last}")
    assert ("The file ends within this row" in row.problem) is not is_taken
    assert "No line break follows the last row (line 2): the file may be cut there" in found.dialect


def test_encodings_and_marks_do_not_change_what_is_read() -> None:
    content = table(f"7,73572-0,0.47,µmol/L,{TAKEN}")
    plain = told(row_of(content))
    for data in (content.encode("utf-8-sig"), content.encode("cp1252"), content.encode("utf-16")):
        assert told(row_of(data)) == plain
